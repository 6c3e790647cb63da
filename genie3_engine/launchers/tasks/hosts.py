"""Read how the tasks of a run are, and add them up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from genie3_engine.errors import RunError
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.launchers.base import Host
from genie3_engine.model import JobState, RunStatus
from genie3_engine.store.task_folder import TaskFolder, task_folders


def read_hosts(run: Path, n_tasks: int) -> list[Host]:
    """Return how the tasks of a run are, by rank; those that have not begun are left out.

    Parameters
    ----------
    run : Path
        The run's folder.
    n_tasks : int
        How many tasks share it.

    Returns
    -------
    list of Host
        Named ``task 3``; ``node`` is the machine's name.
    """
    found = (_read(name, task) for name, task in task_folders(run, n_tasks))
    return [host for host in found if host is not None]


def _read(name: TaskName, task: TaskFolder) -> Host | None:
    """Read how a task is; None when it has not begun, or cannot be read."""
    try:
        status = task.read_status()
        timings = None if status.state.is_live else task.read_timings()
    except RunError:
        return None
    if status.heartbeat is None:
        return None
    node = "" if status.owner is None else status.owner.host
    values = status.to_dict()
    return host_of(
        values, name=f"task {name.index + 1}", rank=name.index, timings=timings, node=node
    )


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
