"""List the samples of each level of sparse expression, and split large nodes by these lists.

Where most values of a regulator are its lowest, as counts of single cells are, the samples above it
decide every split: what lies below is the node's sum without them. So each regulator has a list of
samples for each level above its lowest, and a node adds up the lists of its candidates. Each sum is
exact, so that nothing is screened.

A node goes through whole lists, with 0 for the samples outside of it. So that they are no longer
than needed, the first node of at most `NEAR_SAMPLES` on a branch of the tree gets lists of its own
samples alone, numbered within the node. They serve all nodes below it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

LISTED_NODE = 64  # samples of the largest node that is searched by ranks
NEAR_SAMPLES = 8192  # measured: fewer or more take longer
_MIN_SAMPLES = 8192
_MAX_LEVELS = 1 << 16  # of all regulators: a level's number takes two bytes
_LISTED_SHARE = 0.25  # of all values, above which lists are longer than they save


class LevelLists(NamedTuple):
    """Samples of each level above the lowest of each regulator.

    Parameters
    ----------
    of_regulator : (n_regulators + 1,) int32
        The number of each regulator's first level; all regulators' levels are numbered through.
    starts : (n_levels + 1,) int64
        Where each level's samples begin in ``samples``; length 1 without lists.
    samples : (n_listed,) uint32
        Samples of the levels, one level after the other.
    row_starts : (n_samples + 1,) int64
        Where each sample's levels begin in ``rows``.
    rows : (n_listed,) uint16
        Levels of the samples, one sample after the other.
    """

    of_regulator: NDArray[np.int32]
    starts: NDArray[np.int64]
    samples: NDArray[np.uint32]
    row_starts: NDArray[np.int64]
    rows: NDArray[np.uint16]

    @property
    def n_near(self) -> int:
        """Return the most values that the lists of a node of `NEAR_SAMPLES` may hold."""
        lengths = np.sort(np.diff(self.row_starts))
        return int(lengths[-NEAR_SAMPLES:].sum())


NO_LISTS = LevelLists(
    np.zeros(1, np.int32),
    np.zeros(1, np.int64),
    np.zeros(0, np.uint32),
    np.zeros(1, np.int64),
    np.zeros(0, np.uint16),
)


def level_lists(ranks: NDArray[Any]) -> LevelLists:
    """Return the lists of levels; `NO_LISTS` where these do not pay.

    Parameters
    ----------
    ranks : (n_regulators, n_samples) unsigned integer
        Dense ranks.
    """
    n_regulators, n_samples = ranks.shape
    if n_samples <= _MIN_SAMPLES:
        return NO_LISTS
    of_regulator = np.zeros(n_regulators + 1, np.int32)
    lengths = np.zeros(n_samples, np.int64)
    for regulator, row in enumerate(ranks):
        n_levels = of_regulator[regulator] + int(row.max())
        if n_levels > _MAX_LEVELS:
            return NO_LISTS
        of_regulator[regulator + 1] = n_levels
        lengths += row > 0
    n_listed = int(lengths.sum())
    if n_listed > _LISTED_SHARE * ranks.size:
        return NO_LISTS
    row_starts = np.concatenate([[0], np.cumsum(lengths)])
    starts = np.zeros(of_regulator[-1] + 1, np.int64)
    samples, rows = np.empty(n_listed, np.uint32), np.empty(n_listed, np.uint16)
    first, free = 0, row_starts[:-1].copy()
    for regulator, row in enumerate(ranks):
        listed = np.flatnonzero(row)
        levels = row[listed].astype(np.int64) - 1
        samples[first : first + listed.size] = listed[np.argsort(row[listed], kind="stable")]
        here = slice(of_regulator[regulator], of_regulator[regulator + 1])
        starts[1:][here] = first + np.cumsum(np.bincount(levels, minlength=here.stop - here.start))
        rows[free[listed]] = of_regulator[regulator] + levels
        free[listed] += 1
        first += listed.size
    return LevelLists(of_regulator, starts, samples, row_starts, rows)
