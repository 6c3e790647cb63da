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
from genie3_engine.model.aggregations import AGGREGATIONS
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
    The ranks of a list go from 1 to its length, links of equal importance share their mean rank,
    and a pair that the list lacks has the mean rank of all pairs of the union that it lacks.
    """
    lists = _DividedLists(plan)
    on_step("preparing")
    try:
        if lists.write(should_stop):
            on_step("computing")
            yield from _combined(lists, targets, should_stop=should_stop)
    finally:
        shutil.rmtree(plan.temporary, ignore_errors=True)


def _combined(
    lists: _DividedLists, targets: NDArray[np.int32], *, should_stop: Callable[[], bool]
) -> Generator[TargetLinks]:
    plan, n_genes = lists.plan, len(lists.plan.genes)
    score = load(lists.aggregation.function)
    for bucket in range(lists.n_buckets):
        wanted = targets[targets % lists.n_buckets == bucket]
        if should_stop():
            return
        if not wanted.size:
            continue
        began = time.thread_time()
        keys, values = lists.values(bucket)
        scores = score(values)
        regulators = (keys % n_genes).astype(np.int32)
        starts = np.searchsorted(keys, wanted.astype(np.int64) * n_genes)
        ends = np.searchsorted(keys, (wanted.astype(np.int64) + 1) * n_genes)
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


class _DividedLists:
    """The lists of a plan on disk, each divided into the same buckets of targets."""

    def __init__(self, plan: CombinationPlan) -> None:
        self.plan = plan
        self.aggregation = AGGREGATIONS[plan.how]
        self.n_buckets = bucket_count(sum(len(links) for links in plan.lists))
        self._lists = [
            TargetBuckets(plan.temporary / str(number), len(plan.genes), self.n_buckets)
            for number in range(len(plan.lists))
        ]
        self._n_pairs = 0  # that some list has

    def write(self, should_stop: Callable[[], bool]) -> bool:
        """Write all lists; False when that was stopped."""
        places = {name: place for place, name in enumerate(self.plan.genes)}
        for links, divided in zip(self.plan.lists, self._lists, strict=True):
            positions = np.array([places[name] for name in links.genes], dtype=np.int32)
            with divided:
                for batch in average_ranks(links):
                    if should_stop():
                        return False
                    divided.add(
                        positions[batch.regulators],
                        positions[batch.targets],
                        batch.importance if self.aggregation.takes_shares else batch.ranks,
                    )
        if not self.aggregation.takes_shares:
            self._n_pairs = sum(len(self._pairs(bucket)) for bucket in range(self.n_buckets))
        return True

    def values(self, bucket: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the pairs of a bucket, and their share or rank in each list.

        Returns
        -------
        keys : (n_pairs,) int64, ascending
            ``target * n_genes + regulator``.
        values : (n_lists, n_pairs) float64
            For an absent pair the share 0, or the mean rank of all absent pairs.
        """
        keys = self._pairs(bucket)
        values = np.empty((len(self._lists), len(keys)))
        for row, links, divided in zip(values, self.plan.lists, self._lists, strict=True):
            known, numbers = divided.read(bucket)
            if self.aggregation.takes_shares:
                row[:] = 0.0
                targets = known // len(self.plan.genes)
                totals = np.bincount(targets, numbers)[targets]
                numbers = np.divide(numbers, totals, out=np.zeros_like(numbers), where=totals > 0.0)
            else:
                row[:] = (len(links) + 1 + self._n_pairs) / 2
            row[np.searchsorted(keys, known)] = numbers
        return keys, values

    def _pairs(self, bucket: int) -> NDArray[np.int64]:
        """Return the pairs of a bucket that some list has, ascending."""
        return np.unique(np.concatenate([each.read(bucket)[0] for each in self._lists]))
