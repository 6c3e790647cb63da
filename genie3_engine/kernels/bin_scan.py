# ruff: noqa: ANN401 - llvmlite's builders and values have no types
"""Bound the gain of every split of a candidate, from its sums by bin, sixteen bins at a time."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from genie3_engine.kernels._jit import PART_SETTINGS

SCANNED_BINS = 16

_HALF = SCANNED_BINS // 2  # bins in a vector of 64-bit numbers
_BITS = 32  # of a left response of which the bound follows
_MARGIN = 2.0  # units of the last of these bits: what both ends of a bin lose
_INT32 = ir.IntType(32)
_INT64 = ir.IntType(64)
_WHOLE = ir.VectorType(_INT64, _HALF)
_PARTS = ir.VectorType(_INT32, SCANNED_BINS)
_REAL = ir.FloatType()
_FLOAT = ir.VectorType(_REAL, SCANNED_BINS)


def scan_bins(
    slots: NDArray[np.int64],
    start: int,
    lefts: NDArray[np.int64],
    bounds: NDArray[np.float32],
    to: int,
    n_bins: int,
    unit: float,
    weight: int,
    response_bits: int,
    absolute_bits: int,
) -> np.float32:
    """Write a bound of the gains in each bin of one candidate; return the largest.

    Parameters
    ----------
    slots : flat int64
        Sum of the payloads of each bin, from ``start`` on; cleared. The first bin holds one rank.
    start : int
        Place of the first bin.
    lefts : flat int64
        Overwritten from ``to`` on with the sums of the payloads up to each bin's end, where the
        first bin's absolute response counts nothing.
    bounds : flat float32
        Overwritten from ``to`` on. The bound of squared left response over the product of the
        weights on both sides.
    to : int
        Place of the first bin in both.
    n_bins : int
        Bins, a multiple of `SCANNED_BINS`.
    unit : float
        Rounded responses in one unit of the absolute response; 0 where a bin holds one rank, so
        that splits lie between bins only.
    weight : int
        Weight of the node.
    response_bits, absolute_bits : int
        Bits of both fields in a payload.

    Notes
    -----
    Of a left response, 32 bits take part. The margin covers what is cut off.
    """
    right, up = _cut(response_bits)
    factor, absolute_unit = _units(response_bits, unit)
    rows = slots[start : start + n_bins].copy()
    slots[start : start + n_bins] = 0
    rows[0] &= -1 << absolute_bits
    left = np.cumsum(rows)
    weight_by = absolute_bits + response_bits
    left_weight = ((left + (1 << (weight_by - 1))) >> weight_by).astype(np.float32)
    response = ((left >> (absolute_bits + right)) << up).astype(np.int32).astype(np.float32)
    absolute = (rows & ((1 << absolute_bits) - 1)).astype(np.float32) * absolute_unit
    sides = left_weight * (np.float32(weight) - left_weight)
    sides = np.maximum(sides, np.float32(weight - 1))
    lower, lower_sides = response, sides
    if unit > 0.0:
        lower, lower_sides = (np.append(ends[:1], ends[:-1]) for ends in (response, sides))
    largest = (np.abs(lower + response) + absolute + np.float32(_MARGIN)) * factor
    bounds[to : to + n_bins] = largest * largest / np.minimum(lower_sides, sides)
    lefts[to : to + n_bins] = left
    return np.float32(bounds[to : to + n_bins].max())


def _cut(response_bits: int) -> tuple[int, int]:
    """Return by how many bits a left response is shifted, to the right and back to the left."""
    return max(response_bits - _BITS, 0), max(_BITS - response_bits, 0)


def _units(response_bits: int, unit: float) -> tuple[np.float32, np.float32]:
    """Return half of a cut response's unit, and cut responses in a unit of the absolute one."""
    scale = math.ldexp(1.0, response_bits - _BITS)
    return np.float32(0.5 * scale), np.float32(unit / scale)


def reaching_bins(bounds: NDArray[np.float32], first: int, least: np.float32) -> np.uint64:
    """Return a bit for each of sixteen bins: whether its bound is as large as ``least``."""
    able = np.flatnonzero(bounds[first : first + SCANNED_BINS] >= least)
    return np.uint64(sum(1 << int(bin_) for bin_ in able))


def _splat(builder: Any, value: Any, lanes: int) -> Any:
    kind = ir.VectorType(value.type, lanes)
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), value, _INT32(0))
    return _picked(builder, one, one, [0] * lanes)


def _picked(builder: Any, a: Any, b: Any, places: list[int]) -> Any:
    kind = ir.VectorType(_INT32, len(places))
    return builder.shuffle_vector(a, b, ir.Constant(kind, [_INT32(place) for place in places]))


