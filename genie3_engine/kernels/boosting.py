"""Boost small regression trees on one target, exactly, as GRNBoost2 does.

All sums are whole numbers: residuals are fixed-point numbers, rounded once per round where a leaf's
mean is multiplied by the learning rate. So a target's trees are the same on every machine.

A tree has three levels of nodes. At each node a few candidate regulators are drawn; see
`genie3_engine.kernels.boosting_split`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels._jit import inlined, kernel
from genie3_engine.kernels.boosting_screening import pack_residuals
from genie3_engine.kernels.boosting_split import split_node
from genie3_engine.kernels.boosting_workspace import N_INNER, N_NODES, WINDOW, BoostingWork
from genie3_engine.kernels.random import draw_regulator, start_stream

SHRINKING = 100  # the learning rate is 1 / 100
_OUTSIDE = N_NODES  # is added to the node of a sample out of the bag
_NODE = N_NODES - 1
_LOW_BITS = 16
_LOW = (1 << _LOW_BITS) - 1


@inlined
def draw_samples(work: BoostingWork, n_outside: int) -> int:
    """Put all samples in the root, all but ``n_outside`` in the tree's bag, and sum those.

    Returns
    -------
    int
        Sum of the absolute residuals of all samples.
    """
    n = work.residual.shape[0]
    work.node[:] = 1
    total, absolute = np.int64(0), np.int64(0)
    for sample in range(n):
        total += work.residual[sample]
        absolute += abs(work.residual[sample])
    for drawn in range(n_outside):
        sample = np.uint64(draw_regulator(work.state, work.sample_pool, drawn, n))
        work.node[sample] = 1 + _OUTSIDE
        total -= work.residual[sample]
    work.node_count[:] = 0
    work.node_sum[1], work.node_count[1] = total, n - n_outside
    return absolute


@inlined
def grow_tree(work: BoostingWork, k: int, absolute_sum: int) -> None:
    """Grow a tree of three levels on the residuals, whose absolute values have this sum."""
    packing = pack_residuals(work, absolute_sum)
    work.split_regulator[:] = -1
    for node in range(1, N_INNER):
        split_node(work, node, k, packing)


@inlined
def update_residuals(work: BoostingWork, n_outside: int) -> tuple[int, int, int, int]:
    """Subtract from each sample a hundredth of its leaf's mean.

    Returns
    -------
    before_high, before_low, after_high, after_low : int
        Squared residuals of the samples out of bag, summed before and after, each as
        ``high * 2**16 + low``.
    """
    for node in range(1, N_NODES):
        part = SHRINKING * work.node_count[node]
        step = np.int64(0)
        if part > 0:
            step = (2 * work.node_sum[node] + part) // (2 * part)
        work.leaf_step[node] = step
    shift, low = np.int64(_LOW_BITS), np.int64(_LOW)
    before_high, before_low = np.int64(0), np.int64(0)
    after_high, after_low = np.int64(0), np.int64(0)
    for drawn in range(n_outside):
        sample = np.uint64(work.sample_pool[drawn])
        before = work.residual[sample]
        after = before - work.leaf_step[np.uint64(work.node[sample] & np.uint8(_NODE))]
        before_high += before * (before >> shift)
        before_low += before * (before & low)
        after_high += after * (after >> shift)
        after_low += after * (after & low)
    for sample in range(work.residual.shape[0]):
        node = np.uint64(work.node[sample] & np.uint8(_NODE))
        work.residual[sample] -= work.leaf_step[node]
    return before_high, before_low, after_high, after_low


@inlined
def add_importance(
    work: BoostingWork, is_normalised: bool, importance: NDArray[np.float64]
) -> None:
    """Add a tree's gains to the importances, as shares of their sum or as they are."""
    total = 0.0
    for node in range(1, N_INNER):
        if work.split_regulator[node] >= 0:
            total += work.split_gain[node]
    if total > 0.0:
        unit = total if is_normalised else 1.0
        for node in range(1, N_INNER):
            if work.split_regulator[node] >= 0:
                importance[work.split_regulator[node]] += work.split_gain[node] / unit


@kernel
def boost(
    work: BoostingWork,
    k: int,
    n_outside: int,
    most_trees: int,
    has_window: bool,
    is_normalised: bool,
    is_shifted: bool,
    seed: np.uint64,
    importance: NDArray[np.float64],
    oob_gain: NDArray[np.float64],
) -> int:
    """Boost trees on one target until they no longer help, and add up the importances.

    Parameters
    ----------
    work : BoostingWork
        Memory made by `new_work` for this target.
    k : int
        Candidates drawn at each node.
    n_outside : int
        Samples out of the bag of each tree.
    most_trees : int
        Trees at most.
    has_window : bool
        Whether to stop after a tree by which the improvements of the last 25 trees sum to less
        than 0; that tree stays.
    is_normalised : bool
        Whether each tree's gains are divided by their sum.
    is_shifted : bool
        Whether an improvement is the loss after the tree before, of the samples out of its bag,
        less the loss after this tree, of those out of this one's. Otherwise both are losses of the
        same samples, before and after this tree.
    seed : uint64
        The target's seed.
    importance : (n_regulators,) float64
        Added to.
    oob_gain : (1,) float64
        Improvements are added, in squared units of the residuals.

    Returns
    -------
    int
        Trees grown.
    """
    shift = np.int64(_LOW_BITS)
    high_sum, low_sum = np.int64(0), np.int64(0)
    last_high, last_low = np.int64(0), np.int64(0)
    for tree in range(most_trees):
        start_stream(work.state, seed, tree)
        grow_tree(work, k, draw_samples(work, n_outside))
        add_importance(work, is_normalised, importance)
        before_high, before_low, after_high, after_low = update_residuals(work, n_outside)
        if is_shifted and tree > 0:
            before_high, before_low = last_high, last_low
        last_high, last_low = after_high, after_low
        high, rest = before_high - after_high, before_low - after_low
        oob_gain[0] += np.float64(high) * np.float64(_LOW + 1) + np.float64(rest)
        place = tree % WINDOW
        high_sum += high - work.high_window[place]
        low_sum += rest - work.low_window[place]
        work.high_window[place], work.low_window[place] = high, rest
        if has_window and tree >= WINDOW - 1 and high_sum + (low_sum >> shift) < 0:
            return tree + 1
    return most_trees
