"""Find the candidate regulator and the threshold that split a node best.

The result is that of an exhaustive search: draw K candidates without replacement, try every split
of each, take the largest fall in squared deviation, the first drawn where several are equal. There
are four methods. All are exact, since every sum is an integer and every gain comes from the same
expression, `split_gain`:

- A node of two samples needs the first candidate that separates them.
- In a small node no split beats the best contiguous split in the target's own order. Where that
  bound is likely to be reached soon, each candidate is only checked for whether it separates those
  two sides.
- Otherwise sixteen candidates at a time are *screened* with a rounded response (`split_screening`),
  and only those that come within the rounding error of the best are tried exactly.
- Where the numbers do not fit the screening, every candidate is tried exactly.

Notes
-----
Candidates are drawn as scikit-learn draws them: a constant candidate counts as one of K, and
drawing continues until at least one can split the node.
"""

from __future__ import annotations

import math

import numpy as np

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.bits import count_trailing_zeros
from genie3_engine.kernels.random import GOLDEN, draw_next, draw_regulator, undo_draw
from genie3_engine.kernels.vectors import LANES
from genie3_engine.kernels.workspace import RESPONSE_BITS, SMALL_NODE, Workspace, rank_strides

_HALF = np.int64(1) << np.int64(RESPONSE_BITS - 1)
_SHIFT = np.int64(RESPONSE_BITS)
_EXPECTED_TESTS = 20
# Of the orders of n samples, 2 in comb(n, n_left) have the two sides apart.
_SOON_SEPARATED = np.array(
    [
        [math.comb(n, n_left) <= 2 * _EXPECTED_TESTS for n_left in range(SMALL_NODE + 1)]
        for n in range(SMALL_NODE + 1)
    ]
)


@inlined
def unpacked(total: np.int64) -> tuple[int, int]:
    """Return weight and response from a sum of packed samples."""
    weight = (total + _HALF) >> _SHIFT
    return weight, total - (weight << _SHIFT)


@inlined
def split_gain(weight_left: int, response_left: int, weight: int, response: int) -> float:
    """Return the fall in squared deviation that a split brings, times the node's weight.

    Notes
    -----
    With means a and b on sides of weight u and v, the fall is (a - b)² u v / (u + v). Swapping
    the sides, or adding the samples in another order, gives the same bits.
    """
    difference = np.float64(response_left * weight - response * weight_left)
    sides = np.float64(weight_left) * np.float64(weight - weight_left)
    return difference * difference / sides


@inlined
def left_part(packed: np.int64, rank: int, last_left: int) -> np.int64:
    """Return a sample's packed number where its rank is on the left, else 0.

    The shift is all ones where the difference is negative. A condition becomes a branch, which the
    processor cannot foresee.
    """
    return packed & ((np.int64(rank) - np.int64(last_left) - 1) >> np.int64(63))


@inlined
def best_split(
    work: Workspace, candidate: int, first: int, last: int, total: tuple[int, int]
) -> tuple[float, int]:
    """Try every split of one candidate.

    Parameters
    ----------
    work : Workspace
        Its ``sums``, ``marks`` and ``mark_words`` are zero before and after.
    candidate : int
        Row of the ranks.
    first, last : int
        The node's samples are ``work.samples[first:last]``.
    total : (weight, response)
        Of the node.

    Returns
    -------
    gain : float
        Of the best split, as `split_gain`; -1 when the candidate is constant here.
    rank : int
        Samples up to this rank go left.
    """
    mark_samples(work, candidate, first, last)
    return best_marked(work, total)


