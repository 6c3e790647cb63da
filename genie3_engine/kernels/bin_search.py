"""Search the splits of a large node in the few bins that may hold the best.

The sums by bin of sixteen candidates (`genie3_engine.kernels.split_bins`) are read a second time,
for those candidates whose bound reaches what is known of the node's best split. A split at the end
of a bin is known from the sums. Of the bins whose own bound is large enough, usually one to five,
the samples are looked up by rank, so that the splits inside them are known as well. Gains have the
small error of rounded responses. Where the best is ahead of all others by more than that error, no
exact evaluation is needed.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.bin_samples import list_samples
from genie3_engine.kernels.bin_scan import SCANNED_BINS, reaching_bins
from genie3_engine.kernels.bits import count_trailing_zeros
from genie3_engine.kernels.ranks import BINS, FIRST_SHARED_BIN, LARGEST_BIN_SHIFT
from genie3_engine.kernels.split import mark_rank
from genie3_engine.kernels.workspace import Workspace, rank_strides

_ROUNDING = 1.0 - 1e-9  # much more than the rounding of 64-bit floats
_NARROW_ROUNDING = np.float32(0.99999)


class Screening(NamedTuple):
    """How the payloads of a node's samples were rounded, from `genie3_engine.kernels.split_bins`.

    Parameters
    ----------
    weight : int
        Of the node.
    response_bits, absolute_bits : int
        Bits of both fields in a payload.
    unit : float
        Rounded responses in one unit of the absolute response.
    slack : float
        How much the root of a screened gain can fall short.
    """

    weight: int
    response_bits: int
    absolute_bits: int
    unit: float
    slack: float


class Found(NamedTuple):
    """The best split of the candidates that were searched, as the screening sees it.

    Parameters
    ----------
    gain : float
        Its gain, -1 without a split.
    second : float
        The largest gain of all other splits that may be the best; -1 without any.
    position : int
        Place of its candidate in the pool.
    rank : int
        The last rank that goes left.
    """

    gain: float
    second: float
    position: int
    rank: int


@inlined
def nothing_found() -> Found:
    """Return the state before a search."""
    return Found(-1.0, -1.0, np.int64(0), np.int64(0))


@inlined
def rank_of_bin(bin_: int, exact_shift: int) -> int:
    """Return the rank of a bin that holds one, by its regulator's ``exact_shift``."""
    if exact_shift == LARGEST_BIN_SHIFT:
        return bin_ >> LARGEST_BIN_SHIFT
    return max(bin_ - (FIRST_SHARED_BIN - 1), 0)


@inlined
def scanned_bins(work: Workspace, position: int, lane: int) -> int:
    """Return how many bins of a lane's candidate are scanned."""
    top = np.int64(work.top_bin[work.pool[position]]) >> np.int64(work.shifts[lane])
    return (top + SCANNED_BINS) & -SCANNED_BINS


@inlined
def bin_unit(work: Workspace, position: int, lane: int, unit: float) -> float:
    """Return the unit of absolute responses; 0 where a bin of the lane holds one rank."""
    exact = np.int64(work.exact_shift[work.pool[position]])
    return 0.0 if exact >= work.shifts[lane] else unit


@inlined
def needed_gain(gain: float, slack: float) -> float:
    """Return the screened gain that a split needs so that it can be as good as one of ``gain``."""
    root = math.sqrt(max(gain, 0.0)) - 2.0 * slack
    return root * root * _ROUNDING if root > 0.0 else 0.0


@inlined
def search_lanes(
    work: Workspace,
    span: tuple[int, int],
    lanes: tuple[int, int],
    screening: Screening,
    found: Found,
) -> Found:
    """Search those candidates whose bound reaches what is known of the best, largest bound first.

    Parameters
    ----------
    work : Workspace
        From `genie3_engine.kernels.split_bins.screen_bins`. The entry in ``screened`` of each
        candidate that is searched becomes its largest gain, as far as it may be the node's best.
    span : (first, last)
        The node's samples are ``work.samples[first:last]``.
    lanes : (drawn, n_lanes)
        Place of the first candidate in the pool, and candidates.
    screening : Screening
        How the payloads were rounded.
    found : Found
        The best of the candidates before.

    Returns
    -------
    Found
        The best of these, too.
    """
    drawn, n_lanes = lanes
    done = np.int64(0)
    for _ in range(n_lanes):
        top, lane = np.float32(-1), np.int64(0)
        for i in range(n_lanes):
            is_top = (work.screened[drawn + i] > top) & ((done >> i) & 1 == 0)
            top = work.screened[drawn + i] if is_top else top
            lane = i if is_top else lane
        needed = needed_gain(found.gain, screening.slack)
        if top < np.float32(needed) * _NARROW_ROUNDING:
            break
        done |= np.int64(1) << lane
        before = found.gain
        found = _search_lane(work, span, (drawn + lane, lane), screening, found)
        own = found.gain if found.gain > before else found.second
        work.screened[drawn + lane] = np.float32(own)
    return found


@inlined
def _better(found: Found, gain: float, position: int, rank: int) -> Found:
    is_better = gain > found.gain
    return Found(
        max(found.gain, gain),
        max(found.second, min(found.gain, gain)),
        position if is_better else found.position,
        rank if is_better else found.rank,
    )


@inlined
def _gain_of(left: np.int64, screening: Screening) -> float:
    """Return the screened gain of a split with this sum of payloads on its left; -1 of no split."""
    response_bits = np.int64(screening.response_bits)
    here = left >> np.int64(screening.absolute_bits)
    w = (here + (np.int64(1) << (response_bits - 1))) >> response_bits
    response = np.float64(here - (w << response_bits))
    sides = np.float64(w) * (np.float64(screening.weight) - np.float64(w))
    return response * response / sides if sides > 0.0 else -1.0


