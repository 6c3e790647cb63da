"""Grow one tree and add each split's gain to its regulator's importance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.level_lists import NEAR_SAMPLES
from genie3_engine.kernels.list_split import divide_near, fetch_outside, is_listed, list_split
from genie3_engine.kernels.random import draw_with_replacement
from genie3_engine.kernels.sides import copy_lanes, divide_lanes, divides_lanes, turn_sides
from genie3_engine.kernels.small_order import count_smaller
from genie3_engine.kernels.split import (
    bound_gain,
    exhaustive_split,
    is_soon_separated,
    left_part,
    separate_three,
    separating_split,
    split_gain,
    split_pair,
    unpacked,
)
from genie3_engine.kernels.split_screening import is_screened, screened_split
from genie3_engine.kernels.vectors import LANES
from genie3_engine.kernels.workspace import (
    RESPONSE_BITS,
    SMALL_NODE,
    Workspace,
    is_ordered,
    rank_strides,
)

_UNBOUNDED = 1e300


@inlined
def draw_samples(work: Workspace) -> tuple[int, int, int, np.int64]:
    """Draw as many samples for a tree as may be drawn, with replacement.

    Parameters
    ----------
    work : Workspace
        ``weights``, ``weighted``, ``samples`` and ``outside`` are overwritten. ``n_predicted`` is
        added to, since each sample out of bag ends in one leaf.

    Returns
    -------
    n_inside, n_outside : int
        Distinct samples in the tree, and out of bag; samples that may not be drawn are among these.
        0 out of bag where there is no room for them.
    max_weight : int
        Most often that a sample was drawn.
    packed : int64
        Weight and response of all samples in the tree.
    """
    n = work.weights.shape[0]
    draw_with_replacement(work.state, work.weights)
    n_others = work.outside.shape[0]
    outside = work.outside if n_others > 0 else work.spare
    n_inside, max_weight, packed = np.int64(0), np.int64(0), np.int64(0)
    predicts = np.int64(n_others > 0)
    for i in range(n):
        sample = np.uint64(work.order[i])
        weight = work.weights[sample]
        weighted = weight * ((np.int64(1) << np.int64(RESPONSE_BITS)) + work.response[sample])
        work.weighted[sample] = weighted
        # Each sample is written to both, and the place of one is left for the next sample.
        work.samples[np.uint64(n_inside)] = sample
        outside[np.uint64(i - n_inside)] = sample
        is_inside = -weight >> np.int64(63)  # all ones, or 0
        n_inside -= is_inside
        work.n_predicted[sample] += predicts & ~is_inside
        max_weight = max(max_weight, weight)
        packed += weighted
    n_outside = n - n_inside if n_others > 0 else np.int64(0)
    for i in range(n, n_others):
        work.outside[n_outside] = i
        work.n_predicted[i] += 1
        n_outside += 1
    return n_inside, n_outside, max_weight, packed


@inlined
def is_pure(work: Workspace, first: int, last: int) -> bool:
    """Return whether all samples of a node have the same response."""
    response = work.response[np.uint64(work.samples[first])]
    for i in range(last - 1, first, -1):  # the last first: it differs most where they are in order
        if work.response[np.uint64(work.samples[i])] != response:
            return False
    return True


@inlined
def order_small_node(work: Workspace, first: int, last: int) -> None:
    """Put the samples of a node of up to `SMALL_NODE` in ascending order of response."""
    n = last - first
    if n > SMALL_NODE:
        return
    for i in range(n):
        sample = work.samples[np.uint64(first + i)]
        work.spare[np.uint64(i)] = sample
        # Of equal responses, the first one stays first.
        work.order_keys[np.uint64(i)] = work.response[np.uint64(sample)] * LANES + i
    count_smaller(work.order_keys, n, work.places)
    for i in range(n):
        place = np.uint64(first + work.places[np.uint64(i)])
        work.samples[place] = work.spare[np.uint64(i)]


@inlined
def split_node(
    work: Workspace,
    first: int,
    last: int,
    total: tuple[int, int],
    k: int,
    max_weight: int,
) -> tuple[int, int, int, np.int64]:
    """Find the division of a node of three samples or more, by the cheapest exact path.

    Returns
    -------
    candidate, rank : int
        The candidate, and the last rank that goes left; -1 and 0 when the node cannot be divided.
    middle : int
        Where the right side begins if the samples are divided already, else -1.
    left : int64
        Packed weight and response of the left side, in that case.
    """
    n = last - first
    undivided, nothing = np.int64(-1), np.int64(0)
    if is_pure(work, first, last):
        return np.int64(-1), np.int64(0), undivided, nothing
    bound, ready = _UNBOUNDED, 0
    if n <= SMALL_NODE:
        bound, n_left, n_best, below = bound_gain(work, first, last, total)
        if is_soon_separated(n, n_left, n_best):
            found, drawn = False, np.int64(0)
            if n == 3 and k >= 3:
                found, candidate, rank, is_turned = separate_three(work, first, n_left)
                drawn = np.int64(3)
            if not found:
                found, candidate, rank, is_turned = separating_split(
                    work, first, last, n_left, drawn, k
                )
            if found:
                middle = turn_sides(work.samples, first, first + n_left, last, is_turned)
                packed = (total[0] << np.int64(RESPONSE_BITS)) + total[1]
                return candidate, rank, middle, packed - below if is_turned else below
            ready = k
    if is_listed(work, n):
        _, candidate, rank = list_split(work, first, last, k, total)
        return candidate, rank, undivided, nothing
    if is_screened(work, n, total[0], max_weight):
        candidate, rank = screened_split(work, first, last, k, total, max_weight, bound, ready)
        return candidate, rank, undivided, nothing
    _, candidate, rank = exhaustive_split(work, first, last, k, total)
    return candidate, rank, undivided, nothing


@inlined
def divide(
    work: Workspace,
    samples: NDArray[np.uint32],
    first: int,
    last: int,
    split: tuple[int, int],
    n: int,
) -> tuple[int, np.int64]:
    """Put the samples up to a rank first, each side in its old order.

    Parameters
    ----------
    work : Workspace
        The memory.
    samples : uint32
        Those in ``first:last`` are divided.
    first, last : int
        From, to.
    split : (candidate, rank)
        The last rank that goes left.
    n : int
        Samples of the node in the bag.

    Returns
    -------
    middle : int
        Where the right side begins.
    left : int64
        Packed weight and response of the left side.
    """
    candidate, rank = split
    strides = rank_strides(work, n)
    row = work.codes[strides.start + candidate * strides.regulator :]
    step = np.uint64(strides.sample)
    middle, left = np.int64(first), np.int64(0)
    if divides_lanes():
        n_right, side = np.int64(0), (np.int64(strides.sample), np.int64(rank))
        for i in range(first, last, LANES):
            span, to = (i, min(last - i, LANES)), (middle, n_right)
            n_left, added = divide_lanes(samples, span, row, side, work.weighted, work.spare, to)
            left += added
            middle += n_left
            n_right += span[1] - n_left
    else:
        for i in range(first, last):
            sample = samples[i]
            goes_right = left_part(np.int64(-1), row[np.uint64(sample) * step], rank) + 1
            samples[np.uint64(middle)] = sample
            work.spare[np.uint64(i - middle)] = sample
            left += work.weighted[np.uint64(sample)] & (goes_right - 1)
            middle += 1 - goes_right
    for i in range(middle, last, LANES):
        copy_lanes(samples, i, work.spare, i - middle)
    return middle, left


@inlined
def divide_outside(
    work: Workspace, first: int, last: int, split: tuple[int, int], n: int
) -> np.int64:
    """Put the out-of-bag samples up to a rank first, in any order; return where the others begin.

    Parameters
    ----------
    work : Workspace
        Those in ``work.outside[first:last]`` are divided.
    first, last : int
        From, to.
    split : (candidate, rank)
        The last rank that goes left.
    n : int
        Samples of the node in the bag.
    """
    candidate, rank = split
    strides = rank_strides(work, n)
    row = work.codes[strides.start + candidate * strides.regulator :]
    step = np.uint64(strides.sample)
    middle = np.int64(first)
    for i in range(first, last):
        sample = work.outside[i]
        work.outside[i] = work.outside[np.uint64(middle)]
        work.outside[np.uint64(middle)] = sample
        middle += left_part(np.int64(1), row[np.uint64(sample) * step], rank)
    return middle


@inlined
def predict_outside(work: Workspace, first: int, last: int, total: tuple[int, int]) -> None:
    """Add a leaf's mean to the out-of-bag samples that end in it."""
    if first < last:
        mean = np.float64(total[1]) / np.float64(total[0])
        for i in range(first, last):
            work.predicted[np.uint64(work.outside[i])] += mean


