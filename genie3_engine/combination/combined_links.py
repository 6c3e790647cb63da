"""Combine the links of several lists, a bucket of targets at a time."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.combination.average_ranks import average_ranks
from genie3_engine.combination.target_buckets import TargetBuckets, bucket_count
from genie3_engine.inference.genie3 import strongest_links
from genie3_engine.model import TargetLinks
from genie3_engine.model.aggregations import AGGREGATIONS, Aggregation
from genie3_engine.registry import load

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.store.links import RankedLinks


@dataclass(frozen=True, slots=True)
class CombinationPlan:
    """What to combine.

    Parameters
    ----------
    lists : sequence of RankedLinks
        The lists.
    genes : sequence of str
        Genes of all lists, sorted.
    how : str
        Name of an aggregation of the registry `AGGREGATIONS`.
    keep : int or None
        Strongest links kept for each target; None keeps all.
    temporary : Path
        A folder for links on disk; made and removed.
    """

    lists: Sequence[RankedLinks]
    genes: Sequence[str]
    how: str
    keep: int | None
    temporary: Path


def combined_links(
    plan: CombinationPlan,
    targets: NDArray[np.int32],
    *,
    should_stop: Callable[[], bool] = lambda: False,
    on_step: Callable[[str], None] = lambda step: None,
) -> Generator[TargetLinks]:
    """Yield the combined links into some targets.

    Parameters
    ----------
    plan : CombinationPlan
        What to combine.
    targets : (n_targets,) int32
        Positions of the targets in the genes of all lists.
    should_stop : callable
        Asked between batches; once it returns True, nothing more is yielded.
    on_step : callable
        Called with ``preparing`` and ``computing`` as they begin.

    Yields
    ------
    TargetLinks
        By bucket. The links of a target are the same, whichever others are asked for.

    Raises
    ------
    RunError
        When a list is damaged.
    StorageError
        When the disk is full or may not be written.

    Notes
    -----
    The ranks of a list go from 1 to its length, equal importance shares the mean rank, and a pair
    that the list lacks has the mean rank of all pairs of the union that it lacks.
    """
    try:
        yield from _combined(plan, targets, should_stop, on_step)
    finally:
        shutil.rmtree(plan.temporary, ignore_errors=True)


def _combined(
    plan: CombinationPlan,
    targets: NDArray[np.int32],
    should_stop: Callable[[], bool],
    on_step: Callable[[str], None],
) -> Generator[TargetLinks]:
    on_step("preparing")
    n_buckets = bucket_count(sum(len(links) for links in plan.lists))
    aggregation = AGGREGATIONS[plan.how]
    buckets = []
    for number, links in enumerate(plan.lists):
        divided = TargetBuckets(plan.temporary / str(number), len(plan.genes), n_buckets)
        if not _divide(links, plan.genes, divided, aggregation, should_stop):
            return
        buckets.append(divided)
    n_pairs = sum(len(_pairs(buckets, bucket)) for bucket in range(n_buckets))
    score = load(aggregation.function)
    on_step("computing")
    for bucket in range(n_buckets):
        wanted = targets[targets % n_buckets == bucket]
        if should_stop():
            return
        if not wanted.size:
            continue
        began = time.thread_time()
        keys, values = _aligned(buckets, bucket, plan, aggregation, n_pairs)
        scores = score(values)
        regulators = (keys % len(plan.genes)).astype(np.int32)
        starts = np.searchsorted(keys, wanted.astype(np.int64) * len(plan.genes))
        ends = np.searchsorted(keys, (wanted.astype(np.int64) + 1) * len(plan.genes))
        seconds = (time.thread_time() - began) / wanted.size
        for target, start, end in zip(wanted.tolist(), starts, ends, strict=True):
            best, importance = strongest_links(scores[start:end], plan.keep)
            yield TargetLinks(
                target=target,
                regulators=regulators[start:end][best],
                importance=importance,
                oob_r2=math.nan,
                seconds=seconds,
            )


def _divide(
    links: RankedLinks,
    genes: Sequence[str],
    divided: TargetBuckets,
    aggregation: Aggregation,
    should_stop: Callable[[], bool],
) -> bool:
    """Write a list's links into buckets; False when that was stopped."""
    places = {name: place for place, name in enumerate(genes)}
    positions = np.array([places[name] for name in links.genes], dtype=np.int32)
    with divided:
        for batch in average_ranks(links):
            if should_stop():
                return False
            divided.add(
                positions[batch.regulators],
                positions[batch.targets],
                batch.importance if aggregation.takes_shares else batch.ranks,
            )
    return True


def _pairs(buckets: Sequence[TargetBuckets], bucket: int) -> NDArray[np.int64]:
    """Return the pairs of a bucket that some list has, ascending."""
    return np.unique(np.concatenate([each.read(bucket)[0] for each in buckets]))


def _aligned(
    buckets: Sequence[TargetBuckets],
    bucket: int,
    plan: CombinationPlan,
    aggregation: Aggregation,
    n_pairs: int,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the pairs of a bucket, and their values in each list."""
    keys = _pairs(buckets, bucket)
    values = np.empty((len(buckets), len(keys)))
    for row, links, each in zip(values, plan.lists, buckets, strict=True):
        known, numbers = each.read(bucket)
        if aggregation.takes_shares:
            row[:] = 0.0
            targets = known // len(plan.genes)
            totals = np.bincount(targets, numbers)[targets]
            numbers = np.divide(numbers, totals, out=np.zeros_like(numbers), where=totals > 0.0)
        else:
            row[:] = (len(links) + 1 + n_pairs) / 2
        row[np.searchsorted(keys, known)] = numbers
    return keys, values
