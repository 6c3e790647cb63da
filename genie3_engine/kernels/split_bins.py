"""Screen the candidates of a large node by sums over bins of their ranks.

A bin (`genie3_engine.kernels.ranks.bin_ranks`) holds several ranks, and a split may lie inside one.
A sample's payload therefore has three fields: weight, rounded response, and absolute response in
coarse units, rounded up. From the sums of a bin follows a bound that no split in it or at its ends
exceeds, and from the largest bound of a candidate whether an exact search is needed. The cost
follows the samples of the node, not the ranks of the data.

Notes
-----
Let s and t be the sums of the rounded response up to the bin's lower and upper end, and a the sum
of its absolute values in the bin. The samples on the left of a split in the bin add at most
(a + t - s) / 2 to s, and at least (t - s - a) / 2. So the left sum lies between (s + t - a) / 2 and
(s + t + a) / 2, and its absolute value is at most (|s + t| + a) / 2. The product of both sides'
weights is a concave function of the left side's, and at least W - 1: in the bin it is smallest at
an end. The error of rounding is that of `genie3_engine.kernels.split_screening`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.bin_scan import SCANNED_LANES, scan_bins
from genie3_engine.kernels.bits import bit_length
from genie3_engine.kernels.ranks import BINS, LARGEST_BIN_SHIFT
from genie3_engine.kernels.vectors import LANES
from genie3_engine.kernels.workspace import Workspace, rank_strides

_SUM_BITS = 63
_MAX_RESPONSE_BITS = 44
_ABSOLUTE_BITS = 4  # beyond those of the weight: rounding up adds a sixteenth
_ROWS_FEW, _ROWS_SOME = 160, 640


@inlined
def field_bits(weight: int) -> tuple[int, int]:
    """Return the bits of response and of absolute response in a payload.

    Parameters
    ----------
    weight : int
        Weight of the node; its own bits are above both.
    """
    weight_bits = bit_length(weight)
    absolute_bits = weight_bits + _ABSOLUTE_BITS
    return min(_SUM_BITS - weight_bits - absolute_bits, _MAX_RESPONSE_BITS), absolute_bits


@inlined
def fill_binned(
    work: Workspace, first: int, last: int, total: tuple[int, int], bits: tuple[int, int]
) -> tuple[float, float, float]:
    """Write each sample's payload to ``work.binned``, and its packed number to ``node_weighted``.

    Returns
    -------
    scale : float
        Units of the rounded response in one of the fixed-point response.
    slack : float
        How much the root of a screened gain can fall short.
    unit : float
        Rounded responses in one unit of the absolute response.
    """
    response_bits, absolute_bits = np.int64(bits[0]), np.int64(bits[1])
    weight = np.float64(total[0])
    mean = np.float64(total[1]) / weight
    spread = 0.0
    for i in range(first, last):
        sample = np.uint64(work.samples[i])
        deviation = abs(np.float64(work.response[sample]) - mean)
        spread += deviation * np.float64(work.weights[sample])
    scale = np.float64((np.int64(1) << (response_bits - 1)) - 1 - total[0]) / spread
    coarse = max(response_bits - absolute_bits, np.int64(0))
    up = (np.int64(1) << coarse) - 1
    residue = np.int64(0)
    for i in range(first, last):
        sample = np.uint64(work.samples[i])
        times = work.weights[sample]
        work.node_weighted[i - first] = work.weighted[sample]
        deviation = np.float64(work.response[sample]) - mean
        rounded = np.int64(np.floor(deviation * scale + 0.5))
        residue += rounded * times
        absolute = (abs(rounded) + up) >> coarse
        fields = (((np.int64(1) << response_bits) + rounded) << absolute_bits) + absolute
        work.binned[i - first] = times * fields
    slack = 0.5 + 1.5 * abs(np.float64(residue)) / math.sqrt(weight)
    return scale, slack, np.float64(up + 1)


@inlined
def bin_shift(work: Workspace, drawn: int, n_lanes: int, n: int) -> int:
    """Return by how many bits the bins of some candidates are shifted in a node of ``n``."""
    exact = LARGEST_BIN_SHIFT
    for lane in range(n_lanes):
        exact = min(exact, np.int64(work.exact_shift[work.pool[drawn + lane]]))
    if exact == LARGEST_BIN_SHIFT or n <= _ROWS_FEW:
        return LARGEST_BIN_SHIFT
    return 1 if n <= _ROWS_SOME else 0


@inlined
def add_to_bins(
    work: Workspace,
    candidates: NDArray[np.int32],
    samples: NDArray[np.uint32],
    n_rows: int,
    shift: int,
    n_lanes: int,
) -> None:
    """Add each sample's payload to the slot of its bin, one regulator per lane.

    Parameters
    ----------
    work : Workspace
        The memory.
    candidates : (>= LANES,) int32
        Each lane's regulator.
    samples : (>= n_rows,) uint32
        The node's samples.
    n_rows : int
        Samples in the node.
    shift : int
        Bits by which the bins are shifted to the right.
    n_lanes : int
        Lanes to fill; rounded up to a multiple of four.
    """
    strides = rank_strides(work, n_rows)
    bins, step = work.bins[strides.start :], np.uint64(strides.sample)
    width, by = np.uint64(LANES), np.uint64(shift)
    slots = work.slots
    for lane in range(0, n_lanes, 4):
        a = bins[np.int64(candidates[lane]) * strides.regulator :]
        b = bins[np.int64(candidates[lane + 1]) * strides.regulator :]
        c = bins[np.int64(candidates[lane + 2]) * strides.regulator :]
        d = bins[np.int64(candidates[lane + 3]) * strides.regulator :]
        part = slots[lane:]
        for i in range(n_rows):
            sample = np.uint64(samples[i]) * step
            added = work.binned[i]
            part[(np.uint64(a[sample]) >> by) * width] += added
            part[(np.uint64(b[sample]) >> by) * width + np.uint64(1)] += added
            part[(np.uint64(c[sample]) >> by) * width + np.uint64(2)] += added
            part[(np.uint64(d[sample]) >> by) * width + np.uint64(3)] += added


@inlined
def screen_bins(
    work: Workspace,
    first: int,
    last: int,
    drawn: int,
    k: int,
    weight: int,
    bits: tuple[int, int],
    unit: float,
) -> None:
    """Write a bound of the gains of up to `LANES` candidates to ``work.screened``.

    Parameters
    ----------
    work : Workspace
        Its ``binned`` holds the payload of the node's samples.
    first, last : int
        The node's samples are ``work.samples[first:last]``.
    drawn, k : int
        First of the candidates in the pool, and candidates in all.
    weight : int
        Of the node.
    bits : (int, int)
        From `field_bits`.
    unit : float
        From `fill_binned`.
    """
    n = last - first
    n_lanes = min(k - drawn, LANES)
    shift = bin_shift(work, drawn, n_lanes, n)
    for lane in range(LANES):
        candidate = work.pool[drawn + lane]
        is_exact = np.int64(work.exact_shift[candidate]) >= shift
        work.units[lane] = 0.0 if is_exact else unit
    add_to_bins(work, work.pool[drawn : drawn + LANES], work.samples[first:last], n, shift, n_lanes)
    heavy = np.float64(weight)
    for lane in range(0, n_lanes, SCANNED_LANES):
        scan_bins(
            work.slots,
            work.units,
            work.screened,
            drawn,
            lane,
            BINS >> shift,
            heavy,
            bits[0],
            bits[1],
        )