def _constant(kind: Any, value: float) -> Any:
    return ir.Constant(kind, [ir.Constant(kind.element, value)] * kind.count)


def _larger(builder: Any, sign: str, a: Any, b: Any) -> Any:
    return builder.select(builder.fcmp_ordered(sign, a, b), a, b)


def _sums_up_to(builder: Any, added: Any) -> Any:
    """Return the sums of eight numbers up to each."""
    zero, step = _constant(_WHOLE, 0), 1
    while step < _HALF:
        places = [place - step if place >= step else _HALF for place in range(_HALF)]
        added = builder.add(added, _picked(builder, added, zero, places))
        step *= 2
    return added


def _parts(builder: Any, halves: list[Any], part: int) -> Any:
    """Return the lower or higher 32 bits of sixteen numbers."""
    a, b = (builder.bitcast(half, _PARTS) for half in halves)
    return _picked(builder, a, b, list(range(part, 2 * SCANNED_BINS, 2)))


def _define(module: Any, *, is_exact: bool) -> Any:
    """Return the function that scans one candidate's bins, a part of the module."""
    whole, single = ir.PointerType(_INT64), ir.PointerType(_REAL)
    settings = [_INT64, _INT64, _INT64, _INT64, _REAL, _REAL, _REAL]
    kind = ir.FunctionType(_REAL, [whole, whole, single, _INT64, *settings])
    name = f"genie3_scan_{'exact' if is_exact else 'shared'}_bins"
    function = cgutils.get_or_insert_function(module, kind, name)
    if function.blocks:
        return function
    function.linkage = "linkonce_odr"
    function.attributes.add("noinline")
    builder = ir.IRBuilder(function.append_basic_block("entry"))
    slots, lefts, bounds, n_bins, absolute_bits, weight_by, right, up = function.args[:8]
    weight, factor, unit = function.args[8:]
    one = _INT64(1)
    mask = builder.sub(builder.shl(one, absolute_bits), one)
    first = builder.and_(builder.load(slots), builder.not_(mask))
    builder.store(first, slots)
    narrow_mask = _splat(builder, builder.trunc(mask, _INT32), SCANNED_BINS)
    by = builder.trunc(builder.sub(weight_by, _INT64(32)), _INT32)
    half = builder.shl(_INT32(1), builder.sub(by, _INT32(1)))
    by, half, back, total_weight, factors, units, least = (
        _splat(builder, value, SCANNED_BINS)
        for value in (
            by,
            half,
            builder.trunc(up, _INT32),
            weight,
            factor,
            unit,
            builder.fsub(weight, ir.Constant(_REAL, 1.0)),
        )
    )
    right = _splat(builder, right, _HALF)

    def ends(totals: list[Any]) -> tuple[Any, Any]:
        """Return the left responses and the products of both sides' weights."""
        heavy = builder.lshr(builder.add(_parts(builder, totals, 1), half), by)
        w = builder.sitofp(heavy, _FLOAT)
        sides = builder.fmul(w, builder.fsub(total_weight, w))
        cut = _parts(builder, [builder.lshr(total, right) for total in totals], 0)
        response = builder.sitofp(builder.shl(cut, back), _FLOAT)
        return response, _larger(builder, ">", sides, least)

    def variable(value: Any) -> Any:
        slot = cgutils.alloca_once(builder, value.type)
        builder.store(value, slot)
        return slot

    def last(value: Any) -> Any:
        return _picked(builder, value, value, [value.type.count - 1] * value.type.count)

    carried = variable(_constant(_WHOLE, 0))
    before = [variable(value) for value in ends([_splat(builder, first, _HALF)] * 2)]
    most = variable(_constant(_FLOAT, 0.0))
    with cgutils.for_range_slice(builder, _INT64(0), n_bins, _INT64(SCANNED_BINS)) as (row, _):
        added, totals = [], []
        for at in (row, builder.add(row, _INT64(_HALF))):
            here, there = (
                builder.bitcast(builder.gep(array, [at]), ir.PointerType(_WHOLE))
                for array in (slots, lefts)
            )
            added.append(builder.load(here, align=8))
            builder.store(_constant(_WHOLE, 0), here, align=8)
            totals.append(builder.add(_sums_up_to(builder, added[-1]), builder.load(carried)))
            builder.store(totals[-1], there, align=8)
            builder.store(last(totals[-1]), carried)
        upper = ends(totals)
        lower = upper
        if not is_exact:
            places = [SCANNED_BINS - 1, *range(SCANNED_BINS, 2 * SCANNED_BINS - 1)]
            lower = tuple(
                _picked(builder, builder.load(old), new, places)
                for old, new in zip(before, upper, strict=True)
            )
            for new, old in zip(upper, before, strict=True):
                builder.store(new, old)
        both = builder.bitcast(builder.fadd(lower[0], upper[0]), _PARTS)
        both = builder.and_(both, _constant(_PARTS, (1 << 31) - 1))
        largest = builder.bitcast(both, _FLOAT)
        if not is_exact:
            absolute = builder.and_(_parts(builder, added, 0), narrow_mask)
            largest = builder.fadd(largest, builder.fmul(builder.sitofp(absolute, _FLOAT), units))
        largest = builder.fmul(builder.fadd(largest, _constant(_FLOAT, _MARGIN)), factors)
        sides = _larger(builder, "<", lower[1], upper[1])
        bound = builder.fdiv(builder.fmul(largest, largest), sides)
        there = builder.bitcast(builder.gep(bounds, [row]), ir.PointerType(_FLOAT))
        builder.store(bound, there, align=4)
        builder.store(_larger(builder, ">", bound, builder.load(most)), most)
    largest, width = builder.load(most), SCANNED_BINS
    while width > 1:
        width //= 2
        turn = [(place + width) % SCANNED_BINS for place in range(SCANNED_BINS)]
        largest = _larger(builder, ">", largest, _picked(builder, largest, largest, turn))
    builder.ret(builder.extract_element(largest, _INT32(0)))
    return function


