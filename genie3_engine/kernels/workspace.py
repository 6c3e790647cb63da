"""Allocate the memory that one thread needs to grow the forest of one target."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels.rank_sort import MAX_SORTED_ROWS
from genie3_engine.kernels.vectors import LANES

RESPONSE_BITS = 46
SMALL_NODE = 16
SCREENED_SLOTS = 4096
_NARROW_RANKS = 512


class Workspace(NamedTuple):
    """Arrays of one target's forest; kernels pass them on together.

    Parameters
    ----------
    codes : flat uint8 or uint16
        Dense rank of every sample in every candidate, one candidate after the other.
    levels : (n_regulators, n_levels) float32 or (1, 1)
        Expression at each rank, ascending; needed for random splits only.
    response : (n_samples,) int64
        Target in fixed point.
    weighted : (n_samples,) int64
        Weight of a sample in this tree, and its response, packed:
        ``(weight << RESPONSE_BITS) + weight * response``.
    weights : (n_samples,) int64
        Times that a sample was drawn into this tree.
    samples, spare : (n_samples,) uint32
        Samples of the tree, those of a node side by side; and room to divide them.
    outside : (n_samples,) uint32
        Out-of-bag samples, likewise.
    predicted : (n_samples,) float64
        Sum of the out-of-bag predictions, in units of ``response``.
    n_predicted : (n_samples,) int64
        Out-of-bag predictions of each sample.
    pool : (n_candidates + LANES,) int32
        Candidates in an order that drawing changes.
    screened : (n_candidates + LANES,) float32
        Gain of each drawn candidate, as the screening sees it.
    block, keys, payload, slots
        Rows of the screening; see `genie3_engine.kernels.rank_sort`.
    sums : (n_levels,) int64
        Packed weight and response of each rank; all zero between two uses.
    marks : (ceil(n_levels / 64),) uint64
        One bit per rank; all zero between two uses.
    ordered, ordered_response : (16,) uint32, (16,) int64
        Samples of a small node in ascending order of response, and their response.
    nodes : (6 * n_samples,) int64
        Stack of nodes to divide, six numbers each: samples from, to; outside from, to; weight,
        response.
    low, high, splits : (LANES,) int32
        Each lane's lowest and highest rank in the node, and its random split.
    left : (LANES,) int64
        Packed weight and response below each lane's split.
    node_weighted : (n_samples,) int64
        Packed weight and response of the node's samples.
    state : (1,) uint64
        Random stream.
    """

    codes: NDArray[Any]
    levels: NDArray[np.float32]
    response: NDArray[np.int64]
    weighted: NDArray[np.int64]
    weights: NDArray[np.int64]
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
    slots: NDArray[Any]
    sums: NDArray[np.int64]
    marks: NDArray[np.uint64]
    ordered: NDArray[np.uint32]
    ordered_response: NDArray[np.int64]
    nodes: NDArray[np.int64]
    low: NDArray[np.int32]
    high: NDArray[np.int32]
    splits: NDArray[np.int32]
    left: NDArray[np.int64]
    node_weighted: NDArray[np.int64]
    state: NDArray[np.uint64]

    @property
    def n_candidates(self) -> int:
        """Regulators that may be drawn; for Python, since kernels see no properties."""
        return len(self.pool) - LANES


def new_workspace(
    codes: NDArray[Any],
    response: NDArray[np.int64],
    *,
    levels: NDArray[np.float32],
    candidates: NDArray[np.int32],
    n_levels: int,
) -> Workspace:
    """Return the memory for one target's forest.

    Parameters
    ----------
    codes : (n_regulators, n_samples) uint8 or uint16, C order
        Dense ranks.
    response : (n_samples,) int64
        Target in fixed point, see `fixed_point`.
    levels : (n_regulators, n_levels) float32 or (1, 1)
        Expression at each rank; a row for each regulator means that splits are random.
    candidates : (n_candidates,) int32
        Rows of ``codes`` that may regulate the target.
    n_levels : int
        One more than the largest rank.

    Returns
    -------
    Workspace
        Fresh arrays; ``codes`` and ``levels`` are shared, not copied.
    """
    n = codes.shape[1]
    n_candidates = len(candidates)
    key = np.uint32 if n_levels <= _NARROW_RANKS and n <= _NARROW_RANKS else np.uint64
    block_rows = max(n, MAX_SORTED_ROWS) if len(levels) > 1 else MAX_SORTED_ROWS
    n_slots = n_levels if n_levels <= SCREENED_SLOTS else 1
    return Workspace(
        codes=codes.reshape(-1),
        levels=levels,
        response=response,
        weighted=np.zeros(n, np.int64),
        weights=np.zeros(n, np.int64),
        samples=np.zeros(n, np.uint32),
        spare=np.zeros(n, np.uint32),
        outside=np.zeros(n, np.uint32),
        predicted=np.zeros(n, np.float64),
        n_predicted=np.zeros(n, np.int64),
        pool=np.concatenate([candidates, np.full(LANES, candidates[0], np.int32)]),
        screened=np.zeros(n_candidates + LANES, np.float32),
        block=np.zeros((block_rows + 1) * LANES, codes.dtype),
        keys=np.zeros((MAX_SORTED_ROWS + 1) * LANES, key),
        payload=np.zeros(max(n, MAX_SORTED_ROWS), key),
        slots=np.zeros(n_slots * LANES, key),
        sums=np.zeros(n_levels, np.int64),
        marks=np.zeros((n_levels + 63) // 64, np.uint64),
        ordered=np.zeros(SMALL_NODE, np.uint32),
        ordered_response=np.zeros(SMALL_NODE, np.int64),
        nodes=np.zeros(6 * n, np.int64),
        low=np.zeros(LANES, np.int32),
        high=np.zeros(LANES, np.int32),
        splits=np.zeros(LANES, np.int32),
        left=np.zeros(LANES, np.int64),
        node_weighted=np.zeros(n, np.int64),
        state=np.zeros(1, np.uint64),
    )
