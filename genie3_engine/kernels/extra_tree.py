"""Grow one extremely randomized tree and add each split's gain to its regulator's importance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.few_samples import gains_of_four, gains_of_three, split_few
from genie3_engine.kernels.few_vectors import FEW
from genie3_engine.kernels.random import draw_regulator
from genie3_engine.kernels.random_splits import (
    Cut,
    divide_at_cut,
    grid_layout,
    random_split,
)
from genie3_engine.kernels.split import bound_gain, split_gain, unpacked
from genie3_engine.kernels.tree import is_pure, order_small_node
from genie3_engine.kernels.vectors import LANES
from genie3_engine.kernels.workspace import RESPONSE_BITS, SMALL_NODE, Workspace, is_ordered

_UNBOUNDED = 1e300
# The sample that is alone on its side, by the bits of the samples on one side; -1 for none.
_ALONE_OF_THREE = np.array([-1, 0, 1, 2, 2, 1, 0, -1])
_ALONE_OF_FOUR = np.array([-1, 0, 1, -1, 2, -1, -1, 3, 3, -1, -1, 2, -1, 1, 0, -1])


@inlined
def take_all_samples(work: Workspace) -> None:
    """Give each sample the weight 1; a tree takes all samples, and none is out of bag."""
    for i in range(work.response.shape[0]):
        work.weights[i] = 1
        work.weighted[i] = (np.int64(1) << np.int64(RESPONSE_BITS)) + work.response[i]


@inlined
def finish_pair(
    work: Workspace, a: np.uint64, b: np.uint64, response: int, importance: NDArray[np.float64]
) -> None:
    """Divide a node of two samples, of a sum of responses, by the first candidate that can."""
    n_samples = work.response.shape[0]
    n_candidates = work.pool.shape[0] - LANES
    first = work.response[a]
    if first == work.response[b]:
        return
    grid, regulator_step, sample_step = grid_layout(work, 2)
    at_a, at_b = np.int64(a) * sample_step, np.int64(b) * sample_step
    for drawn in range(n_candidates):
        candidate = draw_regulator(work.state, work.pool, drawn, n_candidates)
        at = candidate * regulator_step
        differs = grid[at + at_a] != grid[at + at_b]
        if not differs and work.is_coarse[candidate]:
            row = work.codes[candidate * n_samples :]
            differs = row[a] != row[b]
        if differs:
            importance[candidate] += split_gain(1, first, 2, response) / 2.0
            return


@inlined
def split_randomly(
    work: Workspace, first: int, last: int, total: tuple[int, int], k: int
) -> tuple[float, Cut]:
    """Find the best random split of a node of five samples or more.

    Returns
    -------
    gain : float
        As `split_gain`; -1 when the node cannot be divided.
    cut : Cut
        The division.
    """
    n = last - first
    if is_pure(work, first, last):
        none = np.int64(-1)
        return -1.0, Cut(none, none, none, none)
    bound = _UNBOUNDED
    if n <= SMALL_NODE and k > LANES:  # else all are tried before the bound can end it
        bound, _, _, _ = bound_gain(work, first, last, total)
    return random_split(work, first, last, k, total, bound)


@inlined
def push_samples(
    work: Workspace, n_nodes: int, first: int, last: int, total: tuple[int, int]
) -> int:
    """Put a node of two samples or more on the stack; return the stack's height."""
    if last - first == 1:
        return n_nodes
    at = np.uint64(4 * n_nodes)
    work.nodes[at], work.nodes[at + np.uint64(1)] = first, last
    work.nodes[at + np.uint64(2)], work.nodes[at + np.uint64(3)] = total
    return n_nodes + 1


@inlined
def push_pairs(
    work: Workspace, n_nodes: int, first: int, sides: int, samples: tuple[np.uint64, ...]
) -> int:
    """Put the two pairs of a node of four samples on the stack; return the stack's height."""
    a, b, c, d = samples
    with_b = sides == 0b0011 or sides == 0b1100
    with_c = sides == 0b0101 or sides == 0b1010
    partner = b if with_b else (c if with_c else d)
    third = c if with_b else b
    fourth = d if with_b or with_c else c
    pair = work.response[a] + work.response[partner]
    other = work.response[third] + work.response[fourth]
    is_right = np.int64(1 - (sides & 1))
    of_a, of_others = first + 2 * is_right, first + 2 - 2 * is_right
    work.samples[of_a], work.samples[of_a + 1] = a, partner
    work.samples[of_others], work.samples[of_others + 1] = third, fourth
    left, right = (other, pair) if is_right else (pair, other)
    n_nodes = push_samples(work, n_nodes, first, first + 2, (np.int64(2), left))
    return push_samples(work, n_nodes, first + 2, first + 4, (np.int64(2), right))


