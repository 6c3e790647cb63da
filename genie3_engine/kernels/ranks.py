"""Replace expression values with dense ranks, since trees use only the order of samples."""

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
