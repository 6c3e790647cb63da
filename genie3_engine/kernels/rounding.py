# ruff: noqa: ANN401 - llvmlite's builders and values have no types
"""Round the responses of a node's samples for a screening, eight samples at a time.

A sample's response enters as its deviation from the node's mean, times its weight. The mean is kept
in two parts, a whole number and a small rest, so that deviations keep all bits of a 64-bit float,
however far the mean is from zero.

The operations are defined in plain numpy, which is what runs without the compiler and what the
tests compare with. The compiled form is LLVM vector code, see `genie3_engine.kernels.vectors`; it
reads samples one by one, which takes less time than a processor's own gathering.

Notes
-----
Let w be a sample's weight, x its response, m and r both parts of the mean, and s the scale. Its
rounded response is round((w x - w m - w r) s). The numbers w x and w m are whole and below 2**46,
so that 64-bit floats hold them and their difference exactly. The scaled number is below 2**44. The
roundings of r, of its product and of the last two steps move it by less than w / 100. So the
rounded response differs from the exact one by less than 1/2 + w / 100, at most `HALF_UNIT` for each
unit of weight.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from genie3_engine.kernels._jit import PART_SETTINGS, inlined
from genie3_engine.kernels.column_vectors import _reduced
from genie3_engine.kernels.rank_sort import padded_rows
from genie3_engine.kernels.threshold_vectors import _Lanes
from genie3_engine.kernels.vectors import _element, _variable
from genie3_engine.kernels.workspace import RESPONSE_BITS

HALF_UNIT = 0.51
ROUNDED_ROWS = 8

_INT32 = ir.IntType(32)
_INT64 = ir.IntType(64)
# Added to a whole number of up to 51 bits, the bits of a double that is larger by 1.5 * 2**52.
# Added to a double of as many bits before the point, the magic number rounds it.
_MAGIC_BITS = 0x4338000000000000
_MAGIC = 6755399441055744.0
_HALF = 1 << (RESPONSE_BITS - 1)

_rows = _Lanes(ROUNDED_ROWS)


class Centre(NamedTuple):
    """The mean response of a node, in two parts.

    Parameters
    ----------
    mean : float
        A whole number next to it.
    rest : float
        What is to be added to that.
    """

    mean: float
    rest: float


@inlined
def centre_of(total: tuple[int, int]) -> Centre:
    """Return the mean of a node of this weight and response."""
    weight, response = np.float64(total[0]), np.float64(total[1])
    one = 1.0 / weight
    mean = np.rint(response * one)
    return Centre(mean, (response - mean * weight) * one)


@inlined
def rounding_slack(residue: int, weight: int) -> float:
    """Return how much the root of a screened gain can fall short.

    See the notes of `genie3_engine.kernels.split_screening`.

    Parameters
    ----------
    residue : int
        Sum of a node's rounded responses.
    weight : int
        Of the node.
    """
    return HALF_UNIT + 1.5 * abs(np.float64(residue)) / math.sqrt(np.float64(weight))


def gather_packed(
    weighted: NDArray[np.int64],
    samples: NDArray[np.uint32],
    span: tuple[int, int],
    centre: Centre,
    packed: NDArray[np.int64],
) -> float:
    """Copy the packed numbers of a node's samples; return the sum of their absolute deviations.

    Parameters
    ----------
    weighted : (n_samples,) int64
        Packed weight and response of all samples.
    samples : uint32
        Those of the node are in ``span``. `ROUNDED_ROWS` more are read.
    span : (first, last)
        From, to.
    centre : Centre
        Mean of the node.
    packed : (>= padded samples,) int64
        Overwritten up to a multiple of `ROUNDED_ROWS`, with 0 after the node's samples.

    Returns
    -------
    float
        Sum of each sample's weight times its absolute deviation from the mean.
    """
    first, last = span
    packed[: -(-(last - first) // ROUNDED_ROWS) * ROUNDED_ROWS] = 0
    packed[: last - first] = weighted[samples[first:last]]
    return float(np.abs(_deviations(packed[: last - first], centre)[1]).sum())


def round_samples(
    weighted: NDArray[np.int64],
    samples: NDArray[np.uint32],
    span: tuple[int, int],
    centre: Centre,
    scale: float,
    shift: int,
    payload: NDArray[Any],
) -> int:
    """Write weight and rounded response of a node's samples, for `rank_sort.sort_rows`.

    Parameters
    ----------
    weighted, samples, span, centre
        As in `gather_packed`.
    scale : float
        Units of the rounded response in one of the fixed-point response.
    shift : int
        Bits of the response in a payload.
    payload : (MAX_SORTED_ROWS,) uint32 or uint64
        Overwritten; all ones after the node's samples, at least up to the rows that are sorted.

    Returns
    -------
    int
        Sum of the rounded responses.
    """
    n = span[1] - span[0]
    weights, deviations = _deviations(weighted[samples[span[0] : span[1]]], centre)
    rounded = np.rint(deviations * scale).astype(np.int64)
    payload[: -(-padded_rows(n) // ROUNDED_ROWS) * ROUNDED_ROWS] = ~payload.dtype.type(0)
    payload[:n] = (weights << shift) + rounded
    return int(rounded.sum())


def round_packed(
    packed: NDArray[np.int64], n: int, centre: Centre, scale: float, bits: tuple[int, int]
) -> int:
    """Replace the packed numbers of a node's samples by payloads for sums by bin.

    Parameters
    ----------
    packed : (>= padded samples,) int64
        From `gather_packed`. Overwritten with weight, rounded response and absolute response.
    n : int
        Samples of the node.
    centre, scale
        As in `round_samples`.
    bits : (int, int)
        Of response and of absolute response in a payload. As many bits as the former has more are
        left out of the latter, which is rounded up.

    Returns
    -------
    int
        Sum of the rounded responses.
    """
    weights, deviations = _deviations(packed[:n], centre)
    rounded = np.rint(deviations * scale).astype(np.int64)
    coarse = max(bits[0] - bits[1], 0)
    absolute = (np.abs(rounded) + (1 << coarse) - 1) >> coarse
    packed[:n] = (((weights << bits[0]) + rounded) << bits[1]) + absolute
    return int(rounded.sum())


def _deviations(
    packed: NDArray[np.int64], centre: Centre
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return weights, and deviations times these."""
    weights = (packed + _HALF) >> RESPONSE_BITS
    w = weights.astype(np.float64)
    responses = (packed - (weights << RESPONSE_BITS)).astype(np.float64)
    return weights, (responses - w * centre.mean) - w * centre.rest


