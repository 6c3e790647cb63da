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
from genie3_engine.kernels.bits import count_trailing_zeros
from genie3_engine.kernels.ranks import BINS, BLOCK, FIRST_SHARED_BIN, LARGEST_BIN_SHIFT
from genie3_engine.kernels.split import mark_rank
from genie3_engine.kernels.vectors import LANES
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
def needed_gain(gain: float, slack: float) -> float:
    """Return the screened gain that a split needs so that it can be as good as one of ``gain``."""
    root = math.sqrt(max(gain, 0.0)) - 2.0 * slack
    return root * root * _ROUNDING if root > 0.0 else 0.0


@inlined
def search_lanes(
    work: Workspace,
    span: tuple[int, int],
    lanes: tuple[int, int],
    shift: int,
    screening: Screening,
    found: Found,
) -> Found:
    """Search those candidates whose bound reaches what is known of the best, largest bound first.

    Parameters
    ----------
    work : Workspace
        Its ``slots`` hold the sums by bin of up to `LANES` candidates, ``screened`` their bounds.
        The entry of each candidate that is searched becomes its largest gain, as far as it may be
        the node's best.
    span : (first, last)
        The node's samples are ``work.samples[first:last]``.
    lanes : (drawn, n_lanes)
        Place of the first candidate in the pool, and candidates.
    shift : int
        Bits by which their bins are shifted.
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
        found = _search_lane(work, span, (drawn + lane, lane), shift, screening, found)
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
def _search_lane(
    work: Workspace,
    span: tuple[int, int],
    place: tuple[int, int],
    shift: int,
    screening: Screening,
    found: Found,
) -> Found:
    position, lane = place
    response_bits = np.int64(screening.response_bits)
    absolute_bits = np.int64(screening.absolute_bits)
    half = np.int64(1) << (response_bits - 1)
    mask = (np.int64(1) << absolute_bits) - 1
    heavy, least = np.float64(screening.weight), np.float64(screening.weight - 1)
    unit = work.units[lane]
    exact_shift = np.int64(work.exact_shift[work.pool[position]])
    n_blocks = np.int64(BINS // BLOCK) >> shift
    top, top_block = np.float32(-1), np.int64(0)
    for block in range(n_blocks):
        bound = work.block_bounds[np.uint64(block * LANES + lane)]
        top_block = block if bound > top else top_block
        top = max(top, bound)
    best_end, n_listed = found.gain, np.int64(0)
    # The best block is read first, to learn what is needed, and again in its turn.
    for turn in range(-1, n_blocks):
        block = top_block if turn < 0 else turn
        needed = needed_gain(best_end, screening.slack)
        at = np.uint64(block * LANES + lane)
        if work.block_bounds[at] < np.float32(needed) * _NARROW_ROUNDING:
            continue
        left = work.block_lefts[at]
        below = left >> absolute_bits
        w = (below + half) >> response_bits
        before = np.float64(below - (w << response_bits))
        before_sides = max(np.float64(w) * (heavy - np.float64(w)), least)
        for bin_ in range(block * BLOCK, (block + 1) * BLOCK):
            added = work.slots[np.uint64(bin_ * LANES + lane)]
            lower = left
            left += added
            here = left >> absolute_bits
            w = (here + half) >> response_bits
            response = np.float64(here - (w << response_bits))
            product = np.float64(w) * (heavy - np.float64(w))
            sides = max(product, least)
            absolute = np.float64(added & mask) * unit
            largest = (abs(before + response) + absolute) * 0.5
            bound = largest * largest / min(before_sides, sides)
            gain = response * response / sides if product > 0.0 else -1.0
            gain = gain if added != 0 else -1.0
            best_end = max(best_end, gain)
            bound = gain if unit == 0.0 or bin_ == 0 else bound
            bound = bound if added != 0 else -1.0
            at = np.uint64(n_listed)
            work.listed_bins[at] = bin_
            work.listed_lefts[at] = lower
            work.listed_bounds[at] = bound
            n_listed += np.int64(bound >= needed)
            before, before_sides = response, sides
        n_listed = np.int64(0) if turn < 0 else n_listed
    needed = needed_gain(best_end, screening.slack)
    n_searched = np.int64(0)
    for i in range(n_listed):
        bin_, bound = work.listed_bins[i], work.listed_bounds[i]
        if bound >= needed:
            if unit == 0.0 or bin_ == 0:
                found = _better(found, bound, position, rank_of_bin(bin_ << shift, exact_shift))
            else:
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
    n_found = np.int64(0)
    for i in range(first, last):
        work.spare[np.uint64(n_found)] = i - first
        bin_ = np.uint64(bins[np.uint64(work.samples[i]) * step]) >> by
        n_found += np.int64(work.is_searched[bin_])
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
