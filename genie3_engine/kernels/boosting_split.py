"""Find the best cut of a node in a boosted tree, and divide the node.

With ``w`` samples of sum ``S`` in a node, a cut with ``u`` samples of sum ``s`` above it lowers the
squared deviation by ``d² / (u (w - u) w)``, where ``d = s w - S u``. All sums are exact whole
numbers; a sum of packed residuals holds both ``u`` and ``s``.

Candidates are screened eight at a time, from residuals that are rounded where there are few
samples, and as if all samples had different expression. Those that could still be the best are
tried exactly, at the cuts that exist; so the outcome is that of trying all of them.

Notes
-----
In the screening ``g = |s - u S / w| / sqrt(u (w - u))`` is computed, in units to which residuals
are rounded. Rounding moves each residual by 1/2 at most, and so s - u S / w by
``u (w - u) / w``: a difference of u above and w - u below in opposite directions, centred. As
``sqrt(u (w - u)) <= w / 2``, g falls short by 1/2 at most. The mean, its product with u, and the
difference are rounded to 24 bits, by 1/2 each at most, and ``sqrt(u (w - u)) >= sqrt(w - 1)``. The
sum of both is the *slack*. The factor `_ROUNDING` covers the other roundings of 32-bit floats.
"""

from __future__ import annotations

import math

import numpy as np

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.bits import bit_length
from genie3_engine.kernels.boosting_workspace import N_NODES, BoostingWork
from genie3_engine.kernels.order_scan import SCANNED, scan_orders
from genie3_engine.kernels.random import draw_regulator

MOST_ROUNDED = 1023  # samples; with more, too few bits of a 32-bit sum are left for residuals
_ROUNDED_BITS = 24
_ROUNDING = 0.99999
_NODE = N_NODES - 1


@inlined
def pack_residuals(work: BoostingWork, absolute_sum: int) -> tuple[int, int, int]:
    """Write residuals with a bit above them that counts the sample.

    Parameters
    ----------
    work : BoostingWork
        Its ``packed`` is overwritten, and its ``rounded`` where there are few samples.
    absolute_sum : int
        Sum of the absolute residuals.

    Returns
    -------
    shift, rounded_shift : int
        Bits below the counting one.
    unit_bits : int
        A rounded residual of 1 stands for ``2**unit_bits``.
    """
    n = work.residual.shape[0]
    shift = np.int64(bit_length(absolute_sum) + 1)
    one = np.int64(1) << shift
    for sample in range(n):
        work.packed[sample] = work.residual[sample] + one
    if n > MOST_ROUNDED:
        return shift, np.int64(0), np.int64(0)
    rounded_shift = np.int64(min(31 - bit_length(n), _ROUNDED_BITS))
    unit_bits = max(shift - rounded_shift + 1, np.int64(1))
    half = np.int64(1) << (unit_bits - 1)
    counting = np.int64(1) << rounded_shift
    for sample in range(n):
        whole = (work.residual[sample] + half) >> unit_bits
        work.rounded[sample] = np.int32(whole + counting)
    return shift, rounded_shift, unit_bits


