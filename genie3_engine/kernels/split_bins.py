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

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.bin_scan import SCANNED_LANES, scan_bins
from genie3_engine.kernels.bin_sums import SUMMED_LANES, add_lane, add_lanes
from genie3_engine.kernels.bits import bit_length
from genie3_engine.kernels.ranks import BINS, LARGEST_BIN_SHIFT
from genie3_engine.kernels.rounding import centre_of, gather_packed, round_packed, rounding_slack
from genie3_engine.kernels.vectors import LANES
from genie3_engine.kernels.workspace import Workspace, rank_strides

_SUM_BITS = 63
_MAX_RESPONSE_BITS = 44
_ABSOLUTE_BITS = 4  # beyond those of the weight: rounding up adds a sixteenth
_ROWS_FEW, _ROWS_SOME = 160, 640
_FEW = 2  # lanes that are filled one by one


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
    """Write each sample's payload to ``work.binned``.

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
    centre = centre_of(total)
    spread = gather_packed(work.weighted, work.samples, (first, last), centre, work.binned)
    scale = np.float64((np.int64(1) << (response_bits - 1)) - 1 - total[0]) / spread
    residue = round_packed(work.binned, last - first, centre, scale, (response_bits, absolute_bits))
    unit = np.float64(np.int64(1) << max(response_bits - absolute_bits, np.int64(0)))
    return scale, rounding_slack(residue, total[0]), unit


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
        Lanes to fill; one lane after them may be filled, too.
    """
    strides = rank_strides(work, n_rows)
    step = np.int64(strides.sample)
    n_whole = n_lanes if n_lanes % SUMMED_LANES > _FEW else n_lanes - n_lanes % SUMMED_LANES
    for lane in range(LANES):
        work.starts[lane] = strides.start + np.int64(candidates[lane]) * strides.regulator
    for lane in range(0, n_whole, SUMMED_LANES):
        add_lanes(
            work.bins, work.starts, samples, work.binned, work.slots, lane, n_rows, step, shift
        )
    for lane in range(n_whole, n_lanes):
        add_lane(
            work.bins, work.starts, samples, work.binned, work.slots, lane, n_rows, step, shift
        )


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
) -> int:
    """Write a bound of the gains of up to `LANES` candidates to ``work.screened``.

    Parameters
    ----------
    work : Workspace
        Its ``binned`` holds the payload of the node's samples. The sums by bin stay in ``slots``,
        for `clear_bins`.
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

    Returns
    -------
    int
        Bits by which the bins are shifted.
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
            work.block_bounds,
            work.block_lefts,
            drawn,
            lane,
            BINS >> shift,
            heavy,
            bits[0],
            bits[1],
        )
    return shift


@inlined
def clear_bins(work: Workspace, shift: int) -> None:
    """Clear the sums by bin."""
    for lane in range(0, LANES, SCANNED_LANES):
        for row in range(BINS >> shift):
            at = row * LANES + lane
            for i in range(SCANNED_LANES):
                work.slots[np.uint64(at + i)] = 0