@inlined
def _search_lane(
    work: Workspace,
    span: tuple[int, int],
    place: tuple[int, int],
    screening: Screening,
    found: Found,
) -> Found:
    position, lane = place
    n_bins = scanned_bins(work, position, lane)
    has_one_rank = bin_unit(work, position, lane, 1.0) == 0.0
    shift = work.shifts[lane]
    exact_shift = np.int64(work.exact_shift[work.pool[position]])
    start = np.int64(lane * BINS)
    best_end, least, n_listed = found.gain, work.screened[position], np.int64(0)
    # The best bin is read first, to learn what is needed, and again in its turn.
    for turn in range(2):
        n_listed = np.int64(0)
        for group in range(0, n_bins, SCANNED_BINS):
            reached = reaching_bins(work.bin_bounds, start + group, least)
            while reached != np.uint64(0):
                bin_ = group + count_trailing_zeros(reached)
                reached &= reached - np.uint64(1)
                left = work.bin_lefts[np.uint64(start + bin_)]
                lower = work.bin_lefts[np.uint64(start + bin_ - 1)] if bin_ > 0 else np.int64(0)
                gain = _gain_of(left, screening)
                best_end = max(best_end, gain)
                if turn == 0:
                    best_end = max(best_end, _gain_of(lower, screening))
                at = np.uint64(n_listed)
                work.listed_bins[at] = bin_
                work.listed_lefts[at] = lower
                work.listed_gains[at] = gain
                n_listed += np.int64(left != lower)
        needed = needed_gain(best_end, screening.slack)
        least = np.float32(needed) * _NARROW_ROUNDING
    n_searched = np.int64(0)
    for i in range(n_listed):
        bin_, gain = work.listed_bins[i], work.listed_gains[i]
        if has_one_rank or bin_ == 0:
            if gain >= needed:
                found = _better(found, gain, position, rank_of_bin(bin_ << shift, exact_shift))
        elif work.bin_bounds[np.uint64(start + bin_)] >= least:
            work.is_searched[np.uint64(bin_)] = True
            work.listed_bins[n_searched] = bin_
            work.listed_lefts[n_searched] = work.listed_lefts[i]
            n_searched += 1
    if n_searched > 0:
        _mark_searched(work, span, position, shift, n_searched)
        found = _search_marked(work, position, screening, found)
    return found


@inlined
def _mark_searched(
    work: Workspace, span: tuple[int, int], position: int, shift: int, n_searched: int
) -> None:
    """Add the payloads of the searched bins' samples to their ranks.

    The lowest rank of each bin also gets the samples between it and the searched bin below.
    """
    first, last = span
    candidate = np.int64(work.pool[position])
    strides = rank_strides(work, last - first)
    start = strides.start + candidate * strides.regulator
    bins, codes = work.bins[start:], work.codes[start:]
    exact_shift = np.int64(work.exact_shift[candidate])
    step, by = np.uint64(strides.sample), np.uint64(shift)
    n_found = list_samples(
        work.bins,
        start,
        work.samples[first:last],
        work.is_searched,
        work.spare,
        last - first,
        np.int64(strides.sample),
        np.int64(shift),
    )
    for i in range(n_searched):
        bin_ = np.uint64(work.listed_bins[i])
        work.is_searched[bin_] = False
        work.lowest_ranks[bin_] = work.sums.shape[0]
        work.bin_sums[bin_] = 0
    for i in range(n_found):
        at = np.uint64(work.spare[i])
        sample = np.uint64(work.samples[np.uint64(first) + at]) * step
        place = np.int64(bins[sample])
        rank = rank_of_bin(place, exact_shift) if exact_shift >= 0 else np.int64(codes[sample])
        bin_ = np.uint64(place) >> by
        work.lowest_ranks[bin_] = min(work.lowest_ranks[bin_], rank)
        work.bin_sums[bin_] += work.binned[at]
        mark_rank(work, np.uint64(rank), work.binned[at])
    left = np.int64(0)
    for i in range(n_searched):
        bin_ = np.uint64(work.listed_bins[i])
        lower = work.listed_lefts[i]
        work.sums[work.lowest_ranks[bin_]] += lower - left
        left = lower + work.bin_sums[bin_]


@inlined
def _search_marked(work: Workspace, position: int, screening: Screening, found: Found) -> Found:
    """Find the best split at a marked rank; unmark them."""
    response_bits = np.int64(screening.response_bits)
    absolute_bits = np.int64(screening.absolute_bits)
    half = np.int64(1) << (response_bits - 1)
    heavy = np.float64(screening.weight)
    one, left = np.uint64(1), np.int64(0)
    for block in range(work.mark_words.shape[0]):
        words = work.mark_words[block]
        work.mark_words[block] = np.uint64(0)
        while words != np.uint64(0):
            word = np.int64(block * 64) + count_trailing_zeros(words)
            words &= words - one
            marks = work.marks[word]
            work.marks[word] = np.uint64(0)
            while marks != np.uint64(0):
                rank = word * 64 + count_trailing_zeros(marks)
                marks &= marks - one
                left += work.sums[rank]
                work.sums[rank] = 0
                here = left >> absolute_bits
                w = (here + half) >> response_bits
                response = np.float64(here - (w << response_bits))
                sides = np.float64(w) * (heavy - np.float64(w))
                gain = response * response / sides if sides > 0.0 else -1.0
                found = _better(found, gain, position, rank)
    return found
