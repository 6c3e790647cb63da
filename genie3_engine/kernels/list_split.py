"""Split a large node of sparse expression by the lists of its candidates' levels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.level_lists import LISTED_NODE, NEAR_SAMPLES
from genie3_engine.kernels.prefetch import prefetch
from genie3_engine.kernels.random import draw_regulators
from genie3_engine.kernels.split import first_split, split_gain, unpacked
from genie3_engine.kernels.vectors import LANES
from genie3_engine.kernels.workspace import Workspace, rank_strides

_AHEAD = 8  # samples by which rows are fetched before they are read
_CACHE_LINE = 32  # levels


@inlined
def is_listed(work: Workspace, n: int) -> bool:
    """Return whether a node of ``n`` samples is split by lists."""
    return n > LISTED_NODE and work.level_samples.shape[0] > 0


@inlined
def number_near(
    samples: NDArray[np.uint32],
    lists: tuple[NDArray[np.int64], NDArray[np.uint16]],
    near: tuple[NDArray[np.uint16], NDArray[np.int32], NDArray[np.uint16]],
) -> None:
    """Write the lists of a node's samples alone.

    Parameters
    ----------
    samples : (<= NEAR_SAMPLES,) uint32
        The node's samples.
    lists : (row_starts, rows)
        Of `genie3_engine.kernels.level_lists.LevelLists`.
    near : (numbers, starts, samples)
        Overwritten: each sample's number in the node, and the lists like those of `LevelLists`,
        with these numbers as samples.
    """
    row_starts, rows = lists
    numbers, starts, listed = near
    starts[:] = 0
    n = samples.shape[0]
    for i in range(n):
        ahead = row_starts[np.uint64(samples[min(i + _AHEAD, n - 1)])]
        prefetch(rows, ahead)
        prefetch(rows, ahead + _CACHE_LINE)
        sample = np.uint64(samples[i])
        numbers[sample] = i
        for at in range(row_starts[sample], row_starts[sample + np.uint64(1)]):
            starts[np.uint64(rows[at])] += 1
    end = np.int32(0)
    for level in range(starts.shape[0]):
        end += starts[level]
        starts[level] = end
    for i in range(n):
        sample = np.uint64(samples[i])
        for at in range(row_starts[sample], row_starts[sample + np.uint64(1)]):
            level = np.uint64(rows[at])
            place = starts[level] - np.int32(1)
            starts[level] = place
            listed[place] = i


@inlined
def best_level(
    levels: tuple[int, int],
    starts: NDArray[np.int64],
    samples: NDArray[Any],
    packed: NDArray[np.int64],
    total: tuple[int, int],
) -> tuple[float, int]:
    """Try every split of one candidate.

    Parameters
    ----------
    levels : (first, last)
        Numbers of its levels above the lowest.
    starts, samples
        Their lists; see `genie3_engine.kernels.level_lists.LevelLists`.
    packed : int64
        Packed weight and response of each sample in the node, 0 of the others.
    total : (weight, response)
        Of the node.

    Returns
    -------
    gain : float
        Of the best split, the lowest of several; -1 when the candidate is constant here.
    rank : int
        Samples up to this rank go left: the highest one of the node's on that side.
    """
    best, best_rank, is_open = -1.0, np.int64(0), False
    right = np.int64(0)
    for level in range(levels[1] - 1, levels[0] - 1, -1):
        here = np.int64(0)
        for at in range(starts[level], starts[level + 1]):
            here += packed[np.uint64(samples[at])]
        if here != 0:
            if is_open:
                best_rank = level - levels[0] + 1
            right += here
            weight, response = unpacked(right)
            is_open = False
            if weight < total[0]:
                gain = split_gain(total[0] - weight, total[1] - response, total[0], total[1])
                is_open = gain >= best
                best = max(best, gain)
    return best, np.int64(0) if is_open else best_rank


@inlined
def best_of_drawn(
    work: Workspace,
    k: int,
    starts: NDArray[np.int64],
    samples: NDArray[Any],
    packed: NDArray[np.int64],
    total: tuple[int, int],
) -> tuple[float, int, int]:
    """Try every split of the drawn candidates; return gain, candidate and rank of the best."""
    best, best_candidate, best_rank = -1.0, np.int64(-1), np.int64(0)
    for drawn in range(k):
        candidate = np.int64(work.pool[drawn])
        levels = (
            np.int64(work.level_of_regulator[candidate]),
            np.int64(work.level_of_regulator[candidate + 1]),
        )
        gain, rank = best_level(levels, starts, samples, packed, total)
        if gain > best:
            best, best_candidate, best_rank = gain, candidate, rank
    return best, best_candidate, best_rank


@inlined
def list_split(
    work: Workspace, first: int, last: int, k: int, total: tuple[int, int]
) -> tuple[float, int, int]:
    """Find the best split of ``k`` drawn candidates.

    Parameters
    ----------
    work : Workspace
        The memory, with lists.
    first, last : int
        The node's samples are ``work.samples[first:last]``.
    k : int
        Candidates to draw; more only while none can divide the node.
    total : (weight, response)
        Of the node.

    Returns
    -------
    gain : float
        As `split_gain`; -1 when every candidate is constant here.
    candidate, rank : int
        The candidate, and the last rank that goes left.
    """
    draw_regulators(work.state, work.pool, 0, k, work.pool.shape[0] - LANES)
    is_near = work.near_span[0] <= first and last <= work.near_span[1]
    if not is_near and last - first <= NEAR_SAMPLES:
        near = (work.near_numbers, work.near_starts, work.near_samples)
        number_near(work.samples[first:last], (work.level_row_starts, work.level_rows), near)
        work.near_span[0], work.near_span[1] = first, last
        is_near = True
    packed = work.node_packed
    if is_near:
        for i in range(first, last):
            sample = np.uint64(work.samples[i])
            packed[np.uint64(work.near_numbers[sample])] = work.weighted[sample]
        best, candidate, rank = best_of_drawn(
            work, k, work.near_starts, work.near_samples, packed, total
        )
        for i in range(first, last):
            packed[np.uint64(work.near_numbers[np.uint64(work.samples[i])])] = 0
    else:
        for i in range(first, last):
            sample = np.uint64(work.samples[i])
            packed[sample] = work.weighted[sample]
        best, candidate, rank = best_of_drawn(
            work, k, work.level_starts, work.level_samples, packed, total
        )
        for i in range(first, last):
            packed[np.uint64(work.samples[i])] = 0
    if best < 0.0:
        return first_split(work, first, last, k, k, total)
    return best, candidate, rank


@inlined
def divide_near(
    work: Workspace, first: int, last: int, split: tuple[int, int]
) -> tuple[int, np.int64]:
    """Put the samples of a node up to a rank first, each side in its old order.

    Parameters
    ----------
    work : Workspace
        The memory, as `list_split` left it for this node of at most `NEAR_SAMPLES`.
    first, last : int
        The node's samples are ``work.samples[first:last]``.
    split : (candidate, rank)
        The last rank that goes left.

    Returns
    -------
    middle : int
        Where the right side begins.
    left : int64
        Packed weight and response of the left side.
    """
    candidate, rank = split
    begin = work.near_starts[np.int64(work.level_of_regulator[candidate]) + rank]
    end = work.near_starts[np.int64(work.level_of_regulator[candidate + 1])]
    for at in range(begin, end):
        work.is_right[np.uint64(work.near_samples[at])] = 1
    middle, left = np.int64(first), np.int64(0)
    for i in range(first, last):
        sample = work.samples[i]
        number = np.uint64(work.near_numbers[np.uint64(sample)])
        goes_right = np.int64(work.is_right[number])
        work.samples[np.uint64(middle)] = sample
        work.spare[np.uint64(i - middle)] = sample
        left += work.weighted[np.uint64(sample)] & (goes_right - 1)
        middle += 1 - goes_right
    for i in range(middle, last):
        work.samples[i] = work.spare[i - middle]
    for at in range(begin, end):
        work.is_right[np.uint64(work.near_samples[at])] = 0
    return middle, left


@inlined
def fetch_outside(work: Workspace, first: int, last: int, candidate: int, n: int) -> None:
    """Fetch a candidate's ranks of the samples ``work.outside[first:last]`` of a node of ``n``."""
    strides = rank_strides(work, n)
    start = strides.start + candidate * strides.regulator
    for i in range(first, last):
        prefetch(work.codes, start + np.int64(work.outside[i]) * strides.sample)
