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
from genie3_engine.kernels.grid import MAX_UNLISTED, OUTERMOST
from genie3_engine.kernels.prefetch import prefetch
from genie3_engine.kernels.random import as_unit, draw_regulators
from genie3_engine.kernels.sides import copy_lanes
from genie3_engine.kernels.split import left_part, split_gain, unpacked
from genie3_engine.kernels.threshold_columns import (
    COLUMNS,
    column_extremes,
    column_rows,
    column_sums,
)
from genie3_engine.kernels.threshold_lanes import NARROW, WIDE
from genie3_engine.kernels.tree import divide
from genie3_engine.kernels.vectors import LANES
from genie3_engine.kernels.workspace import RESPONSE_BITS, SMALL_NODE, Workspace

_FEW = LANES // 4
_wide_gather, _wide_extremes, _wide_cuts, _wide_sums, _wide_rows, _wide_gains = WIDE
_narrow_gather, _narrow_extremes, _narrow_cuts, _narrow_sums, _narrow_rows, _narrow_gains = NARROW
_CACHE_LINE = 64
_NEAR_GRID = 1 << 17  # numbers that stay in a processor's own cache
_BY_SAMPLE = 10  # nodes of a smaller share of the samples read the grid sample by sample, ...
_NEAR_SAMPLES = 400  # ... not counting so many, of which columns are short
_BY_COLUMN = 4  # nodes of a larger share read whole columns
_MIN_BY_COLUMN = 64  # samples


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
    enough : float
        Gain that ends the search.
    """

    drawn: int
    first: int
    last: int
    is_narrow: bool
    enough: float


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
    if work.sample_grid.shape[0] > 1 and n * _BY_SAMPLE + _NEAR_SAMPLES < n_samples:
        return work.sample_grid, 1, work.sample_grid.shape[0] // n_samples
    return work.grid, n_samples, 1


@inlined
def reads_columns(work: Workspace, n: int) -> bool:
    """Return whether a node of ``n`` samples reads whole columns of the grid."""
    return n >= _MIN_BY_COLUMN and n * _BY_COLUMN >= work.response.shape[0]


@inlined
def mark_node(work: Workspace, first: int, last: int) -> None:
    """Note which samples are a node's, for reading by columns."""
    for row in range(work.outside_node.shape[0]):
        work.outside_node[row] = -1
    for i in range(first, last):
        work.outside_node[np.uint64(work.samples[np.uint64(i)])] = 0


