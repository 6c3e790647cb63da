# ruff: noqa: ANN401 - llvmlite's builders and values have no types
"""Operations of random splits on columns of the grid, written as LLVM vector code.

See `genie3_engine.kernels.vectors`; what the operations compute is defined in
`genie3_engine.kernels.threshold_columns`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from genie3_engine.kernels.threshold_vectors import _Lanes
from genie3_engine.kernels.vectors import _element, _has_avx512, _variable

COLUMNS = 4
ROWS = 32
_ROWS_OF_SUMS = 8
_INT16 = ir.IntType(16)
_INT64 = ir.IntType(64)
_LARGEST, _SMALLEST = 0x7FFF, -0x8000

_rows = _Lanes(ROWS)
_packed = _Lanes(_ROWS_OF_SUMS)


def _reduced(builder: Any, operation: str, value: Any) -> Any:
    """Return one number of all lanes."""
    kind = value.type
    name = f"llvm.vector.reduce.{operation}.v{kind.count}i{kind.element.width}"
    reduce = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(kind.element, [kind]), name
    )
    return builder.call(reduce, [value])


def _chosen(builder: Any, sign: str, one: Any, other: Any) -> Any:
    """Return the smaller or the larger of two in each lane."""
    return builder.select(builder.icmp_signed(sign, one, other), one, other)


@contextmanager
def _while_any(builder: Any, bits: Any) -> Iterator[None]:
    """Repeat as long as a bit of a variable is set."""
    test, body, end = (builder.append_basic_block(name) for name in ("test", "body", "end"))
    builder.branch(test)
    with builder.goto_block(test):
        is_set = builder.icmp_unsigned("!=", builder.load(bits), _INT64(0))
        builder.cbranch(is_set, body, end)
    builder.position_at_end(body)
    yield
    builder.branch(test)
    builder.position_at_end(end)


def _columns(context: Any, builder: Any, sig: Any, args: Any) -> list[Any]:
    """Return pointers to the first positions of the columns, which arguments 0 to 2 name."""
    grid = _element(context, builder, sig.args[0], args[0], _INT64(0))
    pointers = []
    for column in range(COLUMNS):
        place = builder.add(args[2], _INT64(column))
        start = builder.load(_element(context, builder, sig.args[1], args[1], place))
        pointers.append(builder.gep(grid, [start]))
    return pointers


def _part(builder: Any, rows: Any, first: int) -> Any:
    """Return the entries of some of the rows."""
    places = _packed.places(range(first, first + _ROWS_OF_SUMS))
    return builder.shuffle_vector(rows, ir.Constant(rows.type, ir.Undefined), places)


def _many(builder: Any, lanes: _Lanes, pointer: Any, row: Any) -> Any:
    """Load the entries of some rows."""
    kind = ir.VectorType(pointer.type.pointee, lanes.n_lanes)
    return lanes.load(builder, builder.bitcast(builder.gep(pointer, [row]), ir.PointerType(kind)))


@intrinsic
def column_extremes(
    typing_context: Any,
    grid: Any,
    starts: Any,
    lane: Any,
    outside: Any,
    n_rows: Any,
    low: Any,
    high: Any,
) -> Any:
    """Find the smallest and the largest position of a node in each column."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        columns = _columns(context, builder, sig, args)
        outside = _element(context, builder, sig.args[3], args[3], _INT64(0))
        smallest = [_variable(builder, _rows.constant(_rows.shorts, _LARGEST)) for _ in columns]
        largest = [_variable(builder, _rows.constant(_rows.shorts, _SMALLEST)) for _ in columns]
        with cgutils.for_range_slice(builder, _INT64(0), args[4], _INT64(ROWS), _INT64) as (row, _):
            is_outside = _many(builder, _rows, outside, row)
            least = builder.xor(is_outside, _rows.constant(_rows.shorts, _SMALLEST))
            most = builder.xor(is_outside, _rows.constant(_rows.shorts, _LARGEST))
            for column, below, above in zip(columns, smallest, largest, strict=True):
                positions = _many(builder, _rows, column, row)
                raised = _chosen(builder, ">", positions, least)
                builder.store(_chosen(builder, "<", builder.load(below), raised), below)
                lowered = _chosen(builder, "<", positions, most)
                builder.store(_chosen(builder, ">", builder.load(above), lowered), above)
        for at, operation, found in ((5, "smin", smallest), (6, "smax", largest)):
            for column, slot in enumerate(found):
                place = builder.add(args[2], _INT64(column))
                pointer = _element(context, builder, sig.args[at], args[at], place)
                builder.store(_reduced(builder, operation, builder.load(slot)), pointer)
        return context.get_dummy_value()

    signature = types.void(grid, starts, types.int64, outside, types.int64, low, high)
    return signature, generate


