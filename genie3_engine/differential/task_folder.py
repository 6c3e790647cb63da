"""The folder of a task: one of several processes that compute a comparison together."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeAlias

from genie3_engine.differential.comparison_folder import ComparisonFolder
from genie3_engine.differential.comparison_spec import ComparisonSpec, ComparisonStatus
from genie3_engine.errors import RunError
from genie3_engine.jobs import atomic_write, filenames, lifecycle
from genie3_engine.jobs.atomic_folder import make_folder
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.jobs.folder import JobFolder
from genie3_engine.jobs.task_folder import SharedTask, task_path, task_paths
from genie3_engine.model import JobState
from genie3_engine.store.timings import in_turn

AnyFolder: TypeAlias = JobFolder[ComparisonSpec, ComparisonStatus]


class ComparisonTask(SharedTask[ComparisonSpec, ComparisonStatus]):
    """A task on disk: its status, log and lock; spec and parts are the comparison's.

    Parameters
    ----------
    path : Path
        The folder, inside that of the comparison.
    """

    module = "genie3_engine.differential"
    spec_type = ComparisonSpec
    status_type = ComparisonStatus

    @classmethod
    def of(cls, comparison: ComparisonFolder, name: TaskName) -> ComparisonTask:
        """Return the folder of a task, made where it is not there yet.

        Two attempts at a task may make it at the same time: both write the same.

        Parameters
        ----------
        comparison : ComparisonFolder
            The whole comparison.
        name : TaskName
            The task.

        Raises
        ------
        StorageError
            When the disk is full or may not be written.
        """
        task = cls(task_path(comparison.path, name))
        with atomic_write.storage_errors(task.path):
            make_folder(task.path)
        if not os.path.exists(task.path / filenames.STATUS):
            created = comparison.read_status().created
            task.write_status(ComparisonStatus(JobState.QUEUED, created=created))
        return task

    @property
    def spec(self) -> ComparisonSpec:
        """What the whole comparison computes."""
        return ComparisonFolder(self.whole).spec

    def add_timings(self, timings: Mapping[str, Any]) -> None:
        """Add the timings of an attempt to those of the attempts before it.

        Parameters
        ----------
        timings : mapping
            Of the attempt, see `genie3_engine.store.timings`.

        Raises
        ------
        StorageError
            When the disk refuses.
        """
        path = self.path / filenames.TIMINGS
        with suppress(OSError, ValueError):
            timings = in_turn(atomic_write.read_json(path), timings)
        atomic_write.write_json(path, dict(timings))


def is_left_to_tasks(comparison: AnyFolder, status: ComparisonStatus) -> bool:
    """Return whether a comparison waits for tasks, and no process has begun to compute the whole.

    Parameters
    ----------
    comparison : ComparisonFolder
        The comparison.
    status : ComparisonStatus
        Its own status.
    """
    is_untouched = status.state is JobState.QUEUED and status.heartbeat is None
    waits = is_untouched and not comparison.stop_is_requested
    return waits and os.path.isdir(comparison.path / filenames.TASKS)


def task_folders(comparison: AnyFolder) -> Iterator[ComparisonTask]:
    """Yield the tasks of a comparison that have a folder, in order."""
    for _, path in task_paths(comparison.path):
        yield ComparisonTask(path)


def live_tasks(comparison: AnyFolder) -> list[tuple[ComparisonTask, ComparisonStatus]]:
    """Return the tasks that are at work, with their status, or may be."""
    found = []
    for task in task_folders(comparison):
        with suppress(RunError):  # it is being made, or it is damaged: the parts are what counts
            status = lifecycle.reconcile(task)
            if status.state.may_change:
                found.append((task, status))
    return found


def _statuses(comparison: AnyFolder) -> Iterator[ComparisonStatus]:
    for task in task_folders(comparison):
        with suppress(RunError):
            yield task.read_status()


def with_tasks(comparison: AnyFolder, status: ComparisonStatus) -> ComparisonStatus:
    """Return the status of a comparison with the progress of the tasks at work on it.

    Parameters
    ----------
    comparison : ComparisonFolder
        The comparison.
    status : ComparisonStatus
        Its own status.

    Returns
    -------
    ComparisonStatus
        Running, with the forests of all tasks and the step of the first, while a task is at work
        and no process computes the whole; else the status as it is.
    """
    is_own = status.state is JobState.DONE or (status.state.is_live and status.owner is not None)
    found = [] if is_own else live_tasks(comparison)
    of_live = [now for _, now in found if now.state.is_live]  # a silent machine may be gone
    if not of_live:
        return status
    every = list(_statuses(comparison))
    stopping = all(now.state is JobState.STOPPING for now in of_live)
    ends = [now.expected_end for now in of_live]
    return replace(
        status,
        state=JobState.STOPPING if stopping else JobState.RUNNING,
        step=of_live[0].step,
        forests_done=sum(now.forests_done for now in every),
        permutation=min(now.permutation for now in of_live),
        n_permutations=max(now.n_permutations for now in of_live),
        expected_end=None if None in ends else max(end for end in ends if end is not None),
        n_links=max(now.n_links for now in every),
        started=min((now.started for now in every if now.started), default=None),
        heartbeat=max((now.heartbeat for now in of_live if now.heartbeat), default=None),
        ended=None,
        error=None,
    )
