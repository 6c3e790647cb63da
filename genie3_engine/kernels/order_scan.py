# ruff: noqa: ANN401 - llvmlite's builders and values have no types
"""Compute the largest gain of eight regulators in one pass over their orders of samples."""

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

SCANNED = 8  # regulators at a time, a lane each

_INT32 = ir.IntType(32)
_INT64 = ir.IntType(64)
# Added to a whole number of up to 51 bits, the bits of a double that is larger by 1.5 * 2**52.
_MAGIC_BITS = 0x4338000000000000
_MAGIC = 6755399441055744.0


def scan_orders(
    order: NDArray[np.uint16],
    starts: NDArray[np.int64],
    payload: NDArray[Any],
    out: NDArray[Any],
    position: int,
    n_rows: int,
    weight: int,
    mean: float,
    shift: int,
) -> None:
    """Write the largest gain of a cut after any of the first samples, for each of eight orders.

    Parameters
    ----------
    order : uint16
        Orders of samples.
    starts : (SCANNED,) int64
        Where in it those of the eight regulators begin.
    payload : (> n_samples,) int32 or int64
        ``response + 2**shift`` of each sample of the node, and 0 of others.
    out : float32 or float64, as wide as the payload
        Overwritten from ``position`` on by each regulator's gain.
    position : int
        Place of the first gain.
    n_rows : int
        Samples to pass in each order.
    weight : int
        Samples in the node, two at least.
    mean : float
        Mean response of the node.
    shift : int
        Bits of the response: each sum of responses takes less than ``2**(shift - 1)``. Of int64,
        51 at most.

    Notes
    -----
    The gain of a cut with ``u`` samples of sum ``S`` above it is
    ``(S - u mean)**2 / max(u (weight - u), weight - 1)``.
    """
    rows = order[starts[:, None] + np.arange(n_rows)]
    total = np.cumsum(payload[rows], axis=1, dtype=payload.dtype)
    above = (total + (1 << (shift - 1))) >> shift
    real = out.dtype.type
    u, response = above.astype(real), (total - (above << shift)).astype(real)
    d = response - u * real(mean)
    sides = np.maximum(u * (real(weight) - u), real(weight - 1))
    out[position : position + SCANNED] = (d * d / sides).max(axis=1)


class _Lanes:
    """Vectors of whole and real numbers, both of 32 or both of 64 bits."""

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.whole = ir.VectorType(ir.IntType(bits), SCANNED)
        self.real = ir.VectorType(ir.FloatType() if bits == 32 else ir.DoubleType(), SCANNED)

    @staticmethod
    def splat(builder: Any, value: Any) -> Any:
        kind = ir.VectorType(value.type, SCANNED)
        one = builder.insert_element(ir.Constant(kind, ir.Undefined), value, _INT32(0))
        zeros = ir.Constant(ir.VectorType(_INT32, SCANNED), [_INT32(0)] * SCANNED)
        return builder.shuffle_vector(one, ir.Constant(kind, ir.Undefined), zeros)

    @staticmethod
    def constant(kind: Any, value: float) -> Any:
        return ir.Constant(kind, [ir.Constant(kind.element, value)] * SCANNED)

    def whole_splat(self, builder: Any, value: Any) -> Any:
        return self.splat(builder, value if self.bits == 64 else builder.trunc(value, _INT32))

    def real_splat(self, builder: Any, value: Any) -> Any:
        return self.splat(
            builder, value if self.bits == 64 else builder.fptrunc(value, ir.FloatType())
        )

    def as_real(self, builder: Any, whole: Any) -> Any:
        if self.bits == 32:
            return builder.sitofp(whole, self.real)
        bits = builder.add(whole, self.constant(self.whole, _MAGIC_BITS))
        return builder.fsub(builder.bitcast(bits, self.real), self.constant(self.real, _MAGIC))

    @staticmethod
    def larger(builder: Any, a: Any, b: Any) -> Any:
        return builder.select(builder.fcmp_ordered(">", a, b), a, b)


@intrinsic
def _scan(
    typing_context: Any,
    order: Any,
    starts: Any,
    payload: Any,
    out: Any,
    position: Any,
    n_rows: Any,
    weight: Any,
    mean: Any,
    shift: Any,
) -> Any:
    lanes = _Lanes(payload.dtype.bitwidth)
    signature = types.void(
        *(order, starts, payload, out),
        *(types.intp, types.intp, types.int64, types.float64, types.int64),
    )

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        order, starts, payload, out = (
            context.make_array(kind)(context, builder, array).data
            for kind, array in zip(sig.args[:4], args[:4], strict=True)
        )
        position, n_rows, weight, mean, shift = args[4:]
        one = _INT64(1)
        half = lanes.whole_splat(builder, builder.shl(one, builder.sub(shift, one)))
        by = lanes.whole_splat(builder, shift)
        double = ir.DoubleType()
        all_samples = lanes.real_splat(builder, builder.sitofp(weight, double))
        least = lanes.real_splat(builder, builder.sitofp(builder.sub(weight, one), double))
        center = lanes.real_splat(builder, mean)
        firsts = [
            builder.gep(order, [builder.load(builder.gep(starts, [_INT64(lane)]))])
            for lane in range(SCANNED)
        ]
        total = cgutils.alloca_once_value(builder, lanes.constant(lanes.whole, 0))
        best = cgutils.alloca_once_value(builder, lanes.constant(lanes.real, -1.0))
        with cgutils.for_range(builder, n_rows) as loop:
            added = ir.Constant(lanes.whole, ir.Undefined)
            for lane, first in enumerate(firsts):
                sample = builder.load(builder.gep(first, [loop.index]))
                value = builder.load(builder.gep(payload, [builder.zext(sample, _INT64)]))
                added = builder.insert_element(added, value, _INT32(lane))
            now = builder.add(builder.load(total), added)
            builder.store(now, total)
            above = builder.ashr(builder.add(now, half), by)
            response = builder.sub(now, builder.shl(above, by))
            u = lanes.as_real(builder, above)
            d = builder.fsub(lanes.as_real(builder, response), builder.fmul(u, center))
            sides = builder.fmul(u, builder.fsub(all_samples, u))
            gain = builder.fdiv(builder.fmul(d, d), lanes.larger(builder, sides, least))
            builder.store(lanes.larger(builder, gain, builder.load(best)), best)
        place = builder.bitcast(builder.gep(out, [position]), ir.PointerType(lanes.real))
        builder.store(builder.load(best), place, align=4)
        return context.get_dummy_value()

    return signature, generate


@overload(scan_orders, jit_options=PART_SETTINGS)
def _compile_scan_orders(
    order: Any,
    starts: Any,
    payload: Any,
    out: Any,
    position: Any,
    n_rows: Any,
    weight: Any,
    mean: Any,
    shift: Any,
) -> Callable[..., None]:
    def scan(
        order: Any,
        starts: Any,
        payload: Any,
        out: Any,
        position: Any,
        n_rows: Any,
        weight: Any,
        mean: Any,
        shift: Any,
    ) -> None:
        _scan(order, starts, payload, out, position, n_rows, weight, mean, shift)

    return scan
