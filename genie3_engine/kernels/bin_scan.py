# ruff: noqa: ANN401 - llvmlite's builders and values have no types
"""Bound the gain of every split of eight candidates, from their sums by bin, in blocks of bins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from genie3_engine.kernels._jit import PART_SETTINGS
from genie3_engine.kernels.ranks import BLOCK
from genie3_engine.kernels.vectors import LANES

SCANNED_LANES = 8

_INT32 = ir.IntType(32)
_INT64 = ir.IntType(64)
_WHOLE = ir.VectorType(_INT64, SCANNED_LANES)
_REAL = ir.VectorType(ir.DoubleType(), SCANNED_LANES)
_FLOAT = ir.VectorType(ir.FloatType(), SCANNED_LANES)
# Added to a whole number of up to 51 bits, the bits of a double that is larger by 1.5 * 2**52.
_MAGIC_BITS = 0x4338000000000000
_MAGIC = 6755399441055744.0


def scan_bins(
    slots: NDArray[np.int64],
    units: NDArray[np.float64],
    out: NDArray[np.float32],
    block_bounds: NDArray[np.float32],
    block_lefts: NDArray[np.int64],
    position: int,
    lane: int,
    n_rows: int,
    weight: float,
    response_bits: int,
    absolute_bits: int,
) -> None:
    """Write a bound of each lane's gains, and the same for each block of bins.

    Parameters
    ----------
    slots : (>= n_rows * LANES,) int64, flat rows
        Sum of the payloads of each bin. The first bin holds one rank.
    units : (LANES,) float64
        Rounded responses in one unit of the absolute response; 0 where a bin holds one rank, so
        that splits lie between bins only.
    out : float32
        Overwritten from ``position + lane`` on. The bound of squared left response over the product
        of the weights on both sides.
    block_bounds : (>= n_rows / BLOCK * LANES,) float32, flat rows
        Overwritten with the bounds of splits in each block of `BLOCK` bins.
    block_lefts : (>= n_rows / BLOCK * LANES,) int64, flat rows
        Overwritten with the sum of the payloads below each block.
    position : int
        Place of the first lane in ``out``.
    lane : int
        First of `SCANNED_LANES` lanes.
    n_rows : int
        Bins, a multiple of `BLOCK`.
    weight : float
        Weight of the node.
    response_bits, absolute_bits : int
        Bits of both fields in a payload.
    """
    lanes = slice(lane, lane + SCANNED_LANES)
    rows = slots[: n_rows * LANES].reshape(n_rows, LANES)[:, lanes]
    totals = np.cumsum(rows, axis=0)
    left = totals >> absolute_bits
    left_weight = (left + (1 << (response_bits - 1))) >> response_bits
    left_sum = (left - (left_weight << response_bits)).astype(np.float64)
    sides = left_weight * (weight - left_weight)
    sides = np.maximum(sides, weight - 1.0)
    absolute = (rows & ((1 << absolute_bits) - 1)) * units[lanes]
    absolute[0] = 0.0
    is_exact = units[lanes] == 0.0
    before_sum = np.where(is_exact, left_sum, np.vstack([left_sum[:1], left_sum[:-1]]))
    before_sides = np.where(is_exact, sides, np.vstack([sides[:1], sides[:-1]]))
    largest = (np.abs(before_sum + left_sum) + absolute) * 0.5
    gains = largest * largest / np.minimum(before_sides, sides)
    n_blocks = n_rows // BLOCK
    bounds = gains.reshape(n_blocks, BLOCK, SCANNED_LANES).max(axis=1).astype(np.float32)
    out[position + lane : position + lane + SCANNED_LANES] = bounds.max(axis=0)
    block_bounds[: n_blocks * LANES].reshape(n_blocks, LANES)[:, lanes] = bounds
    below = (totals - rows)[::BLOCK]
    block_lefts[: n_blocks * LANES].reshape(n_blocks, LANES)[:, lanes] = below


def _splat(builder: Any, value: Any) -> Any:
    kind = ir.VectorType(value.type, SCANNED_LANES)
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), value, _INT32(0))
    zeros = ir.Constant(ir.VectorType(_INT32, SCANNED_LANES), [_INT32(0)] * SCANNED_LANES)
    return builder.shuffle_vector(one, ir.Constant(kind, ir.Undefined), zeros)


def _constant(kind: Any, value: float) -> Any:
    return ir.Constant(kind, [ir.Constant(kind.element, value)] * SCANNED_LANES)


def _real(builder: Any, whole: Any) -> Any:
    """Turn whole numbers of up to 51 bits into doubles, in two steps on any processor."""
    bits = builder.add(whole, _constant(_WHOLE, _MAGIC_BITS))
    return builder.fsub(builder.bitcast(bits, _REAL), _constant(_REAL, _MAGIC))


def _larger(builder: Any, sign: str, a: Any, b: Any) -> Any:
    return builder.select(builder.fcmp_ordered(sign, a, b), a, b)


@intrinsic
def _scan(
    typing_context: Any,
    slots: Any,
    units: Any,
    out: Any,
    block_bounds: Any,
    block_lefts: Any,
    position: Any,
    lane: Any,
    n_rows: Any,
    weight: Any,
    response_bits: Any,
    absolute_bits: Any,
) -> Any:
    signature = types.void(
        slots,
        units,
        out,
        block_bounds,
        block_lefts,
        types.intp,
        types.intp,
        types.intp,
        types.float64,
        types.int64,
        types.int64,
    )

    def vector_at(
        context: Any, builder: Any, kind: Any, array_type: Any, array: Any, at: Any
    ) -> Any:
        data = context.make_array(array_type)(context, builder, array).data
        return builder.bitcast(builder.gep(data, [at]), ir.PointerType(kind))

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        slots, units, out, block_bounds, block_lefts, position, lane, n_rows, weight = args[:9]
        response_bits, absolute_bits = args[9:]
        unit_at = vector_at(context, builder, _REAL, sig.args[1], units, lane)
        unit = builder.load(unit_at, align=8)
        is_exact = builder.fcmp_ordered("==", unit, _constant(_REAL, 0.0))
        total_weight = _splat(builder, weight)
        least = _splat(builder, builder.fsub(weight, ir.Constant(ir.DoubleType(), 1.0)))
        response_by = _splat(builder, response_bits)
        absolute_by = _splat(builder, absolute_bits)
        one = _INT64(1)
        mask = _splat(builder, builder.sub(builder.shl(one, absolute_bits), one))
        half = _splat(builder, builder.shl(one, builder.sub(response_bits, one)))

        def row_at(row: Any) -> Any:
            at = builder.add(builder.mul(row, _INT64(LANES)), lane)
            return vector_at(context, builder, _WHOLE, sig.args[0], slots, at)

        def sums(total: Any) -> tuple[Any, Any]:
            """Return the left response and the product of both sides' weights."""
            left = builder.lshr(total, absolute_by)
            left_weight = builder.lshr(builder.add(left, half), response_by)
            response = builder.sub(left, builder.shl(left_weight, response_by))
            w = _real(builder, left_weight)
            sides = builder.fmul(w, builder.fsub(total_weight, w))
            return _real(builder, response), _larger(builder, ">", sides, least)

        def variable(value: Any) -> Any:
            slot = cgutils.alloca_once(builder, value.type)
            builder.store(value, slot)
            return slot

        first = row_at(_INT64(0))
        start = builder.load(first, align=8)
        start_sum, start_sides = sums(start)
        total, before, before_sides = (variable(v) for v in (start, start_sum, start_sides))
        top = variable(builder.fmul(start_sum, start_sum))
        bottom = variable(start_sides)
        most = variable(_constant(_FLOAT, 0.0))

        def scan_row(row: Any) -> None:
            here = row_at(row)
            added = builder.load(here, align=8)
            now = builder.add(builder.load(total), added)
            builder.store(now, total)
            response, sides = sums(now)
            absolute = builder.fmul(_real(builder, builder.and_(added, mask)), unit)
            lower = builder.select(is_exact, response, builder.load(before))
            lower_sides = builder.select(is_exact, sides, builder.load(before_sides))
            builder.store(response, before)
            builder.store(sides, before_sides)
            both = builder.fadd(lower, response)
            size = builder.bitcast(
                builder.and_(builder.bitcast(both, _WHOLE), _constant(_WHOLE, (1 << 63) - 1)), _REAL
            )
            largest = builder.fmul(builder.fadd(size, absolute), _constant(_REAL, 0.5))
            numerator = builder.fmul(largest, largest)
            denominator = _larger(builder, "<", lower_sides, sides)
            better = builder.fcmp_ordered(
                ">",
                builder.fmul(numerator, builder.load(bottom)),
                builder.fmul(builder.load(top), denominator),
            )
            builder.store(builder.select(better, numerator, builder.load(top)), top)
            builder.store(builder.select(better, denominator, builder.load(bottom)), bottom)

        with cgutils.for_range_slice(builder, _INT64(0), n_rows, _INT64(BLOCK)) as (block, _):
            is_first = builder.icmp_unsigned("==", block, _INT64(0))
            below = builder.select(is_first, _constant(_WHOLE, 0), builder.load(total))
            at = builder.add(builder.mul(builder.udiv(block, _INT64(BLOCK)), _INT64(LANES)), lane)
            lower_at = vector_at(context, builder, _WHOLE, sig.args[4], block_lefts, at)
            builder.store(below, lower_at, align=8)
            begin = builder.select(is_first, _INT64(1), block)
            end = builder.add(block, _INT64(BLOCK))
            with cgutils.for_range_slice(builder, begin, end, _INT64(1)) as (row, _):
                scan_row(row)
            bound = builder.fdiv(builder.load(top), builder.load(bottom))
            bound = builder.fptrunc(bound, _FLOAT)
            bound_at = vector_at(context, builder, _FLOAT, sig.args[3], block_bounds, at)
            builder.store(bound, bound_at, align=4)
            builder.store(_larger(builder, ">", bound, builder.load(most)), most)
            builder.store(_constant(_REAL, 0.0), top)
            builder.store(_constant(_REAL, 1.0), bottom)
        gain = builder.load(most)
        at = builder.add(position, lane)
        builder.store(gain, vector_at(context, builder, _FLOAT, sig.args[2], out, at), align=4)
        return context.get_dummy_value()

    return signature, generate


@overload(scan_bins, jit_options=PART_SETTINGS)
def _compile_scan_bins(
    slots: Any,
    units: Any,
    out: Any,
    block_bounds: Any,
    block_lefts: Any,
    position: Any,
    lane: Any,
    n_rows: Any,
    weight: Any,
    response_bits: Any,
    absolute_bits: Any,
) -> Callable[..., None]:
    def scan(
        slots: Any,
        units: Any,
        out: Any,
        block_bounds: Any,
        block_lefts: Any,
        position: Any,
        lane: Any,
        n_rows: Any,
        weight: Any,
        response_bits: Any,
        absolute_bits: Any,
    ) -> None:
        _scan(
            slots,
            units,
            out,
            block_bounds,
            block_lefts,
            position,
            lane,
            n_rows,
            weight,
            response_bits,
            absolute_bits,
        )

    return scan
