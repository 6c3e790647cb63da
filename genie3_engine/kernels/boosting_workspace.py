"""Sort the samples of regulators for boosting, and allocate the memory of one target's boosting."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from genie3_engine.kernels.order_scan import SCANNED
from genie3_engine.kernels.rank_sort import FEW_SORTED_ROWS
from genie3_engine.kernels.vectors import LANES

MAX_SAMPLES = (1 << 16) - 1
WINDOW = 25
N_INNER, N_NODES = 8, 16  # nodes are numbered from 1: node i has the children 2 i and 2 i + 1
_MANY_TIES = 0.75  # of the samples above the lowest expression, distinct values
_SUM_BITS = 59  # of a node's samples times its sum of residuals
_MAX_FRACTION_BITS = 32


class SortedRegulators(NamedTuple):
    """The samples in the order of each regulator.

    Parameters
    ----------
    order : (n_regulators * n_samples,) uint16
        For each regulator the samples by falling expression, without those of its lowest; then
        ``n_samples``, the number of no sample.
    n_above : (n_regulators,) int32
        Samples of more than the lowest expression.
    level_end : (n_regulators * n_samples,) uint16
        For each regulator, how many samples have at least its highest expression, its second, and
        so on, without the lowest.
    n_levels : (n_regulators,) int32
        Distinct values above the lowest.
    rank : (n_regulators * n_samples,) uint16
        Each sample's place among the distinct values, from 0 for the lowest.
    has_many_ties : (n_regulators,) bool
        Whether many of the samples above the lowest expression share theirs.
    """

    order: NDArray[np.uint16]
    n_above: NDArray[np.int32]
    level_end: NDArray[np.uint16]
    n_levels: NDArray[np.int32]
    rank: NDArray[np.uint16]
    has_many_ties: NDArray[np.bool_]


class BoostingWork(NamedTuple):
    """The memory of one target's boosting; made by `new_work`.

    Parameters
    ----------
    order, n_above, level_end, n_levels, rank, has_many_ties
        As in `SortedRegulators`.
    residual : (n_samples,) int64
        The target, less what the trees so far explain.
    candidates, sample_pool : int32
        Regulators and samples, in the order in which they were last drawn.
    node : (n_samples,) uint8
        Node of each sample, and 16 more out of the tree's bag.
    packed, rounded : (n_samples,) int64, int32
        Residual of each sample and a bit above it that counts the sample, exact and rounded.
    marked, marked_rounded : (n_samples + 1,) int64, int32
        The same of the samples in the node at hand; 0 of all others.
    starts, lanes : (SCANNED,) int64
        Where the orders of some candidates begin, and how many were drawn before each.
    gains, rounded_gains : (SCANNED,) float64, float32
        Their screened gains.
    bounds : (n_candidates + LANES,) float32
        The screened gains of a node's candidates, in the order in which they were drawn.
    samples : (FEW_SORTED_ROWS,) uint32
        The samples of a small node.
    lane_regulators, block, keys, payload
        Rows of a small node's screening; see `genie3_engine.kernels.rank_sort`.
    few_ranks, few_residuals : (FEW_SORTED_ROWS,) uint16, int64
        Ranks and residuals of a small node's samples, sorted.
    node_sum, node_count : (N_NODES,) int64
        Samples in each node and the sum of their residuals.
    split_regulator : (N_INNER,) int64
        Regulator that divides each node; -1 for leaves.
    split_gain : (N_INNER,) float64
        Fall in squared deviation there, in squared units of the residuals.
    leaf_step : (N_NODES,) int64
        What a leaf subtracts from its samples.
    high_window, low_window : (WINDOW,) int64
        The last improvements out of bag.
    state : (1,) uint64
        The random stream.
    """

    order: NDArray[np.uint16]
    n_above: NDArray[np.int32]
    level_end: NDArray[np.uint16]
    n_levels: NDArray[np.int32]
    rank: NDArray[np.uint16]
    has_many_ties: NDArray[np.bool_]
    residual: NDArray[np.int64]
    candidates: NDArray[np.int32]
    sample_pool: NDArray[np.int32]
    node: NDArray[np.uint8]
    packed: NDArray[np.int64]
    rounded: NDArray[np.int32]
    marked: NDArray[np.int64]
    marked_rounded: NDArray[np.int32]
    starts: NDArray[np.int64]
    lanes: NDArray[np.int64]
    gains: NDArray[np.float64]
    rounded_gains: NDArray[np.float32]
    bounds: NDArray[np.float32]
    samples: NDArray[np.uint32]
    lane_regulators: NDArray[np.int32]
    block: NDArray[np.uint16]
    keys: NDArray[np.uint32]
    payload: NDArray[np.uint32]
    few_ranks: NDArray[np.uint16]
    few_residuals: NDArray[np.int64]
    node_sum: NDArray[np.int64]
    node_count: NDArray[np.int64]
    split_regulator: NDArray[np.int64]
    split_gain: NDArray[np.float64]
    leaf_step: NDArray[np.int64]
    high_window: NDArray[np.int64]
    low_window: NDArray[np.int64]
    state: NDArray[np.uint64]


def new_sorted(n_regulators: int, n_samples: int) -> SortedRegulators:
    """Return memory for `sort_samples`."""
    size = n_regulators * n_samples
    return SortedRegulators(
        np.zeros(size, np.uint16),
        np.zeros(n_regulators, np.int32),
        np.zeros(size, np.uint16),
        np.zeros(n_regulators, np.int32),
        np.zeros(size, np.uint16),
        np.zeros(n_regulators, np.bool_),
    )


def sort_samples(values: NDArray[np.float64], into: SortedRegulators, first: int) -> None:
    """Sort the samples of some regulators.

    Parameters
    ----------
    values : (n_some, n_samples) float64
        Expression, finite.
    into : SortedRegulators
        Overwritten for these regulators.
    first : int
        Position of the first of them.
    """
    n = values.shape[1]
    for row, own in enumerate(values, start=first):
        falling = np.argsort(-own, kind="stable")
        in_order = own[falling]
        ends = np.flatnonzero(in_order[1:] != in_order[:-1]) + 1
        n_above = int(ends[-1]) if ends.size else 0
        into.order[row * n : (row + 1) * n] = n
        into.order[row * n : row * n + n_above] = falling[:n_above]
        into.n_above[row] = n_above
        into.level_end[row * n : row * n + ends.size] = ends
        into.n_levels[row] = ends.size
        below = np.searchsorted(ends, np.arange(n), side="right")
        into.rank[row * n + falling] = ends.size - below
        into.has_many_ties[row] = ends.size < _MANY_TIES * n_above


def fixed_residuals(target: NDArray[np.float64]) -> tuple[NDArray[np.int64], int]:
    """Return a standardised target as whole numbers, so that its sums are exact.

    Parameters
    ----------
    target : (n_samples,) float64
        Target of mean 0 and variance 1.

    Returns
    -------
    residual : (n_samples,) int64
        ``target * 2**bits``, rounded.
    bits : int
        Bits after the point: 32, fewer from about 9,000 samples.
    """
    largest = math.fsum(np.abs(target).tolist()) * len(target)
    bits = min(_MAX_FRACTION_BITS, _SUM_BITS - 1 - math.frexp(largest)[1])
    return np.rint(np.ldexp(target, bits)).astype(np.int64), bits


def new_work(
    regulators: SortedRegulators, residual: NDArray[np.int64], candidates: NDArray[np.int32]
) -> BoostingWork:
    """Return the memory of one target's boosting.

    Parameters
    ----------
    regulators : SortedRegulators
        Shared by all targets.
    residual : (n_samples,) int64
        The target; overwritten by boosting.
    candidates : (n_candidates,) int32
        Positions of the regulators that may be drawn; one at least.
    """
    n = len(residual)
    return BoostingWork(
        *regulators,
        residual=residual,
        candidates=candidates.copy(),
        sample_pool=np.arange(n, dtype=np.int32),
        node=np.zeros(n, np.uint8),
        packed=np.zeros(n, np.int64),
        rounded=np.zeros(n, np.int32),
        marked=np.zeros(n + 1, np.int64),
        marked_rounded=np.zeros(n + 1, np.int32),
        starts=np.zeros(SCANNED, np.int64),
        lanes=np.zeros(SCANNED, np.int64),
        gains=np.zeros(SCANNED, np.float64),
        rounded_gains=np.zeros(SCANNED, np.float32),
        bounds=np.zeros(len(candidates) + LANES, np.float32),
        samples=np.zeros(FEW_SORTED_ROWS, np.uint32),
        lane_regulators=np.zeros(LANES, np.int32),
        block=np.zeros((FEW_SORTED_ROWS + 1) * LANES, np.uint16),
        keys=np.zeros((FEW_SORTED_ROWS + 1) * LANES, np.uint32),
        payload=np.zeros(FEW_SORTED_ROWS, np.uint32),
        few_ranks=np.zeros(FEW_SORTED_ROWS, np.uint16),
        few_residuals=np.zeros(FEW_SORTED_ROWS, np.int64),
        node_sum=np.zeros(N_NODES, np.int64),
        node_count=np.zeros(N_NODES, np.int64),
        split_regulator=np.zeros(N_INNER, np.int64),
        split_gain=np.zeros(N_INNER, np.float64),
        leaf_step=np.zeros(N_NODES, np.int64),
        high_window=np.zeros(WINDOW, np.int64),
        low_window=np.zeros(WINDOW, np.int64),
        state=np.zeros(1, np.uint64),
    )
