# ruff: noqa: ANN401 - what `overload` gets are types of the compiler, which have no type
"""Compute the gain of each lane's best split, or the sums of its random split.

Rows, lanes and keys are those of `genie3_engine.kernels.rank_sort`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba.extending import overload
from numpy.typing import NDArray

from genie3_engine.kernels._jit import SETTINGS
from genie3_engine.kernels.vectors import LANES, lane_extremes, lane_sums, scan_keys


def scan_sorted(
    keys: NDArray[Any],
    out: NDArray[np.float32],
    position: int,
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
    low, shift, one = kind(low), kind(shift), kind(1)
    splits = (rows[:-1] ^ rows[1:]) > low
    left = np.cumsum(rows[:-1] & low, axis=0, dtype=kind)
    w = (left + (one << (shift - one))) >> shift
    signed = np.int32 if kind is np.uint32 else np.int64
    s = (left - (w << shift)).astype(signed).astype(np.float32)
    wf = w.astype(np.float32)
    denominator = wf * (np.float32(weight) - wf)
    gain = np.full(left.shape, np.float32(-1))
    np.divide(s * s, denominator, out=gain, where=splits)
    lanes = out[position : position + LANES]
    lanes[:] = gain.max(axis=0, initial=np.float32(-1))
    return np.float32(lanes.max())


@overload(scan_sorted, jit_options=SETTINGS)
def _compile_scan_sorted(
    keys: Any, out: Any, position: Any, n_rows: Any, weight: Any, shift: Any, low: Any
) -> Callable[..., np.float32]:
    def scan(
        keys: Any, out: Any, position: Any, n_rows: Any, weight: Any, shift: Any, low: Any
    ) -> Any:
        return scan_keys(keys, out, position, n_rows, weight, shift, low)

    return scan


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
    splits: NDArray[np.int32],
    out: NDArray[np.int64],
) -> None:
    """Add up the samples whose rank is not above the split, in each lane.

    Parameters
    ----------
    block : flat rows of unsigned integers
        Ranks of the node's samples.
    weighted : (>= n_rows,) int64
        Packed weight and response of the node's samples.
    n_rows : int
        Samples in the node.
    splits : (LANES,) int32
        Last rank that goes left.
    out : (LANES,) int64
        Overwritten.
    """
    rows = block[: n_rows * LANES].reshape(n_rows, LANES)
    out[:] = np.where(rows <= splits, weighted[:n_rows, None], 0).sum(axis=0)


@overload(rank_extremes, jit_options=SETTINGS)
def _compile_rank_extremes(block: Any, n_rows: Any, low: Any, high: Any) -> Callable[..., None]:
    def extremes(block: Any, n_rows: Any, low: Any, high: Any) -> None:
        lane_extremes(block, n_rows, low, high)

    return extremes


@overload(sums_below, jit_options=SETTINGS)
def _compile_sums_below(
    block: Any, weighted: Any, n_rows: Any, splits: Any, out: Any
) -> Callable[..., None]:
    def sums(block: Any, weighted: Any, n_rows: Any, splits: Any, out: Any) -> None:
        lane_sums(block, weighted, n_rows, splits, out)

    return sums