def _scanning(*, is_exact: bool) -> Any:
    """Return the intrinsic that calls it."""

    def scan(
        typing_context: Any,
        slots: Any,
        lefts: Any,
        bounds: Any,
        start: Any,
        to: Any,
        bins_and_bits: Any,
        weight: Any,
        factor: Any,
        unit: Any,
    ) -> Any:
        whole, single = types.int64, types.float32
        signature = types.float32(
            slots,
            lefts,
            bounds,
            whole,
            whole,
            types.UniTuple(whole, 5),
            single,
            single,
            single,
        )

        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            slots, lefts, bounds = (
                context.make_array(kind)(context, builder, array).data
                for kind, array in zip(sig.args[:3], args[:3], strict=True)
            )
            start, to, bins_and_bits = args[3:6]
            numbers = cgutils.unpack_tuple(builder, bins_and_bits, 5)
            pointers = (
                builder.gep(data, [at]) for data, at in ((slots, start), (lefts, to), (bounds, to))
            )
            function = _define(builder.module, is_exact=is_exact)
            return builder.call(function, [*pointers, *numbers, *args[6:]])

        return signature, generate

    return intrinsic(scan)


_scan_exact, _scan_shared = _scanning(is_exact=True), _scanning(is_exact=False)


@overload(scan_bins, jit_options=PART_SETTINGS)
def _compile_scan_bins(
    slots: Any,
    start: Any,
    lefts: Any,
    bounds: Any,
    to: Any,
    n_bins: Any,
    unit: Any,
    weight: Any,
    response_bits: Any,
    absolute_bits: Any,
) -> Callable[..., np.float32]:
    def scan(
        slots: Any,
        start: Any,
        lefts: Any,
        bounds: Any,
        to: Any,
        n_bins: Any,
        unit: Any,
        weight: Any,
        response_bits: Any,
        absolute_bits: Any,
    ) -> Any:
        r = np.int64(response_bits)
        a = np.int64(absolute_bits)
        by = a + max(r - _BITS, np.int64(0))
        up = max(_BITS - r, np.int64(0))
        scale = np.float64(np.int64(1) << r) / np.float64(np.int64(1) << _BITS)
        numbers = (np.int64(n_bins), a, a + r, by, up)
        factor, cut_unit = np.float32(0.5 * scale), np.float32(unit / scale)
        heavy = np.float32(weight)
        if unit > 0.0:
            return _scan_shared(slots, lefts, bounds, start, to, numbers, heavy, factor, cut_unit)
        return _scan_exact(slots, lefts, bounds, start, to, numbers, heavy, factor, cut_unit)

    return scan


@intrinsic
def _reaching(typing_context: Any, bounds: Any, first: Any, least: Any) -> Any:
    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = context.make_array(sig.args[0])(context, builder, args[0]).data
        here = builder.bitcast(builder.gep(data, [args[1]]), ir.PointerType(_FLOAT))
        reached = builder.fcmp_ordered(
            ">=", builder.load(here, align=4), _splat(builder, args[2], SCANNED_BINS)
        )
        return builder.zext(builder.bitcast(reached, ir.IntType(SCANNED_BINS)), _INT64)

    return types.uint64(bounds, types.int64, types.float32), generate


@overload(reaching_bins, jit_options=PART_SETTINGS)
def _compile_reaching_bins(bounds: Any, first: Any, least: Any) -> Callable[..., np.uint64]:
    def reach(bounds: Any, first: Any, least: Any) -> Any:
        return _reaching(bounds, first, least)

    return reach