@inlined
def mark_samples(work: Workspace, candidate: int, first: int, last: int) -> None:
    """Add a node's samples to their ranks in a candidate, and mark these."""
    strides = rank_strides(work, last - first)
    row = work.codes[strides.start + candidate * strides.regulator :]
    step = np.uint64(strides.sample)
    if work.mark_words.shape[0] > 1:
        for i in range(first, last):
            sample = np.uint64(work.samples[i])
            mark_rank(work, np.uint64(row[sample * step]), work.weighted[sample])
        return
    one, words = np.uint64(1), np.uint64(0)  # kept in a register, not written for each sample
    for i in range(first, last):
        sample = np.uint64(work.samples[i])
        rank = np.uint64(row[sample * step])
        work.sums[rank] += work.weighted[sample]
        word = rank >> np.uint64(6)
        work.marks[word] |= one << (rank & np.uint64(63))
        words |= one << word
    work.mark_words[0] = words


@inlined
def mark_rank(work: Workspace, rank: np.uint64, packed: np.int64) -> None:
    """Add packed weight and response to a rank, and mark it."""
    one = np.uint64(1)
    work.sums[rank] += packed
    word = rank >> np.uint64(6)
    work.marks[word] |= one << (rank & np.uint64(63))
    work.mark_words[word >> np.uint64(6)] |= one << (word & np.uint64(63))


@inlined
def best_marked(work: Workspace, total: tuple[int, int]) -> tuple[float, int]:
    """Return gain and rank of the best split between marked ranks, as `best_split`; unmark them."""
    one = np.uint64(1)
    best, best_rank = -1.0, np.int64(0)
    left = np.int64(0)
    for block in range(work.mark_words.shape[0]):
        words = work.mark_words[block]
        work.mark_words[block] = np.uint64(0)
        while words != np.uint64(0):
            word_here = np.int64(block * 64) + count_trailing_zeros(words)
            words &= words - one
            marks = work.marks[word_here]
            work.marks[word_here] = np.uint64(0)
            while marks != np.uint64(0):
                rank_here = word_here * 64 + count_trailing_zeros(marks)
                marks &= marks - one
                left += work.sums[rank_here]
                work.sums[rank_here] = 0
                weight_left, response_left = unpacked(left)
                if weight_left < total[0]:
                    gain = split_gain(weight_left, response_left, total[0], total[1])
                    is_better = gain > best
                    best = gain if is_better else best
                    best_rank = rank_here if is_better else best_rank
    return best, best_rank


@inlined
def split_pair(work: Workspace, first: int, total: tuple[int, int]) -> tuple[float, int, int]:
    """Divide a node of two samples by the first candidate that separates them.

    Returns
    -------
    gain : float
        As `split_gain`; -1 when no candidate differs.
    candidate, rank : int
        The candidate, and the last rank that goes left.
    """
    strides = rank_strides(work, 2)
    step = np.uint64(strides.sample)
    n_candidates = work.pool.shape[0] - LANES
    a, b = np.uint64(work.samples[first]), np.uint64(work.samples[first + 1])
    for drawn in range(n_candidates):
        candidate = draw_regulator(work.state, work.pool, drawn, n_candidates)
        row = work.codes[strides.start + candidate * strides.regulator :]
        rank_a, rank_b = np.int64(row[a * step]), np.int64(row[b * step])
        if rank_a != rank_b:
            weight, response = unpacked(work.weighted[a])
            gain = split_gain(weight, response, total[0], total[1])
            return gain, candidate, min(rank_a, rank_b)
    return -1.0, np.int64(-1), np.int64(0)