@intrinsic
def column_sums(
    typing_context: Any,
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
    """Add up a node's samples below the cut of each column; return those of unknown sides."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        columns = _columns(context, builder, sig, args)
        outside, weighted = (
            _element(context, builder, sig.args[at], args[at], _INT64(0)) for at in (3, 5)
        )
        places = [builder.add(args[2], _INT64(column)) for column in range(COLUMNS)]
        below, above = (
            [builder.load(_element(context, builder, sig.args[at], args[at], p)) for p in places]
            for at in (6, 7)
        )
        firsts = [_rows.splat(builder, builder.add(cut, _INT16(1))) for cut in below]
        zero, none = _packed.constant(_packed.longs, 0), _rows.constant(_rows.shorts, 0)
        # With AVX-512 a comparison gives a mask, which takes part of the next instruction.
        has_masks = _has_avx512(context)
        lanes = _rows if has_masks else _packed
        cuts = [lanes.splat(builder, cut) for cut in below]
        totals = [_variable(builder, zero) for _ in columns]
        nearest = [_variable(builder, _rows.constant(_rows.shorts, -1)) for _ in columns]
        with cgutils.for_range_slice(builder, _INT64(0), args[4], _INT64(ROWS), _INT64) as (row, _):
            is_outside = _many(builder, _rows, outside, row)
            is_inside = builder.icmp_signed("==", is_outside, none)
            is_left = []
            for column, first, cut, slot in zip(columns, firsts, cuts, nearest, strict=True):
                positions = _many(builder, _rows, column, row)
                # Positions that are not over the first bound wrap around to large numbers.
                distance = builder.sub(positions, first)
                distance = builder.or_(distance, is_outside)
                if has_masks:
                    below_cut = builder.icmp_signed("<=", positions, cut)
                    is_left.append(builder.and_(below_cut, is_inside))
                known = builder.load(slot)
                is_nearer = builder.icmp_unsigned("<", distance, known)
                builder.store(builder.select(is_nearer, distance, known), slot)
            for part in range(0, ROWS, _ROWS_OF_SUMS):
                here = builder.add(row, _INT64(part))
                added = _many(builder, _packed, weighted, here)
                if has_masks:
                    for mask, slot in zip(is_left, totals, strict=True):
                        known = builder.load(slot)
                        total = builder.add(known, added)
                        total = builder.select(_part(builder, mask, part), total, known)
                        builder.store(total, slot)
                    continue
                is_outside = _many(builder, _packed, outside, here)
                here_inside = builder.icmp_signed(
                    "==", is_outside, _packed.constant(_packed.shorts, 0)
                )
                added = builder.select(here_inside, added, zero)
                for column, cut, slot in zip(columns, cuts, totals, strict=True):
                    is_right = builder.icmp_signed(">", _many(builder, _packed, column, here), cut)
                    known = builder.load(slot)
                    builder.store(builder.add(known, builder.select(is_right, zero, added)), slot)
        unsure = _INT64(0)
        for column, place in enumerate(places):
            pointer = _element(context, builder, sig.args[8], args[8], place)
            builder.store(_reduced(builder, "add", builder.load(totals[column])), pointer)
            distance = _reduced(builder, "umin", builder.load(nearest[column]))
            width = builder.sub(above[column], below[column])
            bit = builder.zext(builder.icmp_unsigned("<", distance, width), _INT64)
            unsure = builder.or_(unsure, builder.shl(bit, place))
        return unsure

    signature = types.int64(
        grid, starts, types.int64, outside, types.int64, weighted, below, above, left
    )
    return signature, generate


@intrinsic
def column_rows(
    typing_context: Any,
    grid: Any,
    start: Any,
    outside: Any,
    n_rows: Any,
    bounds: Any,
    rows: Any,
) -> Any:
    """List a node's samples with an extreme position in a column, or one next to its threshold."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        column = _element(context, builder, sig.args[0], args[0], args[1])
        outside = _element(context, builder, sig.args[2], args[2], _INT64(0))
        listed = _element(context, builder, sig.args[5], args[5], _INT64(0))
        low, high, below, above = (
            builder.trunc(builder.extract_value(args[4], at), _INT16) for at in range(4)
        )
        width = _rows.splat(builder, builder.sub(above, below))
        first = _rows.splat(builder, builder.add(below, _INT16(1)))
        low, high = _rows.splat(builder, low), _rows.splat(builder, high)
        count = _variable(builder, _INT64(0))
        with cgutils.for_range_slice(builder, _INT64(0), args[3], _INT64(ROWS), _INT64) as (row, _):
            positions = _many(builder, _rows, column, row)
            is_extreme = builder.or_(
                builder.icmp_signed("==", positions, low),
                builder.icmp_signed("==", positions, high),
            )
            is_near = builder.icmp_unsigned("<", builder.sub(positions, first), width)
            zero = _rows.constant(_rows.shorts, 0)
            is_inside = builder.icmp_signed("==", _many(builder, _rows, outside, row), zero)
            found = builder.and_(builder.or_(is_extreme, is_near), is_inside)
            left = _variable(builder, _rows.mask(builder, found))
            with _while_any(builder, left):
                mask = builder.load(left)
                place = builder.cttz(mask, ir.Constant(ir.IntType(1), 1))
                known = builder.load(count)
                sample = builder.trunc(builder.add(row, place), ir.IntType(32))
                builder.store(sample, builder.gep(listed, [known]))
                builder.store(builder.add(known, _INT64(1)), count)
                builder.store(builder.and_(mask, builder.sub(mask, _INT64(1))), left)
        return builder.load(count)

    signature = types.int64(
        grid, types.int64, outside, types.int64, types.UniTuple(types.int64, 4), rows
    )
    return signature, generate
