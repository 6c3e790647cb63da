"""Split a node as Extra-Trees do: the best of one random split per drawn candidate.

Ranks of sixteen candidates are gathered together, so that the processor waits for several rows of
the matrix in parallel.
"""

from __future__ import annotations

import numpy as np

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.prefetch import gather_ranks, prefetch_level
from genie3_engine.kernels.random import random_unit
from genie3_engine.kernels.split import split_gain, unpacked
from genie3_engine.kernels.split_scan import rank_extremes, sums_below
from genie3_engine.kernels.split_screening import draw_ahead
from genie3_engine.kernels.vectors import LANES
from genie3_engine.kernels.workspace import SMALL_NODE, Workspace

_FEW = 4


@inlined
def random_rank(work: Workspace, candidate: int, low: int, high: int) -> int:
    """Return the last rank below a threshold drawn evenly between two expressions.

    Parameters
    ----------
    work : Workspace
        Holds the expression at each rank.
    candidate : int
        Row of the ranks.
    low, high : int
        Lowest and highest rank of the candidate in the node.

    Notes
    -----
    Geurts, Ernst and Wehenkel 2006, Extremely randomized trees, Machine Learning 63, Table 1. As
    in scikit-learn a threshold that equals the largest value becomes the smallest.
    """
    levels = work.levels[candidate]
    lowest, highest = levels[low], levels[high]
    threshold = lowest + random_unit(work.state) * (highest - lowest)
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
def draw_splits(work: Workspace, drawn: int, n_lanes: int) -> None:
    """Draw a random split in each lane that has two ranks; -1 in the others."""
    for lane in range(n_lanes):
        row = np.int64(work.pool[drawn + lane])
        prefetch_level(work.levels, row, np.int64(work.low[lane]))
        prefetch_level(work.levels, row, np.int64(work.high[lane]))
    for lane in range(LANES):
        low, high = np.int64(work.low[lane]), np.int64(work.high[lane])
        work.splits[lane] = -1
        if lane < n_lanes and low < high:
            row = np.int64(work.pool[drawn + lane])
            work.splits[lane] = random_rank(work, row, low, high)


@inlined
def random_split(
    work: Workspace, first: int, last: int, k: int, total: tuple[int, int], bound: float
) -> tuple[float, int, int]:
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
    candidate, rank : int
        The candidate, and the last rank that goes left.
    """
    n = last - first
    n_samples = work.response.shape[0]
    n_candidates = work.pool.shape[0] - LANES
    samples = work.samples[first:last]
    for i in range(n):
        work.node_weighted[i] = work.weighted[np.uint64(samples[i])]
    width = LANES if n > _FEW else _FEW
    best, best_candidate, best_rank = -1.0, np.int64(-1), np.int64(0)
    drawn, ready = 0, 0
    while drawn < n_candidates and (drawn < k or best < 0.0):
        goal = k if drawn < k else min(drawn + width, n_candidates)
        n_lanes = min(width, goal - drawn)
        ahead = drawn + n_lanes if n <= SMALL_NODE else drawn + 2 * width
        wanted = max(drawn + n_lanes, min(goal, ahead))
        ready = draw_ahead(work, first, last, ready, wanted)
        lanes = work.pool[drawn : drawn + LANES]
        gather_ranks(work.codes, lanes, n_samples, samples, work.block, n)
        rank_extremes(work.block, n, work.low, work.high)
        draw_splits(work, drawn, n_lanes)
        sums_below(work.block, work.node_weighted, n, work.splits, work.left)
        for lane in range(n_lanes):
            if work.splits[lane] >= 0:
                weight_left, response_left = unpacked(work.left[lane])
                gain = split_gain(weight_left, response_left, total[0], total[1])
                if gain > best:
                    best = gain
                    best_candidate = np.int64(work.pool[drawn + lane])
                    best_rank = np.int64(work.splits[lane])
                    if best >= bound or drawn >= k:
                        return best, best_candidate, best_rank
        drawn += n_lanes
    return best, best_candidate, best_rank