def _whole(value: int) -> Any:
    return _rows.constant(_rows.longs, value)


def _as_double(builder: Any, whole: Any) -> Any:
    bits = builder.add(whole, _whole(_MAGIC_BITS))
    bits = builder.bitcast(bits, _rows.doubles)
    return builder.fsub(bits, _rows.constant(_rows.doubles, _MAGIC))


def _as_whole(builder: Any, double: Any) -> Any:
    bits = builder.fadd(double, _rows.constant(_rows.doubles, _MAGIC))
    return builder.sub(builder.bitcast(bits, _rows.longs), _whole(_MAGIC_BITS))


def _splats(builder: Any, values: Any) -> Any:
    """Return numbers of a tuple, each in all lanes."""
    numbers = (builder.extract_value(values, at) for at in range(len(values.type.elements)))
    return tuple(_rows.splat(builder, number) for number in numbers)


def _vector_deviations(builder: Any, packed: Any, centre: Any) -> tuple[Any, Any]:
    shift = _whole(RESPONSE_BITS)
    weight = builder.lshr(builder.add(packed, _whole(_HALF)), shift)
    response = _as_double(builder, builder.sub(packed, builder.shl(weight, shift)))
    w = _as_double(builder, weight)
    for part in centre:
        response = builder.fsub(response, builder.fmul(w, part))
    return weight, response


def _gathered(builder: Any, weighted: Any, samples: Any, row: Any, is_inside: Any) -> Any:
    """Return the packed numbers of the samples in some rows, 0 after the node's."""
    packed = ir.Constant(_rows.longs, ir.Undefined)
    for lane in _rows.lanes:
        sample = builder.load(builder.gep(samples, [builder.add(row, _INT64(lane))]))
        value = builder.load(builder.gep(weighted, [builder.zext(sample, _INT64)]))
        packed = builder.insert_element(packed, value, _INT32(lane))
    return builder.select(is_inside, packed, _whole(0))


def _is_inside(builder: Any, row: Any, n: Any) -> Any:
    numbers = ir.Constant(_rows.longs, [_INT64(lane) for lane in _rows.lanes])
    return builder.icmp_signed("<", numbers, _rows.splat(builder, builder.sub(n, row)))


def _add_to(builder: Any, slot: Any, value: Any) -> None:
    builder.store(builder.add(builder.load(slot), value), slot)


def _steps(builder: Any, n: Any) -> Any:
    return cgutils.for_range_slice(builder, _INT64(0), n, _INT64(ROUNDED_ROWS), _INT64)


@intrinsic
def _gather_packed(
    typing_context: Any,
    weighted: Any,
    samples: Any,
    first: Any,
    last: Any,
    centre: Any,
    packed: Any,
) -> Any:
    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        weighted, samples, kept = (
            _element(context, builder, sig.args[at], args[at], place)
            for at, place in ((0, _INT64(0)), (1, args[2]), (5, _INT64(0)))
        )
        n = builder.sub(args[3], args[2])
        centre = _splats(builder, args[4])
        total = _variable(builder, _rows.constant(_rows.doubles, 0.0))
        with _steps(builder, n) as (row, _):
            packed = _gathered(builder, weighted, samples, row, _is_inside(builder, row, n))
            target = builder.bitcast(builder.gep(kept, [row]), ir.PointerType(_rows.longs))
            _rows.store(builder, packed, target)
            _, deviation = _vector_deviations(builder, packed, centre)
            bits = builder.bitcast(deviation, _rows.longs)
            bits = builder.and_(bits, _whole((1 << 63) - 1))
            absolute = builder.bitcast(bits, _rows.doubles)
            builder.store(builder.fadd(builder.load(total), absolute), total)
        value, width = builder.load(total), ROUNDED_ROWS
        while width > 1:
            width //= 2
            turn = _rows.places((lane + width) % ROUNDED_ROWS for lane in _rows.lanes)
            value = builder.fadd(value, builder.shuffle_vector(value, value, turn))
        return builder.extract_element(value, _INT32(0))

    whole = types.int64
    return types.float64(weighted, samples, whole, whole, centre, packed), generate


