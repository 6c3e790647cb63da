"""Estimate time and memory of a run whose targets several tasks of a cluster share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from genie3_engine.model import ENGINES
from genie3_engine.planning import hardware_factors
from genie3_engine.planning.memory import memory_need
from genie3_engine.planning.runtime_model import (
    NINETY_PERCENT,
    computing_seconds,
    replicate_seconds,
    sampling_error,
    tree_scale,
)

if TYPE_CHECKING:
    from genie3_engine.planning.forecasts import Forecast


@dataclass(frozen=True, slots=True)
class TaskEstimate:
    """A run on tasks that share its targets, on nodes like this machine.

    Parameters
    ----------
    n_tasks, n_cores : int
        Tasks, and cores of each.
    task_seconds, merge_seconds : float
        Of each task, and of the job that ranks all links afterwards.
    computing_seconds : float
        The part of ``task_seconds`` without the start.
    low_seconds, high_seconds : float
        Between what 9 of 10 runs should take in all, without any time in a queue.
    memory_bytes : float
        Peak memory of a task or of the merge, whichever is larger.
    """

    n_tasks: int
    n_cores: int
    task_seconds: float
    merge_seconds: float
    low_seconds: float
    high_seconds: float
    memory_bytes: float
    computing_seconds: float

    @property
    def wall_seconds(self) -> float:
        """From the start of the tasks to the network, when all of them start together."""
        return self.task_seconds + self.merge_seconds

    @property
    def core_seconds(self) -> float:
        """Seconds of all cores together."""
        return self.task_seconds * self.n_tasks * self.n_cores + self.merge_seconds


class Shareable(Protocol):
    """The forecast of a job that tasks of a cluster may share."""

    @property
    def n_targets(self) -> int:
        """Its targets."""
        ...

    def on_tasks(self, *, n_tasks: int, n_cores: int) -> TaskEstimate:
        """Estimate the job on tasks of some cores each."""
        ...


def one_after_the_other(each: Sequence[TaskEstimate], *, then_seconds: float = 0.0) -> TaskEstimate:
    """Return what runs take that the same tasks compute one after the other.

    Parameters
    ----------
    each : sequence of TaskEstimate
        The runs, one or more.
    then_seconds : float
        What the last job does after their merges.
    """
    spread = max(one.high_seconds / one.wall_seconds for one in each)
    task = sum(one.task_seconds for one in each)
    merge = sum(one.merge_seconds for one in each) + then_seconds
    return replace(
        each[0],
        task_seconds=task,
        merge_seconds=merge,
        low_seconds=(task + merge) / spread,
        high_seconds=(task + merge) * spread,
        memory_bytes=max(one.memory_bytes for one in each),
        computing_seconds=sum(one.computing_seconds for one in each),
    )


def on_tasks(of: Forecast, *, n_tasks: int, n_cores: int) -> TaskEstimate:
    """Estimate a run on tasks of a cluster.

    Parameters
    ----------
    of : Forecast
        The run on this machine.
    n_tasks : int
        How many share the targets.
    n_cores : int
        Cores of each.

    Notes
    -----
    A core of a node is taken to be as fast as one of this machine; the interval is wider for it.
    """
    if of.members:
        each = [on_tasks(member, n_tasks=n_tasks, n_cores=n_cores) for member in of.members]
        return one_after_the_other(each, then_seconds=sum(of.combination_seconds.values()))
    share = of.work.on(n_cores, n_instances=n_tasks)
    at_once = min(share.targets_at_once, share.n_targets)
    target = of.pilot.mean_seconds * tree_scale(of.pilot, share.n_trees) * of.past.factor
    n_busy = hardware_factors.busy_cores(
        at_once * share.n_jobs, n_cores, share.engine, share.n_jobs
    )
    slot = target * at_once / n_busy
    preparing = of.step_seconds["preparing"]
    computing = computing_seconds(slot, share.n_targets, at_once) + sum(
        replicate_seconds(load, slot, preparing=preparing, at_once=at_once)
        for load in share.replicates
    )
    starting = of.step_seconds["starting"] + of.step_seconds["reading"] + preparing
    task = starting + ENGINES[share.engine].compile_seconds + computing
    merge = of.step_seconds["starting"] + of.step_seconds["reading"] + of.step_seconds["writing"]
    merge += of.step_seconds.get("evidence", 0.0)
    error = math.hypot(
        sampling_error(of.pilot, of.work.n_targets),
        of.past.widened(hardware_factors.SPEED_ERROR),
    )
    spread = math.exp(NINETY_PERCENT * error)
    need = memory_need(share, of.pilot, measured_as=of.work, n_links=of.n_links)
    return TaskEstimate(
        n_tasks=n_tasks,
        n_cores=n_cores,
        task_seconds=task,
        merge_seconds=merge,
        low_seconds=(task + merge) / spread,
        high_seconds=(task + merge) * spread,
        memory_bytes=need.peak_bytes * of.past.memory_factor,
        computing_seconds=computing,
    )
