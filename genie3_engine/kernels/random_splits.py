"""Split a node as Extra-Trees do: the best of one random split per drawn candidate.

Sixteen candidates are tried together, on the grids of `genie3_engine.kernels.threshold_lanes`.
Where a grid is too coarse to show a sample's side of a threshold, the candidate is tried again with
its ranks and the expression at each rank. So the outcome is that of trying all of them exactly.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.bits import count_trailing_zeros
from genie3_engine.kernels.prefetch import prefetch
from genie3_engine.kernels.random import as_unit, draw_regulators
from genie3_engine.kernels.split import left_part, split_gain, unpacked
from genie3_engine.kernels.threshold_lanes import NARROW, WIDE
from genie3_engine.kernels.tree import divide
from genie3_engine.kernels.vectors import LANES
from genie3_engine.kernels.workspace import RESPONSE_BITS, SMALL_NODE, Workspace

_FEW = LANES // 4
_wide_gather, _wide_extremes, _wide_cuts, _wide_sums, _wide_next, _wide_gains = WIDE
_narrow_gather, _narrow_extremes, _narrow_cuts, _narrow_sums, _narrow_next, _narrow_gains = NARROW
_CACHE_LINE = 64
_NEAR_GRID = 1 << 17  # numbers that stay in a processor's own cache
_BY_SAMPLE = 16  # nodes of a smaller share of all samples read the grid sample by sample


class Trial(NamedTuple):
    """Candidates that are tried together, in a node.

    Parameters
    ----------
    drawn : int
        Position of the first candidate in the pool.
    first, last : int
        The node's samples are ``work.samples[first:last]``.
    is_narrow : bool
        Whether there are four lanes instead of sixteen.
    """

    drawn: int
    first: int
    last: int
    is_narrow: bool


class Cut(NamedTuple):
    """A division of a node.

    Parameters
    ----------
    candidate : int
        The candidate; -1 for none.
    position : int
        Samples up to this position on the grid go left, where all are clearly on one side.
    rank : int
        Else samples up to this rank go left; -1 where positions show all sides.
    left : int64
        Packed weight and response of the left side.
    """

    candidate: int
    position: int
    rank: int
    left: np.int64


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
    if ready >= wanted:
        return ready
    n_samples = work.response.shape[0]
    draw_regulators(work.state, work.pool, ready, wanted, work.pool.shape[0] - LANES)
    if is_large and work.sample_grid.shape[0] == 1 and work.grid.shape[0] > _NEAR_GRID:
        for drawn in range(ready, wanted):
            start = np.int64(work.pool[drawn]) * n_samples
            for offset in range(0, n_samples, _CACHE_LINE // work.grid.itemsize):
                prefetch(work.grid, start + offset)
    return wanted


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
def gather_positions(work: Workspace, trial: Trial, n_lanes: int) -> None:
    """Copy the grid positions of a node's samples, one candidate a lane."""
    n = trial.last - trial.first
    grid, regulator_step, sample_step = grid_layout(work, n)
    for lane in range(LANES):
        drawn = np.uint64(trial.drawn + lane)
        work.starts[lane] = np.int64(work.pool[drawn]) * regulator_step
    if trial.is_narrow:
        _narrow_gather(
            grid, work.starts, n_lanes, work.samples, trial.first, n, sample_step, work.positions
        )
    else:
        _wide_gather(
            grid, work.starts, n_lanes, work.samples, trial.first, n, sample_step, work.positions
        )


@inlined
def add_differing(work: Workspace, trial: Trial, n_lanes: int, live: int) -> int:
    """Return the live lanes and those with ranks that differ at one position of the grid."""
    for lane in range(n_lanes):
        candidate = np.int64(work.pool[trial.drawn + lane])
        if work.is_coarse[candidate] and (live >> lane) & 1 == 0:
            low, high = rank_extremes(work, candidate, trial.first, trial.last)
            live |= np.int64(low < high) << lane
    return live


@inlined
def next_between(work: Workspace, trial: Trial, row: int, lanes: int) -> tuple[int, int]:
    """Return the next row with a position over a lane's first bound and up to its second.

    Parameters
    ----------
    work : Workspace
        Holds the bounds, in ``over`` and ``up_to``.
    trial : Trial
        What is tried.
    row : int
        First row to look at.
    lanes : int
        One bit for each lane to look at.

    Returns
    -------
    row : int
        That of the node's samples when there is none.
    found : int
        One bit for each of ``lanes`` where it is so.
    """
    n = trial.last - trial.first
    if trial.is_narrow:
        found = _narrow_next(work.positions, row, n, lanes, work.over, work.up_to)
    else:
        found = _wide_next(work.positions, row, n, lanes, work.over, work.up_to)
    return found >> LANES, found & ((1 << LANES) - 1)