@inlined
def finish_few(
    work: Workspace,
    n_nodes: int,
    node: tuple[int, int, int],
    k: int,
    importance: NDArray[np.float64],
) -> int:
    """Divide a node of two to four samples, and then its side of more than one.

    Parameters
    ----------
    work : Workspace
        The node's samples are in ascending order of response.
    n_nodes : int
        Height of the stack.
    node : (first, last, response)
        The node's samples are ``work.samples[first:last]``; and the sum of their responses.
    k : int
        Candidates drawn at each node.
    importance : (n_regulators,) float64
        Added to.

    Returns
    -------
    int
        Height of the stack: where both sides have two samples, they are put there.
    """
    first, last, response = node
    step, spare, values = np.uint64(grid_layout(work, FEW)[2]), work.spare, work.response
    a, b = np.uint64(work.samples[first]), np.uint64(work.samples[first + 1])
    if last - first > 2:
        c = np.uint64(work.samples[first + 2])
        if last - first > 3:
            d = np.uint64(work.samples[first + 3])
            four = values[a], values[b], values[c], values[d]
            if four[0] == four[3]:
                return n_nodes
            best = gains_of_four(work.gains, four, response)
            spare[0], spare[1], spare[2], spare[3] = a, b, c, d
            places = a * step, b * step, c * step, d * step
            candidate, sides = split_few(work, places, k, best)
            if candidate < 0:
                return n_nodes
            importance[candidate] += work.gains[sides] / 4.0
            alone = np.int64(_ALONE_OF_FOUR[sides])
            if alone < 0:
                return push_pairs(work, n_nodes, first, sides, (a, b, c, d))
            response -= values[np.uint64(spare[alone])]
            a = b if alone < 1 else a
            b = c if alone < 2 else b
            c = d if alone < 3 else c
        three = values[a], values[b], values[c]
        if three[0] == three[2]:
            return n_nodes
        best = gains_of_three(work.gains, three, response)
        spare[0], spare[1], spare[2] = a, b, c
        candidate, sides = split_few(work, (a * step, b * step, c * step), k, best)
        if candidate < 0:
            return n_nodes
        importance[candidate] += work.gains[sides] / 3.0
        alone = np.int64(_ALONE_OF_THREE[sides])
        response -= three[0] if alone < 1 else (three[1] if alone < 2 else three[2])
        a = b if alone < 1 else a
        b = c if alone < 2 else b
    finish_pair(work, a, b, response, importance)
    return n_nodes


@inlined
def grow_extra_tree(work: Workspace, k: int, importance: NDArray[np.float64]) -> None:
    """Grow one unpruned tree and add its divisions to the importances.

    Parameters
    ----------
    work : Workspace
        The memory after `take_all_samples`, with the random stream at the tree's start.
    k : int
        Candidates drawn at each node.
    importance : (n_regulators,) float64
        Fall in squared deviation by regulator, in squared units of the response; added to.
    """
    n_samples = work.response.shape[0]
    packed = np.int64(0)
    for i in range(n_samples):
        work.samples[i] = work.order[i]
        packed += work.weighted[i]
    n_nodes = push_samples(work, 0, 0, n_samples, unpacked(packed))
    while n_nodes > 0:
        n_nodes -= 1
        node = work.nodes[4 * n_nodes : 4 * n_nodes + 4]
        first, last = node[0], node[1]
        total = (node[2], node[3])
        if last - first <= FEW:
            n_nodes = finish_few(work, n_nodes, (first, last, total[1]), k, importance)
            continue
        gain, cut = split_randomly(work, first, last, total, k)
        if cut.candidate < 0:
            continue
        importance[cut.candidate] += gain / np.float64(total[0])
        middle = divide_at_cut(work, first, last, cut)
        if last - first > SMALL_NODE and not is_ordered(work):
            order_small_node(work, first, middle)
            order_small_node(work, middle, last)
        left = unpacked(cut.left)
        right = (total[0] - left[0], total[1] - left[1])
        n_nodes = push_samples(work, n_nodes, first, middle, left)
        n_nodes = push_samples(work, n_nodes, middle, last, right)
