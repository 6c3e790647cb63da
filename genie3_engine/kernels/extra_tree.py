"""Grow one extremely randomized tree and add each split's gain to its regulator's importance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.random import draw_regulator
from genie3_engine.kernels.random_splits import (
    Cut,
    divide_at_cut,
    grid_layout,
    lanes_at_once,
    random_split,
)
from genie3_engine.kernels.split import bound_gain, split_gain, unpacked
from genie3_engine.kernels.tree import is_pure, order_small_node
from genie3_engine.kernels.vectors import LANES
from genie3_engine.kernels.workspace import RESPONSE_BITS, SMALL_NODE, Workspace

_UNBOUNDED = 1e300


@inlined
def take_all_samples(work: Workspace) -> None:
    """Give each sample the weight 1; a tree takes all samples, and none is out of bag."""
    for i in range(work.response.shape[0]):
        work.weights[i] = 1
        work.weighted[i] = (np.int64(1) << np.int64(RESPONSE_BITS)) + work.response[i]


@inlined
def finish_pair(
    work: Workspace, first: int, total: tuple[int, int], importance: NDArray[np.float64]
) -> None:
    """Divide a node of two samples by the first candidate that separates them."""
    n_samples = work.response.shape[0]
    n_candidates = work.pool.shape[0] - LANES
    a, b = np.int64(work.samples[first]), np.int64(work.samples[first + 1])
    response = work.response[a]
    if response == work.response[b]:
        return
    grid, regulator_step, sample_step = grid_layout(work, 2)
    for drawn in range(n_candidates):
        candidate = draw_regulator(work.state, work.pool, drawn, n_candidates)
        at, row = candidate * regulator_step, candidate * n_samples
        differs = grid[at + a * sample_step] != grid[at + b * sample_step]
        if differs or (work.is_coarse[candidate] and work.codes[row + a] != work.codes[row + b]):
            importance[candidate] += split_gain(1, response, total[0], total[1]) / 2.0
            return


@inlined
def split_randomly(
    work: Workspace, first: int, last: int, total: tuple[int, int], k: int
) -> tuple[float, Cut]:
    """Find the best random split of a node of three samples or more.

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
    if n <= SMALL_NODE and k > lanes_at_once(n):  # else all are tried before the bound can end it
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
        if last - first == 2:
            finish_pair(work, first, total, importance)
            continue
        gain, cut = split_randomly(work, first, last, total, k)
        if cut.candidate < 0:
            continue
        importance[cut.candidate] += gain / np.float64(total[0])
        middle = divide_at_cut(work, first, last, cut)
        if last - first > SMALL_NODE:
            order_small_node(work, first, middle)
            order_small_node(work, middle, last)
        left = unpacked(cut.left)
        right = (total[0] - left[0], total[1] - left[1])
        n_nodes = push_samples(work, n_nodes, first, middle, left)
        n_nodes = push_samples(work, n_nodes, middle, last, right)
