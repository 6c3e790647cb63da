# ruff: noqa: ANN401 - what `overload` gets are types of the compiler, which have no type
"""How are sixteen regulators examined at once?

A *lane* is one regulator; a *row* is one sample of the node, with one entry a lane. Every operation
here acts on whole rows, so no sum is reordered: each lane adds its own samples in its own order.

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

from genie3_engine.kernels._jit import SETTINGS, inlined
from genie3_engine.kernels.vectors import (
    LANES,
    exchange,
    fetch_line,
    lane_extremes,
    lane_sums,
    leading_zeros,
    merging_network,
    scan_intrinsic,
    sort_intrinsic,
    trailing_zeros,
)

NETWORK_SIZES = (4, 8, 12, 16)
_BLOCK = NETWORK_SIZES[-1]
MAX_SORTED_ROWS = 64


# --- sorting --------------------------------------------------------------------------------------


_sort_4, _sort_8, _sort_12, _sort_16 = (sort_intrinsic(size) for size in NETWORK_SIZES)


_MERGE_32 = np.array(merging_network(0, 32), dtype=np.int64)
_MERGE_64 = np.array(merging_network(0, 64), dtype=np.int64)


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
    block : (>= 64 * LANES,) uint8 or uint16, flat rows
        Ranks of the node's samples.
    payload : (>= 64,) uint32 or uint64
        Payload of each sample; after the node's samples, all ones up to the network's size.
    keys : (>= 64 * LANES,) same dtype as ``payload``, flat rows
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


@overload(sort_rows, jit_options=SETTINGS)
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
            if n_rows > 16:
                _merge(keys, 0, n_rows, _MERGE_32)
            if n_rows > 48:
                _merge(keys, 32, n_rows, _MERGE_32)
            if n_rows > 32:
                _merge(keys, 0, n_rows, _MERGE_64)

    return sort


# --- scanning -------------------------------------------------------------------------------------


_scan_sorted = scan_intrinsic(is_sorted=True)
_scan_slots = scan_intrinsic(is_sorted=False)


def _scan_in_python(
    added: NDArray[Any], cuts: NDArray[np.bool_], out: NDArray[np.float32], weight: Any, shift: Any
) -> np.float32:
    shift = added.dtype.type(shift)
    left = np.cumsum(added, axis=0, dtype=added.dtype)
    one = added.dtype.type(1)
    w = (left + (one << (shift - one))) >> shift
    signed = np.int32 if added.dtype == np.uint32 else np.int64
    s = (left - (w << shift)).astype(signed).astype(np.float32)
    wf = w.astype(np.float32)
    denominator = wf * (np.float32(weight) - wf)
    allowed = cuts & (denominator > 0)
    gain = np.full(left.shape, np.float32(-1))
    np.divide(s * s, denominator, out=gain, where=allowed)
    out[:] = gain.max(axis=0, initial=np.float32(-1))
    return np.float32(out.max())


def scan_sorted(
    keys: NDArray[Any],
    out: NDArray[np.float32],
    position: int,
    n_rows: int,
    weight: Any,
    shift: Any,
    low: Any,
) -> np.float32:
    """Return the best cut's gain over all lanes, from sorted keys.

    Parameters
    ----------
    keys : flat rows of uint32 or uint64
        Keys in ascending order; the row after ``n_rows`` is read too.
    out : float32
        Each lane's best gain is written from ``position`` on: squared left response over the
        product of the weights on both sides; -1 where the lane has no cut.
    position : int
        First of the `LANES` entries of ``out``.
    n_rows : int
        Cuts to try: the node's samples but one.
    weight : float32
        Weight of the node.
    shift : int
        Bits of the response in a payload.
    low : uint64
        Mask of the payload in a key.

    Returns
    -------
    float32
        The largest of the lanes' gains.
    """
    rows = keys[: (n_rows + 1) * LANES].reshape(n_rows + 1, LANES)
    low = keys.dtype.type(low)
    cuts = (rows[:-1] ^ rows[1:]) > low
    lanes = out[position : position + LANES]
    return _scan_in_python(rows[:-1] & low, cuts, lanes, weight, shift)


def scan_slots(
    slots: NDArray[Any],
    out: NDArray[np.float32],
    position: int,
    n_rows: int,
    weight: Any,
    shift: Any,
    low: Any,
) -> np.float32:
    """Return the best cut's gain over all lanes, from one slot a rank; clear the slots.

    Parameters
    ----------
    slots : flat rows of uint32 or uint64
        Sum of the payloads of the samples of each rank; all zero afterwards.
    out, position, weight, shift, low
        As in `scan_sorted`; ``low`` is not used.
    n_rows : int
        Ranks.

    Returns
    -------
    float32
        The largest of the lanes' gains.
    """
    rows = slots[: n_rows * LANES].reshape(n_rows, LANES)
    lanes = out[position : position + LANES]
    best = _scan_in_python(rows, np.ones(rows.shape, np.bool_), lanes, weight, shift)
    rows[:] = 0
    return best


@overload(scan_sorted, jit_options=SETTINGS)
def _compile_scan_sorted(
    keys: Any, out: Any, position: Any, n_rows: Any, weight: Any, shift: Any, low: Any
) -> Callable[..., np.float32]:
    def scan(
        keys: Any, out: Any, position: Any, n_rows: Any, weight: Any, shift: Any, low: Any
    ) -> Any:
        return _scan_sorted(keys, out, position, n_rows, weight, shift, low)

    return scan


@overload(scan_slots, jit_options=SETTINGS)
def _compile_scan_slots(
    slots: Any, out: Any, position: Any, n_rows: Any, weight: Any, shift: Any, low: Any
) -> Callable[..., np.float32]:
    def scan(
        slots: Any, out: Any, position: Any, n_rows: Any, weight: Any, shift: Any, low: Any
    ) -> Any:
        return _scan_slots(slots, out, position, n_rows, weight, shift, low)

    return scan


# --- random cuts ----------------------------------------------------------------------------------


def rank_extremes(
    block: NDArray[Any], n_rows: int, low: NDArray[np.int32], high: NDArray[np.int32]
) -> None:
    """Find each lane's smallest and largest rank.

    Parameters
    ----------
    block : flat rows of unsigned integers
        Ranks of the node's samples.
    n_rows : int
        Samples in the node.
    low, high : (LANES,) int32
        Overwritten.
    """
    rows = block[: n_rows * LANES].reshape(n_rows, LANES)
    low[:], high[:] = rows.min(axis=0), rows.max(axis=0)


def sums_below(
    block: NDArray[Any],
    weighted: NDArray[np.int64],
    n_rows: int,
    cuts: NDArray[np.int32],
    out: NDArray[np.int64],
) -> None:
    """Add up the samples whose rank is not above the cut, in each lane.

    Parameters
    ----------
    block : flat rows of unsigned integers
        Ranks of the node's samples.
    weighted : (>= n_rows,) int64
        Packed weight and response of the node's samples.
    n_rows : int
        Samples in the node.
    cuts : (LANES,) int32
        Last rank that goes left.
    out : (LANES,) int64
        Overwritten.
    """
    rows = block[: n_rows * LANES].reshape(n_rows, LANES)
    out[:] = np.where(rows <= cuts, weighted[:n_rows, None], 0).sum(axis=0)


@overload(rank_extremes, jit_options=SETTINGS)
def _compile_rank_extremes(block: Any, n_rows: Any, low: Any, high: Any) -> Callable[..., None]:
    def extremes(block: Any, n_rows: Any, low: Any, high: Any) -> None:
        lane_extremes(block, n_rows, low, high)

    return extremes


@overload(sums_below, jit_options=SETTINGS)
def _compile_sums_below(
    block: Any, weighted: Any, n_rows: Any, cuts: Any, out: Any
) -> Callable[..., None]:
    def sums(block: Any, weighted: Any, n_rows: Any, cuts: Any, out: Any) -> None:
        lane_sums(block, weighted, n_rows, cuts, out)

    return sums


# --- filling --------------------------------------------------------------------------------------


@inlined
def gather_ranks(
    codes: NDArray[Any],
    candidates: NDArray[np.int32],
    n_samples: int,
    samples: NDArray[np.uint32],
    block: NDArray[Any],
    n_rows: int,
) -> None:
    """Copy the ranks of a node's samples, one regulator a lane, four lanes at a time.

    Parameters
    ----------
    codes : flat uint8 or uint16
        Ranks of all regulators.
    candidates : (LANES,) int32
        Each lane's regulator.
    n_samples : int
        Ranks of one regulator.
    samples : (>= n_rows,) uint32
        The node's samples.
    block : flat rows, same dtype as ``codes``
        Overwritten.
    n_rows : int
        Samples in the node.
    """
    for lane in range(0, LANES, 4):
        a = codes[np.int64(candidates[lane]) * n_samples :]
        b = codes[np.int64(candidates[lane + 1]) * n_samples :]
        c = codes[np.int64(candidates[lane + 2]) * n_samples :]
        d = codes[np.int64(candidates[lane + 3]) * n_samples :]
        at = np.uint64(lane)
        for i in range(n_rows):
            sample = np.uint64(samples[i])
            block[at] = a[sample]
            block[at + np.uint64(1)] = b[sample]
            block[at + np.uint64(2)] = c[sample]
            block[at + np.uint64(3)] = d[sample]
            at += np.uint64(LANES)


@inlined
def scatter_payload(
    codes: NDArray[Any],
    candidates: NDArray[np.int32],
    n_samples: int,
    samples: NDArray[np.uint32],
    payload: NDArray[Any],
    slots: NDArray[Any],
    n_rows: int,
) -> None:
    """Add each sample's payload to the slot of its rank, one regulator a lane.

    Parameters
    ----------
    codes, candidates, n_samples, samples, n_rows
        As in `gather_ranks`.
    payload : (>= n_rows,) uint32 or uint64
        Payload of each sample of the node.
    slots : flat rows, same dtype as ``payload``
        One row a rank, added to.
    """
    width = np.uint64(LANES)
    for lane in range(0, LANES, 4):
        a = codes[np.int64(candidates[lane]) * n_samples :]
        b = codes[np.int64(candidates[lane + 1]) * n_samples :]
        c = codes[np.int64(candidates[lane + 2]) * n_samples :]
        d = codes[np.int64(candidates[lane + 3]) * n_samples :]
        at = np.uint64(lane)
        for i in range(n_rows):
            sample = np.uint64(samples[i])
            added = payload[i]
            slots[np.uint64(a[sample]) * width + at] += added
            slots[np.uint64(b[sample]) * width + at + np.uint64(1)] += added
            slots[np.uint64(c[sample]) * width + at + np.uint64(2)] += added
            slots[np.uint64(d[sample]) * width + at + np.uint64(3)] += added


# --- single numbers -------------------------------------------------------------------------------


def count_trailing_zeros(value: np.uint64) -> int:
    """Return the position of the lowest bit that is set; ``value`` is not zero."""
    bits = int(value)
    return (bits & -bits).bit_length() - 1


def bit_length(value: int) -> int:
    """Return the bits that a whole number takes; 0 for 0."""
    return int(value).bit_length()


@overload(bit_length, jit_options=SETTINGS)
def _compile_bit_length(value: Any) -> Callable[..., int]:
    def length(value: Any) -> Any:
        return 64 - leading_zeros(value)

    return length


@overload(count_trailing_zeros, jit_options=SETTINGS)
def _compile_count_trailing_zeros(value: Any) -> Callable[..., int]:
    def count(value: Any) -> Any:
        return trailing_zeros(value)

    return count


# --- fetching ahead -------------------------------------------------------------------------------


def prefetch(array: NDArray[Any], position: int) -> None:
    """Ask the processor to bring an element into its cache; changes nothing."""


def prefetch_level(levels: NDArray[np.float32], row: int, rank: int) -> None:
    """Ask the processor for the expression at one rank; changes nothing."""


@overload(prefetch_level, jit_options=SETTINGS)
def _compile_prefetch_level(levels: Any, row: Any, rank: Any) -> Callable[..., None]:
    def fetch(levels: Any, row: Any, rank: Any) -> None:
        fetch_line(levels, row * levels.shape[1] + rank)

    return fetch


@overload(prefetch, jit_options=SETTINGS)
def _compile_prefetch(array: Any, position: Any) -> Callable[..., None]:
    def fetch(array: Any, position: Any) -> None:
        fetch_line(array, position)

    return fetch
