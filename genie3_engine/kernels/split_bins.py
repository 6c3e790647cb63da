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
from genie3_engine.kernels.bin_scan import scan_bins
from genie3_engine.kernels.bin_search import bin_unit, scanned_bins
from genie3_engine.kernels.bin_sums import LANE_SLOTS, SUMMED_LANES, add_lane, add_lanes
from genie3_engine.kernels.bits import bit_length
from genie3_engine.kernels.ranks import BINS
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
def bin_shift(work: Workspace, candidate: int, n: int) -> int:
    """Return by how many bits a candidate's bins are shifted in a node of ``n`` samples.

    Each rank has a bin for itself where that takes no more bins.
    """
    shift = np.int64(2 if n <= _ROWS_FEW else (1 if n <= _ROWS_SOME else 0))
    exact = np.int64(work.exact_shift[candidate])
    is_exact = exact >= 0 and np.int64(work.top_bin[candidate]) >> exact < BINS >> shift
    return exact if is_exact else shift


@inlined
def add_to_bins(
    work: Workspace, samples: NDArray[np.uint32], n_rows: int, lane: int, n_lanes: int
) -> int:
    """Add each sample's payload to the slot of its bin in the next `SUMMED_LANES` lanes.

    Parameters
    ----------
    work : Workspace
        Its ``starts`` and ``shifts`` are those of the candidates.
    samples : (>= n_rows,) uint32
        The node's samples.
    n_rows : int
        Samples in the node.
    lane : int
        The first lane.
    n_lanes : int
        Lanes to fill in all.

    Returns
    -------
    int
        Lanes that are filled, up to one more than were to be.
    """
    step = np.int64(rank_strides(work, n_rows).sample)
    if n_lanes - lane > _FEW:
        add_lanes(
            work.bins,
            work.starts,
            samples,
            work.binned,
            work.slots,
            work.shifts,
            lane,
            n_rows,
            step,
        )
        return lane + SUMMED_LANES
    for each in range(lane, n_lanes):
        add_lane(
            work.bins,
            work.starts,
            samples,
            work.binned,
            work.slots,
            work.shifts,
            each,
            n_rows,
            step,
        )
    return n_lanes


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
        Its ``binned`` holds the payload of the node's samples. The sums and bounds of each bin are
        left in ``bin_lefts`` and ``bin_bounds``, how the bins are shifted in ``shifts``.
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
    samples = work.samples[first:last]
    strides = rank_strides(work, n)
    for lane in range(LANES):
        candidate = np.int64(work.pool[drawn + lane])
        work.shifts[lane] = bin_shift(work, candidate, n)
        work.starts[lane] = strides.start + candidate * strides.regulator
    for lane in range(0, n_lanes, SUMMED_LANES):
        end = add_to_bins(work, samples, n, lane, n_lanes)
        for each in range(lane, end):
            work.screened[drawn + each] = scan_bins(
                work.slots,
                (each - lane) * LANE_SLOTS,
                work.bin_lefts,
                work.bin_bounds,
                each * BINS,
                scanned_bins(work, drawn + each, each),
                bin_unit(work, drawn + each, each, unit),
                weight,
                bits[0],
                bits[1],
            )