@inlined
def push(
    work: Workspace,
    height: int,
    samples: tuple[int, int],
    outside: tuple[int, int],
    packed: np.int64,
) -> None:
    """Write a node on top of the stack."""
    at = np.uint64(5 * height)
    work.nodes[at], work.nodes[at + np.uint64(1)] = samples
    work.nodes[at + np.uint64(2)], work.nodes[at + np.uint64(3)] = outside
    work.nodes[at + np.uint64(4)] = packed


@inlined
def finish_pair(
    work: Workspace,
    first: int,
    outside: tuple[int, int],
    total: tuple[int, int],
    importance: NDArray[np.float64],
) -> None:
    """Divide a node of two samples into two leaves, or make it a leaf."""
    a, b = np.uint64(work.samples[first]), np.uint64(work.samples[first + 1])
    if work.response[a] == work.response[b]:
        predict_outside(work, outside[0], outside[1], total)
        return
    gain, candidate, rank = split_pair(work, first, total)
    if candidate < 0:
        predict_outside(work, outside[0], outside[1], total)
        return
    importance[candidate] += gain / np.float64(total[0])
    strides = rank_strides(work, 2)
    base = np.uint64(strides.start + candidate * strides.regulator)
    step = np.uint64(strides.sample)
    is_swapped = np.int64(work.codes[base + a * step]) > rank
    low, high = work.response[b if is_swapped else a], work.response[a if is_swapped else b]
    for i in range(outside[0], outside[1]):
        sample = np.uint64(work.outside[i])
        leaf = high + left_part(low - high, work.codes[base + sample * step], rank)
        work.predicted[sample] += np.float64(leaf)


