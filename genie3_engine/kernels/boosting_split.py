"""Choose the cut of a node in a boosted tree, and divide the node."""

from __future__ import annotations

import numpy as np

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.boosting_cut import best_cut, best_cut_of_few
from genie3_engine.kernels.boosting_screening import (
    Packing,
    least_bound,
    screen_few,
    screen_orders,
)
from genie3_engine.kernels.boosting_workspace import N_NODES, BoostingWork
from genie3_engine.kernels.random import draw_regulator
from genie3_engine.kernels.rank_sort import FEW_SORTED_ROWS

_NODE = N_NODES - 1
_SMALL = 4  # times as many samples outside a node make sorting its samples quicker


@inlined
def is_uniform(work: BoostingWork, node: int) -> bool:
    """Return whether all residuals in a node are equal."""
    common = work.node_sum[node] // work.node_count[node]
    if common * work.node_count[node] != work.node_sum[node]:
        return False
    here = np.uint8(node)
    differ = np.int64(0)
    for sample in range(work.residual.shape[0]):
        difference = work.residual[sample] ^ common
        differ |= difference if work.node[sample] == here else np.int64(0)
    return bool(differ == 0)


@inlined
def divide(work: BoostingWork, node: int, regulator: int, rank: int) -> None:
    """Send the samples of a node, in the bag or not, to its children: right those above a rank."""
    n = work.residual.shape[0]
    ranks = work.rank[regulator * n : regulator * n + n]
    here, mask, highest = np.uint8(node), np.uint8(_NODE), np.uint16(rank)
    to_left, to_right = np.uint8(node), np.uint8(node + 1)
    for sample in range(n):
        old = work.node[sample]
        step = to_right if ranks[sample] > highest else to_left
        work.node[sample] = old + (step if (old & mask) == here else np.uint8(0))


@inlined
def split_node(work: BoostingWork, node: int, k: int, packing: Packing) -> None:
    """Divide a node by the best cut of ``k`` candidates, or leave it as a leaf.

    Candidates are drawn as the forests draw them: a constant one counts, and drawing goes on until
    one can divide the node. Of equal gains the first drawn is taken.
    """
    weight = work.node_count[node]
    if weight < 2 or is_uniform(work, node):
        return
    n_candidates = work.candidates.shape[0]
    n_drawn: int = min(np.int64(k), np.int64(n_candidates))
    for drawn in range(n_drawn):
        draw_regulator(work.state, work.candidates, drawn, n_candidates)
    is_small = weight <= FEW_SORTED_ROWS and weight * _SMALL <= work.residual.shape[0]
    if is_small:
        slack, unit_bits = screen_few(work, n_drawn, node)
    else:
        slack, unit_bits = screen_orders(work, n_drawn, node, packing)
    largest = 0
    for drawn in range(1, n_drawn):
        if work.bounds[drawn] > work.bounds[largest]:
            largest = drawn
    best, best_drawn = -1.0, np.int64(-1)
    rank, n_right, right_sum = np.int64(0), np.int64(0), np.int64(0)
    needed = -1.0
    for turn in range(-1, n_candidates):
        drawn = largest if turn < 0 else turn
        if drawn >= n_drawn:
            if best_drawn >= 0:
                break
            draw_regulator(work.state, work.candidates, drawn, n_candidates)
        elif turn == largest or np.float64(work.bounds[drawn]) < needed:
            continue
        regulator = np.int64(work.candidates[drawn])
        if is_small:
            found = best_cut_of_few(work, regulator, node)
        else:
            found = best_cut(work, regulator, node, packing.shift)
        if found[0] > best or (found[0] == best and drawn < best_drawn):
            best, rank, n_right, right_sum = found
            best_drawn = np.int64(drawn)
            needed = least_bound(best, weight, slack, unit_bits)
    if best_drawn < 0:
        return
    left, right = 2 * node, 2 * node + 1
    work.node_sum[right], work.node_count[right] = right_sum, n_right
    work.node_sum[left] = work.node_sum[node] - right_sum
    work.node_count[left] = weight - n_right
    regulator = np.int64(work.candidates[best_drawn])
    work.split_regulator[node] = regulator
    work.split_gain[node] = best / np.float64(weight)
    divide(work, node, regulator, rank)
