# ruff: noqa: ANN401 - what `overload` gets are types of the compiler, which have no type
"""Draw random splits of three or four samples, of four candidates at a time.

Four positions of 16 bits, one for each candidate, are handed on as one integer. The compiled form
is in `genie3_engine.kernels.few_vectors`; what is drawn is as in
`genie3_engine.kernels.threshold_lanes`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numba.extending import overload
from numpy.typing import NDArray

from genie3_engine.kernels import few_vectors
from genie3_engine.kernels._jit import PART_SETTINGS
from genie3_engine.kernels.few_vectors import FEW, UNSURE_BIT
from genie3_engine.kernels.threshold_lanes import NARROW


def few_positions(
    grid: NDArray[np.int16], starts: tuple[int, ...], places: tuple[np.uint64, ...]
) -> tuple[int, ...]:
    """Return the positions of each sample, a candidate in each lane."""
    columns = np.array(starts, np.int64)
    return tuple(_as_one(grid[columns + np.int64(place)]) for place in places)


def few_extremes(rows: tuple[int, ...]) -> tuple[int, int, int]:
    """Return the lanes whose positions differ, and each lane's smallest and largest."""
    shown = _in_lanes(rows)
    low, high = shown.min(axis=0), shown.max(axis=0)
    differ = ((low < high).astype(np.int64) << np.arange(FEW)).sum()
    return differ, _as_one(low), _as_one(high)


def few_sides(
    state: np.uint64, live: int, used: int, rows: tuple[int, ...], low: int, high: int
) -> tuple[np.uint64, int]:
    """Draw thresholds; return the stream after it, and 16 bits for each lane.

    The lowest four show which samples are below the threshold, and bit `UNSURE_BIT` that this is
    not known of one of them.
    """
    stream, numbers = np.array([state], np.uint64), np.zeros(FEW, np.uint64)
    below, above = np.zeros(FEW, np.int16), np.zeros(FEW, np.int16)
    extremes = _in_lanes((low, high))
    with np.errstate(over="ignore"):
        NARROW.draw_cuts(stream, live, used, extremes[0], extremes[1], numbers, below, above)
    shown = _in_lanes(rows)
    sides = ((shown <= below).astype(np.int16) << np.arange(len(rows))[:, None]).sum(axis=0)
    is_near = ((shown > below) & (shown <= above)).any(axis=0)
    return stream[0], _as_one(sides + (is_near.astype(np.int64) << UNSURE_BIT))


def _as_one(lanes: NDArray[Any]) -> int:
    return int(np.ascontiguousarray(lanes, np.int16).view(np.int64)[0])


def _in_lanes(rows: Sequence[int]) -> NDArray[np.int16]:
    return np.array(rows, np.int64).view(np.int16).reshape(-1, FEW)


@overload(few_positions, jit_options=PART_SETTINGS)
def _compile_positions(grid: Any, starts: Any, places: Any) -> Callable[..., Any]:
    def positions(grid: Any, starts: Any, places: Any) -> Any:
        return few_vectors.few_positions(grid, starts, places)

    return positions


@overload(few_extremes, jit_options=PART_SETTINGS)
def _compile_extremes(rows: Any) -> Callable[..., Any]:
    def extremes(rows: Any) -> Any:
        return few_vectors.few_extremes(rows)

    return extremes


@overload(few_sides, jit_options=PART_SETTINGS)
def _compile_sides(
    state: Any, live: Any, used: Any, rows: Any, low: Any, high: Any
) -> Callable[..., Any]:
    def sides(state: Any, live: Any, used: Any, rows: Any, low: Any, high: Any) -> Any:
        return few_vectors.few_sides(state, live, used, rows, low, high)

    return sides
