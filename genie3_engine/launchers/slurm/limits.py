"""Find what a cluster can never run, which Slurm itself may accept and keep waiting for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from genie3_engine import labels
from genie3_engine.errors import OptionError

if TYPE_CHECKING:
    from genie3_engine.launchers.slurm.options import SlurmOptions
    from genie3_engine.launchers.slurm.partitions import Cluster, Partition

_FEATURE = re.compile(r"[\w.+-]+")


def refusals(options: SlurmOptions, cluster: Cluster) -> Iterator[OptionError]:
    """Yield each reason why the cluster can never run a task with some options.

    Parameters
    ----------
    options : SlurmOptions
        What was chosen.
    cluster : Cluster
        Its limits.
    """
    most = cluster.most_tasks
    if most is not None and options.tasks is not None and options.tasks > most:
        yield OptionError(
            f"--tasks is {options.tasks:,}, but a job array has {most:,} tasks at most here.",
            f"Give {most:,} --tasks or fewer.",
        )
    partition = cluster.partition(options.partition)
    if partition is None:
        if cluster.partitions:
            yield _no_partition(options, cluster)
        return
    yield from _of_partition(options, partition)


def require_possible(options: SlurmOptions, cluster: Cluster | None) -> None:
    """Refuse options with which no task could ever run; see `refusals`.

    Raises
    ------
    OptionError
        The first reason.
    """
    if cluster is not None:
        for error in refusals(options, cluster):
            raise error


def _no_partition(options: SlurmOptions, cluster: Cluster) -> OptionError:
    names = ", ".join(each.name for each in cluster.partitions)
    if not options.partition:
        return OptionError("The cluster has no default partition.", f"Give --partition: {names}.")
    return OptionError(
        f"There is no partition {options.partition!r}.", f"Give a --partition of: {names}."
    )


def _of_partition(options: SlurmOptions, partition: Partition) -> Iterator[OptionError]:
    where = f"the partition {partition.name}"
    if not partition.is_up:
        yield OptionError(f"{where.capitalize()} takes no jobs now.", "Give another --partition.")
    longest = partition.longest_seconds
    if options.time is not None and longest is not None and options.time > longest:
        limit = labels.duration(longest)
        yield OptionError(
            f"--time is {labels.duration(options.time)}, but {where} allows {limit} at most.",
            f"Give --time {longest}s or less; a task that needs more begins again by itself.",
        )
    if options.n_cores > partition.n_cores > 0:
        yield OptionError(
            f"--cpus is {options.n_cores}, but nodes of {where} have {partition.n_cores} at most.",
            f"Give --cpus {partition.n_cores} or fewer, and more --tasks.",
        )
    memory = options.memory_bytes
    if memory is not None and memory > partition.memory_bytes > 0:
        there = labels.size(partition.memory_bytes)
        yield OptionError(
            f"--memory is {options.memory}, but nodes of {where} have {there} at most.",
            "Give less --memory, or another --partition.",
        )
    unknown = set(_FEATURE.findall(options.constraint)) - partition.features
    if options.constraint and _is_plain(options.constraint) and unknown:
        there = ", ".join(sorted(partition.features)) or "none"
        yield OptionError(
            f"No node of {where} has the feature {sorted(unknown)[0]}.",
            f"Change --constraint; the features are: {there}.",
        )


def _is_plain(constraint: str) -> bool:
    """Return whether all features must be there: no alternatives and no numbers of nodes."""
    return not re.search(r"[|*!\[(]", constraint)
