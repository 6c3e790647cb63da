"""Allocate the memory that one thread needs to grow the forest of one target."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from genie3_engine.kernels._jit import inlined
from genie3_engine.kernels.bin_sums import LANE_SLOTS, SUMMED_LANES
from genie3_engine.kernels.grid import NO_GRID, Grid
from genie3_engine.kernels.level_lists import NEAR_SAMPLES
from genie3_engine.kernels.rank_layout import RankMatrix, Strides, node_strides, rank_matrix
from genie3_engine.kernels.rank_sort import MAX_SORTED_ROWS
from genie3_engine.kernels.ranks import BINS
from genie3_engine.kernels.threshold_columns import padded
from genie3_engine.kernels.vectors import LANES

RESPONSE_BITS = 46
SMALL_NODE = 16
_MAX_ORDERED = 1024  # samples whose ranks in some regulators lie in the nearest cache
_NARROW_RANKS = 1 << 16
_CACHE_LINE = 64


class Workspace(NamedTuple):
    """Arrays of one target's forest; kernels pass them on together.

    Parameters
    ----------
    codes, bins, exact_shift, top_bin, n_in_row, row_node
        Ranks and bins of all regulators; see `genie3_engine.kernels.rank_layout.RankMatrix`.
    level_of_regulator, level_starts, level_samples, level_row_starts, level_rows
        Lists of samples; see `genie3_engine.kernels.level_lists.LevelLists`.
    near_numbers, near_starts, near_samples
        The same of one node alone; see `genie3_engine.kernels.level_lists.number_near`.
    near_span : (2,) int64
        That node's samples in ``samples``, from and to.
    node_packed : (n_samples,) int64
        Packed weight and response of a node's samples, 0 of others; zero between two uses.
    outside_node : (padded samples,) int16
        0 for a node's samples, -1 for others; see `genie3_engine.kernels.threshold_columns`.
    is_right : (NEAR_SAMPLES,) uint8
        1 where a sample of a node goes to the right; zero between two uses.
    levels : (n_regulators, n_levels) float32 or (1, 1)
        Expression at each rank, ascending; needed for random splits only, like the next three.
    grid : flat int16
        Position of every sample's expression on its regulator's grid.
    sample_grid : flat int16
        The same, sample after sample, or one number; see `genie3_engine.kernels.grid.Grid`.
    is_coarse : (n_regulators,) bool
        Whether two ranks of a regulator share a position.
    outermost : flat uint32
        Samples at both ends of each regulator's order; see `genie3_engine.kernels.grid.Grid`.
    lowest, highest : (LANES,) int64
        A sample of each lane's lowest and of its highest rank in the node; -1 where none is known.
    response : (n_samples,) int64
        Target in fixed point.
    weighted : (n_samples,) int64
        Weight of a sample in this tree, and its response, packed:
        ``(weight << RESPONSE_BITS) + weight * response``. Memory for rows of `padded` columns
        follows.
    weights : (n_drawable,) int64
        Times that a sample was drawn into this tree; the other samples, which come after those that
        may be drawn, are out of bag in every tree.
    order : (n_drawable,) uint32
        Samples that may be drawn, in the order in which trees take them: ascending by response
        where they are few, else as they are.
    samples, spare : (n_samples,) uint32
        Samples of the tree, those of a node side by side; and room to divide them; memory for
        `LANES` more follows each, see `genie3_engine.kernels.sides`. Those of a node
        of up to `SMALL_NODE` samples are in ascending order of response.
    outside : (n_samples,) or (0,) uint32
        Out-of-bag samples, likewise; without room for them nothing is predicted.
    predicted : (n_samples,) float64
        Sum of the out-of-bag predictions, in units of ``response``.
    n_predicted : (n_samples,) int64
        Out-of-bag predictions of each sample.
    pool : (n_candidates + LANES,) int32
        Candidates in an order that drawing changes.
    screened : (n_candidates + LANES,) float32
        Gain of each drawn candidate, as the screening sees it.
    block, keys, payload
        Rows of the screening; see `genie3_engine.kernels.rank_sort`.
    one_ranks : (MAX_SORTED_ROWS,) as ``keys``
        Ranks of one candidate in the order of the node's samples.
    binned, slots
        Payload and sums by bin of the screening of large nodes; see
        `genie3_engine.kernels.split_bins`. The slots are zero between two uses.
    shifts : (LANES,) int64
        Bits by which the bins of each lane's candidate are shifted.
    bin_lefts, bin_bounds : (LANES * BINS,) int64, float32
        Sums up to the end of each bin, and bounds of the splits in it, lane after lane; see
        `genie3_engine.kernels.bin_scan`.
    listed_bins, listed_lefts : (BINS,) int64
        Bins that may hold a node's best split, and the sums of the bins below each; this and what
        follows for `genie3_engine.kernels.bin_search`.
    listed_gains : (BINS,) float64
        Gain of the split at the end of each of these, as the screening sees it.
    is_searched : (BINS,) bool
        Whether a bin's samples are looked up; False between two uses.
    lowest_ranks, bin_sums : (BINS,) int64
        Lowest rank and payload of a bin that is searched.
    node_bins : (n_samples,) uint8
        Bins of a large node's samples in one candidate; this and what follows for
        `genie3_engine.kernels.bin_marks`.
    bin_payloads : (BINS,) int64
        Sums by bin of the payloads.
    bin_samples : (BINS,) uint32
        One sample of each bin.
    sums : (n_levels,) int64
        Packed weight and response of each rank; all zero between two uses.
    marks : (ceil(n_levels / 64),) uint64
        One bit per rank; all zero between two uses.
    mark_words : (ceil(n_levels / 4096),) uint64
        One bit per word of ``marks`` that is not zero.
    nodes : (5 * n_samples,) int64
        Stack of nodes to divide, five numbers each: samples from, to; outside from, to; packed
        weight and response.
    positions : flat rows of int16
        Grid positions of the node's samples, one regulator a lane.
    starts : (LANES,) int64
        Place on the grid of the first sample for each lane's regulator.
    low, high, below, above : (LANES,) int16
        Each lane's lowest and highest position in the node, and those next to its threshold.
    cut_ranks : (LANES,) int64
        Each lane's last rank below its threshold, where samples are next to it.
    numbers : (LANES,) uint64
        Random number of each lane's threshold.
    left, gains : (LANES,) int64, (LANES,) float64
        Packed weight and response below each lane's threshold, and the gain of that split.
    node_weighted : (n_samples,) int64
        Packed weight and response of the node's samples.
    order_keys, places : (LANES,) int64
        Responses of a small node's samples, all different, and the place of each in order.
    state : (1,) uint64
        Random stream.
    """

    codes: NDArray[Any]
    bins: NDArray[np.uint8]
    exact_shift: NDArray[np.int8]
    top_bin: NDArray[np.uint8]
    n_in_row: int
    row_node: int
    level_of_regulator: NDArray[np.int32]
    level_starts: NDArray[np.int64]
    level_samples: NDArray[np.uint32]
    level_row_starts: NDArray[np.int64]
    level_rows: NDArray[np.uint16]
    near_numbers: NDArray[np.uint16]
    near_starts: NDArray[np.int32]
    near_samples: NDArray[np.uint16]
    near_span: NDArray[np.int64]
    node_packed: NDArray[np.int64]
    outside_node: NDArray[np.int16]
    is_right: NDArray[np.uint8]
    levels: NDArray[np.float32]
    grid: NDArray[np.int16]
    sample_grid: NDArray[np.int16]
    is_coarse: NDArray[np.bool_]
    outermost: NDArray[np.uint32]
    lowest: NDArray[np.int64]
    highest: NDArray[np.int64]
    response: NDArray[np.int64]
    weighted: NDArray[np.int64]
    weights: NDArray[np.int64]
    order: NDArray[np.uint32]
    samples: NDArray[np.uint32]
    spare: NDArray[np.uint32]
    outside: NDArray[np.uint32]
    predicted: NDArray[np.float64]
    n_predicted: NDArray[np.int64]
    pool: NDArray[np.int32]
    screened: NDArray[np.float32]
    block: NDArray[Any]
    keys: NDArray[Any]
    payload: NDArray[Any]
    one_ranks: NDArray[Any]
    binned: NDArray[np.int64]
    slots: NDArray[np.int64]
    shifts: NDArray[np.int64]
    bin_lefts: NDArray[np.int64]
    bin_bounds: NDArray[np.float32]
    listed_bins: NDArray[np.int64]
    listed_lefts: NDArray[np.int64]
    listed_gains: NDArray[np.float64]
    is_searched: NDArray[np.bool_]
    lowest_ranks: NDArray[np.int64]
    bin_sums: NDArray[np.int64]
    node_bins: NDArray[np.uint8]
    bin_payloads: NDArray[np.int64]
    bin_samples: NDArray[np.uint32]
    sums: NDArray[np.int64]
    marks: NDArray[np.uint64]
    mark_words: NDArray[np.uint64]
    nodes: NDArray[np.int64]
    positions: NDArray[np.int16]
    starts: NDArray[np.int64]
    low: NDArray[np.int16]
    high: NDArray[np.int16]
    below: NDArray[np.int16]
    above: NDArray[np.int16]
    cut_ranks: NDArray[np.int64]
    numbers: NDArray[np.uint64]
    left: NDArray[np.int64]
    gains: NDArray[np.float64]
    node_weighted: NDArray[np.int64]
    order_keys: NDArray[np.int64]
    places: NDArray[np.int64]
    state: NDArray[np.uint64]

    @property
    def n_candidates(self) -> int:
        """Regulators that may be drawn; for Python, since kernels see no properties."""
        return len(self.pool) - LANES


@inlined
def rank_strides(work: Workspace, n: int) -> Strides:
    """Return where a node of ``n`` samples reads its ranks and bins."""
    return node_strides(work.response.shape[0], work.n_in_row, work.row_node, n)


@inlined
def is_ordered(work: Workspace) -> bool:
    """Return whether the samples of every node of a Random Forest ascend by response."""
    return bool(work.order.shape[0] <= _MAX_ORDERED)


def new_workspace(
    codes: NDArray[Any],
    response: NDArray[np.int64],
    *,
    candidates: NDArray[np.int32],
    n_levels: int,
    matrix: RankMatrix | None = None,
    grid: Grid | None = None,
    n_drawable: int | None = None,
    predicts: bool = True,
) -> Workspace:
    """Return the memory for one target's forest.

    Parameters
    ----------
    codes : (n_regulators, n_samples) uint8 or uint16, C order
        Dense ranks.
    response : (n_samples,) int64
        Target in fixed point, see `fixed_point`.
    candidates : (n_candidates,) int32
        Rows of ``codes`` that may regulate the target.
    n_levels : int
        One more than the largest rank.
    matrix : RankMatrix or None
        The same ranks, with their bins; None lets them follow from ``codes``.
    grid : Grid or None
        Expression, for random splits only.
    n_drawable : int or None
        Samples that trees may be grown on, the first ones; all by default, and for random splits.
    predicts : bool
        Whether the trees of a Random Forest predict the samples that are out of bag.

    Returns
    -------
    Workspace
        Fresh arrays; ``codes``, ``matrix`` and ``grid`` are shared, not copied.
    """
    n = codes.shape[1]
    levels, positions, sample_positions, is_coarse, outermost = grid or NO_GRID
    n_candidates = len(candidates)
    matrix = rank_matrix(codes) if matrix is None else matrix
    lists = matrix.lists
    key = np.uint32 if n_levels <= _NARROW_RANKS else np.uint64
    n_words = (n_levels + 63) // 64
    order = _order_of_drawing(response[: n if n_drawable is None else n_drawable])
    return Workspace(
        codes=matrix.codes,
        bins=matrix.bins,
        exact_shift=matrix.exact_shift,
        top_bin=matrix.top_bin,
        n_in_row=matrix.n_in_row,
        row_node=matrix.row_node,
        level_of_regulator=lists.of_regulator,
        level_starts=lists.starts,
        level_samples=lists.samples,
        level_row_starts=lists.row_starts,
        level_rows=lists.rows,
        near_numbers=np.zeros(n if lists.samples.size else 0, np.uint16),
        near_starts=np.zeros(lists.starts.size, np.int32),
        near_samples=np.zeros(lists.n_near, np.uint16),
        near_span=np.zeros(2, np.int64),
        node_packed=np.zeros(n if lists.samples.size else 0, np.int64),
        outside_node=np.zeros(padded(n) if grid else 0, np.int16),
        is_right=np.zeros(NEAR_SAMPLES if lists.samples.size else 0, np.uint8),
        levels=levels,
        grid=positions.reshape(-1),
        sample_grid=sample_positions.reshape(-1),
        is_coarse=is_coarse,
        outermost=outermost.reshape(-1),
        lowest=np.zeros(LANES, np.int64),
        highest=np.zeros(LANES, np.int64),
        response=response,
        weighted=np.zeros(padded(n), np.int64)[:n],
        weights=np.zeros(len(order), np.int64),
        order=order,
        samples=np.zeros(n + LANES, np.uint32)[:n],
        spare=np.zeros(n + LANES, np.uint32)[:n],
        outside=np.zeros(n if predicts else 0, np.uint32),
        predicted=np.zeros(n, np.float64),
        n_predicted=np.zeros(n, np.int64),
        pool=np.concatenate([candidates, np.full(LANES, candidates[0], np.int32)]),
        screened=np.zeros(n_candidates + LANES, np.float32),
        block=_zeros((MAX_SORTED_ROWS + 1) * LANES, codes.dtype),
        keys=_zeros((MAX_SORTED_ROWS + 1) * LANES, key),
        payload=_zeros(MAX_SORTED_ROWS, key),
        one_ranks=_zeros(MAX_SORTED_ROWS, key),
        binned=np.zeros(n + LANES, np.int64)[:n],
        slots=_zeros(SUMMED_LANES * LANE_SLOTS, np.int64),
        shifts=np.zeros(LANES, np.int64),
        bin_lefts=_zeros(LANES * BINS, np.int64),
        bin_bounds=_zeros(LANES * BINS, np.float32),
        listed_bins=np.zeros(BINS, np.int64),
        listed_lefts=np.zeros(BINS, np.int64),
        listed_gains=np.zeros(BINS, np.float64),
        is_searched=np.zeros(BINS, np.bool_),
        lowest_ranks=np.zeros(BINS, np.int64),
        bin_sums=np.zeros(BINS, np.int64),
        node_bins=np.zeros(n, np.uint8),
        bin_payloads=np.zeros(BINS, np.int64),
        bin_samples=np.zeros(BINS, np.uint32),
        sums=np.zeros(n_levels, np.int64),
        marks=np.zeros(n_words, np.uint64),
        mark_words=np.zeros((n_words + 63) // 64, np.uint64),
        nodes=np.zeros(5 * n, np.int64),
        positions=np.zeros((n if grid else 1) * LANES, np.int16),
        starts=np.zeros(LANES, np.int64),
        low=np.zeros(LANES, np.int16),
        high=np.zeros(LANES, np.int16),
        below=np.zeros(LANES, np.int16),
        above=np.zeros(LANES, np.int16),
        cut_ranks=np.zeros(LANES, np.int64),
        numbers=np.zeros(LANES, np.uint64),
        left=np.zeros(LANES, np.int64),
        gains=np.zeros(LANES, np.float64),
        node_weighted=np.zeros(n, np.int64),
        order_keys=np.zeros(LANES, np.int64),
        places=np.zeros(LANES, np.int64),
        state=np.zeros(1, np.uint64),
    )


def _zeros(n: int, kind: DTypeLike) -> NDArray[Any]:
    """Return zeros that begin with a cache line, so that no vector of them lies in two."""
    n_bytes = n * np.dtype(kind).itemsize
    room = np.zeros(n_bytes + _CACHE_LINE, np.uint8)
    first = -room.__array_interface__["data"][0] % _CACHE_LINE
    return room[first : first + n_bytes].view(kind)


def _order_of_drawing(response: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Return the positions of samples in the order in which trees take them.

    By response, all nodes are in order without sorting. The ranks of many samples are read quicker
    in the order in which they lie in memory.
    """
    if response.size <= _MAX_ORDERED:
        return np.argsort(response, kind="stable").astype(np.uint32)
    return np.arange(response.size, dtype=np.uint32)
