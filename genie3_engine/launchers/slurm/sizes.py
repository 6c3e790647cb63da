"""Choose the number, time and memory of a run's tasks where the user has not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from genie3_engine.launchers.slurm.options import SlurmOptions, slurm_memory

if TYPE_CHECKING:
    from genie3_engine.launchers.slurm.partitions import Cluster
    from genie3_engine.planning.task_estimates import Shareable, TaskEstimate

MOST_TASKS = 64
USUAL_TASKS = 4  # without a forecast
SHORTEST_SECONDS = 600.0  # of a task, when there are several
_SHORTEST_LIMIT_SECONDS = 600
_TIME_FACTOR, _MEMORY_FACTOR = 3.0, 1.5
_LEAST_MEMORY_BYTES = 1 << 30


def sized(
    options: SlurmOptions, *, n_targets: int, forecast: Shareable | None, cluster: Cluster | None
) -> SlurmOptions:
    """Return the options with all that the forecast decides.

    Parameters
    ----------
    options : SlurmOptions
        What the user chose; it stays.
    n_targets : int
        Targets of the run; 0 where it is unknown.
    forecast : Shareable or None
        The run or comparison on this machine; without one, time and memory are the cluster's own
        defaults.
    cluster : Cluster or None
        The limits of the cluster, where they are known.

    Notes
    -----
    As many tasks as possible of which each lasts ten minutes or more, up to 64. The longest time is
    three times the forecast and ten minutes at least; the memory one and a half times the forecast
    and 1 GB at least.
    """
    partition = None if cluster is None else cluster.partition(options.partition)
    cpus = options.n_cores
    if partition is not None and partition.n_cores and options.cpus is None:
        cpus = min(cpus, partition.n_cores)
    options = replace(options, cpus=cpus)
    most = min(MOST_TASKS, n_targets or MOST_TASKS, (cluster and cluster.most_tasks) or MOST_TASKS)
    tasks = options.tasks or _n_tasks(forecast, cpus, most)
    options = replace(options, tasks=min(tasks, n_targets or tasks))
    if forecast is None:
        return options
    estimate = estimated(options, forecast)
    if options.time is None:
        seconds = max(_SHORTEST_LIMIT_SECONDS, _TIME_FACTOR * estimate.high_seconds)
        limit = None if partition is None else partition.longest_seconds
        minutes = -(-int(seconds) // 60)
        options = replace(options, time=min(60 * minutes, limit or 60 * minutes))
    if options.memory is None:
        needed = max(_LEAST_MEMORY_BYTES, _MEMORY_FACTOR * estimate.memory_bytes)
        options = replace(options, memory=slurm_memory(needed))
    return options


def estimated(options: SlurmOptions, forecast: Shareable) -> TaskEstimate:
    """Return what a run takes with these options."""
    return forecast.on_tasks(n_tasks=options.tasks or 1, n_cores=options.n_cores)


def _n_tasks(forecast: Shareable | None, cpus: int, most: int) -> int:
    """Return the largest number of tasks that last long enough each."""
    if forecast is None:
        return min(USUAL_TASKS, most)
    for n_tasks in range(most, 1, -1):
        each = forecast.on_tasks(n_tasks=n_tasks, n_cores=cpus)
        if each.task_seconds >= SHORTEST_SECONDS:
            return n_tasks
    return 1
