# ruff: noqa: ANN401 - llvmlite's builders and values have no types
"""List those of a node's samples that lie in chosen bins of a candidate.

The loop is a function of its own in the machine code, as in `genie3_engine.kernels.bin_sums`. A
place is written for each sample, and the next one overwrites it where the bin is not chosen: the
processor could not foresee a condition.
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

_INT8 = ir.IntType(8)
_INT32 = ir.IntType(32)
_INT64 = ir.IntType(64)


def list_samples(
    bins: NDArray[np.uint8],
    start: int,
    samples: NDArray[np.uint32],
    is_chosen: NDArray[np.bool_],
    places: NDArray[np.uint32],
    n_rows: int,
    step: int,
    shift: int,
) -> int:
    """Write the places of the samples in chosen bins; return how many there are.

    Parameters
    ----------
    bins : flat uint8
        Bins of all regulators.
    start : int
        Place in ``bins`` of the candidate's first sample.
    samples : (>= n_rows,) uint32
        The node's samples.
    is_chosen : (BINS,) bool
        Whether a bin is chosen.
    places : (>= n_rows,) uint32
        Overwritten with the places of these samples in ``samples``, ascending; what follows them is
        arbitrary.
    n_rows : int
        Samples in the node.
    step : int
        From one sample to the next in ``bins``.
    shift : int
        Bits by which the bins are shifted to the right.
    """
    of_sample = bins[start + samples[:n_rows].astype(np.int64) * step] >> shift
    found = np.flatnonzero(is_chosen[of_sample])
    places[: found.size] = found
    return int(found.size)


def _define(module: Any) -> Any:
    """Return the function that lists them, a part of the module."""
    byte, word = ir.PointerType(_INT8), ir.PointerType(_INT32)
    kind = ir.FunctionType(_INT64, [byte, word, byte, word, _INT64, _INT64, _INT64])
    function = cgutils.get_or_insert_function(module, kind, "genie3_list_samples")
    if function.blocks:
        return function
    function.linkage = "linkonce_odr"
    function.attributes.add("noinline")
    builder = ir.IRBuilder(function.append_basic_block("entry"))
    bins, samples, is_chosen, places, n_rows, step, shift = function.args
    n_found = cgutils.alloca_once_value(builder, _INT64(0))
    with cgutils.for_range(builder, n_rows) as loop:
        sample = builder.zext(builder.load(builder.gep(samples, [loop.index])), _INT64)
        bin_ = builder.load(builder.gep(bins, [builder.mul(sample, step)]))
        bin_ = builder.lshr(builder.zext(bin_, _INT64), shift)
        found = builder.load(n_found)
        builder.store(builder.trunc(loop.index, _INT32), builder.gep(places, [found]))
        chosen = builder.zext(builder.load(builder.gep(is_chosen, [bin_])), _INT64)
        builder.store(builder.add(found, chosen), n_found)
    builder.ret(builder.load(n_found))
    return function


@intrinsic
def _list_samples(
    typing_context: Any,
    bins: Any,
    start: Any,
    samples: Any,
    is_chosen: Any,
    places: Any,
    n_rows: Any,
    step: Any,
    shift: Any,
) -> Any:
    whole = types.int64
    signature = whole(bins, whole, samples, is_chosen, places, whole, whole, whole)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = {
            at: context.make_array(sig.args[at])(context, builder, args[at]).data
            for at in (0, 2, 3, 4)
        }
        first = builder.gep(data[0], [args[1]])
        chosen = builder.bitcast(data[3], ir.PointerType(_INT8))
        function = _define(builder.module)
        return builder.call(function, [first, data[2], chosen, data[4], *args[5:]])

    return signature, generate


@overload(list_samples, jit_options=PART_SETTINGS)
def _compile_list_samples(
    bins: Any,
    start: Any,
    samples: Any,
    is_chosen: Any,
    places: Any,
    n_rows: Any,
    step: Any,
    shift: Any,
) -> Callable[..., int]:
    def list_them(
        bins: Any,
        start: Any,
        samples: Any,
        is_chosen: Any,
        places: Any,
        n_rows: Any,
        step: Any,
        shift: Any,
    ) -> Any:
        return _list_samples(bins, start, samples, is_chosen, places, n_rows, step, shift)

    return list_them