@inlined
def exact_ranks(work: Workspace, trial: Trial, unsure: int) -> None:
    """Write the last rank below the threshold of each lane ``unsure``.

    Parameters
    ----------
    work : Workspace
        ``cut_ranks`` holds the highest ranks, and is overwritten.
    trial, unsure
        As in `settle_lanes`.
    """
    while unsure != 0:
        lane = count_trailing_zeros(np.uint64(unsure))
        unsure &= unsure - 1
        candidate = np.int64(work.pool[trial.drawn + lane])
        low, high = work.low_ranks[lane], work.cut_ranks[lane]
        if work.is_coarse[candidate]:
            low, high = rank_extremes(work, candidate, trial.first, trial.last)
        work.cut_ranks[lane] = random_rank(work, candidate, low, high, work.numbers[lane])


@inlined
def settle_lanes(work: Workspace, trial: Trial, unsure: int) -> None:
    """Put samples next to a threshold on the side that ranks and expression show.

    Parameters
    ----------
    work : Workspace
        ``left`` is completed, and ``cut_ranks`` written for the lanes ``unsure``.
    trial : Trial
        What is tried.
    unsure : int
        One bit for each lane with such samples.
    """
    n, n_samples = trial.last - trial.first, work.response.shape[0]
    # A sample at the lowest position, one at the highest, then all next to the threshold.
    for look in range(3):
        for lane in range(LANES):
            extreme = work.low[lane] if look == 0 else work.high[lane]
            work.over[lane] = work.below[lane] if look == 2 else extreme - 1
            work.up_to[lane] = work.above[lane] if look == 2 else extreme
        if look == 2:
            exact_ranks(work, trial, unsure)
        lanes = unsure
        row, found = next_between(work, trial, 0, lanes)
        while row < n:
            sample = np.int64(work.samples[trial.first + row])
            lanes = unsure if look == 2 else lanes & ~found
            while found != 0:
                lane = count_trailing_zeros(np.uint64(found))
                found &= found - 1
                candidate = np.int64(work.pool[trial.drawn + lane])
                rank = np.int64(work.codes[candidate * n_samples + sample])
                if look == 0:
                    work.low_ranks[lane] = rank
                elif look == 1:
                    work.cut_ranks[lane] = rank
                else:
                    work.left[lane] += left_part(work.weighted[sample], rank, work.cut_ranks[lane])
            if lanes == 0:
                break
            row, found = next_between(work, trial, row + 1, lanes)


@inlined
def try_one(work: Workspace, trial: Trial, total: tuple[int, int]) -> tuple[int, int]:
    """Draw a threshold for one candidate of a node of many samples; return as `try_lanes`.

    One candidate is left over where they are one more than lanes. The compiler puts its samples in
    lanes, where three of four would be empty.
    """
    n = trial.last - trial.first
    grid, regulator_step, sample_step = grid_layout(work, n)
    column = grid[np.int64(work.pool[trial.drawn]) * regulator_step :]
    for i in range(n):
        sample = np.uint64(work.samples[np.uint64(trial.first + i)])
        work.positions[i] = column[sample * np.uint64(sample_step)]
    low = high = np.int32(work.positions[0])
    for i in range(1, n):
        low = min(low, np.int32(work.positions[i]))
        high = max(high, np.int32(work.positions[i]))
    work.low[0], work.high[0] = low, high
    live = np.int64(low < high)
    if live == 0:
        live = add_differing(work, trial, 1, live)
    _narrow_cuts(work.state, live, 1, work.low, work.high, work.numbers, work.below, work.above)
    below, above = np.int64(work.below[0]), np.int64(work.above[0])
    left, between = np.int64(0), np.int64(0)
    for i in range(n):
        position = np.int64(work.positions[i])
        left += left_part(work.node_weighted[i], position, below)
        between |= (below - position) & (position - above - 1)  # negative where one is between
    work.left[0] = left
    unsure = live & np.int64(between < 0)
    if unsure != 0:
        gather_positions(work, trial, 1)
        settle_lanes(work, trial, unsure)
    weight_left, response_left = unpacked(work.left[0])
    gain = split_gain(weight_left, response_left, total[0], total[1])
    work.gains[0] = gain if live != 0 else -1.0
    return np.int64(0), unsure


