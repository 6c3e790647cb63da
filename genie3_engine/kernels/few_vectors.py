# ruff: noqa: ANN401 - llvmlite's builders and values have no types
"""Operations of random splits on four samples, written as LLVM vector code.

A lane is a candidate, as in `genie3_engine.kernels.threshold_vectors`. Four lanes of 16 bits are
handed on as one integer, so that they stay in a register.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from genie3_engine.kernels.threshold_vectors import _Lanes
from genie3_engine.kernels.vectors import LANES, _element

FEW = LANES // 4  # lanes, and samples
UNSURE_BIT = 8

_INT32 = ir.IntType(32)
_INT64 = ir.IntType(64)
_v = _Lanes(FEW)


@intrinsic
def few_positions(typing_context: Any, grid: Any, starts: Any, places: Any) -> Any:
    """Return the positions of each sample, a candidate in each lane."""

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
def few_extremes(typing_context: Any, rows: Any) -> Any:
    """Return the lanes whose positions differ, and each lane's smallest and largest."""

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
def few_sides(
    typing_context: Any,
    state: Any,
    live: Any,
    used: Any,
    rows: Any,
    low: Any,
    high: Any,
) -> Any:
    """Draw thresholds; return the stream after it, and 16 bits for each lane.

    The lowest four show which samples are below the threshold, and bit `UNSURE_BIT` that this is
    not known of one of them.
    """

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
