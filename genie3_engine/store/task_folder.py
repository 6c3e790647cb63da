"""The folder of a task: one of several processes that compute the targets of a run together."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from genie3_engine.errors import RunError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.atomic_folder import make_folder
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.jobs.task_folder import (
    SharedTask,
    clear_tasks,
    make_room_for_tasks,
    task_path,
    task_paths,
)
from genie3_engine.model import JobState, RunSpec, RunStatus, TargetSummary
from genie3_engine.store import parts
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.timings import in_turn


@dataclass(frozen=True, slots=True)
class TaskReport:
    """How a task went.

    Parameters
    ----------
    status : RunStatus
        Its last status.
    timings : dict
        Where its time went, all attempts together.
    """

    status: RunStatus
    timings: dict[str, Any]


class TaskFolder(SharedTask[RunSpec, RunStatus], RunFolder):
    """A task on disk: a run of one shard, whose parts are those of the whole run.

    Parameters
    ----------
    path : Path
        The folder, inside that of the run.
    """

    @classmethod
    def of(cls, run: RunFolder, name: TaskName) -> TaskFolder:
        """Return the folder of a task, made where it is not there yet.

        Parameters
        ----------
        run : RunFolder
            The whole run.
        name : TaskName
            The task.

        Raises
        ------
        RunError
            When the targets of the run cannot be shared.
        StorageError
            When the disk is full or may not be written.

        Notes
        -----
        Two attempts at a task may make it at the same time: both write the same.
        """
        refuse_tasks(run)
        spec = run.spec
        layout = replace(spec.layout, shard_index=name.index, n_shards=name.n_tasks)
        folder = cls(task_path(run.path, name))
        with atomic_write.storage_errors(folder.path):
            make_folder(folder.path)
            _link(folder.parts_folder, to=run.parts_folder)
            if spec.confidence is not None:
                _link(folder.replicates_folder, to=run.replicates_folder)
        whole = run.read_status()
        n_targets = len(range(name.index, whole.targets_total, name.n_tasks))
        new = RunStatus(JobState.QUEUED, targets_total=n_targets, created=whole.created)
        if not os.path.exists(folder.path / filenames.STATUS):
            folder.write_status(new)
        if not os.path.exists(folder.path / filenames.SPEC):
            values = replace(spec, layout=layout).to_dict()
            atomic_write.write_json(folder.path / filenames.SPEC, values)
        return folder

    def finished_targets(self) -> dict[str, TargetSummary]:
        """Return the targets of this task whose links are on disk, and some of other tasks.

        Raises
        ------
        RunError
            When a part belongs to another data set.
        """
        layout = self.spec.layout
        shard = (layout.shard_index, layout.n_shards)
        return parts.finished_targets(self.parts_folder, self.spec.dataset, shard=shard)

    def write_timings(self, timings: Mapping[str, Any]) -> None:
        """Add the timings of an attempt to those of the attempts before it.

        A scheduler begins a task again when its node died or its time is over.

        Raises
        ------
        StorageError
            When the disk refuses.
        """
        try:
            before = self.read_timings()
        except RunError:
            before = None
        super().write_timings(timings if before is None else in_turn(before, timings))


def refuse_tasks(run: RunFolder) -> None:
    """Refuse to share the targets of a run that one process has to compute; raises `RunError`."""
    refuse_tasks_of(run.spec)


def refuse_tasks_of(spec: RunSpec) -> None:
    """Refuse what `refuse_tasks` does before there is a run; raises `RunError`."""
    if spec.parents:
        raise RunError(
            "Tasks cannot share a combination of runs: a link's rank depends on links of all "
            "targets.",
            "Combine them on one machine.",
        )
    if spec.layout.n_shards != 1:
        raise RunError(
            "The run is a shard itself: tasks cannot share its targets.",
            "Share the targets of an undivided run.",
        )


def task_folders(run: Path, n_tasks: int | None = None) -> Iterator[tuple[TaskName, TaskFolder]]:
    """Yield the tasks of a run that have a folder, in order.

    Parameters
    ----------
    run : Path
        The run's folder.
    n_tasks : int, optional
        How many tasks share the run; those of every division by default.
    """
    for name, path in task_paths(run, n_tasks):
        yield name, TaskFolder(path)


def task_reports(run: Path) -> Iterator[TaskReport]:
    """Yield how the tasks of a run went, of each that has ended by itself."""
    for _, task in task_folders(run):
        with suppress(RunError):  # it is damaged: the parts are what counts
            timings = task.read_timings()
            if timings is not None:
                yield TaskReport(task.read_status(), timings)


def expect_tasks(run: RunFolder) -> None:
    """Prepare a run, new or stopped, for tasks that a scheduler starts.

    Parameters
    ----------
    run : RunFolder
        A run whose tasks have all ended.

    Raises
    ------
    RunError
        When the targets of the run cannot be shared.
    StorageError
        When the folder may not be written.
    """
    refuse_tasks(run)
    run.clear_stop()
    clear_tasks(run.path)
    make_room_for_tasks(run.path)


def _link(path: Path, *, to: Path) -> None:
    """Make a link in a task's folder to a folder of the run, which is made as well."""
    make_folder(to)
    with suppress(FileExistsError):
        path.symlink_to(Path("../..") / to.name, target_is_directory=True)
