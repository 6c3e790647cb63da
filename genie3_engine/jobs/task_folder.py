"""The folders of tasks: processes that compute a job together, on machines that share its disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.atomic_folder import make_folder
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.jobs.folder import JobFolder, SpecT, StatusT


class SharedTask(JobFolder[SpecT, StatusT]):
    """A task on disk, inside the folder of the job that it shares.

    Parameters
    ----------
    path : Path
        The folder of the task.

    Notes
    -----
    A task has a status, a log and a lock of its own, so that tasks on many machines never write the
    same file. The machines share one disk: heartbeats are rare. A file system may take minutes to
    notice that the machine of an earlier attempt is gone: the lock is waited for.
    """

    noun = "task"
    heartbeat_seconds = 10.0
    lock_seconds = 300.0

    @property
    def subject(self) -> str:
        """Empty: the log has the end of the whole job."""
        return ""

    @property
    def whole(self) -> Path:
        """The folder of the whole job."""
        return self.path.parents[1]

    @property
    def stop_is_requested(self) -> bool:
        """True from a request to stop, of this task or of the whole job."""
        return super().stop_is_requested or os.path.exists(self.whole / filenames.STOP)


def task_path(job: Path, name: TaskName) -> Path:
    """Return where the folder of a task is.

    Parameters
    ----------
    job : Path
        The folder of the whole job.
    name : TaskName
        The task.
    """
    return job / filenames.TASKS / str(name)


def task_paths(job: Path, n_tasks: int | None = None) -> Iterator[tuple[TaskName, Path]]:
    """Yield the tasks of a job that have a folder, in order, with their folders.

    Parameters
    ----------
    job : Path
        The folder of the whole job.
    n_tasks : int, optional
        How many tasks share the job; those of every division by default.
    """
    try:
        entries = list((job / filenames.TASKS).iterdir())
    except OSError:
        return
    named = [(TaskName.parse(entry.name), entry) for entry in entries]
    for name, path in sorted((name, path) for name, path in named if name is not None):
        if n_tasks in (None, name.n_tasks):
            yield name, path


def make_room_for_tasks(job: Path) -> None:
    """Make the folder that the folders of tasks are in.

    Parameters
    ----------
    job : Path
        The folder of the whole job.

    Raises
    ------
    StorageError
        When it may not be written.
    """
    with atomic_write.storage_errors(job):
        make_folder(job / filenames.TASKS)


def clear_tasks(job: Path) -> None:
    """Forget how the tasks of an earlier submission went; their logs and the parts stay.

    Parameters
    ----------
    job : Path
        The folder of a job whose tasks have all ended.

    Raises
    ------
    StorageError
        When the folder may not be written.
    """
    for _, path in task_paths(job):
        with atomic_write.storage_errors(path):
            for name in (filenames.STATUS, filenames.TIMINGS, filenames.STOP, filenames.REQUEUES):
                (path / name).unlink(missing_ok=True)
