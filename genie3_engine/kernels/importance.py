"""Grow the forest of one target and sum the importances of its regulators."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.extra_tree import grow_extra_tree, take_all_samples
from genie3_engine.kernels.random import start_stream
from genie3_engine.kernels.tree import grow_tree
from genie3_engine.kernels.workspace import RESPONSE_BITS, Workspace

MAX_SAMPLES = (1 << (63 - RESPONSE_BITS)) - 1
_MAX_FRACTION_BITS = 32


def fixed_point(target: NDArray[np.float64]) -> tuple[NDArray[np.int64], int]:
    """Return a standardised target as whole numbers, so that its sums are exact.

    Parameters
    ----------
    target : (n_samples,) float64
        Target of mean 0 and variance 1.

    Returns
    -------
    response : (n_samples,) int64
        ``target * 2**bits``, rounded.
    bits : int
        Bits after the point: 32, fewer for very many samples (21 in the worst case of 65,535).
    """
    largest = float(np.abs(target).max()) * len(target)
    bits = min(_MAX_FRACTION_BITS, RESPONSE_BITS - 1 - math.frexp(largest)[1])
    return np.rint(np.ldexp(target, bits)).astype(np.int64), bits


@kernel
def grow_forest(
    work: Workspace,
    k: int,
    n_trees: int,
    seed: np.uint64,
    importance: NDArray[np.float64],
) -> None:
    """Grow one target's Random Forest and add up the importances.

    Parameters
    ----------
    work : Workspace
        Memory made by `new_workspace` for this target; its out-of-bag sums are added to.
    k : int
        Candidates drawn at each node.
    n_trees : int
        Trees.
    seed : uint64
        The target's seed.
    importance : (n_regulators,) float64
        Fall in squared deviation by regulator, summed over trees, in squared units of
        ``work.response``; added to.

    Notes
    -----
    Huynh-Thu, Irrthum, Wehenkel and Geurts 2010, PLoS ONE 5(9):e12776, "Variable importance
    measures"; trees are not pruned. The Random Forest is Breiman's (2001).
    """
    for tree in range(n_trees):
        start_stream(work.state, seed, tree)
        grow_tree(work, k, importance)


@kernel
def grow_extra_trees(
    work: Workspace, k: int, n_trees: int, seed: np.uint64, importance: NDArray[np.float64]
) -> None:
    """Grow one target's Extra-Trees and add up the importances.

    Parameters
    ----------
    work : Workspace
        Memory made by `new_workspace`, with a grid, for this target.
    k, n_trees, seed, importance
        As in `grow_forest`.

    Notes
    -----
    Geurts, Ernst and Wehenkel 2006, Extremely randomized trees, Machine Learning 63; on all
    samples, without a minimum node size.
    """
    take_all_samples(work)
    for tree in range(n_trees):
        start_stream(work.state, seed, tree)
        grow_extra_tree(work, k, importance)
