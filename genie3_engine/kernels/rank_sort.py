# ruff: noqa: ANN401 - what `overload` gets are types of the compiler, which have no type
"""Sort the samples of a node by rank, for sixteen regulators in parallel.

A *lane* is one regulator; a *row* is one sample of the node, with one entry per lane. Every
operation here acts on whole rows, so no sum is reordered: each lane adds its own samples in its own
order.

A sample's entry is a *key*: its rank in the regulator (``code``) in the high bits, its *payload* in
the low bits. The payload holds weight and centred response in one integer, ``weight << shift``
plus ``weight * response``, so that one addition accumulates both.

Each operation is defined in plain numpy, which is what runs without the compiler and what the tests
compare with; the compiled form is in `genie3_engine.kernels.vectors`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba.extending import overload
from numpy.typing import NDArray

from genie3_engine.kernels._jit import PART_SETTINGS, inlined
from genie3_engine.kernels.sorting_network import NETWORK_SIZES
from genie3_engine.kernels.vectors import LANES, halve_intrinsic, merge_intrinsic, sort_intrinsic

_BLOCK = NETWORK_SIZES[-1]
MAX_SORTED_ROWS = 128
FEW_SORTED_ROWS = 64  # sorting takes less time than anything else, whatever the ranks

_sort_4, _sort_8, _sort_12, _sort_16 = (sort_intrinsic(size) for size in NETWORK_SIZES)
_halve = halve_intrinsic(_BLOCK)
_merge_1_1 = merge_intrinsic(1, 1, _BLOCK)
_merge_2_1, _merge_2_2 = (merge_intrinsic(2, n, _BLOCK) for n in (1, 2))
_merge_4_1, _merge_4_2, _merge_4_3, _merge_4_4 = (
    merge_intrinsic(4, n, _BLOCK) for n in (1, 2, 3, 4)
)


@inlined
def _merge(keys: NDArray[Any], first: int, n_left: int, n_right: int) -> None:
    """Merge two sorted sequences of blocks; the right one may have fewer."""
    for row in range(_BLOCK):
        if n_left == 1:
            _merge_1_1(keys, first, row)
        elif n_left == 2:
            if n_right == 1:
                _merge_2_1(keys, first, row)
            else:
                _merge_2_2(keys, first, row)
        elif n_right == 1:
            _merge_4_1(keys, first, row)
        elif n_right == 2:
            _merge_4_2(keys, first, row)
        elif n_right == 3:
            _merge_4_3(keys, first, row)
        else:
            _merge_4_4(keys, first, row)
    for block in range(n_left + n_right):
        _halve(keys, first + block * _BLOCK)


@inlined
def padded_rows(n_rows: int) -> int:
    """Return the rows that are sorted for ``n_rows``; ``n_rows`` itself beyond the largest."""
    if n_rows > MAX_SORTED_ROWS:
        return n_rows
    if n_rows <= 12:
        return (n_rows + 3) // 4 * 4
    return (n_rows + _BLOCK - 1) // _BLOCK * _BLOCK


def sort_rows(
    block: NDArray[Any], payload: NDArray[Any], keys: NDArray[Any], n_rows: int, shift: int
) -> None:
    """Sort the samples of a node by rank, in each lane.

    Parameters
    ----------
    block : (>= MAX_SORTED_ROWS * LANES,) uint8 or uint16, flat rows
        Ranks of the node's samples.
    payload : (>= MAX_SORTED_ROWS,) uint32 or uint64
        Payload of each sample; after the node's samples, all ones up to the network's size.
    keys : (>= MAX_SORTED_ROWS * LANES,) same dtype as ``payload``, flat rows
        Overwritten with the sorted keys; rows after the node's samples are all ones.
    n_rows : int
        Samples in the node, at most `MAX_SORTED_ROWS`.
    shift : int
        Bits of the payload.
    """
    shift = keys.dtype.type(shift)
    size = n_rows * LANES
    codes = block[:size].reshape(n_rows, LANES).astype(keys.dtype)
    rows = (codes << shift) | payload[:n_rows, None]
    keys[:size] = np.sort(rows, axis=0).ravel()
    keys[size : size + LANES] = ~keys.dtype.type(0)


@overload(sort_rows, jit_options=PART_SETTINGS)
def _compile_sort_rows(
    block: Any, payload: Any, keys: Any, n_rows: Any, shift: Any
) -> Callable[..., None]:
    def sort(block: Any, payload: Any, keys: Any, n_rows: Any, shift: Any) -> None:
        if n_rows <= 4:
            _sort_4(block, payload, keys, 0, shift)
        elif n_rows <= 8:
            _sort_8(block, payload, keys, 0, shift)
        elif n_rows <= 12:
            _sort_12(block, payload, keys, 0, shift)
        else:
            n_blocks = (n_rows + _BLOCK - 1) // _BLOCK
            for at in range(n_blocks):
                _sort_16(block, payload, keys, at * _BLOCK, shift)
            n_left = 1
            while n_left < n_blocks:
                for at in range(0, n_blocks - n_left, 2 * n_left):
                    _merge(keys, at * _BLOCK, n_left, min(n_left, n_blocks - at - n_left))
                n_left *= 2

    return sort
