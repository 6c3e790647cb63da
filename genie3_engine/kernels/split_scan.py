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
from genie3_engine.kernels.vectors import LANES, scan_keys


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


@overload(scan_sorted, jit_options=PART_SETTINGS)
def _compile_scan_sorted(
    keys: Any, out: Any, position: Any, n_rows: Any, weight: Any, shift: Any, low: Any
) -> Callable[..., np.float32]:
    def scan(
        keys: Any, out: Any, position: Any, n_rows: Any, weight: Any, shift: Any, low: Any
    ) -> Any:
        return scan_keys(keys, out, position, n_rows, weight, shift, low)

    return scan
