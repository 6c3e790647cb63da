"""Boost small regression trees on one target, exactly, as GRNBoost2 does.

All sums are whole numbers: residuals are fixed-point numbers, rounded once per round where a leaf's
mean is multiplied by the learning rate. So a target's trees are the same on every machine.

A tree has three levels of nodes. At each node a few candidate regulators are drawn, and each is
scanned in the order of its expression, which stays the same over all rounds. With ``w`` samples of
sum ``S`` in a node, ``r w - S`` of each sample is summed: over the ``u`` samples on one side of a
cut this is ``d = S_u w - S u``, and the fall in squared deviation is ``d² / (u (w - u) w)``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels._jit import inlined, kernel
from genie3_engine.kernels.random import draw_regulator, start_stream

MAX_SAMPLES = (1 << 16) - 1
WINDOW = 25
SHRINKING = 100  # the learning rate is 1 / 100
N_INNER, N_NODES = 8, 16  # nodes are numbered from 1: node i has the children 2 i and 2 i + 1
_OUTSIDE = N_NODES  # is added to the node of a sample out of the bag
_NODE = N_NODES - 1
_MANY_TIES = 0.75  # of the samples above the lowest expression, distinct values
_SUM_BITS = 59  # of a node's samples times its sum of residuals
_MAX_FRACTION_BITS = 32
_LOW_BITS = 16
_LOW = (1 << _LOW_BITS) - 1


class SortedRegulators(NamedTuple):
    """The samples in the order of each regulator.

    Parameters
    ----------
    order : (n_regulators * n_samples,) uint16
        For each regulator the samples by falling expression.
    n_above : (n_regulators,) int32
        Samples of more than the lowest expression, which come first.
    is_end : (n_regulators * n_samples,) bool
        Whether the next sample in this order has another expression.
    has_many_ties : (n_regulators,) bool
        Whether many of those first samples have the same expression.
    """

    order: NDArray[np.uint16]
    n_above: NDArray[np.int32]
    is_end: NDArray[np.bool_]
    has_many_ties: NDArray[np.bool_]


class BoostingWork(NamedTuple):
    """The memory of one target's boosting; made by `new_work`.

    Parameters
    ----------
    order, n_above, is_end, has_many_ties
        As in `SortedRegulators`.
    residual : (n_samples,) int64
        The target, less what the trees so far explain.
    candidates, sample_pool : int32
        Regulators and samples, in the order in which they were last drawn.
    node : (n_samples,) uint8
        Node of each sample, and 16 more out of the tree's bag.
    marked : (n_samples,) int64
        Twice ``r w - S``, and 1, of the samples in the node at hand; 0 of all others.
    sums, counts : (n_samples + 1,) int64
        Of the samples above each cut.
    reciprocal : (n_samples + 1,) float64
        ``1 / (u (w - u))`` for ``u`` samples above a cut.
    node_sum, node_count : (N_NODES,) int64
        Samples in each node and the sum of their residuals.
    split_regulator : (N_INNER,) int64
        Regulator that divides each node; -1 for leaves.
    split_gain : (N_INNER,) float64
        Fall in squared deviation there, in squared units of the residuals.
    leaf_step : (N_NODES,) int64
        What a leaf subtracts from its samples.
    high_window, low_window : (WINDOW,) int64
        The last improvements out of bag.
    state : (1,) uint64
        The random stream.
    """

    order: NDArray[np.uint16]
    n_above: NDArray[np.int32]
    is_end: NDArray[np.bool_]
    has_many_ties: NDArray[np.bool_]
    residual: NDArray[np.int64]
    candidates: NDArray[np.int32]
    sample_pool: NDArray[np.int32]
    node: NDArray[np.uint8]
    marked: NDArray[np.int64]
    sums: NDArray[np.int64]
    counts: NDArray[np.int64]
    reciprocal: NDArray[np.float64]
    node_sum: NDArray[np.int64]
    node_count: NDArray[np.int64]
    split_regulator: NDArray[np.int64]
    split_gain: NDArray[np.float64]
    leaf_step: NDArray[np.int64]
    high_window: NDArray[np.int64]
    low_window: NDArray[np.int64]
    state: NDArray[np.uint64]


def sort_samples(values: NDArray[np.float64], into: SortedRegulators, first: int) -> None:
    """Sort the samples of some regulators.

    Parameters
    ----------
    values : (n_some, n_samples) float64
        Expression, finite.
    into : SortedRegulators
        Overwritten for these regulators.
    first : int
        Position of the first of them.
    """
    n = values.shape[1]
    for row, own in enumerate(values, start=first):
        falling = np.argsort(-own, kind="stable")
        in_order = own[falling]
        place = slice(row * n, row * n + n)
        into.order[place] = falling
        into.is_end[place] = np.append(in_order[1:] != in_order[:-1], True)
        n_above = int(np.count_nonzero(own > in_order[-1]))
        into.n_above[row] = n_above
        n_distinct = int(np.count_nonzero(into.is_end[place][:n_above]))
        into.has_many_ties[row] = n_distinct < _MANY_TIES * n_above


def new_sorted(n_regulators: int, n_samples: int) -> SortedRegulators:
    """Return memory for `sort_samples`."""
    size = n_regulators * n_samples
    return SortedRegulators(
        np.zeros(size, np.uint16),
        np.zeros(n_regulators, np.int32),
        np.zeros(size, np.bool_),
        np.zeros(n_regulators, np.bool_),
    )


def fixed_residuals(target: NDArray[np.float64]) -> tuple[NDArray[np.int64], int]:
    """Return a standardised target as whole numbers, so that its sums are exact.

    Parameters
    ----------
    target : (n_samples,) float64
        Target of mean 0 and variance 1.

    Returns
    -------
    residual : (n_samples,) int64
        ``target * 2**bits``, rounded.
    bits : int
        Bits after the point: 32, fewer from about 10,000 samples.
    """
    largest = float(np.abs(target).sum()) * len(target)
    bits = min(_MAX_FRACTION_BITS, _SUM_BITS - 1 - math.frexp(largest)[1])
    return np.rint(np.ldexp(target, bits)).astype(np.int64), bits


def new_work(
    regulators: SortedRegulators, residual: NDArray[np.int64], candidates: NDArray[np.int32]
) -> BoostingWork:
    """Return the memory of one target's boosting.

    Parameters
    ----------
    regulators : SortedRegulators
        Shared by all targets.
    residual : (n_samples,) int64
        The target; overwritten by boosting.
    candidates : (n_candidates,) int32
        Positions of the regulators that may be drawn; one at least.
    """
    n = len(residual)
    return BoostingWork(
        *regulators,
        residual=residual,
        candidates=candidates.copy(),
        sample_pool=np.arange(n, dtype=np.int32),
        node=np.zeros(n, np.uint8),
        marked=np.zeros(n, np.int64),
        sums=np.zeros(n + 1, np.int64),
        counts=np.zeros(n + 1, np.int64),
        reciprocal=np.zeros(n + 1, np.float64),
        node_sum=np.zeros(N_NODES, np.int64),
        node_count=np.zeros(N_NODES, np.int64),
        split_regulator=np.zeros(N_INNER, np.int64),
        split_gain=np.zeros(N_INNER, np.float64),
        leaf_step=np.zeros(N_NODES, np.int64),
        high_window=np.zeros(WINDOW, np.int64),
        low_window=np.zeros(WINDOW, np.int64),
        state=np.zeros(1, np.uint64),
    )


@inlined
def draw_samples(work: BoostingWork, n_outside: int) -> None:
    """Put all samples in the root, all but ``n_outside`` in the tree's bag, and sum those."""
    n = work.residual.shape[0]
    work.node[:] = 1
    total = np.int64(0)
    for sample in range(n):
        total += work.residual[sample]
    for drawn in range(n_outside):
        sample = np.uint64(draw_regulator(work.state, work.sample_pool, drawn, n))
        work.node[sample] = 1 + _OUTSIDE
        total -= work.residual[sample]
    work.node_count[:] = 0
    work.node_sum[1], work.node_count[1] = total, n - n_outside


