"""Screen the candidates of a boosted node: bound the gain of each, many at a time.

Candidates that could still be the best are tried exactly afterwards, so that the outcome is that of
trying all of them. In a small node the samples are sorted by rank, sixteen candidates at a time. In
a large one the orders of all samples are passed, eight candidates at a time, as if all samples had
different expression; regulators with many ties are left to the exact search.

Notes
-----
Let w samples of sum S be in the node, u of sum s above the cut, v = w - u below it. The screening
computes g = |s - u S / w| / sqrt(u v), in the unit to which residuals are rounded. How much g can
fall short is the *slack*.

Large nodes: rounding moves each residual by 1/2 at most. The mean is that of the rounded residuals,
so the difference moves by v/w of each error above the cut and by -u/w of each below, u v / w at
most; as sqrt(u v) <= w / 2, g by 1/4. The mean, its product with u, and the difference are rounded
to 24 bits, by 1/2 each at most, and sqrt(u v) >= sqrt(w - 1). Of more than `MOST_ROUNDED` samples
the residuals are exact, and the 53 bits of the arithmetic make far smaller errors.

Small nodes: residuals are centred on a whole number near the mean, at most 1/2 in the unit from it,
then rounded. This moves each by 1 at most, and the difference by u, seen from above the cut, or by
v + |R|, seen from below it, where R is the sum of all rounded ones. The smaller of both, divided by
sqrt(u v), is at most 1 + |R| / sqrt(w - 1), and sqrt(w / (w - 1)) < 1.5.

The factor `_ROUNDING` covers the other roundings of 32-bit floats, about 1e-6 in all.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.bits import bit_length
from genie3_engine.kernels.boosting_workspace import BoostingWork
from genie3_engine.kernels.order_scan import SCANNED, scan_orders
from genie3_engine.kernels.prefetch import gather_ranks
from genie3_engine.kernels.rank_layout import Strides
from genie3_engine.kernels.rank_sort import padded_rows, sort_rows
from genie3_engine.kernels.split_scan import scan_sorted
from genie3_engine.kernels.vectors import LANES

MOST_ROUNDED = 1023  # samples; with more, too few bits of a 32-bit sum are left for residuals
_ROUNDED_BITS = 24
_ROUNDING = 0.99999
_UNKNOWN = np.float32(np.inf)


class Packing(NamedTuple):
    """Where the fields of packed residuals are.

    Parameters
    ----------
    shift, rounded_shift : int
        Bits below the one that counts the sample, of exact and of rounded residuals.
    unit_bits : int
        A rounded residual of 1 stands for ``2**unit_bits``; 0 where none are rounded.
    """

    shift: int
    rounded_shift: int
    unit_bits: int


@inlined
def pack_residuals(work: BoostingWork, absolute_sum: int) -> Packing:
    """Write residuals with a bit above them that counts the sample.

    Parameters
    ----------
    work : BoostingWork
        Its ``packed`` is overwritten, and its ``rounded`` where there are few samples.
    absolute_sum : int
        Sum of the absolute residuals.
    """
    n = work.residual.shape[0]
    shift = np.int64(bit_length(absolute_sum) + 1)
    one = np.int64(1) << shift
    for sample in range(n):
        work.packed[sample] = work.residual[sample] + one
    if n > MOST_ROUNDED:
        return Packing(shift, np.int64(0), np.int64(0))
    rounded_shift = np.int64(min(31 - bit_length(n), _ROUNDED_BITS))
    unit_bits = max(shift - rounded_shift + 1, np.int64(1))
    half = np.int64(1) << (unit_bits - 1)
    counting = np.int64(1) << rounded_shift
    for sample in range(n):
        whole = (work.residual[sample] + half) >> unit_bits
        work.rounded[sample] = np.int32(whole + counting)
    return Packing(shift, rounded_shift, unit_bits)


@inlined
def mark_node(work: BoostingWork, node: int, packing: Packing) -> float:
    """Copy the packed residuals of a node's samples, and 0 for all others.

    Returns
    -------
    float
        Mean residual in the node, of those rounded in their unit where there are few samples.
    """
    n, weight = work.residual.shape[0], work.node_count[node]
    here = np.uint8(node)
    for sample in range(n):
        work.marked[sample] = work.packed[sample] if work.node[sample] == here else np.int64(0)
    total = work.node_sum[node]
    if n <= MOST_ROUNDED:
        total = -(weight << packing.rounded_shift)
        for sample in range(n):
            marked = work.rounded[sample] if work.node[sample] == here else np.int32(0)
            work.marked_rounded[sample] = marked
            total += marked
    return np.float64(total) / np.float64(weight)


@inlined
def scan_lanes(
    work: BoostingWork, n_lanes: int, weight: int, mean: float, packing: Packing
) -> None:
    """Bound the gains of up to `SCANNED` candidates, whose orders begin at ``work.starts``."""
    n = work.residual.shape[0]
    n_rows = np.int64(0)
    for lane in range(n_lanes):
        n_rows = max(n_rows, np.int64(work.n_above[work.starts[lane] // n]))
    for lane in range(n_lanes, SCANNED):
        work.starts[lane] = work.starts[0]
    order, starts = work.order, work.starts
    if n <= MOST_ROUNDED:
        gains, shift = work.rounded_gains, packing.rounded_shift
        scan_orders(order, starts, work.marked_rounded, gains, 0, n_rows, weight, mean, shift)
        for lane in range(n_lanes):
            work.bounds[work.lanes[lane]] = gains[lane]
    else:
        gains, shift = work.gains, packing.shift
        scan_orders(order, starts, work.marked, gains, 0, n_rows, weight, mean, shift)
        for lane in range(n_lanes):
            work.bounds[work.lanes[lane]] = np.float32(gains[lane])


@inlined
def screen_orders(
    work: BoostingWork, n_drawn: int, node: int, packing: Packing
) -> tuple[float, int]:
    """Mark a large node, and bound the gains of the drawn candidates.

    Returns
    -------
    slack, unit_bits
        As `screen_few`.
    """
    n, weight = work.residual.shape[0], work.node_count[node]
    mean = mark_node(work, node, packing)
    n_lanes = 0
    for drawn in range(n_drawn):
        regulator = np.int64(work.candidates[drawn])
        if work.has_many_ties[regulator]:
            work.bounds[drawn] = _UNKNOWN
        else:
            work.starts[n_lanes], work.lanes[n_lanes] = regulator * n, drawn
            n_lanes += 1
        if n_lanes == 1 and drawn == n_drawn - 1:
            work.bounds[work.lanes[0]] = _UNKNOWN
        elif n_lanes == SCANNED or (n_lanes > 0 and drawn == n_drawn - 1):
            scan_lanes(work, n_lanes, weight, mean, packing)
            n_lanes = 0
    return 0.5 + 1.5 / math.sqrt(np.float64(weight - 1)), packing.unit_bits


@inlined
def list_samples(work: BoostingWork, node: int) -> None:
    """Write the samples of a small node to ``work.samples``."""
    here = np.uint8(node)
    n_rows = work.node_count[node]
    found, sample = np.int64(0), np.int64(0)
    while found < n_rows:
        work.samples[found] = np.uint32(sample)
        found += np.int64(work.node[sample] == here)
        sample += 1


@inlined
def screen_few(work: BoostingWork, n_drawn: int, node: int) -> tuple[float, int]:
    """List the samples of a small node, and bound the gains of the drawn candidates.

    Returns
    -------
    slack : float
        See the module's notes.
    unit_bits : int
        The bounds' unit is ``2**unit_bits`` of the residuals.
    """
    list_samples(work, node)
    n, n_rows = work.residual.shape[0], work.node_count[node]
    center = work.node_sum[node] // n_rows
    spread = np.int64(0)
    for i in range(n_rows):
        spread += abs(work.residual[np.uint64(work.samples[i])] - center)
    rank_shift = np.int64(32 - bit_length(n))
    shift = min(rank_shift - 1, np.int64(31 - bit_length(n_rows)), np.int64(_ROUNDED_BITS))
    unit_bits = max(np.int64(bit_length(spread)) - shift + 2, np.int64(1))
    half = np.int64(1) << (unit_bits - 1)
    residue = np.int64(0)
    for i in range(n_rows):
        whole = (work.residual[np.uint64(work.samples[i])] - center + half) >> unit_bits
        residue += whole
        work.payload[i] = np.uint32((np.int64(1) << shift) + whole)
    for i in range(n_rows, padded_rows(n_rows)):
        work.payload[i] = ~np.uint32(0)
    low = (np.uint64(1) << np.uint64(rank_shift)) - np.uint64(1)
    weight = np.float32(n_rows)
    strides = Strides(np.int64(0), np.int64(n), np.int64(1))
    for first in range(0, n_drawn, LANES):
        for lane in range(LANES):
            drawn = min(first + lane, n_drawn - 1)
            work.lane_regulators[lane] = work.candidates[drawn]
        gather_ranks(
            work.rank, strides, work.lane_regulators, work.samples, work.block, n_rows, LANES
        )
        sort_rows(work.block, work.payload, work.keys, n_rows, rank_shift)
        scan_sorted(work.keys, work.bounds, first, LANES, n_rows - 1, weight, shift, low)
    return 1.0 + 1.5 * abs(np.float64(residue)) / math.sqrt(np.float64(n_rows)), unit_bits


@inlined
def least_bound(gain: float, weight: int, slack: float, unit_bits: int) -> float:
    """Return the screened gain that a candidate needs to have a chance of this exact gain."""
    if gain <= 0.0:
        return -1.0
    unit = np.float64(np.int64(1) << unit_bits)
    root = math.sqrt(gain) / (np.float64(weight) * unit) - slack
    return root * root * _ROUNDING if root > 0.0 else -1.0