@inlined
def try_lanes(
    work: Workspace, trial: Trial, n_lanes: int, total: tuple[int, int]
) -> tuple[int, int]:
    """Draw a threshold for the next candidates.

    Returns
    -------
    lane : int
        The first lane of the largest gain.
    unsure : int
        One bit per lane: whether only ranks show the side of each sample.
    """
    n = trial.last - trial.first
    if n_lanes == 1 and n > SMALL_NODE:
        return try_one(work, trial, total)
    block, weighted = work.positions, work.node_weighted
    gather_positions(work, trial, n_lanes)
    lanes = (np.int64(1) << n_lanes) - 1
    if trial.is_narrow:
        live = lanes & _narrow_extremes(block, n, work.low, work.high)
    else:
        live = lanes & _wide_extremes(block, n, work.low, work.high)
    if live != lanes:
        live = add_differing(work, trial, n_lanes, live)
    if trial.is_narrow:
        _narrow_cuts(
            work.state, live, n_lanes, work.low, work.high, work.numbers, work.below, work.above
        )
        unsure = live & _narrow_sums(block, weighted, n, work.below, work.above, work.left)
    else:
        _wide_cuts(
            work.state, live, n_lanes, work.low, work.high, work.numbers, work.below, work.above
        )
        unsure = live & _wide_sums(block, weighted, n, work.below, work.above, work.left)
    if unsure != 0:
        settle_lanes(work, trial, unsure)
    if trial.is_narrow:
        lane = _narrow_gains(work.left, live, total[0], total[1], RESPONSE_BITS, work.gains)
    else:
        lane = _wide_gains(work.left, live, total[0], total[1], RESPONSE_BITS, work.gains)
    return lane, unsure


@inlined
def random_split(
    work: Workspace, first: int, last: int, k: int, total: tuple[int, int], bound: float
) -> tuple[float, Cut]:
    """Try one random split of every drawn candidate.

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
    bound : float
        Gain that no split exceeds; the first drawn that reaches it ends the search.

    Returns
    -------
    gain : float
        As `split_gain`; -1 when every candidate is constant here.
    cut : Cut
        The division.
    """
    n = last - first
    n_candidates = work.pool.shape[0] - LANES
    for i in range(n):
        sample = np.uint64(work.samples[np.uint64(first + i)])
        work.node_weighted[i] = work.weighted[sample]
    width = lanes_at_once(n)
    best, best_candidate = -1.0, np.int64(-1)
    position, rank, left = np.int64(0), np.int64(0), np.int64(0)
    drawn, ready = 0, 0
    while drawn < n_candidates and (drawn < k or best < 0.0):
        goal = k if drawn < k else min(drawn + width, n_candidates)
        n_lanes = min(width, goal - drawn)
        ahead = drawn + n_lanes if n <= SMALL_NODE else drawn + 2 * width
        ready = draw_ahead(work, ready, max(drawn + n_lanes, min(goal, ahead)), n > SMALL_NODE)
        lane, unsure = try_lanes(work, Trial(drawn, first, last, n_lanes <= _FEW), n_lanes, total)
        if work.gains[lane] > best:
            is_last = drawn >= k or work.gains[lane] >= bound
            if is_last:
                lane = 0
                while work.gains[lane] < (bound if drawn < k else 0.0):
                    lane += 1
            best = work.gains[lane]
            best_candidate = np.int64(work.pool[drawn + lane])
            position = np.int64(work.below[lane])
            rank = work.cut_ranks[lane] if (unsure >> lane) & 1 != 0 else np.int64(-1)
            left = work.left[lane]
            if is_last:
                break
        drawn += n_lanes
    return best, Cut(best_candidate, position, rank, left)


@inlined
def divide_at_cut(work: Workspace, first: int, last: int, cut: Cut) -> int:
    """Put the samples that go left first, each side in its old order.

    Returns
    -------
    int
        Where the right side begins.
    """
    if cut.rank >= 0:
        split = (cut.candidate, cut.rank)
        middle, _ = divide(work, work.samples, first, last, split, last - first)
        return middle
    grid, regulator_step, sample_step = grid_layout(work, last - first)
    column = grid[cut.candidate * regulator_step :]
    middle = np.int64(first)
    for i in range(first, last):
        sample = work.samples[np.uint64(i)]
        position = column[np.uint64(sample) * np.uint64(sample_step)]
        work.samples[np.uint64(middle)] = sample
        work.spare[np.uint64(i - middle)] = sample
        middle += left_part(np.int64(1), position, cut.position)
    for i in range(middle, last):
        work.samples[i] = work.spare[i - middle]
    return middle