@inlined
def mark_node(work: BoostingWork, node: int) -> bool:
    """Prepare a node's samples to be summed; return whether their residuals differ."""
    total, weight = work.node_sum[node], work.node_count[node]
    here = np.uint8(node)
    differ = np.int64(0)
    for sample in range(work.residual.shape[0]):
        difference = work.residual[sample] * weight - total
        is_here = work.node[sample] == here
        differ |= difference if is_here else np.int64(0)
        work.marked[sample] = 2 * difference + 1 if is_here else np.int64(0)
    for u in range(1, weight):
        work.reciprocal[u] = 1.0 / (np.float64(u) * np.float64(weight - u))
    return bool(differ != 0)


@inlined
def cut_among_ties(work: BoostingWork, regulator: int, weight: int) -> tuple[float, int]:
    """Try every cut of one regulator in the marked node.

    Returns
    -------
    gain : float
        ``4 d² / (u (w - u))`` of the best cut, the lowest of equal ones; -1 when the regulator is
        constant here.
    n_right : int
        Samples of the node above that cut.
    """
    start = regulator * work.residual.shape[0]
    n_above = np.int64(work.n_above[regulator])
    order = work.order[start : start + n_above]
    is_end = work.is_end[start : start + n_above]
    best, n_right = -1.0, np.int64(0)
    total, count, n_cuts = np.int64(0), np.int64(0), np.uint64(0)
    for i in range(n_above):
        marked = work.marked[np.uint64(order[i])]
        total += marked
        count += marked & np.int64(1)
        work.sums[n_cuts] = total
        work.counts[n_cuts] = count
        n_cuts += np.uint64(is_end[i])
    for i in range(np.int64(n_cuts)):
        above = work.counts[i]
        if above > 0 and above < weight:
            d = np.float64(work.sums[i] - above)
            gain = d * d * work.reciprocal[np.uint64(above)]
            if gain >= best:
                best, n_right = gain, above
    return best, n_right


