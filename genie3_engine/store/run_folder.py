"""Files of a run, and the lock of its writer."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from genie3_engine.errors import OptionError, RunError, StorageError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.path_checks import make_writable, refuse_place
from genie3_engine.model import RunSpec, RunStatus, TargetSummary
from genie3_engine.store import parts
from genie3_engine.store.spec_diff import differences

_STALE_SECONDS = 3600.0
_TAIL_BYTES = 1 << 18
_LOCK_TRIES = 10
_LOCK_PAUSE_SECONDS = 0.02


class RunFolder:
    """A run on disk: what it computes, where it stands, and its results.

    Parameters
    ----------
    path : Path
        The folder. `create` makes one, `open` checks that it holds a run.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._spec: RunSpec | None = None

    def __repr__(self) -> str:
        """Return the folder's path, for logs."""
        return f"RunFolder({str(self.path)!r})"

    @classmethod
    def create(cls, path: Path, spec: RunSpec, status: RunStatus) -> RunFolder:
        """Make a run's folder.

        Parameters
        ----------
        path : Path
            A folder that does not exist or is empty.
        spec : RunSpec
            What is computed, and how; written once.
        status : RunStatus
            Where the run stands at first.

        Returns
        -------
        RunFolder
            The new run.

        Raises
        ------
        RunError
            When the folder holds a run (the message says what differs) or anything else.
        StorageError
            When the disk is full or may not be written.
        """
        run = cls(path)
        refuse_place(run.path)
        make_writable(run.path)
        run._refuse_contents(spec)
        with run.lock():
            run._refuse_contents(spec)
            run.write_status(status)
            atomic_write.write_json(run.path / filenames.SPEC, spec.to_dict())
        return run

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """Open the run in a folder.

        Parameters
        ----------
        path : Path
            The folder.

        Returns
        -------
        RunFolder
            The run, its spec read.

        Raises
        ------
        RunError
            When there is no run, or its spec is damaged.
        """
        run = cls(path)
        _ = run.spec
        return run

    @property
    def spec(self) -> RunSpec:
        """What the run computes; read once."""
        if self._spec is None:
            if not (self.path / filenames.SPEC).is_file():
                raise RunError(
                    f"There is no run in {self.path}.",
                    f"Give the folder of a run: it holds {filenames.SPEC}.",
                )
            try:
                self._spec = RunSpec.from_dict(self._read(filenames.SPEC))
            except (OptionError, KeyError, TypeError, AttributeError) as error:
                raise self._damaged(filenames.SPEC) from error
        return self._spec

    def require_same(self, spec: RunSpec) -> None:
        """Refuse to go on with another run than the one in this folder.

        Parameters
        ----------
        spec : RunSpec
            What is asked for now; threads, processes and names may differ.

        Raises
        ------
        RunError
            When the result would be another; the message says what differs.
        """
        different = differences(self.spec, spec)
        if different:
            raise RunError(
                f"{self.path} holds another run: {'; '.join(different)}.", "Give another --out."
            )

    def read_status(self) -> RunStatus:
        """Return where the run stands, also while another process writes it.

        Raises
        ------
        RunError
            When the status is missing or damaged.
        """
        try:
            return RunStatus.from_dict(self._read(filenames.STATUS))
        except FileNotFoundError as error:
            raise RunError(
                f"There is no {filenames.STATUS} in {self.path}.", "Give the folder of a run."
            ) from error
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._damaged(filenames.STATUS) from error

    def write_status(self, status: RunStatus) -> None:
        """Replace the status at once; raises `StorageError` when the disk refuses."""
        atomic_write.write_json(self.path / filenames.STATUS, status.to_dict())

    def read_timings(self) -> dict[str, Any] | None:
        """Return where the time went, None before the run has said so.

        Raises
        ------
        RunError
            When the file is damaged.
        """
        try:
            timings = self._read(filenames.TIMINGS)
        except FileNotFoundError:
            return None
        if not isinstance(timings, dict) or not isinstance(timings.get("seconds", {}), dict):
            raise self._damaged(filenames.TIMINGS)
        return timings

    def write_timings(self, timings: Mapping[str, Any]) -> None:
        """Replace the timings at once; raises `StorageError` when the disk refuses."""
        atomic_write.write_json(self.path / filenames.TIMINGS, dict(timings))

    @property
    def log_path(self) -> Path:
        """The worker's log."""
        return self.path / filenames.LOG

    def log_tail(self, n_lines: int) -> str:
        """Return the last lines that the worker has logged; empty when there are none."""
        try:
            with self.log_path.open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - _TAIL_BYTES))
                lines = log.read().decode(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-n_lines:])

    @property
    def parts_folder(self) -> Path:
        """Links of finished targets, until they are ranked."""
        return self.path / filenames.PARTS

    @property
    def links_path(self) -> Path:
        """The ranked links, once they are there."""
        return self.path / filenames.LINKS

    @property
    def targets_path(self) -> Path:
        """One row a target; written last, so that it says the result is whole."""
        return self.path / filenames.TARGETS

    @property
    def has_result(self) -> bool:
        """True when the ranked links and the targets are in place."""
        return self.targets_path.is_file() and self.links_path.is_file()

    def finished_targets(self) -> dict[str, TargetSummary]:
        """Return the targets whose links are on disk, ranked or not.

        Raises
        ------
        RunError
            When a part belongs to another data set, or ``targets.parquet`` is damaged.
        """
        if self.has_result:
            return {row.target: row for row in parts.read_targets(self.targets_path)}
        return parts.finished_targets(self.parts_folder, self.spec.dataset)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the run: one worker a folder at a time.

        Raises
        ------
        RunError
            When another worker holds it.
        StorageError
            When the folder may not be written, or its file system knows no locks.
        """
        descriptor = self._take_lock()
        try:
            yield
        finally:
            os.close(descriptor)

    @property
    def is_locked(self) -> bool:
        """True while a worker holds the run, on any machine that shares the file system's locks."""
        try:
            descriptor = os.open(self.path / filenames.LOCK, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        finally:
            os.close(descriptor)
        return False

    def remove_leftovers(self) -> None:
        """Remove what a killed worker left half-written; only the lock's holder may ask."""
        atomic_write.remove_leftovers(
            self.path, except_ending=".json", older_than_seconds=_STALE_SECONDS
        )
        atomic_write.remove_leftovers(self.parts_folder)
        shutil.rmtree(self.path / filenames.SORTING, ignore_errors=True)

    def _take_lock(self) -> int:
        """Open and lock the lock file; a reader of `is_locked` may be in the way for an instant."""
        with atomic_write.storage_errors(self.path):
            descriptor = os.open(
                self.path / filenames.LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666
            )
        for trial in range(_LOCK_TRIES):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if trial < _LOCK_TRIES - 1:
                    time.sleep(_LOCK_PAUSE_SECONDS)
            except OSError as error:
                os.close(descriptor)
                if error.errno in {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP}:
                    raise StorageError(
                        f"The file system of {self.path} knows no locks.",
                        "Choose a folder on another disk.",
                    ) from error
                raise atomic_write.storage_error(self.path, error) from error
            else:
                return descriptor
        os.close(descriptor)
        raise RunError(
            f"Another worker is at work on the run in {self.path}.",
            "Wait until it ends, or cancel it.",
        )

    def _refuse_contents(self, spec: RunSpec) -> None:
        if (self.path / filenames.SPEC).exists():
            self.require_same(spec)
            raise RunError(
                f"{self.path} holds this very run already.",
                "Resume it (--resume), or give another --out.",
            )
        try:
            strangers = sorted(
                entry.name
                for entry in self.path.iterdir()
                if entry.name not in {filenames.STATUS, filenames.LOCK, filenames.LOG}
                and not entry.name.endswith(filenames.ASIDE)
            )
        except OSError as error:
            raise atomic_write.storage_error(self.path, error) from error
        if strangers:
            raise RunError(
                f"{self.path} is not empty and holds no run (found {strangers[0]!r}).",
                "Give another --out.",
            )

    def _read(self, name: str) -> Any:  # noqa: ANN401 -- JSON is any value
        try:
            return atomic_write.read_json(self.path / name)
        except FileNotFoundError:
            raise
        except (OSError, ValueError) as error:
            raise self._damaged(name) from error

    def _damaged(self, name: str) -> RunError:
        return RunError(
            f"{self.path / name} cannot be read.", "Start the run again in another folder."
        )
