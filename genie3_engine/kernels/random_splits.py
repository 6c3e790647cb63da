"""Split a node as Extra-Trees do: the best of one random split per drawn candidate.

Sixteen candidates are tried together, on the grids of `genie3_engine.kernels.threshold_lanes`.
Where a grid is too coarse to show a sample's side of a threshold, the candidate is tried again with
its ranks and the expression at each rank. So the outcome is that of trying all of them exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.bits import count_trailing_zeros
from genie3_engine.kernels.prefetch import prefetch
from genie3_engine.kernels.random import as_unit, draw_regulator
from genie3_engine.kernels.split import left_part
from genie3_engine.kernels.threshold_lanes import NARROW, WIDE
from genie3_engine.kernels.vectors import LANES
from genie3_engine.kernels.workspace import RESPONSE_BITS, SMALL_NODE, Workspace

_FEW = LANES // 4
_wide_extremes, _wide_cuts, _wide_sums, _wide_gains = WIDE
_narrow_extremes, _narrow_cuts, _narrow_sums, _narrow_gains = NARROW
_CACHE_LINE = 64
_NEAR_GRID = 1 << 17  # numbers that stay in a processor's own cache
_CHUNK = 32  # samples whose positions are in the nearest cache while all lanes are read
_BY_SAMPLE = 16  # nodes of a smaller share of all samples read the grid sample by sample


@inlined
def lanes_at_once(n: int) -> int:
    """Return how many candidates are tried together in a node of ``n`` samples."""
    return LANES if n > _FEW else _FEW


@inlined
def random_rank(work: Workspace, candidate: int, low: int, high: int, number: np.uint64) -> int:
    """Return the last rank below a threshold drawn evenly between two expressions.

    Parameters
    ----------
    work : Workspace
        Holds the expression at each rank.
    candidate : int
        Row of the ranks.
    low, high : int
        Lowest and highest rank of the candidate in the node.
    number : uint64
        Random number of the threshold.

    Notes
    -----
    Geurts, Ernst and Wehenkel 2006, Extremely randomized trees, Machine Learning 63, Table 1. As
    in scikit-learn a threshold that equals the largest value becomes the smallest.
    """
    levels = work.levels[candidate]
    lowest, highest = levels[low], levels[high]
    threshold = lowest + as_unit(number) * (highest - lowest)
    if threshold >= highest:
        return low
    # Halves by a fixed stride: no branch that the processor has to guess.
    span = high - low
    while span > 1:
        half = span >> 1
        low += half if levels[np.uint64(low + half)] <= threshold else np.int64(0)
        span -= half
    return low


@inlined
def rank_extremes(work: Workspace, candidate: int, first: int, last: int) -> tuple[int, int]:
    """Return the lowest and the highest rank of a candidate in a node."""
    n_samples = work.response.shape[0]
    row = work.codes[candidate * n_samples : candidate * n_samples + n_samples]
    low = high = np.int64(row[np.uint64(work.samples[first])])
    for i in range(first + 1, last):
        rank = np.int64(row[np.uint64(work.samples[i])])
        low, high = min(low, rank), max(high, rank)
    return low, high


@inlined
def draw_ahead(work: Workspace, ready: int, wanted: int, is_large: bool) -> int:
    """Draw candidates up to ``wanted``; return how many are drawn.

    In a large node it fetches short rows that are far away; a small one does not read all of a row.
    """
    n_samples = work.response.shape[0]
    n_candidates = work.pool.shape[0] - LANES
    step = _CACHE_LINE // work.grid.itemsize
    while ready < wanted:
        candidate = draw_regulator(work.state, work.pool, ready, n_candidates)
        if is_large and work.sample_grid.shape[0] == 1 and work.grid.shape[0] > _NEAR_GRID:
            for offset in range(0, n_samples, step):
                prefetch(work.grid, candidate * n_samples + offset)
        ready += 1
    return ready


@inlined
def grid_layout(work: Workspace, n: int) -> tuple[NDArray[np.int16], int, int]:
    """Return the grid that a node of ``n`` samples reads.

    Returns
    -------
    grid : flat int16
        Positions, a row per regulator or a row per sample.
    regulator_step, sample_step : int
        Distance of two regulators and of two samples.
    """
    n_samples = work.response.shape[0]
    if work.sample_grid.shape[0] > 1 and n * _BY_SAMPLE < n_samples:
        return work.sample_grid, 1, work.sample_grid.shape[0] // n_samples
    return work.grid, n_samples, 1


@inlined
def gather_positions(
    work: Workspace, drawn: int, n_lanes: int, first: int, last: int, width: int
) -> None:
    """Copy the grid positions of a node's samples, one candidate a lane, four at a time."""
    grid, regulator_step, sample_step = grid_layout(work, last - first)
    for start in range(first, last, _CHUNK):
        end = min(start + _CHUNK, last)
        for lane in range(0, n_lanes, 4):
            a = grid[np.int64(work.pool[drawn + lane]) * regulator_step :]
            b = grid[np.int64(work.pool[drawn + lane + 1]) * regulator_step :]
            c = grid[np.int64(work.pool[drawn + lane + 2]) * regulator_step :]
            d = grid[np.int64(work.pool[drawn + lane + 3]) * regulator_step :]
            at = np.uint64((start - first) * width + lane)
            for i in range(start, end):
                sample = np.uint64(work.samples[i]) * np.uint64(sample_step)
                work.positions[at] = a[sample]
                work.positions[at + np.uint64(1)] = b[sample]
                work.positions[at + np.uint64(2)] = c[sample]
                work.positions[at + np.uint64(3)] = d[sample]
                at += np.uint64(width)


