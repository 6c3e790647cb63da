"""Jobs whose targets several machines share, as a launcher sees them: runs and comparisons."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import RunError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.stored_files import stored_paths
from genie3_engine.registry import load
from genie3_engine.store.timed_folder import TimedFolder

if TYPE_CHECKING:
    from genie3_engine.jobs.filenames import TaskName
    from genie3_engine.jobs.folder import JobFolder
    from genie3_engine.model import LayoutSpec
    from genie3_engine.planning.task_estimates import Shareable

# From the file of a job's spec to its kind; those that know the launchers are loaded by name.
_KINDS = {
    filenames.SPEC: "genie3_engine.launchers.shared_run:SharedRun",
    "comparison.json": "genie3_engine.differential.shared_comparison:SharedComparison",
}


@dataclass(frozen=True, slots=True)
class CargoFile:
    """A file that the machines read.

    Parameters
    ----------
    name : str
        Its name.
    content : bytes or Path
        The file.
    what : str
        What it is, for people.
    """

    name: str
    content: bytes | Path
    what: str

    @property
    def n_bytes(self) -> int:
        """Its size."""
        if isinstance(self.content, Path):
            return self.content.stat().st_size
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Cargo:
    """What the machines need of a job, without names that the user gave.

    Parameters
    ----------
    data_key : str
        What distinguishes the data from all others.
    data : tuple of CargoFile
        The data, which other jobs may share.
    settings : tuple of CargoFile
        The spec.
    """

    data_key: str
    data: tuple[CargoFile, ...]
    settings: tuple[CargoFile, ...]


class SharedJob(TimedFolder[Any]):
    """The folder of a job whose targets several machines share.

    Progress is that of a run: a subclass counts in targets what it counts.
    """

    @property
    @abstractmethod
    def launcher_options(self) -> Mapping[str, Any]:
        """The options of the launcher."""

    @property
    @abstractmethod
    def has_result(self) -> bool:
        """True when the results are in place."""

    @property
    @abstractmethod
    def data_key(self) -> str:
        """As in `Cargo`."""

    @property
    @abstractmethod
    def part_folders(self) -> Mapping[str, Path]:
        """Folders of the parts here, by the place where the machines leave them."""

    @abstractmethod
    def cargo(self, home: Path | None) -> Cargo:
        """Return what the machines need.

        Raises
        ------
        InputError
            When the data are not stored here.
        OptionError
            When machines cannot share the job.
        """

    @abstractmethod
    def finish(self, home: Path | None) -> str:
        """Write the results from the parts that are here.

        Returns
        -------
        str
            What is missing, where the machines have to compute in several steps and another one
            comes; empty when the results are in place.

        Raises
        ------
        RunError
            When parts are missing that were computed, or are damaged.
        StorageError
            When the disk is full or may not be written.
        """

    @abstractmethod
    def n_here(self) -> int:
        """Return the targets whose links are in the folder."""

    @property
    def n_steps(self) -> int:
        """How often each task is started; all tasks of a step have ended before the next one."""
        return 1

    def require_shareable(self) -> None:
        """Refuse a job that one process has to compute; raises `RunError`."""

    @abstractmethod
    def n_targets(self, home: Path | None) -> int:
        """Return how many targets the tasks share."""

    @abstractmethod
    def forecast(self, home: Path | None) -> Shareable | None:
        """Return the forecast of the job for this machine; None where there is none."""

    @abstractmethod
    def task(self, name: TaskName) -> JobFolder[Any, Any]:
        """Return the folder of a task, made where it is not there yet.

        Raises
        ------
        RunError
            When tasks cannot share the job.
        StorageError
            When the disk is full or may not be written.
        """

    @abstractmethod
    def compute(
        self,
        *,
        layout: LayoutSpec,
        task: TaskName | None = None,
        step: int = 0,
        should_stop: Callable[[], bool] = lambda: False,
        starting_seconds: float = 0.0,
    ) -> bool:
        """Compute what is missing of the job, or of the share of a task, in this process.

        Parameters
        ----------
        layout : LayoutSpec
            Processes and threads.
        task : TaskName, optional
            The task.
        step : int
            Which of the steps, from 0.
        should_stop, starting_seconds
            As `genie3_engine.worker.run` takes them.

        Returns
        -------
        bool
            Whether all that the earlier steps have to leave was found; a shared disk may show it
            late.

        Raises
        ------
        RunInterruptedError
            When it was stopped.
        Genie3Error
            When it failed.
        """

    def n_parts(self, task: TaskName) -> int:
        """Count the parts of a task that are on disk, by which its progress is noticed."""
        prefix = filenames.PartName.prefix(task.index, task.n_tasks)
        folders = self.part_folders.values()
        return sum(len(stored_paths(folder, f"{prefix}*")) for folder in folders)


def open_shared(path: Path) -> SharedJob:
    """Open the job in a folder.

    Raises
    ------
    RunError
        When there is no job in the folder, or it is damaged.
    """
    for file, place in _KINDS.items():
        if os.path.isfile(path / file):
            kind: type[SharedJob] = load(place)
            return kind.open(path)
    raise RunError(
        f"There is no run in {path}.", f"Give the folder of a run: it holds {filenames.SPEC}."
    )


def require_record(folder: SharedJob, record: object, *, launcher: str) -> None:
    """Refuse to submit or cancel a job of which one may be at work, unknown to anyone.

    Parameters
    ----------
    folder : SharedJob
        The job.
    record : object
        What the launcher remembers of it; None where nothing could be read.
    launcher : str
        The launcher's name.

    Raises
    ------
    RunError
        When the launcher's record is there and is damaged.
    """
    file = folder.path / filenames.SUBMISSION
    if record is not None or not os.path.lexists(file):
        return
    with suppress(OSError, ValueError, KeyError, TypeError):
        if atomic_write.read_json(file)["launcher"] != launcher:
            return
    raise RunError(
        f"{file} cannot be read: whether an earlier job of this {folder.noun} is at work is not "
        "known.",
        "Look for it where it was submitted and end it; then delete the file, and resume.",
    )
