"""Permute the labels of two groups of samples, inside blocks of samples where there are any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.inference.genie3 import target_seed
from genie3_engine.kernels.random import permutation

if TYPE_CHECKING:
    from numpy.typing import NDArray


def permuted_labels(
    is_second: NDArray[np.bool_],
    *,
    blocks: NDArray[np.integer] | None = None,
    number: int,
    seed: int,
) -> NDArray[np.bool_]:
    """Exchange the labels of samples at random, inside each block.

    Parameters
    ----------
    is_second : (n_samples,) bool
        Whether a sample belongs to the second group.
    blocks : (n_samples,) integer or None
        The block of each sample, such as its pair or its batch; None for one block.
    number : int
        The number of the permutation, from 1; 0 returns the labels as they are.
    seed : int
        The comparison's seed.

    Returns
    -------
    (n_samples,) bool
        As many True in each block as before. The permutation depends on everything but the labels,
        so exchanging the two groups exchanges them in each permutation too.

    Examples
    --------
    >>> labels = np.array([False, False, True, True, True])
    >>> permuted_labels(labels, number=0, seed=0).tolist()
    [False, False, True, True, True]
    >>> int(permuted_labels(labels, number=1, seed=0).sum())
    3
    """
    if number == 0:
        return is_second.copy()
    n = is_second.size
    block = np.zeros(n, np.int64) if blocks is None else np.asarray(blocks)
    order = permutation(n, target_seed(seed, f"labels {number}"))
    order = order[np.argsort(block[order], kind="stable")]
    permuted = np.empty(n, bool)
    permuted[np.argsort(block, kind="stable")] = is_second[order]
    return permuted
