"""Correlate the ranks of genes in whole numbers, with the same bits on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.kernels._jit import inlined, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_SAMPLES = 4096  # the deviation of a doubled rank fits in 16 bits up to 32,768


def doubled_ranks(values: NDArray[np.float64]) -> NDArray[np.int16]:
    """Return twice the deviation of each value's rank from the mean rank.

    Parameters
    ----------
    values : (n,) float64
        Finite values, 32,768 at most.

    Returns
    -------
    (n,) int16
        Whole numbers that sum to 0: equal values have the mean of their ranks. All are 0 where no
        value differs.

    Examples
    --------
    >>> doubled_ranks(np.array([5.0, 1.0, 5.0, 7.0])).tolist()
    [0, -3, 0, 3]
    """
    ascending = np.sort(values)
    below = np.searchsorted(ascending, values, side="left")
    up_to = np.searchsorted(ascending, values, side="right")
    ranks: NDArray[np.int16] = (below + up_to - values.size).astype(np.int16)
    return ranks


@inlined
def _product(ranks: NDArray[np.int16], a: int, b: int) -> int:
    """Return the sum of the products of two genes' ranks."""
    total = np.int64(0)
    for sample in range(ranks.shape[1]):
        total += np.int64(np.int32(ranks[a, sample]) * np.int32(ranks[b, sample]))
    return total


@kernel
def find_rivals(
    ranks: NDArray[np.int16],
    lengths: NDArray[np.float64],
    regulators: NDArray[np.int32],
    targets: NDArray[np.int32],
    strongest: NDArray[np.int32],
    rivals: NDArray[np.int32],
    correlation: NDArray[np.float32],
) -> None:
    """Find the stronger regulator of each link's target that is most correlated with the link's.

    Parameters
    ----------
    ranks : (n_regulators, n_samples) int16
        Rows of `doubled_ranks`.
    lengths : (n_regulators,) float64
        Root of the sum of the squares of each row.
    regulators : (n_links,) int32
        Row of the regulator of each link.
    targets : (n_links,) int32
        Its target, a row of ``strongest``.
    strongest : (n_targets, n_strongest) int32
        Rows of the strongest regulators of each target, in order; below 0 where there are fewer.
        Those before the link's own regulator are stronger than the link.
    rivals : (n_links,) int32
        Overwritten with rows; -1 where there is no rival.
    correlation : (n_links,) float32
        Overwritten with Spearman's correlation; NaN where there is no rival.
    """
    for link in range(len(targets)):
        regulator, target = regulators[link], targets[link]
        rival, largest = -1, 0.0
        for place in range(strongest.shape[1]):
            other = strongest[target, place]
            if other < 0 or other == regulator:
                break
            both = lengths[regulator] * lengths[other]
            if both == 0.0:
                continue
            found = np.float64(_product(ranks, regulator, other)) / both
            if rival < 0 or abs(found) > abs(largest):
                rival, largest = other, found
        rivals[link] = rival
        correlation[link] = min(1.0, max(-1.0, largest)) if rival >= 0 else np.nan