@inlined
def grow_tree(work: Workspace, k: int, importance: NDArray[np.float64]) -> None:
    """Grow one unpruned tree of a Random Forest and add its divisions to the importances.

    Parameters
    ----------
    work : Workspace
        The memory, with the random stream at the tree's start.
    k : int
        Candidates drawn at each node.
    importance : (n_regulators,) float64
        Fall in squared deviation by regulator, in squared units of the response; added to.
    """
    n_inside, n_outside, max_weight, packed = draw_samples(work)
    work.near_span[1] = 0
    first, last, out_first, out_last = np.int64(0), n_inside, np.int64(0), n_outside
    height = 0
    while True:
        n, total = last - first, unpacked(packed)
        is_divided = False
        if n == 2:
            finish_pair(work, first, (out_first, out_last), total, importance)
        else:
            candidate, rank, middle, below = split_node(work, first, last, total, k, max_weight)
            is_divided = candidate >= 0
            if not is_divided:
                predict_outside(work, out_first, out_last, total)
        if not is_divided:
            if height == 0:
                return
            height -= 1
            first, last, out_first, out_last, packed = work.nodes[5 * height : 5 * height + 5]
            continue
        split = candidate, rank
        if middle < 0:
            if is_listed(work, n) and n <= NEAR_SAMPLES:
                middle, below = divide_near(work, first, last, split)
            else:
                middle, below = divide(work, work.samples, first, last, split, n)
        if n > SMALL_NODE and not is_ordered(work):
            order_small_node(work, first, middle)
            order_small_node(work, middle, last)
        out_middle = out_first
        if out_first < out_last:
            if is_listed(work, n):
                fetch_outside(work, out_first, out_last, candidate, n)
            out_middle = divide_outside(work, out_first, out_last, split, n)
        left = unpacked(below)
        gain = split_gain(left[0], left[1], total[0], total[1])
        importance[candidate] += gain / np.float64(total[0])
        # One side at most is a leaf of one sample. The other one, or the right one, comes next.
        above = packed - below
        left_ends, right_ends = middle - first == 1, last - middle == 1
        ends_from = out_first if left_ends else (out_middle if right_ends else out_last)
        ends_to = out_middle if left_ends else out_last
        predict_outside(work, ends_from, ends_to, unpacked(below if left_ends else above))
        push(work, height, (first, middle), (out_first, out_middle), below)
        height += 0 if left_ends or right_ends else 1
        first, last = (first if right_ends else middle), (middle if right_ends else last)
        out_first = out_first if right_ends else out_middle
        out_last = out_middle if right_ends else out_last
        packed = below if right_ends else above
