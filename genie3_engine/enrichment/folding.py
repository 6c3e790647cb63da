"""Fold gene sets that have mostly the same genes behind the strongest of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def fold_overlapping(hits: npt.NDArray[np.bool_], *, share: float) -> npt.NDArray[np.int64]:
    """Return the set that each set is folded behind, or the set itself.

    Parameters
    ----------
    hits : (n_sets, n_genes) bool
        Genes of each set in a group, the strongest set first; every set has one at least.
    share : float
        How much of a set's genes a stronger one must have, from 0 to 1.

    Returns
    -------
    (n_sets,) int64
        Position of the strongest set that is itself not folded and has the share of its genes.

    Examples
    --------
    >>> hits = np.array([[1, 1, 1, 0, 0], [1, 1, 0, 0, 0], [0, 0, 1, 1, 1]], np.bool_)
    >>> fold_overlapping(hits, share=0.7).tolist()
    [0, 0, 2]
    """
    sizes = hits.sum(axis=1)
    behind = np.arange(len(hits))
    is_open = np.ones(len(hits), np.bool_)
    for head in range(len(hits)):
        if not is_open[head]:
            continue
        common = (hits[:, hits[head]]).sum(axis=1)
        folded = is_open & (common >= share * sizes - 1e-9)
        folded[: head + 1] = False
        behind[folded] = head
        is_open[folded] = False
        is_open[head] = False
    return behind
