"""Estimate the memory and disk space of a run."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from genie3_engine.confidence.costs import HALVES, NULLS
from genie3_engine.model import ENGINES, METHODS, ForestSize

if TYPE_CHECKING:
    from genie3_engine.confidence.costs import ReplicateLoad
    from genie3_engine.planning.pilot import Pilot
    from genie3_engine.planning.workloads import Workload

MB = 10**6
# Measured: links ranked, and the memory that takes on top (store/ranking.py; 256 MB of sorting).
RANKING_BYTES = (
    (0, 50 * MB),
    (100_000, 56 * MB),
    (300_000, 77 * MB),
    (1_000_000, 102 * MB),
    (3_000_000, 167 * MB),
    (10_000_000, 356 * MB),
    (40_000_000, 375 * MB),
)
# Measured on 0.4 to 8.6 million links that were combined: what a link takes, and the most of all.
COMBINED_BYTES_A_LINK = 95.0
COMBINED_BYTES = 195 * MB
BUCKET_BYTES_A_LINK = 16.0
PART_BYTES_A_LINK = 6.2  # measured, as are the next two
LINK_BYTES_A_LINK = 5.0
SPILL_BYTES_A_LINK = 12.0
SPILLS_FROM_LINKS = 10_000_000
SORTED_AT_ONCE = 32_000_000
NAME_BYTES = 40.0  # a gene in the dictionaries and in targets.parquet
# Measured on 1.1 million links.
EVIDENCE_BYTES = 220 * MB
EVIDENCE_BYTES_A_LINK = 12.0
NULL_BYTES_A_REGULATOR = 4.5  # of each null target
PICKED_BYTES_A_TARGET = 150.0  # of each half
PROGRAM_BYTES = 220 * MB  # measured: a worker with compiled forests, before it reads its data
_BUFFERED_LINKS = 2_000_000
_BUFFER_BYTES_A_LINK = 20.0


def ranking_bytes(n_links: int) -> float:
    """Return the memory that ranking so many links takes, between what was measured."""
    if n_links >= RANKING_BYTES[-1][0]:
        return float(RANKING_BYTES[-1][1])
    place = bisect_left([links for links, _ in RANKING_BYTES], n_links)
    if place == 0:
        return float(RANKING_BYTES[0][1])
    (before, low), (after, high) = RANKING_BYTES[place - 1 : place + 1]
    return low + (high - low) * (n_links - before) / (after - before)


def combination_bytes(n_links: int) -> float:
    """Return the memory that combining lists of so many links in all takes."""
    return min(COMBINED_BYTES, COMBINED_BYTES_A_LINK * n_links)


def engine_bytes(work: Workload) -> float:
    """Return the memory of the engines of a run, all processes, without the programs.

    Parameters
    ----------
    work : Workload
        The run.
    """
    size = ForestSize(
        n_genes=work.n_genes,
        n_regulators=work.n_regulators,
        n_samples=work.n_samples,
        n_trees=work.n_trees,
        n_workers=work.n_threads * work.n_jobs,
        has_random_splits=getattr(METHODS[work.method], "has_random_splits", False),
    )
    memory_bytes = METHODS[work.method].memory_bytes or ENGINES[work.engine].memory_bytes
    return work.n_processes * memory_bytes(size)


def data_bytes(work: Workload) -> float:
    """Return the expression that a run reads, mapped into each of its processes."""
    if work.is_streamed:
        return 0.0
    n_read = min(work.n_genes, work.n_regulators + work.n_targets)
    return 8.0 * n_read * work.n_samples * work.n_processes


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """The memory that a run holds at its fullest.

    Parameters
    ----------
    compute_bytes : float
        While forests are grown, all processes together.
    write_bytes : float
        While the links are ranked.
    """

    compute_bytes: float
    write_bytes: float

    @property
    def peak_bytes(self) -> float:
        """The larger of the two."""
        return max(self.compute_bytes, self.write_bytes)


def memory_need(work: Workload, pilot: Pilot, *, measured_as: Workload, n_links: int) -> MemoryNeed:
    """Return the memory that a run needs: what its pilot held, and what the run has more.

    Parameters
    ----------
    work : Workload
        The run, or its share on an instance.
    pilot : Pilot
        What was measured.
    measured_as : Workload
        The run that the pilot represents, with its layout on this machine.
    n_links : int
        Links that the run writes.
    """
    tried = replace(measured_as, n_trees=pilot.n_trees)
    program = max(0.0, pilot.rest_bytes - data_bytes(tried) - engine_bytes(tried))
    floor = 60.0 * MB  # an interpreter with numpy
    processes = (work.n_processes - measured_as.n_processes) * max(program, floor)
    unread = max(0, min(work.n_genes, work.n_regulators + work.n_targets) - pilot.n_genes_read)
    unread_bytes = 0.0 if work.is_streamed else 8.0 * unread * work.n_samples
    held = engine_bytes(work) - engine_bytes(tried) + processes + unread_bytes
    buffers = _BUFFER_BYTES_A_LINK * min(_BUFFERED_LINKS, n_links)
    ranking = ranking_bytes(n_links) - ranking_bytes(pilot.n_links)
    return MemoryNeed(
        compute_bytes=max(floor, pilot.compute_bytes + held + buffers + replicate_bytes(work)),
        write_bytes=max(
            floor,
            pilot.write_bytes
            + max(0.0, unread_bytes)
            + max(ranking, evidence_bytes(work) - ranking_bytes(pilot.n_links)),
        ),
    )


def memory_without_pilot(work: Workload) -> float:
    """Return the memory that a run should not exceed, by its size alone.

    Parameters
    ----------
    work : Workload
        The run.
    """
    programs = PROGRAM_BYTES * work.n_processes
    held = programs + data_bytes(work) + replicate_bytes(work)
    buffers = _BUFFER_BYTES_A_LINK * min(_BUFFERED_LINKS, work.n_links())
    ranking = PROGRAM_BYTES + max(ranking_bytes(work.n_links()), evidence_bytes(work))
    return max(held + engine_bytes(work) + buffers, ranking)


def memory_of_combination() -> float:
    """Return the memory that combining lists of links should not exceed, however many there are."""
    return PROGRAM_BYTES + COMBINED_BYTES + float(RANKING_BYTES[-1][1])


def replicate_bytes(work: Workload) -> float:
    """Return what replicate targets hold beyond what the run's own targets do.

    Two halves of the samples are held at the same time: their data, and their engines, which
    together are at most as large as the run's own.
    """
    if work.is_streamed or not any(load.name == HALVES for load in work.replicates):
        return 0.0
    return 8.0 * work.n_genes * work.n_samples * work.n_processes


def evidence_bytes(work: Workload) -> float:
    """Return the memory that writing the evidence takes, beyond the program and the data."""
    if not work.replicates:
        return 0.0
    held = {
        NULLS: NULL_BYTES_A_REGULATOR * work.n_regulators,
        HALVES: PICKED_BYTES_A_TARGET,
    }
    ranks = 2.0 * work.n_regulators * work.n_samples
    return EVIDENCE_BYTES + ranks + sum(load.number * held[load.name] for load in work.replicates)


def n_kept(load: ReplicateLoad, work: Workload) -> int:
    """Return the links that are kept of all replicate targets of one kind."""
    of_each = max(1, work.n_regulators - 1)
    return load.number * (of_each if load.keep is None else min(load.keep, of_each))


@dataclass(frozen=True, slots=True)
class DiskNeed:
    """The disk that a run needs.

    Parameters
    ----------
    result_bytes : float
        What stays.
    peak_bytes : float
        With the parts and the overflow of sorting, which go at the end.
    """

    result_bytes: float
    peak_bytes: float


def disk_need(work: Workload, n_links: int) -> DiskNeed:
    """Return the disk that a run needs.

    Parameters
    ----------
    work : Workload
        The run.
    n_links : int
        Links that it writes.
    """
    result = LINK_BYTES_A_LINK * n_links + NAME_BYTES * (work.n_genes + work.n_targets)
    parts = PART_BYTES_A_LINK * n_links
    if work.replicates:
        result += EVIDENCE_BYTES_A_LINK * n_links
        parts += PART_BYTES_A_LINK * sum(n_kept(load, work) for load in work.replicates)
    spilled = min(n_links, SORTED_AT_ONCE) if n_links > SPILLS_FROM_LINKS else 0
    return DiskNeed(
        result_bytes=math.ceil(result),
        peak_bytes=math.ceil(result + parts + SPILL_BYTES_A_LINK * spilled),
    )
