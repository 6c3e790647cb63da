"""Screen sixteen candidates in parallel, to select those that need an exact search.

The screening works with a response that is centred on the node's mean and rounded to a whole number
of `scale`-ths, so that weight and response of a sample fit one integer. The error of
its gains is bounded. A candidate is tried exactly when it could still be the best; so the outcome
is that of trying all of them.

Notes
-----
Let A be the left side's sum of rounded responses, each of which holds its sample's weight as a
factor, a the same sum before rounding, u and v the weights left and right, W = u + v, R the sum of
the rounded responses over the node, and h = `HALF_UNIT` what rounding moves a sample by at most for
each unit of its weight (`genie3_engine.kernels.rounding`). So |a - A| <= u h; seen from the right
side |a - A| <= v h + |R|. Dividing by sqrt(u v) and taking the smaller side gives

    |a| / sqrt(u v) <= |A| / sqrt(u v) + h + |R| / sqrt(W - 1),

and |R| / sqrt(W - 1) <= 1.5 |R| / sqrt(W) for W >= 2. This is the *slack*. The factor `_ROUNDING`
covers the roundings of 32-bit floats in the gain itself, below 8e-6 in all.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.bin_marks import mark_bins
from genie3_engine.kernels.bin_search import Screening, needed_gain, nothing_found, search_lanes
from genie3_engine.kernels.bits import bit_length, count_trailing_zeros
from genie3_engine.kernels.prefetch import gather_ranks, prefetch
from genie3_engine.kernels.random import draw_regulator, draw_regulators
from genie3_engine.kernels.rank_sort import FEW_SORTED_ROWS, MAX_SORTED_ROWS, sort_rows
from genie3_engine.kernels.rounding import (
    Centre,
    centre_of,
    gather_packed,
    round_samples,
    rounding_slack,
)
from genie3_engine.kernels.split import best_marked, best_split, first_split, mark_samples
from genie3_engine.kernels.split_bins import field_bits, fill_binned, screen_bins
from genie3_engine.kernels.split_scan import able_lanes, scan_sorted, scan_unsorted, sole_row
from genie3_engine.kernels.vectors import LANES
from genie3_engine.kernels.workspace import Workspace, is_ordered, rank_strides

_ROUNDING = 0.99999
_MAX_SHIFT = 44
_MIN_SHIFT = 12
_CACHE_LINE = 64
_NEAR_RANKS = 1 << 20  # that stay in the caches near to a processor
_MARKED_BY_BIN = 8192  # samples of a node above which each good candidate is searched exactly
_FEW = 2  # candidates that are tried one by one instead of screened with empty lanes


class Rounding(NamedTuple):
    """How the payloads of a node's samples were rounded.

    Parameters
    ----------
    scale : float
        Units of the rounded response in one of the fixed-point response.
    slack : float
        How much the root of a screened gain can differ, see the module's notes.
    shift : int
        Bits of the response in a payload.
    """

    scale: float
    slack: float
    shift: int


@inlined
def payload_shift(work: Workspace, weight: int, max_weight: int) -> int:
    """Return how many bits of a payload hold the response in a node of this weight."""
    key_bits = 8 * work.keys.itemsize
    rank_bits = bit_length(work.sums.shape[0] - 1)
    in_key = key_bits - rank_bits - bit_length(max_weight)
    in_sum = key_bits - 1 - bit_length(weight)
    return min(min(in_key, in_sum), _MAX_SHIFT)


@inlined
def is_screened(work: Workspace, n: int, weight: int, max_weight: int) -> bool:
    """Return whether the screening fits a node of ``n`` samples."""
    return n > FEW_SORTED_ROWS or payload_shift(work, weight, max_weight) >= _MIN_SHIFT


@inlined
def inverse_spread(
    work: Workspace, first: int, last: int, total: tuple[int, int], centre: Centre
) -> float:
    """Return the inverse of what a node's absolute deviations from its mean do not exceed in sum.

    Notes
    -----
    Where samples ascend by response, the first and the last one bound the sum: a deviation is a
    convex function of the response, and so at most the line through its values at both ends.
    """
    if is_ordered(work):
        low = work.response[np.uint64(work.samples[first])]
        high = work.response[np.uint64(work.samples[last - 1])]
        below = np.float64(total[1] - low * total[0])
        above = np.float64(high * total[0] - total[1])
        return np.float64(total[0]) * np.float64(high - low) / (2.0 * below * above)
    return 1.0 / gather_packed(work.weighted, work.samples, (first, last), centre, work.binned)


@inlined
def fill_payload(
    work: Workspace, first: int, last: int, total: tuple[int, int], shift: int
) -> tuple[float, float]:
    """Write each sample's payload, and all ones up to the rows that are sorted.

    Returns
    -------
    scale : float
        Units of the rounded response in one of the fixed-point response.
    slack : float
        How much the root of a screened gain can fall short, see the module's notes.
    """
    centre = centre_of(total)
    scale = np.float64((np.int64(1) << np.int64(shift - 1)) - 1 - total[0])
    scale *= inverse_spread(work, first, last, total, centre)
    residue = round_samples(
        work.weighted, work.samples, (first, last), centre, scale, shift, work.payload
    )
    return scale, rounding_slack(residue, total[0])


@inlined
def threshold(gain: float, scale: float, weight: int, slack: float) -> np.float32:
    """Return the screened gain that a candidate needs to have a chance of this exact gain."""
    root = math.sqrt(gain) * scale / np.float64(weight) - slack
    return np.float32(root * root * _ROUNDING) if root > 0.0 else np.float32(-0.5)


@inlined
def draw_ahead(work: Workspace, first: int, last: int, ready: int, wanted: int) -> int:
    """Draw candidates up to ``wanted``; return how many are drawn.

    Fetches the ranks of those in a large matrix that a node reads most of, unless it reads rows of
    samples.
    """
    n = work.response.shape[0]
    n_candidates = work.pool.shape[0] - LANES
    step = _CACHE_LINE // work.codes.itemsize
    has_rows = rank_strides(work, last - first).regulator == 1
    if has_rows or work.codes.shape[0] <= _NEAR_RANKS or n > (last - first) * step:
        draw_regulators(work.state, work.pool, ready, wanted, n_candidates)
        return max(ready, wanted)
    while ready < wanted:
        candidate = draw_regulator(work.state, work.pool, ready, n_candidates)
        for offset in range(0, n, step):
            prefetch(work.codes, candidate * n + offset)
        ready += 1
    return ready


@inlined
def screen_lanes(
    work: Workspace, first: int, last: int, drawn: int, n_lanes: int, weight: int, shift: int
) -> np.float32:
    """Screen the next `LANES` candidates; return the largest gain, -1 without any split.

    The node has at most `MAX_SORTED_ROWS` samples.
    """
    n = last - first
    strides = rank_strides(work, n)
    lanes = work.pool[drawn : drawn + LANES]
    rank_shift = 8 * work.keys.itemsize - bit_length(work.sums.shape[0] - 1)
    low = (np.uint64(1) << np.uint64(rank_shift)) - np.uint64(1)
    samples = work.samples[first:last]
    heavy = np.float32(weight)
    gather_ranks(work.codes, strides, lanes, samples, work.block, n, n_lanes)
    sort_rows(work.block, work.payload, work.keys, n, rank_shift)
    return scan_sorted(work.keys, work.screened, drawn, n_lanes, n - 1, heavy, shift, low)


@inlined
def screen_one(
    work: Workspace, candidate: int, first: int, last: int, weight: int, shift: int
) -> np.float32:
    """Screen one candidate; return its gain, -1 without any split.

    The node has at most `FEW_SORTED_ROWS` samples.
    """
    n = last - first
    strides = rank_strides(work, n)
    row = work.codes[strides.start + candidate * strides.regulator :]
    step = np.uint64(strides.sample)
    for i in range(n):
        work.one_ranks[i] = row[np.uint64(work.samples[first + i]) * step]
    no_rank = (np.uint64(1) << np.uint64(8 * work.one_ranks.itemsize - 1)) - np.uint64(1)
    for i in range(n, (n + LANES - 1) // LANES * LANES):
        work.one_ranks[i] = no_rank
    return scan_unsorted(work.one_ranks, work.payload, n, np.float32(weight), shift)


@inlined
def sole_split(
    work: Workspace,
    n: int,
    n_screened: int,
    weight: int,
    rounding: Rounding,
    tops: tuple[np.float32, np.float32],
    best: float,
) -> tuple[bool, int, int]:
    """Return whether only one division can be the best, as the sorted keys show, and its split.

    Several candidates may divide the samples in this way. The gain is the same then, and the first
    drawn is the best.

    Parameters
    ----------
    work : Workspace
        Its ``keys`` and ``block`` hold the last `LANES` candidates that were screened.
    n : int
        Samples of the node.
    n_screened : int
        Candidates that were screened; entries up to the next multiple of `LANES` are -1.
    weight : int
        Of the node.
    rounding : Rounding
        How its payloads were rounded.
    tops : (float32, float32)
        Largest gain of those, and of the candidates that were screened one by one.
    best : float
        Gain of the best split among those that were tried exactly; -1 without any.

    Returns
    -------
    is_sole : bool
        Whether every other division is worse for certain.
    candidate, rank : int
        The candidate, and the last rank that goes left.
    """
    none = False, np.int64(-1), np.int64(0)
    root = math.sqrt(max(np.float64(tops[0]), 0.0)) * _ROUNDING - rounding.slack
    tried = math.sqrt(max(best, 0.0)) * rounding.scale / np.float64(weight)
    least = max(root - rounding.slack, 0.0)
    needed = np.float32(least * least * _ROUNDING)
    if needed <= 0.0 or tops[1] >= needed or tried >= root:
        return none
    group = (n_screened - 1) // LANES * LANES
    for before in range(0, group, LANES):
        if able_lanes(work.screened, before, needed) != np.uint64(0):
            return none
    able = able_lanes(work.screened, group, needed)
    rank_shift = 8 * work.keys.itemsize - bit_length(work.sums.shape[0] - 1)
    low = (np.uint64(1) << np.uint64(rank_shift)) - np.uint64(1)
    heavy, first_lane, first_rank = np.float32(weight), np.int64(-1), np.int64(0)
    while able != np.uint64(0):
        lane = count_trailing_zeros(able)
        able &= able - np.uint64(1)
        row = sole_row(work.keys, lane, n - 1, heavy, rounding.shift, low, needed)
        if row < 0:
            return none
        key = np.uint64(work.keys[np.uint64(row * LANES + lane)])
        rank = np.int64(key >> np.uint64(rank_shift))
        if first_lane < 0:
            first_lane, first_rank = lane, rank
        elif not has_same_sides(work, n, (first_lane, first_rank), (lane, rank)):
            return none
    return True, np.int64(work.pool[group + first_lane]), first_rank


@inlined
def has_same_sides(work: Workspace, n: int, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Return whether two splits divide the node's samples in the same way.

    Parameters
    ----------
    work : Workspace
        Its ``block`` holds the ranks of the last `LANES` candidates that were screened.
    n : int
        Samples of the node.
    one, other : (lane, rank)
        A candidate's lane, and the last rank that goes left.
    """
    n_apart = np.int64(0)
    for row in range(n):
        at = np.uint64(row * LANES)
        first = np.int64(work.block[at + np.uint64(one[0])]) <= one[1]
        then = np.int64(work.block[at + np.uint64(other[0])]) <= other[1]
        n_apart += np.int64(first ^ then)
    return bool(n_apart == 0 or n_apart == n)


