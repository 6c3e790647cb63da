"""Grow one extremely randomized tree and add each split's gain to its regulator's importance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.random_splits import lanes_at_once, mark_to_rank, random_split
from genie3_engine.kernels.split import bound_gain, left_part, split_pair, unpacked
from genie3_engine.kernels.tree import is_pure, order_small_node
from genie3_engine.kernels.workspace import RESPONSE_BITS, SMALL_NODE, Workspace

_UNBOUNDED = 1e300


@inlined
def take_all_samples(work: Workspace) -> None:
    """Give each sample the weight 1; a tree takes all samples, and none is out of bag."""
    for i in range(work.response.shape[0]):
        work.weights[i] = 1
        work.weighted[i] = (np.int64(1) << np.int64(RESPONSE_BITS)) + work.response[i]


@inlined
def split_randomly(
    work: Workspace, first: int, last: int, total: tuple[int, int], k: int
) -> tuple[float, int]:
    """Find the best random split of a node of two samples or more.

    Returns
    -------
    gain : float
        As `split_gain`; -1 when the node cannot be divided.
    candidate : int
        The candidate; ``work.is_left`` holds the sides of the node's samples.
    """
    n = last - first
    if is_pure(work, first, last):
        return -1.0, np.int64(-1)
    if n == 2:
        gain, candidate, rank = split_pair(work, first, total)
        if candidate >= 0:
            mark_to_rank(work, candidate, rank, first, last)
        return gain, candidate
    bound = _UNBOUNDED
    if n <= SMALL_NODE and k > lanes_at_once(n):  # else all are tried before the bound can end it
        bound, _, _ = bound_gain(work, first, last, total)
    return random_split(work, first, last, k, total, bound)


@inlined
def divide_marked(work: Workspace, first: int, last: int) -> tuple[int, np.int64]:
    """Put the samples marked left first, each side in its old order.

    Returns
    -------
    middle : int
        Where the right side begins.
    left : int64
        Packed weight and response of the left side.
    """
    middle, left = np.int64(first), np.int64(0)
    for i in range(first, last):
        sample = work.samples[i]
        is_left = np.int64(work.is_left[i - first])
        work.samples[np.uint64(middle)] = sample
        work.spare[np.uint64(i - middle)] = sample
        left += left_part(work.weighted[np.uint64(sample)], -is_left, -1)
        middle += is_left
    for i in range(middle, last):
        work.samples[i] = work.spare[i - middle]
    return middle, left


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
        gain, candidate = split_randomly(work, first, last, total, k)
        if candidate < 0:
            continue
        importance[candidate] += gain / np.float64(total[0])
        middle, packed = divide_marked(work, first, last)
        if last - first > SMALL_NODE:
            order_small_node(work, first, middle)
            order_small_node(work, middle, last)
        left = unpacked(packed)
        right = (total[0] - left[0], total[1] - left[1])
        n_nodes = push_samples(work, n_nodes, first, middle, left)
        n_nodes = push_samples(work, n_nodes, middle, last, right)
