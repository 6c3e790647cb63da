# ruff: noqa: ANN401 - what `overload` gets are types of the compiler, which have no type
"""Draw random splits of a node that holds a large share of all samples, column by column.

A column is a regulator's row of the grid, see `genie3_engine.kernels.grid`: positions of all
samples. It is read from one end to the other, and samples outside of the node are masked, which
costs less than copying the positions of the node's samples. Rows beyond the samples, up to a
multiple of `ROWS`, are read and lie outside. What a threshold leaves unknown is as in
`genie3_engine.kernels.threshold_lanes`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba.extending import overload
from numpy.typing import NDArray

from genie3_engine.kernels import column_vectors
from genie3_engine.kernels._jit import PART_SETTINGS

COLUMNS = column_vectors.COLUMNS
ROWS = column_vectors.ROWS


def padded(n_samples: int) -> int:
    """Return the rows of a column that are read: samples, and others that lie outside."""
    return -(-n_samples // ROWS) * ROWS


def column_extremes(
    grid: NDArray[np.int16],
    starts: NDArray[np.int64],
    lane: int,
    outside: NDArray[np.int16],
    n_rows: int,
    low: NDArray[np.int16],
    high: NDArray[np.int16],
) -> None:
    """Find the smallest and the largest position of a node in four columns.

    Parameters
    ----------
    grid : flat int16
        Positions of all samples and regulators.
    starts : (n_lanes,) int64
        Place of the first sample's position for the regulator of each lane.
    lane : int
        The first of four lanes.
    outside : (>= n_rows,) int16
        0 for the node's samples, -1 for others.
    n_rows : int
        Rows to read, a multiple of `ROWS`.
    low, high : (n_lanes,) int16
        Overwritten in the four lanes.
    """
    for at in range(lane, lane + COLUMNS):
        positions, is_inside = _column(grid, starts[at], outside, n_rows)
        low[at], high[at] = positions[is_inside].min(), positions[is_inside].max()


def column_sums(
    grid: NDArray[np.int16],
    starts: NDArray[np.int64],
    lane: int,
    outside: NDArray[np.int16],
    n_rows: int,
    weighted: NDArray[np.int64],
    below: NDArray[np.int16],
    above: NDArray[np.int16],
    left: NDArray[np.int64],
) -> int:
    """Add up a node's samples below the thresholds of four columns.

    Parameters
    ----------
    grid, starts, lane, outside, n_rows
        As in `column_extremes`.
    weighted : (n_samples,) int64
        Packed weight and response, with memory for ``n_rows``.
    below, above : (n_lanes,) int16
        As written by `draw_cuts` of `genie3_engine.kernels.threshold_lanes`.
    left : (n_lanes,) int64
        Overwritten in the four lanes.

    Returns
    -------
    int
        One bit for each of the four lanes: whether it has a sample of unknown side.
    """
    unsure = 0
    for at in range(lane, lane + COLUMNS):
        positions, is_inside = _column(grid, starts[at], outside, n_rows)
        samples = np.flatnonzero((positions <= below[at]) & is_inside)
        left[at] = weighted[samples].sum()
        is_between = (positions > below[at]) & (positions <= above[at]) & is_inside
        unsure |= int(is_between.any()) << at
    return unsure


def column_rows(
    grid: NDArray[np.int16],
    start: int,
    outside: NDArray[np.int16],
    n_rows: int,
    bounds: tuple[int, int, int, int],
    rows: NDArray[np.uint32],
) -> int:
    """List a node's samples with an extreme position in a column, or one next to its threshold.

    Parameters
    ----------
    grid, outside, n_rows
        As in `column_extremes`.
    start : int
        Place of the column's first position.
    bounds : (low, high, below, above)
        The smallest and the largest position; a position next to the threshold is over ``below``
        and up to ``above``.
    rows : (>= samples of the node,) uint32
        Overwritten with the rows, which are the samples, ascending.

    Returns
    -------
    int
        How many rows there are.
    """
    low, high, below, above = bounds
    positions, is_inside = _column(grid, start, outside, n_rows)
    is_near = (positions > below) & (positions <= above)
    is_listed = (positions == low) | (positions == high) | is_near
    found = np.flatnonzero(is_listed & is_inside)
    rows[: found.size] = found
    return int(found.size)


def _column(
    grid: NDArray[np.int16], start: int, outside: NDArray[np.int16], n_rows: int
) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    """Return a column's positions, fewer at the grid's end, and which are of the node's samples."""
    positions = grid[start : start + n_rows]
    return positions, outside[: positions.size] == 0


@overload(column_extremes, jit_options=PART_SETTINGS)
def _compile_extremes(
    grid: Any, starts: Any, lane: Any, outside: Any, n_rows: Any, low: Any, high: Any
) -> Callable[..., None]:
    def extremes(
        grid: Any, starts: Any, lane: Any, outside: Any, n_rows: Any, low: Any, high: Any
    ) -> None:
        column_vectors.column_extremes(grid, starts, lane, outside, n_rows, low, high)

    return extremes


@overload(column_sums, jit_options=PART_SETTINGS)
def _compile_sums(
    grid: Any,
    starts: Any,
    lane: Any,
    outside: Any,
    n_rows: Any,
    weighted: Any,
    below: Any,
    above: Any,
    left: Any,
) -> Callable[..., int]:
    def sums(
        grid: Any,
        starts: Any,
        lane: Any,
        outside: Any,
        n_rows: Any,
        weighted: Any,
        below: Any,
        above: Any,
        left: Any,
    ) -> Any:
        return column_vectors.column_sums(
            grid, starts, lane, outside, n_rows, weighted, below, above, left
        )

    return sums


@overload(column_rows, jit_options=PART_SETTINGS)
def _compile_rows(
    grid: Any, start: Any, outside: Any, n_rows: Any, bounds: Any, rows: Any
) -> Callable[..., int]:
    def find(grid: Any, start: Any, outside: Any, n_rows: Any, bounds: Any, rows: Any) -> Any:
        return column_vectors.column_rows(grid, start, outside, n_rows, bounds, rows)

    return find