@inlined
def cut_between_samples(
    work: BoostingWork, regulator: int, weight: int, bound: float
) -> tuple[float, int]:
    """Try to cut between all neighbours, of equal expression as well, in the marked node.

    Returns
    -------
    gain, n_right
        As `cut_among_ties`; -1 when no gain exceeds the bound.
    """
    start = regulator * work.residual.shape[0]
    n_above = np.int64(work.n_above[regulator])
    order = work.order[start : start + n_above]
    total, n_cuts = np.int64(0), np.uint64(0)
    for i in range(n_above):
        marked = work.marked[np.uint64(order[i])]
        total += marked
        work.sums[n_cuts] = total
        n_cuts += np.uint64(marked) & np.uint64(1)
    n_tried: int = min(np.int64(n_cuts), np.int64(weight - 1))
    is_better = False
    for i in range(n_tried):
        d = np.float64(work.sums[i] - (i + 1))
        is_better |= d * d * work.reciprocal[i + 1] > bound
    best, n_right = -1.0, np.int64(0)
    if is_better:
        for i in range(n_tried):
            d = np.float64(work.sums[i] - (i + 1))
            gain = d * d * work.reciprocal[i + 1]
            if gain >= best:
                best, n_right = gain, np.int64(i + 1)
    return best, n_right


@inlined
def find_cut(work: BoostingWork, regulator: int, n_right: int) -> tuple[int, int]:
    """Find where in its order a regulator is cut.

    Returns
    -------
    cut : int
        Samples above the cut, in the node or not: those of more expression than the highest sample
        of the node that goes left. -1 when equal samples would be parted.
    total : int
        Marks of the node's samples above the cut, summed.
    """
    start = regulator * work.residual.shape[0]
    n_above = np.int64(work.n_above[regulator])
    order = work.order[start : start + n_above]
    is_end = work.is_end[start : start + n_above]
    count, count_at_cut, cut = np.int64(0), np.int64(0), np.int64(0)
    total, total_at_cut = np.int64(0), np.int64(0)
    for i in range(n_above):
        marked = work.marked[np.uint64(order[i])]
        total += marked
        count += marked & np.int64(1)
        if count > n_right:
            break
        if is_end[i]:
            cut, count_at_cut, total_at_cut = np.int64(i + 1), count, total
    return cut if count_at_cut == n_right else np.int64(-1), total_at_cut


