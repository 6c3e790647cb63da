# ruff: noqa: ANN401 - what `overload` gets are types of the compiler, which have no type
"""Compute the gain of each lane's best split.

Rows, lanes and keys are those of `genie3_engine.kernels.rank_sort`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba.extending import overload
from numpy.typing import NDArray

from genie3_engine.kernels._jit import PART_SETTINGS
from genie3_engine.kernels.vectors import LANES, able_bits, able_row, compare_ranks, scan_keys


def scan_sorted(
    keys: NDArray[Any],
    out: NDArray[np.float32],
    position: int,
    n_lanes: int,
    n_rows: int,
    weight: Any,
    shift: Any,
    low: Any,
) -> np.float32:
    """Return the best split's gain over all lanes, from sorted keys.

    Parameters
    ----------
    keys : flat rows of uint32 or uint64
        Keys in ascending order; the row after ``n_rows`` is read too.
    out : float32
        Each lane's best gain is written from ``position`` on: squared left response over the
        product of the weights on both sides; -1 where the lane has no split.
    position : int
        First of the `LANES` entries of ``out``.
    n_lanes : int
        Lanes that hold candidates; -1 is written for the others.
    n_rows : int
        Splits to try: the node's samples but one.
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
    kind = keys.dtype.type
    low = kind(low)
    splits = (rows[:-1] ^ rows[1:]) > low
    left = np.cumsum(rows[:-1] & low, axis=0, dtype=kind)
    squares, sides = _terms(left, weight, shift)
    gain = np.full(left.shape, np.float32(-1))
    np.divide(squares, sides, out=gain, where=splits)
    lanes = out[position : position + LANES]
    lanes[:] = gain.max(axis=0, initial=np.float32(-1))
    lanes[n_lanes:] = np.float32(-1)
    return np.float32(lanes.max())


def _terms(
    left: NDArray[Any], weight: Any, shift: Any
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    kind = left.dtype.type
    shift, one = kind(shift), kind(1)
    w = (left + (one << (shift - one))) >> shift
    signed = np.int32 if kind is np.uint32 else np.int64
    s = (left - (w << shift)).astype(signed).astype(np.float32)
    wf = w.astype(np.float32)
    return s * s, wf * (np.float32(weight) - wf)


def scan_unsorted(
    ranks: NDArray[Any], payload: NDArray[Any], n_rows: int, weight: Any, shift: Any
) -> np.float32:
    """Return the gain of one candidate's best split, without sorting its samples.

    Each sample's rank is compared with that of every other one, sixteen at a time.

    Parameters
    ----------
    ranks : (>= n_rows, rounded up to LANES) uint32 or uint64
        Of the node's samples in any order; after these, the largest number with a sign.
    payload : (>= n_rows, rounded up to 4) same dtype as ``ranks``
        Of the node's samples; after these, numbers that change no sum of weights, such as -1.
    n_rows : int
        Samples of the node.
    weight, shift
        As in `scan_sorted`.

    Returns
    -------
    float32
        As in `scan_sorted`; -1 where all ranks are equal.
    """
    own = ranks[:n_rows]
    left = ((own <= own[:, None]) * payload[:n_rows]).sum(axis=1, dtype=payload.dtype)
    squares, sides = _terms(left, weight, shift)
    gain = np.full(n_rows, np.float32(-1))
    np.divide(squares, sides, out=gain, where=sides > 0)
    return np.float32(gain.max())


def able_lanes(gains: NDArray[np.float32], position: int, least: Any) -> np.uint64:
    """Return which of `LANES` gains from ``position`` on are ``least`` or more, as bits."""
    is_able = gains[position : position + LANES] >= np.float32(least)
    return np.uint64((is_able << np.arange(LANES)).sum())


def sole_row(
    keys: NDArray[Any],
    lane: int,
    n_rows: int,
    weight: Any,
    shift: Any,
    low: Any,
    least: Any,
) -> int:
    """Return the last row on the left of a lane's only split of a gain, from sorted keys.

    Parameters
    ----------
    keys, n_rows, weight, shift, low
        As in `scan_sorted`.
    lane : int
        The lane.
    least : float32
        The gain.

    Returns
    -------
    int
        -1 where no split, or more than one, has this gain.
    """
    kind = keys.dtype.type
    column = keys[lane::LANES][: n_rows + 1]
    left = np.cumsum(column[:-1] & kind(low), dtype=kind)
    squares, sides = _terms(left, weight, shift)
    is_able = (squares >= np.float32(least) * sides) & ((column[:-1] ^ column[1:]) > kind(low))
    return int(is_able.argmax()) if is_able.sum() == 1 else -1


@overload(scan_sorted, jit_options=PART_SETTINGS)
def _compile_scan_sorted(
    keys: Any,
    out: Any,
    position: Any,
    n_lanes: Any,
    n_rows: Any,
    weight: Any,
    shift: Any,
    low: Any,
) -> Callable[..., np.float32]:
    def scan(
        keys: Any,
        out: Any,
        position: Any,
        n_lanes: Any,
        n_rows: Any,
        weight: Any,
        shift: Any,
        low: Any,
    ) -> Any:
        return scan_keys(keys, out, position, n_lanes, n_rows, weight, shift, low)

    return scan


@overload(scan_unsorted, jit_options=PART_SETTINGS)
def _compile_scan_unsorted(
    ranks: Any, payload: Any, n_rows: Any, weight: Any, shift: Any
) -> Callable[..., np.float32]:
    def scan(ranks: Any, payload: Any, n_rows: Any, weight: Any, shift: Any) -> Any:
        return compare_ranks(ranks, payload, n_rows, weight, shift)

    return scan


@overload(able_lanes, jit_options=PART_SETTINGS)
def _compile_able_lanes(gains: Any, position: Any, least: Any) -> Callable[..., np.uint64]:
    def lanes(gains: Any, position: Any, least: Any) -> Any:
        return able_bits(gains, position, least)

    return lanes


@overload(sole_row, jit_options=PART_SETTINGS)
def _compile_sole_row(
    keys: Any, lane: Any, n_rows: Any, weight: Any, shift: Any, low: Any, least: Any
) -> Callable[..., int]:
    def row(
        keys: Any, lane: Any, n_rows: Any, weight: Any, shift: Any, low: Any, least: Any
    ) -> Any:
        return able_row(keys, lane, n_rows, weight, shift, low, least)

    return row