@inlined
def bound_gain(
    work: Workspace, first: int, last: int, total: tuple[int, int]
) -> tuple[float, int, int, np.int64]:
    """Return what no split of a small node can exceed: the best contiguous split by response.

    Parameters
    ----------
    work : Workspace
        The node's samples are in ascending order of response.
    first, last : int
        The node's samples are ``work.samples[first:last]``.
    total : (weight, response)
        Of the node.

    Returns
    -------
    bound : float
        As `split_gain`.
    n_left : int
        Samples below that split.
    n_best : int
        Contiguous splits that reach the bound.
    below : int64
        Packed weight and response of those samples.

    Notes
    -----
    Breiman, Friedman, Olshen and Stone 1984, Classification and Regression Trees, section 4.2.2:
    of all ways to divide the samples in two, the best is contiguous in the response.
    """
    bound, n_left, n_best = -1.0, np.int64(0), np.int64(0)
    left = below = np.int64(0)
    for i in range(first, last - 1):
        left += work.weighted[np.uint64(work.samples[i])]
        weight_left, response_left = unpacked(left)
        gain = split_gain(weight_left, response_left, total[0], total[1])
        # Selections instead of branches, which the processor could not foresee.
        is_better = gain > bound
        n_best = (np.int64(0) if is_better else n_best) + np.int64(gain >= bound)
        n_left = i + 1 - first if is_better else n_left
        below = left if is_better else below
        bound = max(bound, gain)
    return bound, n_left, n_best, below


@inlined
def is_soon_separated(n: int, n_left: int, n_best: int) -> bool:
    """Return whether few random candidates are expected until one separates the two sides."""
    return n_best == 1 and _SOON_SEPARATED[n, n_left]


@inlined
def separating_split(
    work: Workspace, first: int, last: int, n_left: int, drawn: int, wanted: int
) -> tuple[bool, int, int, bool]:
    """Draw candidates until one has the best split by response as one of its splits.

    Parameters
    ----------
    work : Workspace
        The node's samples are in ascending order of response.
    first, last : int
        The node's samples are ``work.samples[first:last]``.
    n_left : int
        Samples below the best contiguous split.
    drawn : int
        Candidates drawn before, none of which did.
    wanted : int
        Candidates to draw at most, with those.

    Returns
    -------
    found : bool
        Whether one did.
    candidate, rank : int
        The candidate, and the last rank that goes left.
    is_turned : bool
        Whether the samples of high response go left.
    """
    strides = rank_strides(work, last - first)
    step = np.uint64(strides.sample)
    n_candidates = work.pool.shape[0] - LANES
    middle = first + n_left
    for at in range(drawn, wanted):
        candidate = draw_regulator(work.state, work.pool, at, n_candidates)
        row = work.codes[strides.start + candidate * strides.regulator :]
        low_min = low_max = np.int64(row[np.uint64(work.samples[first]) * step])
        for i in range(first + 1, middle):
            rank = np.int64(row[np.uint64(work.samples[i]) * step])
            low_min, low_max = min(low_min, rank), max(low_max, rank)
        high_min = high_max = np.int64(row[np.uint64(work.samples[middle]) * step])
        for i in range(middle + 1, last):
            rank = np.int64(row[np.uint64(work.samples[i]) * step])
            high_min, high_max = min(high_min, rank), max(high_max, rank)
        if low_max < high_min:
            return True, candidate, low_max, False
        if high_max < low_min:
            return True, candidate, high_max, True
    return False, np.int64(-1), np.int64(0), False


