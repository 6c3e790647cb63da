"""The status of a run whose tasks a scheduler starts that this program does not know."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from genie3_engine.jobs import filenames
from genie3_engine.jobs.locks import SILENT_SECONDS
from genie3_engine.launchers.tasks.hosts import added_up, read_hosts, step_of
from genie3_engine.model import ErrorRecord, JobState, RunStatus
from genie3_engine.store.task_folder import task_folders

if TYPE_CHECKING:
    from genie3_engine.launchers.base import Host
    from genie3_engine.store.run_folder import RunFolder


def status_of_tasks(run: RunFolder, *, now: float) -> RunStatus | None:
    """Return what the tasks of a run report together.

    Parameters
    ----------
    run : RunFolder
        The run.
    now : float
        Seconds since the epoch.

    Returns
    -------
    RunStatus or None
        Running while a task is at work, failed when one has failed and none is at work; otherwise
        queued: the scheduler decides when tasks begin. None when the run was not left to tasks, or
        a process has begun to merge them.

    Raises
    ------
    RunError
        When the status of the run is damaged.
    """
    status = run.read_status()
    is_left_alone = status.state is JobState.QUEUED and status.heartbeat is None
    if not is_left_alone or not os.path.isdir(run.path / filenames.TASKS):
        return None
    hosts = _latest_hosts(run)
    together = added_up(status, hosts)
    at_work = [host for host in hosts if _is_at_work(host, now=now)]
    if at_work:
        is_stopping = run.stop_is_requested
        state = JobState.STOPPING if is_stopping else JobState.RUNNING
        return replace(together, state=state, step=step_of(at_work))
    failed = [host for host in hosts if host.state == JobState.FAILED]
    if failed:
        return replace(together, state=JobState.FAILED, error=_error(failed))
    if run.stop_is_requested:
        return replace(together, state=JobState.CANCELLED)
    return replace(together, step="waiting")


def _latest_hosts(run: RunFolder) -> list[Host]:
    """Return the tasks of the division that was at work last."""
    divisions = {name.n_tasks for name, _ in task_folders(run.path)}
    hosts = [read_hosts(run.path, n_tasks) for n_tasks in divisions]
    return max(hosts, key=_last_heartbeat, default=[])


def _last_heartbeat(hosts: list[Host]) -> float:
    return max((host.heartbeat or 0.0 for host in hosts), default=0.0)


def _is_at_work(host: Host, *, now: float) -> bool:
    return JobState(host.state).is_live and now - (host.heartbeat or 0.0) < SILENT_SECONDS


def _error(failed: list[Host]) -> ErrorRecord:
    names = ", ".join(host.name for host in failed[:3]) + (", …" if len(failed) > 3 else "")
    return ErrorRecord(
        "task",
        f"Tasks have failed: {names}.",
        "Their logs in the folder tasks have the reason. Start them again, or resume the run.",
    )