@inlined
def add_differing(
    work: Workspace, drawn: int, n_lanes: int, live: int, first: int, last: int
) -> int:
    """Return the live lanes and those with ranks that differ at one position of the grid."""
    for lane in range(n_lanes):
        candidate = np.int64(work.pool[drawn + lane])
        if work.is_coarse[candidate] and (live >> lane) & 1 == 0:
            low, high = rank_extremes(work, candidate, first, last)
            live |= np.int64(low < high) << lane
    return live


@inlined
def exact_rank(work: Workspace, candidate: int, number: np.uint64, first: int, last: int) -> int:
    """Return the last rank below a candidate's threshold in a node."""
    low, high = rank_extremes(work, candidate, first, last)
    return random_rank(work, candidate, low, high, number)


@inlined
def mark_to_rank(work: Workspace, candidate: int, rank: int, first: int, last: int) -> int:
    """Mark the samples up to a rank; return their packed weight and response.

    Parameters
    ----------
    work : Workspace
        ``is_left`` is overwritten, for the node's samples in their order.
    """
    n_samples = work.response.shape[0]
    row = work.codes[candidate * n_samples : candidate * n_samples + n_samples]
    left = np.int64(0)
    for i in range(first, last):
        sample = np.uint64(work.samples[i])
        work.is_left[i - first] = np.int64(row[sample]) <= rank
        left += left_part(work.weighted[sample], row[sample], rank)
    return left


@inlined
def mark_to_position(
    work: Workspace, candidate: int, below: int, above: int, first: int, last: int
) -> bool:
    """Mark the samples below a threshold; return whether all sides are known.

    Parameters
    ----------
    work : Workspace
        ``is_left`` is overwritten, for the node's samples in their order.
    """
    grid, regulator_step, sample_step = grid_layout(work, last - first)
    column = grid[candidate * regulator_step :]
    n_below, n_not_above = 0, 0
    for i in range(first, last):
        position = np.int64(column[np.uint64(work.samples[i]) * np.uint64(sample_step)])
        is_left = position <= below
        work.is_left[i - first] = is_left
        n_below += is_left
        n_not_above += position <= above
    return n_below == n_not_above