@inlined
def separate_three(work: Workspace, first: int, n_left: int) -> tuple[bool, int, int, bool]:
    """Draw up to three candidates as `separating_split` does, in a node of three samples.

    Notes
    -----
    How many are needed, the processor cannot foresee. So all three are drawn and compared, and the
    draws after the first that separates the sides are taken back.
    """
    strides = rank_strides(work, 3)
    step, start, regulator = np.uint64(strides.sample), strides.start, strides.regulator
    n = work.pool.shape[0] - LANES
    counter = work.state[0]
    _, a = draw_next(counter, work.pool, 0, n)
    place_b, b = draw_next(counter, work.pool, 1, n)
    place_c, c = draw_next(counter, work.pool, 2, n)
    here, is_last = np.uint64(first), n_left == 2
    low = np.uint64(work.samples[here]) * step
    middle = np.uint64(work.samples[here + np.uint64(1)]) * step
    high = np.uint64(work.samples[here + np.uint64(2)]) * step
    samples = (high if is_last else low), (low if is_last else high), middle
    below_a, above_a, rank_a = compare_one(work, np.uint64(start + a * regulator), samples)
    below_b, above_b, rank_b = compare_one(work, np.uint64(start + b * regulator), samples)
    below_c, above_c, rank_c = compare_one(work, np.uint64(start + c * regulator), samples)
    is_a, is_b = below_a | above_a, below_b | above_b
    found = is_a | is_b | below_c | above_c
    undo_draw(work.pool, 2, place_c, is_a | is_b)
    undo_draw(work.pool, 1, place_b, is_a)
    used = np.int64(1) if is_a else (np.int64(2) if is_b else np.int64(3))
    work.state[0] = counter + np.uint64(used) * GOLDEN
    candidate = a if is_a else (b if is_b else c)
    rank = rank_a if is_a else (rank_b if is_b else rank_c)
    is_below = below_a if is_a else (below_b if is_b else below_c)
    return found, candidate, rank, is_below == is_last


@inlined
def compare_one(
    work: Workspace, row: np.uint64, samples: tuple[np.uint64, np.uint64, np.uint64]
) -> tuple[bool, bool, int]:
    """Compare the rank of one sample with those of two others.

    Parameters
    ----------
    work : Workspace
        The memory.
    row : uint64
        Where the candidate's ranks begin.
    samples : (uint64, uint64, uint64)
        Places of the one and of the others in that row.

    Returns
    -------
    is_below, is_above : bool
        Whether the one is below both others, or above both.
    rank : int
        The last rank that goes left, in either case.
    """
    one = np.int64(work.codes[row + samples[0]])
    a, b = np.int64(work.codes[row + samples[1]]), np.int64(work.codes[row + samples[2]])
    is_below = one < min(a, b)
    return is_below, one > max(a, b), one if is_below else max(a, b)


@inlined
def first_split(
    work: Workspace, first: int, last: int, drawn: int, ready: int, total: tuple[int, int]
) -> tuple[float, int, int]:
    """Go on drawing after K constant candidates, until one can divide the node.

    Parameters
    ----------
    work : Workspace
        The memory.
    first, last : int
        The node's samples are ``work.samples[first:last]``.
    drawn : int
        Candidates drawn and found constant.
    ready : int
        Candidates in the pool in the order of drawing, ``drawn`` at least.
    total : (weight, response)
        Of the node.

    Returns
    -------
    gain : float
        As `split_gain`; -1 when every candidate is constant here.
    candidate, rank : int
        The candidate, and the last rank that goes left.
    """
    n_candidates = work.pool.shape[0] - LANES
    while drawn < n_candidates:
        candidate = np.int64(work.pool[drawn])
        if drawn >= ready:
            candidate = draw_regulator(work.state, work.pool, drawn, n_candidates)
        drawn += 1
        gain, rank = best_split(work, candidate, first, last, total)
        if gain >= 0.0:
            return gain, candidate, rank
    return -1.0, np.int64(-1), np.int64(0)


@inlined
def exhaustive_split(
    work: Workspace, first: int, last: int, k: int, total: tuple[int, int]
) -> tuple[float, int, int]:
    """Try every split of every drawn candidate exactly.

    Returns
    -------
    gain : float
        As `split_gain`; -1 when every candidate is constant here.
    candidate, rank : int
        The candidate, and the last rank that goes left.
    """
    n_candidates = work.pool.shape[0] - LANES
    best, best_candidate, best_rank = -1.0, np.int64(-1), np.int64(0)
    for drawn in range(k):
        candidate = draw_regulator(work.state, work.pool, drawn, n_candidates)
        gain, rank = best_split(work, candidate, first, last, total)
        if gain > best:
            best, best_candidate, best_rank = gain, candidate, rank
    if best < 0.0:
        return first_split(work, first, last, k, k, total)
    return best, best_candidate, best_rank
