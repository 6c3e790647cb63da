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
from genie3_engine.kernels.sorting_network import NETWORK_SIZES, merging_network
from genie3_engine.kernels.vectors import LANES, exchange, sort_intrinsic

_BLOCK = NETWORK_SIZES[-1]
MAX_SORTED_ROWS = 128
FEW_SORTED_ROWS = 64  # sorting takes less time than anything else, whatever the ranks

_sort_4, _sort_8, _sort_12, _sort_16 = (sort_intrinsic(size) for size in NETWORK_SIZES)


_MERGE_32 = np.array(merging_network(0, 32), dtype=np.int64)
_MERGE_64 = np.array(merging_network(0, 64), dtype=np.int64)
_MERGE_128 = np.array(merging_network(0, 128), dtype=np.int64)


@inlined
def _merge(keys: NDArray[Any], first: int, n_rows: int, network: NDArray[np.int64]) -> None:
    """Merge two sorted halves; rows from ``n_rows`` on are all ones and stay where they are."""
    for pair in range(network.shape[0]):
        lower = first + network[pair, 1]
        if lower < n_rows:
            exchange(keys, (first + network[pair, 0]) * LANES, lower * LANES)


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
            for first in range(0, n_rows, _BLOCK):
                _sort_16(block, payload, keys, first, shift)
            # Up to the end of a block, so that the same exchanges are left out again and again.
            n_padded = padded_rows(n_rows)
            for first in range(0, n_rows - _BLOCK, 2 * _BLOCK):
                _merge(keys, first, n_padded, _MERGE_32)
            for first in range(0, n_rows - 2 * _BLOCK, 4 * _BLOCK):
                _merge(keys, first, n_padded, _MERGE_64)
            if n_rows > 4 * _BLOCK:
                _merge(keys, 0, n_padded, _MERGE_128)

    return sort