@inlined
def try_lanes(
    work: Workspace, first: int, last: int, drawn: int, n_lanes: int, total: tuple[int, int]
) -> int:
    """Draw a threshold for the next candidates; return the first lane of the largest gain."""
    n = last - first
    block, weighted = work.positions, work.node_weighted
    is_narrow = n_lanes <= _FEW
    gather_positions(work, drawn, n_lanes, first, last, _FEW if is_narrow else LANES)
    lanes = (np.int64(1) << n_lanes) - 1
    if is_narrow:
        live = lanes & _narrow_extremes(block, n, work.low, work.high)
    else:
        live = lanes & _wide_extremes(block, n, work.low, work.high)
    if live != lanes:
        live = add_differing(work, drawn, n_lanes, live, first, last)
    if is_narrow:
        _narrow_cuts(work.state, live, work.low, work.high, work.numbers, work.below, work.above)
        unsure = live & _narrow_sums(block, weighted, n, work.below, work.above, work.left)
    else:
        _wide_cuts(work.state, live, work.low, work.high, work.numbers, work.below, work.above)
        unsure = live & _wide_sums(block, weighted, n, work.below, work.above, work.left)
    while unsure != 0:
        lane = count_trailing_zeros(np.uint64(unsure))
        unsure &= unsure - 1
        candidate = np.int64(work.pool[drawn + lane])
        rank = exact_rank(work, candidate, work.numbers[lane], first, last)
        work.left[lane] = mark_to_rank(work, candidate, rank, first, last)
    if is_narrow:
        return _narrow_gains(work.left, live, total[0], total[1], RESPONSE_BITS, work.gains)
    return _wide_gains(work.left, live, total[0], total[1], RESPONSE_BITS, work.gains)


@inlined
def random_split(
    work: Workspace, first: int, last: int, k: int, total: tuple[int, int], bound: float
) -> tuple[float, int]:
    """Try one random split of every drawn candidate.

    Parameters
    ----------
    work : Workspace
        The memory; ``is_left`` is overwritten with the sides of the node's samples.
    first, last : int
        The node's samples are ``work.samples[first:last]``.
    k : int
        Candidates to draw; more only while none can divide the node.
    total : (weight, response)
        Of the node.
    bound : float
        Gain that no split exceeds; the first drawn that reaches it ends the search.

    Returns
    -------
    gain : float
        As `split_gain`; -1 when every candidate is constant here.
    candidate : int
        The candidate.
    """
    n = last - first
    n_candidates = work.pool.shape[0] - LANES
    for i in range(n):
        work.node_weighted[i] = work.weighted[np.uint64(work.samples[first + i])]
    width = lanes_at_once(n)
    best, best_candidate, best_number = -1.0, np.int64(-1), np.uint64(0)
    below, above = np.int64(0), np.int64(0)
    drawn, ready = 0, 0
    while drawn < n_candidates and (drawn < k or best < 0.0):
        goal = k if drawn < k else min(drawn + width, n_candidates)
        n_lanes = min(width, goal - drawn)
        ahead = drawn + n_lanes if n <= SMALL_NODE else drawn + 2 * width
        ready = draw_ahead(work, ready, max(drawn + n_lanes, min(goal, ahead)), n > SMALL_NODE)
        lane = try_lanes(work, first, last, drawn, n_lanes, total)
        if work.gains[lane] > best:
            is_last = drawn >= k or work.gains[lane] >= bound
            if is_last:
                lane = 0
                while work.gains[lane] < (bound if drawn < k else 0.0):
                    lane += 1
            best = work.gains[lane]
            best_candidate = np.int64(work.pool[drawn + lane])
            best_number = work.numbers[lane]
            below, above = np.int64(work.below[lane]), np.int64(work.above[lane])
            if is_last:
                break
        drawn += n_lanes
    if best_candidate >= 0 and not mark_to_position(
        work, best_candidate, below, above, first, last
    ):
        rank = exact_rank(work, best_candidate, best_number, first, last)
        mark_to_rank(work, best_candidate, rank, first, last)
    return best, best_candidate