@inlined
def divide(work: BoostingWork, node: int, regulator: int, cut: int) -> None:
    """Send the samples of a node to its children, in the bag or not."""
    n = work.residual.shape[0]
    order = work.order[regulator * n : regulator * n + cut]
    here, mask = np.uint8(node), np.uint8(_NODE)
    to_left, to_right = np.uint8(node), np.uint8(node + 1)
    for i in range(cut):
        sample = np.uint64(order[i])
        old = work.node[sample]
        work.node[sample] = old + to_right if (old & mask) == here else old
    for sample in range(n):
        old = work.node[sample]
        work.node[sample] = old + to_left if (old & mask) == here else old


@inlined
def split_node(work: BoostingWork, node: int, k: int) -> None:
    """Divide a node by the best cut of ``k`` candidates, or leave it as a leaf.

    Candidates are drawn as the forests draw them: a constant one counts, and drawing goes on until
    one can divide the node. Cuts between samples of equal expression are tried as well at first,
    where there are few. If such a cut is the best, the search is repeated without them; otherwise
    the best cut is the best of the others too.
    """
    weight = work.node_count[node]
    if weight < 2 or not mark_node(work, node):
        return
    n_candidates = work.candidates.shape[0]
    best, best_regulator, n_right = -1.0, np.int64(-1), np.int64(0)
    cut, total, ready = np.int64(-1), np.int64(0), 0
    is_exact = False
    while cut < 0:
        best, best_regulator = -1.0, np.int64(-1)
        drawn = 0
        while drawn < n_candidates and (drawn < k or best_regulator < 0):
            regulator = np.int64(work.candidates[drawn])
            if drawn >= ready:
                regulator = draw_regulator(work.state, work.candidates, drawn, n_candidates)
            drawn += 1
            if is_exact or work.has_many_ties[regulator]:
                gain, right = cut_among_ties(work, regulator, weight)
            else:
                gain, right = cut_between_samples(work, regulator, weight, best)
            if gain > best:
                best, best_regulator, n_right = gain, regulator, right
        if best_regulator < 0:
            return
        cut, total = find_cut(work, best_regulator, n_right)
        ready, is_exact = drawn, True
    left, right_child = 2 * node, 2 * node + 1
    right_sum = ((total - n_right) // 2 + work.node_sum[node] * n_right) // weight
    work.node_sum[right_child], work.node_count[right_child] = right_sum, n_right
    work.node_sum[left] = work.node_sum[node] - right_sum
    work.node_count[left] = weight - n_right
    work.split_regulator[node] = best_regulator
    work.split_gain[node] = best / np.float64(4 * weight)
    divide(work, node, best_regulator, cut)


@inlined
def grow_tree(work: BoostingWork, k: int) -> None:
    """Grow a tree of three levels on the residuals."""
    work.split_regulator[:] = -1
    for node in range(1, N_INNER):
        split_node(work, node, k)


@inlined
def update_residuals(work: BoostingWork) -> tuple[int, int, int, int]:
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
    for sample in range(work.residual.shape[0]):
        before = work.residual[sample]
        node = work.node[sample]
        after = before - work.leaf_step[np.uint64(node & np.uint8(_NODE))]
        work.residual[sample] = after
        if node >= _OUTSIDE:
            before_high += before * (before >> shift)
            before_low += before * (before & low)
            after_high += after * (after >> shift)
            after_low += after * (after & low)
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
        draw_samples(work, n_outside)
        grow_tree(work, k)
        add_importance(work, is_normalised, importance)
        before_high, before_low, after_high, after_low = update_residuals(work)
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