@inlined
def gather_positions(work: Workspace, trial: Trial, n_lanes: int) -> None:
    """Copy the grid positions of a node's samples, one candidate a lane; fill `node_weighted`."""
    n = trial.last - trial.first
    grid, regulator_step, sample_step = grid_layout(work, n)
    for lane in range(LANES):  # those that are not used read what the last one reads
        drawn = np.uint64(trial.drawn + min(lane, n_lanes - 1))
        work.starts[lane] = np.int64(work.pool[drawn]) * regulator_step
    if trial.is_narrow:
        _narrow_gather(
            grid,
            work.starts,
            n_lanes,
            work.samples,
            trial.first,
            n,
            sample_step,
            work.positions,
            work.weighted,
            work.node_weighted,
        )
    else:
        _wide_gather(
            grid,
            work.starts,
            n_lanes,
            work.samples,
            trial.first,
            n,
            sample_step,
            work.positions,
            work.weighted,
            work.node_weighted,
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
    block, rows = work.positions, work.spare
    low, high, below, above = work.low, work.high, work.below, work.above
    if trial.is_narrow:
        width = _FEW
        n_rows = _narrow_rows(block, n, unsure, low, high, below, above, rows)
    else:
        width = LANES
        n_rows = _wide_rows(block, n, unsure, low, high, below, above, rows)
    while unsure != 0:
        lane = count_trailing_zeros(np.uint64(unsure))
        unsure &= unsure - 1
        candidate = np.int64(work.pool[trial.drawn + lane])
        codes = work.codes[candidate * n_samples :]
        lowest, highest = np.int64(n_samples), np.int64(0)
        for i in range(n_rows):
            row = np.int64(rows[i])
            position = block[row * width + lane]
            if position == low[lane] or position == high[lane]:
                rank = np.int64(codes[np.uint64(work.samples[trial.first + row])])
                lowest, highest = min(lowest, rank), max(highest, rank)
        cut = random_rank(work, candidate, lowest, highest, work.numbers[lane])
        work.cut_ranks[lane] = cut
        for i in range(n_rows):
            row = np.int64(rows[i])
            position = block[row * width + lane]
            if position > below[lane] and position <= above[lane]:
                sample = np.uint64(work.samples[trial.first + row])
                rank = np.int64(codes[sample])
                work.left[lane] += left_part(work.weighted[sample], rank, cut)


@inlined
def first_inside(work: Workspace, start: int) -> int:
    """Return the first of the outermost samples from ``start`` that is in the node, or -1."""
    for block in range(start, start + OUTERMOST, LANES):
        inside = np.int64(0)
        for lane in range(LANES):
            sample = np.uint64(work.outermost[np.uint64(block + lane)])
            inside |= np.int64(work.outside_node[sample] + 1) << lane
        if inside != 0:
            return np.int64(work.outermost[block + count_trailing_zeros(np.uint64(inside))])
    return np.int64(-1)


@inlined
def find_extremes(work: Workspace, trial: Trial, n_lanes: int) -> None:
    """Find each lane's smallest and largest position in a node of many samples.

    Of a node of a large share of all samples, one is soon found from each end of a regulator's
    order. Only where none is found, or the ends are not listed, whole columns are read.
    """
    missing = np.int64(0)
    is_listed = work.response.shape[0] > MAX_UNLISTED
    for lane in range(n_lanes):
        lowest = highest = np.int64(-1)
        if is_listed:
            at = np.int64(work.pool[trial.drawn + lane]) * (2 * OUTERMOST)
            lowest, highest = first_inside(work, at), first_inside(work, at + OUTERMOST)
        work.lowest[lane], work.highest[lane] = lowest, highest
        if lowest < 0 or highest < 0:
            missing |= np.int64(1) << lane
        else:
            work.low[lane] = work.grid[np.uint64(work.starts[lane] + lowest)]
            work.high[lane] = work.grid[np.uint64(work.starts[lane] + highest)]
    if missing != 0:
        outside, n_rows = work.outside_node, work.outside_node.shape[0]
        for lane in range(0, n_lanes, COLUMNS):
            if (missing >> lane) & ((1 << COLUMNS) - 1) != 0:
                column_extremes(work.grid, work.starts, lane, outside, n_rows, work.low, work.high)


@inlined
def settle_columns(work: Workspace, trial: Trial, unsure: int) -> None:
    """Do what `settle_lanes` does, by columns."""
    n_samples, rows = work.response.shape[0], work.spare
    while unsure != 0:
        lane = count_trailing_zeros(np.uint64(unsure))
        unsure &= unsure - 1
        candidate = np.int64(work.pool[trial.drawn + lane])
        start = candidate * n_samples
        low, high = np.int64(work.low[lane]), np.int64(work.high[lane])
        below, above = np.int64(work.below[lane]), np.int64(work.above[lane])
        lowest, highest = work.lowest[lane], work.highest[lane]
        are_known = lowest >= 0 and highest >= 0
        if are_known:
            lowest = np.int64(work.codes[np.uint64(start + lowest)])
            highest = np.int64(work.codes[np.uint64(start + highest)])
            low = high = above  # lists no samples but those next to the threshold
        outside = work.outside_node
        n_rows = column_rows(
            work.grid, start, outside, outside.shape[0], (low, high, below, above), rows
        )
        if not are_known:
            lowest, highest = np.int64(n_samples), np.int64(0)
            for i in range(n_rows):
                at = start + np.int64(rows[i])
                if work.grid[at] == low or work.grid[at] == high:
                    rank = np.int64(work.codes[at])
                    lowest, highest = min(lowest, rank), max(highest, rank)
        cut = random_rank(work, candidate, lowest, highest, work.numbers[lane])
        work.cut_ranks[lane] = cut
        for i in range(n_rows):
            row = np.int64(rows[i])
            if below < work.grid[start + row] <= above:
                rank = np.int64(work.codes[start + row])
                work.left[lane] += left_part(work.weighted[row], rank, cut)


@inlined
def try_columns(
    work: Workspace, trial: Trial, n_lanes: int, total: tuple[int, int]
) -> tuple[int, int]:
    """Draw a threshold for the next candidates of a large node; return as `try_lanes`."""
    n_samples, n_rows = work.response.shape[0], work.outside_node.shape[0]
    outside = work.outside_node
    for lane in range(LANES):
        drawn = np.uint64(trial.drawn + min(lane, n_lanes - 1))
        work.starts[lane] = np.int64(work.pool[drawn]) * n_samples
    lanes, live = (np.int64(1) << n_lanes) - 1, np.int64(0)
    find_extremes(work, trial, n_lanes)
    for lane in range(n_lanes):
        live |= np.int64(work.low[lane] < work.high[lane]) << lane
    if live != lanes:
        live = add_differing(work, trial, n_lanes, live)
    _wide_cuts(work.state, live, n_lanes, work.low, work.high, work.numbers, work.below, work.above)
    unsure = np.int64(0)
    for lane in range(0, n_lanes, COLUMNS):
        unsure |= column_sums(
            work.grid,
            work.starts,
            lane,
            outside,
            n_rows,
            work.weighted,
            work.below,
            work.above,
            work.left,
        )
    unsure &= live
    if unsure != 0:
        settle_columns(work, trial, unsure)
    lane = _wide_gains(work.left, live, total[0], total[1], RESPONSE_BITS, trial.enough, work.gains)
    return lane, unsure


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
        The first lane of a gain that is enough, or else of the largest.
    unsure : int
        One bit per lane: whether only ranks show the side of each sample.
    """
    n = trial.last - trial.first
    if reads_columns(work, n):
        return try_columns(work, trial, n_lanes, total)
    if n_lanes == 1 and n > _FEW:
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
        lane = _narrow_gains(
            work.left, live, total[0], total[1], RESPONSE_BITS, trial.enough, work.gains
        )
    else:
        lane = _wide_gains(
            work.left, live, total[0], total[1], RESPONSE_BITS, trial.enough, work.gains
        )
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
    by_column = reads_columns(work, n)
    if by_column:
        mark_node(work, first, last)
    elif k == 1:  # else the copy of positions copies these, too
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
        enough = bound if drawn < k else 0.0
        trial = Trial(drawn, first, last, n_lanes <= _FEW, enough)
        lane, unsure = try_lanes(work, trial, n_lanes, total)
        if work.gains[lane] > best:
            best = work.gains[lane]
            best_candidate = np.int64(work.pool[drawn + lane])
            position = np.int64(work.below[lane])
            rank = work.cut_ranks[lane] if (unsure >> lane) & 1 != 0 else np.int64(-1)
            left = work.left[lane]
            if best >= enough:
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
    for i in range(middle, last, LANES):
        copy_lanes(work.samples, i, work.spare, i - middle)
    return middle
