"""Replace expression values with dense ranks, since trees use only the order of samples.

*Bins* are coarse ranks of one byte: samples of equal rank share a bin, and a larger rank never has
a smaller bin. `genie3_engine.kernels.split_bins` searches large nodes by them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def rank_type(n_levels: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest type that holds ranks from 0 to ``n_levels - 1``."""
    if n_levels <= 1 << 8:
        return np.uint8
    return np.uint16 if n_levels <= 1 << 16 else np.uint32


def dense_ranks(
    values: NDArray[np.float64], ranks: NDArray[Any], levels: NDArray[np.float32] | None = None
) -> int:
    """Rank the samples of each gene; equal values share a rank.

    Parameters
    ----------
    values : (n_genes, n_samples) float64
        Expression, finite.
    ranks : (n_genes, n_samples) unsigned integer
        Overwritten with the ranks, from 0 without gaps.
    levels : (n_genes, >= n_samples) float32 or None
        Overwritten with the expression at each rank; entries after a gene's last rank stay.

    Returns
    -------
    int
        Most distinct values of a gene.
    """
    order = np.argsort(values, axis=1)
    ordered = np.take_along_axis(values, order, axis=1)
    steps = np.zeros(values.shape, dtype=np.uint32)
    np.cumsum(ordered[:, 1:] != ordered[:, :-1], axis=1, out=steps[:, 1:])
    np.put_along_axis(ranks, order, steps.astype(ranks.dtype), axis=1)
    if levels is not None:
        np.put_along_axis(levels, steps.astype(np.intp), ordered.astype(np.float32), axis=1)
    return int(steps[:, -1].max()) + 1


BINS = 256
LARGEST_BIN_SHIFT = 2
NEVER_EXACT = -1
FIRST_SHARED_BIN = 1 << LARGEST_BIN_SHIFT
_FEW_LEVELS = BINS >> LARGEST_BIN_SHIFT
_SOME_LEVELS = BINS - FIRST_SHARED_BIN + 1


def bin_ranks(ranks: NDArray[Any]) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
    """Put the ranks of each gene in bins.

    Parameters
    ----------
    ranks : (n_genes, n_samples) unsigned integer
        Dense ranks.

    Returns
    -------
    bins : (n_genes, n_samples) uint8
        The lowest rank has bin 0 for itself, and the other bins begin at 4, so that it still has
        one for itself when the bins are shifted to the right by one or two bits.
    exact_shift : (n_genes,) int8
        The largest shift of a gene's bins at which each holds one rank; `NEVER_EXACT` where no
        shift does.

    Notes
    -----
    Where ranks have to share bins, a bin's width falls towards both ends: equal steps of
    sqrt(p) - sqrt(1 - p), with the share p of samples below. The fluctuation of a sum of responses
    over the samples up to a rank is proportional to the root of p (1 - p), so that all bins have
    about the same width relative to it. Square roots are the same bits on every processor.
    """
    n_samples = ranks.shape[1]
    bins = np.empty(ranks.shape, np.uint8)
    exact_shift = np.empty(len(ranks), np.int8)
    for gene, row in enumerate(ranks):
        n_levels = int(row.max()) + 1
        if n_levels <= _FEW_LEVELS:
            of_rank = np.arange(n_levels) << LARGEST_BIN_SHIFT
            exact_shift[gene] = LARGEST_BIN_SHIFT
        elif n_levels <= _SOME_LEVELS:
            of_rank = np.arange(n_levels) + (FIRST_SHARED_BIN - 1)
            exact_shift[gene] = 0
        else:
            counts = np.bincount(row, minlength=n_levels)
            below = (np.cumsum(counts) - counts) / n_samples
            steps = (np.sqrt(below) - np.sqrt(1.0 - below) + 1.0) * 0.5
            of_rank = FIRST_SHARED_BIN + (steps * (BINS - FIRST_SHARED_BIN)).astype(np.int64)
            exact_shift[gene] = NEVER_EXACT
        of_rank[0] = 0
        bins[gene] = of_rank.astype(np.uint8)[row]
    return bins, exact_shift
