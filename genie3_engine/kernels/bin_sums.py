# ruff: noqa: ANN401 - llvmlite's builders and values have no types
"""Add the payloads of a node's samples up by bin, four candidates or one at a time.

A candidate is a lane, whose bins lie side by side. The loop is a function of its own in the machine
code. As a part of the kernel, LLVM keeps half of what it reads in memory instead of registers, and
it takes 1.5 times as long.
"""

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
from genie3_engine.kernels.ranks import BINS

SUMMED_LANES = 4
# From one lane to the next: as a power of two, the same bin of two lanes would be 4,096 bytes
# apart, which processors take for the same place for a while.
LANE_SLOTS = BINS + 16

_INT8 = ir.IntType(8)
_INT32 = ir.IntType(32)
_INT64 = ir.IntType(64)
_WHOLE = ir.PointerType(_INT64)
_ARGUMENTS = [
    ir.PointerType(_INT8),
    _WHOLE,
    ir.PointerType(_INT32),
    _WHOLE,
    _WHOLE,
    _WHOLE,
    _INT64,
    _INT64,
]


def add_lanes(
    bins: NDArray[np.uint8],
    starts: NDArray[np.int64],
    samples: NDArray[np.uint32],
    binned: NDArray[np.int64],
    slots: NDArray[np.int64],
    shifts: NDArray[np.int64],
    lane: int,
    n_rows: int,
    step: int,
) -> None:
    """Add each sample's payload to the slot of its bin in `SUMMED_LANES` lanes.

    Parameters
    ----------
    bins : flat uint8
        Bins of all regulators.
    starts : (LANES,) int64
        Place in ``bins`` of the first sample of each lane's regulator.
    samples : (>= n_rows,) uint32
        The node's samples.
    binned : (>= n_rows,) int64
        Their payloads.
    slots : (SUMMED_LANES * LANE_SLOTS,) int64
        Sums by bin, the bins of a lane side by side; added to.
    shifts : (LANES,) int64
        Bits by which the bins of each lane are shifted to the right.
    lane : int
        The first lane.
    n_rows : int
        Samples in the node.
    step : int
        From one sample to the next in ``bins``.
    """
    for each in range(lane, lane + SUMMED_LANES):
        add_lane(bins, starts, samples, binned, slots, shifts, each, n_rows, step)


def add_lane(
    bins: NDArray[np.uint8],
    starts: NDArray[np.int64],
    samples: NDArray[np.uint32],
    binned: NDArray[np.int64],
    slots: NDArray[np.int64],
    shifts: NDArray[np.int64],
    lane: int,
    n_rows: int,
    step: int,
) -> None:
    """Add each sample's payload to the slot of its bin in one lane, as `add_lanes`."""
    places = starts[lane] + samples[:n_rows].astype(np.int64) * step
    of_lane = (bins[places] >> shifts[lane]).astype(np.int64)
    np.add.at(slots, of_lane + lane % SUMMED_LANES * LANE_SLOTS, binned[:n_rows])


def _define(module: Any, n_lanes: int) -> Any:
    """Return the function that adds to some lanes, a part of the module."""
    kind = ir.FunctionType(ir.VoidType(), _ARGUMENTS)
    function = cgutils.get_or_insert_function(module, kind, f"genie3_add_{n_lanes}_lanes")
    if function.blocks:
        return function
    function.linkage = "linkonce_odr"
    function.attributes.add("noinline")
    builder = ir.IRBuilder(function.append_basic_block("entry"))
    bins, starts, samples, binned, slots, shifts, n_rows, step = function.args
    rows, by = (
        [builder.load(builder.gep(numbers, [_INT64(lane)])) for lane in range(n_lanes)]
        for numbers in (starts, shifts)
    )
    rows = [builder.gep(bins, [row]) for row in rows]
    with cgutils.for_range(builder, n_rows) as loop:
        sample = builder.load(builder.gep(samples, [loop.index]))
        at = builder.mul(builder.zext(sample, _INT64), step)
        added = builder.load(builder.gep(binned, [loop.index]))
        for lane, row in enumerate(rows):
            bin_ = builder.zext(builder.load(builder.gep(row, [at])), _INT64)
            slot = builder.add(builder.lshr(bin_, by[lane]), _INT64(lane * LANE_SLOTS))
            here = builder.gep(slots, [slot])
            builder.store(builder.add(builder.load(here), added), here)
    builder.ret_void()
    return function


def _adding(n_lanes: int) -> Any:
    """Return the intrinsic that calls it."""

    def add(
        typing_context: Any,
        bins: Any,
        starts: Any,
        samples: Any,
        binned: Any,
        slots: Any,
        shifts: Any,
        lane: Any,
        n_rows: Any,
        step: Any,
    ) -> Any:
        whole = types.int64
        signature = types.void(bins, starts, samples, binned, slots, shifts, whole, whole, whole)

        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            data = [
                context.make_array(kind)(context, builder, array).data
                for kind, array in zip(sig.args[:6], args[:6], strict=True)
            ]
            lane, *rest = args[6:]
            for each in (1, 5):  # both have an entry a lane
                data[each] = builder.gep(data[each], [lane])
            first = builder.and_(lane, _INT64(SUMMED_LANES - 1))
            data[4] = builder.gep(data[4], [builder.mul(first, _INT64(LANE_SLOTS))])
            builder.call(_define(builder.module, n_lanes), [*data, *rest])
            return context.get_dummy_value()

        return signature, generate

    return intrinsic(add)


_add_lanes, _add_lane = _adding(SUMMED_LANES), _adding(1)


@overload(add_lanes, jit_options=PART_SETTINGS)
def _compile_add_lanes(
    bins: Any,
    starts: Any,
    samples: Any,
    binned: Any,
    slots: Any,
    shifts: Any,
    lane: Any,
    n_rows: Any,
    step: Any,
) -> Callable[..., None]:
    def add(
        bins: Any,
        starts: Any,
        samples: Any,
        binned: Any,
        slots: Any,
        shifts: Any,
        lane: Any,
        n_rows: Any,
        step: Any,
    ) -> None:
        _add_lanes(bins, starts, samples, binned, slots, shifts, lane, n_rows, step)

    return add


@overload(add_lane, jit_options=PART_SETTINGS)
def _compile_add_lane(
    bins: Any,
    starts: Any,
    samples: Any,
    binned: Any,
    slots: Any,
    shifts: Any,
    lane: Any,
    n_rows: Any,
    step: Any,
) -> Callable[..., None]:
    def add(
        bins: Any,
        starts: Any,
        samples: Any,
        binned: Any,
        slots: Any,
        shifts: Any,
        lane: Any,
        n_rows: Any,
        step: Any,
    ) -> None:
        _add_lane(bins, starts, samples, binned, slots, shifts, lane, n_rows, step)

    return add
