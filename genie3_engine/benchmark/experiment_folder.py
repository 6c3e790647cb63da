"""Files of an experiment, and the lock of its writer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from genie3_engine.benchmark.experiment import ExperimentSpec, ExperimentStatus, Slot
from genie3_engine.benchmark.measurements import Measurement
from genie3_engine.errors import OptionError, RunError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.path_checks import make_writable, refuse_place
from genie3_engine.jobs.user_directory import home
from genie3_engine.store.run_folder import RunFolder

SPEC = "experiment.json"
ROWS = "rows"
RUNS = "runs"


def experiments_folder(home_folder: Path | None = None) -> Path:
    """Return the folder of the experiments that were given no place of their own."""
    return (home_folder or home()) / "experiments"


class ExperimentFolder:
    """An experiment on disk: ``experiment.json``, ``status.json``, a file a row, a folder a run.

    Parameters
    ----------
    path : Path
        The folder. `create` makes one, `open` checks that it holds an experiment.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._spec: ExperimentSpec | None = None

    @classmethod
    def create(cls, path: Path, spec: ExperimentSpec, status: ExperimentStatus) -> ExperimentFolder:
        """Make an experiment's folder.

        Raises
        ------
        RunError
            When the folder is not empty.
        StorageError
            When the disk is full or may not be written.
        """
        refuse_place(path)
        make_writable(path)
        with atomic_write.storage_errors(path):
            strangers = sorted(entry.name for entry in path.iterdir())
        if SPEC in strangers:
            raise RunError(
                f"{path} holds an experiment already.",
                "Resume it (--resume), or give another --out.",
            )
        if strangers:
            raise RunError(
                f"{path} is not empty and holds no experiment (found {strangers[0]!r}).",
                "Give another --out.",
            )
        folder = cls(path)
        with atomic_write.storage_errors(path):
            (path / ROWS).mkdir()
            (path / RUNS).mkdir()
        folder.write_status(status)
        atomic_write.write_json(path / SPEC, spec.to_dict())
        return folder

    @classmethod
    def open(cls, path: Path) -> ExperimentFolder:
        """Open the experiment in a folder.

        Raises
        ------
        RunError
            When there is none, or its spec is damaged.
        """
        folder = cls(path)
        _ = folder.spec
        return folder

    @property
    def spec(self) -> ExperimentSpec:
        """What is measured; read once."""
        if self._spec is None:
            try:
                self._spec = ExperimentSpec.from_dict(self._read(SPEC))
            except FileNotFoundError as error:
                raise RunError(
                    f"There is no experiment in {self.path}.",
                    f"Give the folder of an experiment: it holds {SPEC}.",
                ) from error
            except (OptionError, KeyError, TypeError, ValueError, AttributeError) as error:
                raise self._damaged(SPEC) from error
        return self._spec

    def read_status(self) -> ExperimentStatus:
        """Return where it stands by its own account.

        Raises
        ------
        RunError
            When the status is missing or damaged.
        """
        try:
            return ExperimentStatus.from_dict(self._read(filenames.STATUS))
        except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._damaged(filenames.STATUS) from error

    def write_status(self, status: ExperimentStatus) -> None:
        """Replace the status at once; raises `StorageError` when the disk refuses."""
        atomic_write.write_json(self.path / filenames.STATUS, status.to_dict())

    def run_path(self, slot: Slot) -> Path:
        """Return the folder of one of its runs."""
        return self.path / RUNS / slot.key

    def write_row(self, slot: Slot, measurement: Measurement) -> None:
        """Keep what was measured; raises `StorageError` when the disk refuses."""
        atomic_write.write_json(self._row_path(slot), measurement.to_dict())

    def has_row(self, slot: Slot) -> bool:
        """Tell whether a run was measured."""
        return self._row_path(slot).is_file()

    def rows(self) -> tuple[Measurement, ...]:
        """Return what was measured so far, in the order of the grid; damaged rows are left out."""
        found = []
        for slot in sorted(self.spec.schedule(), key=lambda slot: slot.key):
            try:
                found.append(Measurement.from_dict(atomic_write.read_json(self._row_path(slot))))
            except (OSError, ValueError, KeyError, TypeError, OptionError):
                continue
        return tuple(found)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the experiment: one conductor at a time.

        Raises
        ------
        RunError
            When another process holds it.
        """
        with ExitStack() as held:
            try:
                held.enter_context(RunFolder(self.path).lock())
            except RunError as error:
                raise RunError(
                    f"The experiment in {self.path} is at work.", "Wait until it ends, or stop it."
                ) from error
            yield

    @property
    def is_locked(self) -> bool:
        """True while a process conducts the experiment."""
        return RunFolder(self.path).is_locked

    @property
    def log_path(self) -> Path:
        """What the conductor says."""
        return self.path / filenames.LOG

    def _row_path(self, slot: Slot) -> Path:
        return self.path / ROWS / f"{slot.key}.json"

    def _read(self, name: str) -> Any:  # noqa: ANN401 -- JSON is any value
        return atomic_write.read_json(self.path / name)

    def _damaged(self, name: str) -> RunError:
        return RunError(
            f"{self.path / name} cannot be read.", "Start the experiment again in another folder."
        )