@inlined
def screened_split(
    work: Workspace,
    first: int,
    last: int,
    k: int,
    total: tuple[int, int],
    max_weight: int,
    bound: float,
    ready: int,
) -> tuple[int, int]:
    """Find the best split of ``k`` drawn candidates, sixteen at a time.

    Parameters
    ----------
    work : Workspace
        The memory.
    first, last : int
        The node's samples are ``work.samples[first:last]``.
    k : int
        Candidates to draw; more only while none can divide the node.
    total : (weight, response)
        Of the node.
    max_weight : int
        Largest weight of a sample in this tree.
    bound : float
        Gain that no split exceeds; the first drawn that reaches it ends the search.
    ready : int
        Candidates that are already drawn.

    Returns
    -------
    candidate, rank : int
        The candidate, and the last rank that goes left; -1 and 0 when every candidate is constant
        here.
    """
    n = last - first
    best, best_candidate, best_rank, best_position = -1.0, np.int64(-1), np.int64(0), -1
    needed = np.float32(-0.5)
    screening = Screening(np.int64(total[0]), np.int64(0), np.int64(0), 0.0, 0.0)
    shift = payload_shift(work, total[0], max_weight)
    is_sorted = n <= FEW_SORTED_ROWS or (n <= MAX_SORTED_ROWS and shift >= _MIN_SHIFT)
    if not is_sorted:
        bits = field_bits(total[0])
        scale, slack, unit = fill_binned(work, first, last, total, bits)
        screening = Screening(total[0], bits[0], bits[1], unit, slack)
        while ready < k:
            draw_regulator(work.state, work.pool, ready, work.pool.shape[0] - LANES)
            ready += 1
        found = nothing_found()
        for drawn in range(0, k, LANES):
            screen_bins(work, first, last, drawn, k, total[0], bits, unit)
            lanes = drawn, min(LANES, k - drawn)
            if n <= _MARKED_BY_BIN:
                found = search_lanes(work, (first, last), lanes, screening, found)
        reaches_best = needed_gain(found.gain, slack)
        if reaches_best > 0.0 and found.second < reaches_best:
            return np.int64(work.pool[found.position]), found.rank
        for i in range(k):
            if work.screened[i] < np.float32(reaches_best) * np.float32(_ROUNDING):
                work.screened[i] = np.float32(-1)
    else:
        scale, slack = fill_payload(work, first, last, total, shift)
        reaches = threshold(bound, scale, total[0], slack)
        top = np.float32(-1)
        n_screened = k - k % LANES if k % LANES <= _FEW else k
        for drawn in range(0, n_screened, LANES):
            ready = draw_ahead(work, first, last, ready, min(k, drawn + 2 * LANES))
            n_lanes = min(LANES, k - drawn)
            largest = screen_lanes(work, first, last, drawn, n_lanes, total[0], shift)
            top = max(top, largest)
            if largest >= reaches:
                for i in range(drawn, min(drawn + LANES, k)):
                    if work.screened[i] >= reaches:
                        candidate = np.int64(work.pool[i])
                        gain, rank = best_split(work, candidate, first, last, total)
                        if gain >= bound:
                            return candidate, rank
        ready = draw_ahead(work, first, last, ready, k)
        other = np.float32(-1)
        for position in range(n_screened, k):
            candidate = np.int64(work.pool[position])
            if n <= FEW_SORTED_ROWS:
                largest = screen_one(work, candidate, first, last, total[0], shift)
                work.screened[position] = largest
                other = max(other, largest)
                continue
            work.screened[position] = np.float32(-1)
            gain, rank = best_split(work, candidate, first, last, total)
            if gain > best:
                best, best_candidate, best_rank, best_position = gain, candidate, rank, position
                needed = threshold(best, scale, total[0], slack)
        is_sole, candidate, rank = sole_split(
            work, n, n_screened, total[0], Rounding(scale, slack, shift), (top, other), best
        )
        if is_sole:
            return candidate, rank
    while True:
        top, position = np.float32(-1), -1
        for i in range(k):
            if work.screened[i] > top:
                top, position = work.screened[i], i
        if position < 0 or top < needed:
            break
        work.screened[position] = np.float32(-1)
        candidate = np.int64(work.pool[position])
        if n > _MARKED_BY_BIN:
            mark_bins(work, candidate, (first, last), screening, np.float64(needed))
        else:
            mark_samples(work, candidate, first, last)
        gain, rank = best_marked(work, total)
        if gain > best or (gain == best and position < best_position):
            best, best_candidate, best_rank, best_position = gain, candidate, rank, position
            needed = threshold(best, scale, total[0], slack)
    if best < 0.0:
        _, best_candidate, best_rank = first_split(work, first, last, k, ready, total)
    return best_candidate, best_rank