@inlined
def mark_node(work: BoostingWork, node: int) -> None:
    """Copy the packed residuals of a node's samples, and 0 for all others."""
    n = work.residual.shape[0]
    here = np.uint8(node)
    for sample in range(n):
        work.marked[sample] = work.packed[sample] if work.node[sample] == here else np.int64(0)
    if n <= MOST_ROUNDED:
        for sample in range(n):
            is_here = work.node[sample] == here
            work.marked_rounded[sample] = work.rounded[sample] if is_here else np.int32(0)


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
def screen_lanes(
    work: BoostingWork, n_lanes: int, node: int, shift: int, rounded_shift: int, unit_bits: int
) -> None:
    """Bound the gains of up to `SCANNED` candidates, whose orders begin at ``work.starts``."""
    n = work.residual.shape[0]
    n_rows = np.int64(0)
    for lane in range(n_lanes):
        n_rows = max(n_rows, np.int64(work.n_above[work.starts[lane] // n]))
    for lane in range(n_lanes, SCANNED):
        work.starts[lane] = work.starts[0]
    weight = work.node_count[node]
    mean = np.float64(work.node_sum[node]) / np.float64(weight)
    if n <= MOST_ROUNDED:
        mean = mean / np.float64(np.int64(1) << unit_bits)
        scan_orders(
            *(work.order, work.starts, work.marked_rounded, work.rounded_gains),
            *(0, n_rows, weight, mean, rounded_shift),
        )
        for lane in range(n_lanes):
            work.bounds[work.lanes[lane]] = np.float64(work.rounded_gains[lane])
    else:
        scan_orders(
            *(work.order, work.starts, work.marked, work.gains),
            *(0, n_rows, weight, mean, shift),
        )
        for lane in range(n_lanes):
            work.bounds[work.lanes[lane]] = work.gains[lane]


@inlined
def screen_candidates(
    work: BoostingWork, n_drawn: int, node: int, shift: int, rounded_shift: int, unit_bits: int
) -> int:
    """Bound the gains of the drawn candidates; return which has the largest bound."""
    n = work.residual.shape[0]
    n_lanes = 0
    for drawn in range(n_drawn):
        regulator = np.int64(work.candidates[drawn])
        if work.has_many_ties[regulator]:
            work.bounds[drawn] = math.inf
        else:
            work.starts[n_lanes], work.lanes[n_lanes] = regulator * n, drawn
            n_lanes += 1
        if n_lanes == SCANNED or (n_lanes > 0 and drawn == n_drawn - 1):
            screen_lanes(work, n_lanes, node, shift, rounded_shift, unit_bits)
            n_lanes = 0
    largest = 0
    for drawn in range(1, n_drawn):
        if work.bounds[drawn] > work.bounds[largest]:
            largest = drawn
    return largest


@inlined
def least_bound(gain: float, weight: int, unit_bits: int) -> float:
    """Return the screened gain that a candidate needs to have a chance of this exact gain."""
    if gain <= 0.0:
        return -1.0
    unit = np.float64(np.int64(1) << unit_bits)
    slack = 0.5 + 1.5 / math.sqrt(np.float64(weight - 1))
    root = math.sqrt(gain) / (np.float64(weight) * unit) - slack
    return root * root * _ROUNDING if root > 0.0 else -1.0


@inlined
def best_cut(
    work: BoostingWork, regulator: int, node: int, shift: int
) -> tuple[float, int, int, int]:
    """Try every cut of one regulator in the marked node.

    Returns
    -------
    gain : float
        ``d² / (u (w - u))`` of the best cut, the lowest of equal ones; -1 when the regulator is
        constant here.
    cut : int
        Samples above the cut, in the node or not: those of more expression than the highest sample
        of the node that goes left.
    u, s : int
        Samples of the node above the cut, and the sum of their residuals.
    """
    start = regulator * work.residual.shape[0]
    order, level_end = work.order[start:], work.level_end[start:]
    w, node_sum = work.node_count[node], work.node_sum[node]
    half = np.int64(1) << (shift - 1)
    best, cut, n_right, right_sum = -1.0, np.int64(0), np.int64(0), np.int64(0)
    total, at = np.int64(0), np.int64(0)
    for level in range(np.int64(work.n_levels[regulator])):
        end = np.int64(level_end[level])
        while at < end:
            total += work.marked[np.uint64(order[at])]
            at += 1
        u = (total + half) >> shift
        if u > 0:
            if u == w:
                break
            s = total - (u << shift)
            d = np.float64(s * w - node_sum * u)
            gain = d * d * (1.0 / (np.float64(u) * np.float64(w - u)))
            if gain >= best:
                best, cut, n_right, right_sum = gain, end, u, s
    return best, cut, n_right, right_sum


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
def split_node(
    work: BoostingWork, node: int, k: int, shift: int, rounded_shift: int, unit_bits: int
) -> None:
    """Divide a node by the best cut of ``k`` candidates, or leave it as a leaf.

    Candidates are drawn as the forests draw them: a constant one counts, and drawing goes on until
    one can divide the node. Of equal gains the first drawn is taken.
    """
    weight = work.node_count[node]
    if weight < 2 or is_uniform(work, node):
        return
    mark_node(work, node)
    n_candidates = work.candidates.shape[0]
    n_drawn: int = min(np.int64(k), np.int64(n_candidates))
    for drawn in range(n_drawn):
        draw_regulator(work.state, work.candidates, drawn, n_candidates)
    largest = screen_candidates(work, n_drawn, node, shift, rounded_shift, unit_bits)
    best, best_drawn = -1.0, np.int64(-1)
    cut, n_right, right_sum = np.int64(0), np.int64(0), np.int64(0)
    needed = -1.0
    for turn in range(-1, n_candidates):
        drawn = largest if turn < 0 else turn
        if drawn >= n_drawn:
            if best_drawn >= 0:
                break
            draw_regulator(work.state, work.candidates, drawn, n_candidates)
        elif turn == largest or work.bounds[drawn] < needed:
            continue
        found = best_cut(work, np.int64(work.candidates[drawn]), node, shift)
        if found[0] > best or (found[0] == best and drawn < best_drawn):
            best, cut, n_right, right_sum = found
            best_drawn = np.int64(drawn)
            needed = least_bound(best, weight, unit_bits)
    if best_drawn < 0:
        return
    left, right = 2 * node, 2 * node + 1
    work.node_sum[right], work.node_count[right] = right_sum, n_right
    work.node_sum[left] = work.node_sum[node] - right_sum
    work.node_count[left] = weight - n_right
    regulator = np.int64(work.candidates[best_drawn])
    work.split_regulator[node] = regulator
    work.split_gain[node] = best / np.float64(weight)
    divide(work, node, regulator, cut)
