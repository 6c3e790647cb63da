"""Read how the tasks of a run are, and add them up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.jobs.task_folder import task_paths
from genie3_engine.launchers.base import Host
from genie3_engine.model import JobState, RunStatus

WAITING = "waiting"  # the step of a task that has done its share of one step of a job in several


def read_hosts(run: Path, n_tasks: int) -> list[Host]:
    """Return how the tasks of a job are, by rank; those that have not begun are left out.

    Parameters
    ----------
    run : Path
        The folder of a run or of a comparison.
    n_tasks : int
        How many tasks share it.

    Returns
    -------
    list of Host
        Named ``task 3``; ``node`` is the machine's name. A task of a comparison that waits for the
        forests of others is queued.
    """
    found = (_read(name, path) for name, path in task_paths(run, n_tasks))
    return [host for host in found if host is not None]


def _read(name: TaskName, path: Path) -> Host | None:
    """Read how a task is; None when it has not begun, or cannot be read."""
    try:
        status = atomic_write.read_json(path / filenames.STATUS)
        if status["heartbeat"] is None:
            return None
        if status["state"] == JobState.DONE and status.get("pending"):
            status |= {"state": str(JobState.QUEUED), "step": WAITING}
        return host_of(
            status,
            name=f"task {name.index + 1}",
            rank=name.index,
            timings=_timings(path),
            node=str(status.get("host", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _timings(path: Path) -> dict[str, Any] | None:
    """Read where the time of a task went, all attempts together; None before it has ended once."""
    try:
        return dict(atomic_write.read_json(path / filenames.TIMINGS))
    except FileNotFoundError:
        return None


def host_of(
    status: Mapping[str, Any],
    *,
    name: str,
    rank: int,
    timings: dict[str, Any] | None = None,
    node: str = "",
) -> Host:
    """Return the description of a host whose worker has written a status.

    The forests of a comparison count as targets.

    Parameters
    ----------
    status : mapping
        Plain JSON values of the worker's status.
    name, rank, timings, node
        As `Host` takes them.

    Raises
    ------
    TypeError, ValueError
        When the values are not those of a status.
    """
    return Host(
        name=name,
        rank=rank,
        state=str(status.get("state", "")),
        step=str(status.get("step", "")),
        targets_done=int(status.get("targets_done", status.get("forests_done", 0))),
        targets_total=int(status.get("targets_total", status.get("forests_total", 0))),
        replicates_done=int(status.get("replicates_done", 0)),
        replicates_total=int(status.get("replicates_total", 0)),
        heartbeat=status.get("heartbeat"),
        timings=timings,
        targets_per_second=status.get("targets_per_second"),
        expected_end=status.get("expected_end"),
        node=node,
        started=status.get("started"),
        error=status.get("error"),
    )


def added_up(status: RunStatus, hosts: Sequence[Host]) -> RunStatus:
    """Return the progress of a run, from that of its hosts; its state and step stay.

    Parameters
    ----------
    status : RunStatus
        Where the run stood.
    hosts : sequence of Host
        How its hosts are.
    """
    if not hosts:
        return replace(status, targets_per_second=None, expected_end=None)
    counting = [host for host in hosts if host.step == step_of(hosts)]
    heartbeats = [host.heartbeat for host in hosts if host.heartbeat]
    begun = [begin for begin in (status.started, *(host.started for host in hosts)) if begin]
    return replace(
        status,
        targets_done=max(sum(host.targets_done for host in hosts), status.targets_done),
        started=min(begun, default=None),
        heartbeat=max(heartbeats, default=status.heartbeat),
        replicates_done=sum(host.replicates_done for host in counting),
        replicates_total=sum(host.replicates_total for host in counting),
        targets_per_second=sum(host.targets_per_second or 0.0 for host in hosts) or None,
        expected_end=expected_end(hosts, n_targets=status.targets_total),
    )


def expected_end(hosts: Sequence[Host], *, n_targets: int) -> float | None:
    """Return when the last host should end; None while that of one is unknown.

    Parameters
    ----------
    hosts : sequence of Host
        How they are.
    n_targets : int
        Targets of the run, by which hosts that have not begun are noticed.
    """
    ends = [host.expected_end for host in hosts if host.state != JobState.DONE]
    if sum(host.targets_total for host in hosts) < n_targets or None in ends:
        return None
    return max((end for end in ends if end is not None), default=None)


def step_of(hosts: Sequence[Host]) -> str:
    """Return the step of the hosts, in one word: computing as soon as one of them is.

    Returns
    -------
    str
        ``starting`` before any host has begun, empty once all have ended.
    """
    steps = [host.step for host in hosts if host.state in {"queued", "running", "stopping"}]
    if not steps:
        return "" if hosts else "starting"
    return "computing" if "computing" in steps else steps[0] or "starting"
