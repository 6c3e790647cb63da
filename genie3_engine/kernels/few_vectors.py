# ruff: noqa: ANN401 - llvmlite's builders and values have no types
"""Operations of random splits on four samples, written as LLVM vector code.

A lane is a candidate, as in `genie3_engine.kernels.threshold_vectors`. Four lanes of 16 bits are
handed on as one integer, so that they stay in a register.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from genie3_engine.kernels._jit import PART_SETTINGS
from genie3_engine.kernels.threshold_lanes import NARROW
from genie3_engine.kernels.threshold_vectors import _Lanes
from genie3_engine.kernels.vectors import LANES, _element

FEW = LANES // 4  # lanes, and samples
UNSURE_BIT = 8

_INT32 = ir.IntType(32)
_INT64 = ir.IntType(64)
_v = _Lanes(FEW)


def few_positions(
    grid: NDArray[np.int16], starts: tuple[int, ...], places: tuple[int, ...]
) -> tuple[int, ...]:
    """Return the positions of each sample, a candidate in each lane.

    Parameters
    ----------
    grid : flat int16
        Positions of all samples and regulators.
    starts : tuple of `FEW` int
        Place of the first sample's position for the regulator of each lane.
    places : tuple of int
        Distance of each sample from the first one.
    """
    return tuple(
        _packed(np.array([grid[start + int(place)] for start in starts])) for place in places
    )


def few_extremes(rows: tuple[int, ...]) -> tuple[int, int, int]:
    """Return the lanes whose positions differ, and each lane's smallest and largest.

    Parameters
    ----------
    rows : tuple of int
        Positions of each sample, from `few_positions`.
    """
    low, high = np.zeros(FEW, np.int16), np.zeros(FEW, np.int16)
    differ = NARROW.grid_extremes(_unpacked(*rows), len(rows), low, high)
    return differ, _packed(low), _packed(high)


def few_sides(
    state: np.uint64, live: int, used: int, rows: tuple[int, ...], low: int, high: int
) -> tuple[np.uint64, int]:
    """Draw thresholds; return the stream after it, and 16 bits for each lane.

    The lowest four show which samples are below the threshold, and bit `UNSURE_BIT` that this is
    not known of one of them.

    Parameters
    ----------
    state : uint64
        The random stream.
    live : int
        One bit for each lane: whether it draws.
    used : int
        Lanes in use, the first ones; the others are not live.
    rows : tuple of int
        Positions of each sample, from `few_positions`.
    low, high : int
        From `few_extremes`.
    """
    stream, numbers = np.array([state], np.uint64), np.zeros(FEW, np.uint64)
    below, above = np.zeros(FEW, np.int16), np.zeros(FEW, np.int16)
    NARROW.draw_cuts(stream, live, used, _unpacked(low), _unpacked(high), numbers, below, above)
    sides = np.zeros(FEW, np.int64)
    for at, row in enumerate(_unpacked(*rows).reshape(-1, FEW)):
        sides |= (row <= below).astype(np.int64) << at
        sides |= ((row > below) & (row <= above)).astype(np.int64) << UNSURE_BIT
    return stream[0], _packed(sides)


def _packed(lanes: NDArray[Any]) -> int:
    return int(lanes.astype("<i2").view("<i8")[0])


def _unpacked(*rows: int) -> NDArray[np.int16]:
    return np.array(rows, "<i8").view("<i2").astype(np.int16)


@intrinsic
def _few_positions(typing_context: Any, grid: Any, starts: Any, places: Any) -> Any:
    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        grid = _element(context, builder, sig.args[0], args[0], _INT64(0))
        columns = [builder.gep(grid, [builder.extract_value(args[1], lane)]) for lane in _v.lanes]
        rows = []
        for at in range(sig.args[2].count):
            row = ir.Constant(_v.shorts, ir.Undefined)
            place = builder.extract_value(args[2], at)
            for lane, column in enumerate(columns):
                position = builder.load(builder.gep(column, [place]))
                row = builder.insert_element(row, position, _INT32(lane))
            rows.append(builder.bitcast(row, _INT64))
        return context.make_tuple(builder, sig.return_type, rows)

    return types.UniTuple(types.int64, places.count)(grid, starts, places), generate


@intrinsic
def _few_extremes(typing_context: Any, rows: Any) -> Any:
    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        smallest = largest = None
        for at in range(sig.args[0].count):
            row = builder.bitcast(builder.extract_value(args[0], at), _v.shorts)
            if smallest is None:
                smallest = largest = row
                continue
            is_smaller = builder.icmp_signed("<", row, smallest)
            is_larger = builder.icmp_signed(">", row, largest)
            smallest = builder.select(is_smaller, row, smallest)
            largest = builder.select(is_larger, row, largest)
        differ = _v.mask(builder, builder.icmp_signed("<", smallest, largest))
        found = [differ, builder.bitcast(smallest, _INT64), builder.bitcast(largest, _INT64)]
        return context.make_tuple(builder, sig.return_type, found)

    return types.UniTuple(types.int64, 3)(rows), generate


@intrinsic
def _few_sides(
    typing_context: Any,
    state: Any,
    live: Any,
    used: Any,
    rows: Any,
    low: Any,
    high: Any,
) -> Any:
    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        state_after, numbers = _v.numbers(builder, args[0], args[1], args[2])
        low, high = (builder.bitcast(args[at], _v.shorts) for at in (4, 5))
        below, above = _v.cuts(builder, numbers, low, high)
        zero = _v.constant(_v.shorts, 0)
        sides = unsure = zero
        for at in range(sig.args[3].count):
            row = builder.bitcast(builder.extract_value(args[3], at), _v.shorts)
            is_over = builder.icmp_signed(">", row, below)
            bit = builder.select(is_over, zero, _v.constant(_v.shorts, 1 << at))
            sides = builder.or_(sides, bit)
            is_near = builder.and_(is_over, builder.icmp_signed("<=", row, above))
            bit = builder.select(is_near, _v.constant(_v.shorts, 1 << UNSURE_BIT), zero)
            unsure = builder.or_(unsure, bit)
        sides = builder.bitcast(builder.or_(sides, unsure), _INT64)
        return context.make_tuple(builder, sig.return_type, [state_after, sides])

    whole = types.int64
    signature = types.Tuple((types.uint64, whole))(types.uint64, whole, whole, rows, whole, whole)
    return signature, generate


@overload(few_positions, jit_options=PART_SETTINGS)
def _compile_few_positions(grid: Any, starts: Any, places: Any) -> Callable[..., Any]:
    def positions(grid: Any, starts: Any, places: Any) -> Any:
        return _few_positions(grid, starts, places)

    return positions


@overload(few_extremes, jit_options=PART_SETTINGS)
def _compile_few_extremes(rows: Any) -> Callable[..., Any]:
    def extremes(rows: Any) -> Any:
        return _few_extremes(rows)

    return extremes


@overload(few_sides, jit_options=PART_SETTINGS)
def _compile_few_sides(
    state: Any, live: Any, used: Any, rows: Any, low: Any, high: Any
) -> Callable[..., Any]:
    def sides(state: Any, live: Any, used: Any, rows: Any, low: Any, high: Any) -> Any:
        return _few_sides(state, live, used, rows, low, high)

    return sides