@intrinsic
def _round_samples(
    typing_context: Any,
    weighted: Any,
    samples: Any,
    first: Any,
    last: Any,
    n_rows: Any,
    centre: Any,
    scale: Any,
    shift: Any,
    payload: Any,
) -> Any:
    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        weighted, samples, out = (
            _element(context, builder, sig.args[at], args[at], place)
            for at, place in ((0, _INT64(0)), (1, args[2]), (8, _INT64(0)))
        )
        n = builder.sub(args[3], args[2])
        centre = _splats(builder, args[5])
        scale, shift = (_rows.splat(builder, arg) for arg in args[6:8])
        kind = ir.VectorType(out.type.pointee, ROUNDED_ROWS)
        residue = _variable(builder, _whole(0))
        with _steps(builder, args[4]) as (row, _):
            is_inside = _is_inside(builder, row, n)
            packed = _gathered(builder, weighted, samples, row, is_inside)
            weight, deviation = _vector_deviations(builder, packed, centre)
            rounded = _as_whole(builder, builder.fmul(deviation, scale))
            _add_to(builder, residue, rounded)
            both = builder.add(builder.shl(weight, shift), rounded)
            both = builder.select(is_inside, both, _whole(-1))
            both = both if kind == _rows.longs else builder.trunc(both, kind)
            target = builder.bitcast(builder.gep(out, [row]), ir.PointerType(kind))
            builder.store(both, target, align=4)
        return _reduced(builder, "add", builder.load(residue))

    whole, real = types.int64, types.float64
    signature = whole(weighted, samples, whole, whole, whole, centre, real, whole, payload)
    return signature, generate


@intrinsic
def _round_packed(
    typing_context: Any, packed: Any, n: Any, centre: Any, scale: Any, bits: Any
) -> Any:
    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        start = _element(context, builder, sig.args[0], args[0], _INT64(0))
        centre, bits = _splats(builder, args[2]), _splats(builder, args[4])
        scale = _rows.splat(builder, args[3])
        coarse = builder.sub(*bits)
        is_coarse = builder.icmp_signed(">", coarse, _whole(0))
        coarse = builder.select(is_coarse, coarse, _whole(0))
        up = builder.sub(builder.shl(_whole(1), coarse), _whole(1))
        residue = _variable(builder, _whole(0))
        with _steps(builder, args[1]) as (row, _):
            place = builder.bitcast(builder.gep(start, [row]), ir.PointerType(_rows.longs))
            weight, deviation = _vector_deviations(builder, _rows.load(builder, place), centre)
            rounded = _as_whole(builder, builder.fmul(deviation, scale))
            _add_to(builder, residue, rounded)
            is_negative = builder.icmp_signed("<", rounded, _whole(0))
            absolute = builder.select(is_negative, builder.sub(_whole(0), rounded), rounded)
            absolute = builder.lshr(builder.add(absolute, up), coarse)
            both = builder.add(builder.shl(weight, bits[0]), rounded)
            fields = builder.add(builder.shl(both, bits[1]), absolute)
            _rows.store(builder, fields, place)
        return _reduced(builder, "add", builder.load(residue))

    return types.int64(packed, types.int64, centre, types.float64, bits), generate


@overload(gather_packed, jit_options=PART_SETTINGS)
def _compile_gather_packed(
    weighted: Any, samples: Any, span: Any, centre: Any, packed: Any
) -> Callable[..., float]:
    def gather(weighted: Any, samples: Any, span: Any, centre: Any, packed: Any) -> Any:
        return _gather_packed(weighted, samples, span[0], span[1], centre, packed)

    return gather


@overload(round_samples, jit_options=PART_SETTINGS)
def _compile_round_samples(
    weighted: Any,
    samples: Any,
    span: Any,
    centre: Any,
    scale: Any,
    shift: Any,
    payload: Any,
) -> Callable[..., int]:
    def rounded(
        weighted: Any,
        samples: Any,
        span: Any,
        centre: Any,
        scale: Any,
        shift: Any,
        payload: Any,
    ) -> Any:
        n_rows = padded_rows(span[1] - span[0])
        return _round_samples(
            weighted, samples, span[0], span[1], n_rows, centre, scale, shift, payload
        )

    return rounded


@overload(round_packed, jit_options=PART_SETTINGS)
def _compile_round_packed(
    packed: Any, n: Any, centre: Any, scale: Any, bits: Any
) -> Callable[..., int]:
    def rounded(packed: Any, n: Any, centre: Any, scale: Any, bits: Any) -> Any:
        return _round_packed(packed, n, centre, scale, bits)

    return rounded
