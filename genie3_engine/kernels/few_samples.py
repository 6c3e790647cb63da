"""Split nodes of three and four samples as Extra-Trees do.

The outcome is that of `genie3_engine.kernels.random_splits.random_split`. So few samples can be
divided in two in three or seven ways only. The gain of each is computed once for a node, not for
each candidate, and four candidates are tried together for the way in which they divide the node.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.bits import count_trailing_zeros
from genie3_engine.kernels.few_vectors import (
    FEW,
    UNSURE_BIT,
    few_extremes,
    few_positions,
    few_sides,
)
from genie3_engine.kernels.random import GOLDEN, draw_regulators, mixed
from genie3_engine.kernels.random_splits import grid_layout, random_rank
from genie3_engine.kernels.split import split_gain
from genie3_engine.kernels.vectors import LANES
from genie3_engine.kernels.workspace import Workspace

_LANE_BITS = 16
_ONE_IN_EACH = np.int64(sum(1 << (_LANE_BITS * lane) for lane in range(FEW)))
_SPREAD = np.int64(sum(1 << ((_LANE_BITS - 1) * lane) for lane in range(FEW)))
_LANE_MASK = np.int64((1 << _LANE_BITS) - 1)
_SIDES = np.int64(63)  # as many bits as a shift needs
_UNSURE = np.int64(_ONE_IN_EACH << np.int64(UNSURE_BIT))
_ANY_SIDES = np.int64((1 << LANES) - 2)


@inlined
def gains_of_three(
    gains: NDArray[np.float64], responses: tuple[int, int, int], total: int
) -> np.int64:
    """Write the gain of each division of three samples.

    Parameters
    ----------
    gains : (LANES,) float64
        Overwritten; a division is one bit for each sample on one of its sides.
    responses : (first, second, third)
        Ascending.
    total : int
        Their sum.

    Returns
    -------
    int64
        One bit for each division: whether it is a best one.
    """
    first, second, third = responses
    a = split_gain(1, first, 3, total)
    b = split_gain(1, second, 3, total)
    c = split_gain(1, third, 3, total)
    gains[0b000] = -1.0
    gains[0b001] = gains[0b110] = a
    gains[0b010] = gains[0b101] = b
    gains[0b100] = gains[0b011] = c
    bound = max(a, c)
    best = np.int64(a >= bound) * np.int64((1 << 0b001) | (1 << 0b110))
    best |= np.int64(b >= bound) * np.int64((1 << 0b010) | (1 << 0b101))
    best |= np.int64(c >= bound) * np.int64((1 << 0b100) | (1 << 0b011))
    return best


@inlined
def gains_of_four(
    gains: NDArray[np.float64], responses: tuple[int, int, int, int], total: int
) -> np.int64:
    """Write the gain of each division of four samples; as `gains_of_three`."""
    first, second, third, fourth = responses
    a = split_gain(1, first, 4, total)
    b = split_gain(1, second, 4, total)
    c = split_gain(1, third, 4, total)
    d = split_gain(1, fourth, 4, total)
    ab = split_gain(2, first + second, 4, total)
    ac = split_gain(2, first + third, 4, total)
    bc = split_gain(2, second + third, 4, total)
    gains[0b0000] = -1.0
    gains[0b0001] = gains[0b1110] = a
    gains[0b0010] = gains[0b1101] = b
    gains[0b0100] = gains[0b1011] = c
    gains[0b1000] = gains[0b0111] = d
    gains[0b0011] = gains[0b1100] = ab
    gains[0b0101] = gains[0b1010] = ac
    gains[0b0110] = gains[0b1001] = bc
    bound = max(max(a, d), ab)
    best = np.int64(a >= bound) * np.int64((1 << 0b0001) | (1 << 0b1110))
    best |= np.int64(b >= bound) * np.int64((1 << 0b0010) | (1 << 0b1101))
    best |= np.int64(c >= bound) * np.int64((1 << 0b0100) | (1 << 0b1011))
    best |= np.int64(d >= bound) * np.int64((1 << 0b1000) | (1 << 0b0111))
    best |= np.int64(ab >= bound) * np.int64((1 << 0b0011) | (1 << 0b1100))
    best |= np.int64(ac >= bound) * np.int64((1 << 0b0101) | (1 << 0b1010))
    best |= np.int64(bc >= bound) * np.int64((1 << 0b0110) | (1 << 0b1001))
    return best


@inlined
def add_differing_few(work: Workspace, n: int, drawn: int, n_lanes: int, live: int) -> int:
    """Return the live lanes and those with ranks that differ at one position of the grid."""
    n_samples = work.response.shape[0]
    for lane in range(n_lanes):
        candidate = np.int64(work.pool[drawn + lane])
        if work.is_coarse[candidate] and (live >> lane) & 1 == 0:
            row = work.codes[candidate * n_samples :]
            for i in range(1, n):
                differs = row[work.spare[i]] != row[work.spare[0]]
                live |= np.int64(differs) << lane
    return live


@inlined
def settle_few(
    work: Workspace, n: int, drawn: int, state: np.uint64, live: int, sides: np.int64
) -> np.int64:
    """Return the sides of all lanes, those of unsure lanes as ranks and expression show.

    Parameters
    ----------
    work : Workspace
        ``spare`` begins with the samples.
    n : int
        Samples.
    drawn : int
        Position of the first candidate in the pool.
    state : uint64
        The random stream before the thresholds.
    live : int
        One bit for each lane: whether it has drawn.
    sides : int64
        As returned by `few_sides`, 0 for lanes that are not live.
    """
    n_samples = work.response.shape[0]
    for lane in range(FEW):
        state += GOLDEN * np.uint64((live >> lane) & 1)
        at = np.int64(_LANE_BITS * lane)
        if (sides >> (at + UNSURE_BIT)) & 1 != 0:
            candidate = np.int64(work.pool[drawn + lane])
            row = work.codes[candidate * n_samples :]
            lowest, highest = np.int64(n_samples), np.int64(0)
            for i in range(n):
                rank = np.int64(row[work.spare[i]])
                lowest, highest = min(lowest, rank), max(highest, rank)
            cut = random_rank(work, candidate, lowest, highest, mixed(state))
            below = np.int64(0)
            for i in range(n):
                below |= np.int64(np.int64(row[work.spare[i]]) <= cut) << np.int64(i)
            sides = (sides & ~(_LANE_MASK << at)) | (below << at)
    return sides


@inlined
def split_few(
    work: Workspace,
    places: tuple[np.uint64, ...],
    k: int,
    best_sides: np.int64,
) -> tuple[int, int]:
    """Try one random split of every drawn candidate, until one is a best division.

    Parameters
    ----------
    work : Workspace
        ``gains`` holds the gain of each division; ``spare`` begins with the samples.
    places : tuple of three or four uint64
        Where each sample is in a regulator's column of the grid.
    k : int
        Candidates to draw; more only while none can divide the node.
    best_sides : int64
        One bit for each division: whether it ends the search.

    Returns
    -------
    candidate : int
        -1 when every candidate is constant here.
    sides : int
        One bit for each sample that goes left.
    """
    n, pool, gains = len(places), work.pool, work.gains
    n_candidates = pool.shape[0] - LANES
    grid, regulator_step, _ = grid_layout(work, n)
    best, candidate, best_found = -1.0, np.int64(-1), np.int64(0)
    drawn = 0
    while drawn < n_candidates and (drawn < k or best < 0.0):
        n_lanes = min(FEW, (k if drawn < k else n_candidates) - drawn)
        draw_regulators(work.state, pool, drawn, drawn + n_lanes, n_candidates)
        start = np.uint64(drawn)  # lanes that are not used read any candidates
        starts = (
            np.int64(pool[start]) * regulator_step,
            np.int64(pool[start + np.uint64(1)]) * regulator_step,
            np.int64(pool[start + np.uint64(2)]) * regulator_step,
            np.int64(pool[start + np.uint64(3)]) * regulator_step,
        )
        rows: tuple[int, ...] = few_positions(grid, starts, places)
        live, low, high = few_extremes(rows)
        lanes = (np.int64(1) << n_lanes) - 1
        live &= lanes
        if live != lanes:
            live = add_differing_few(work, n, drawn, n_lanes, live)
        before = work.state[0]
        work.state[0], sides = few_sides(before, live, n_lanes, rows, low, high)
        sides &= ((live * _SPREAD) & _ONE_IN_EACH) * _LANE_MASK
        if sides & _UNSURE != 0:
            sides = settle_few(work, n, drawn, before, live, sides)
        ends = best_sides if drawn < k else _ANY_SIDES
        reached = np.int64(0)
        for lane in range(FEW):
            here = (sides >> np.int64(_LANE_BITS * lane)) & _SIDES
            reached |= ((ends >> here) & 1) << np.int64(lane)
        if reached != 0:
            lane = count_trailing_zeros(np.uint64(reached))
            return np.int64(pool[drawn + lane]), (sides >> (_LANE_BITS * lane)) & _SIDES
        for lane in range(FEW):
            here = (sides >> np.int64(_LANE_BITS * lane)) & _SIDES
            gain = gains[here]
            is_better = gain > best
            best = gain if is_better else best
            best_found = here if is_better else best_found
            candidate = np.int64(pool[np.uint64(drawn + lane)]) if is_better else candidate
        drawn += n_lanes
    return candidate, best_found
