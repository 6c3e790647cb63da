# ruff: noqa: ANN401 - what `overload` gets are types of the compiler, which have no type
"""Copy ranks from the matrix into rows, and prefetch them.

Rows and lanes are those of `genie3_engine.kernels.rank_sort`. The matrix is read at
random, row by row, so most of the cost is waiting for memory: candidates are drawn, and their ranks
fetched, ahead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba.extending import overload
from numpy.typing import NDArray

from genie3_engine.kernels._jit import PART_SETTINGS, inlined
from genie3_engine.kernels.rank_layout import Strides
from genie3_engine.kernels.vectors import LANES, fetch_line


@inlined
def gather_ranks(
    codes: NDArray[Any],
    strides: Strides,
    candidates: NDArray[np.int32],
    samples: NDArray[np.uint32],
    block: NDArray[Any],
    n_rows: int,
    n_lanes: int,
) -> None:
    """Copy the ranks of a node's samples, one regulator per lane.

    Four lanes at a time, and one by one those that are left over.

    Parameters
    ----------
    codes : flat uint8 or uint16
        Ranks of all regulators.
    strides : Strides
        Where the node reads them.
    candidates : (>= n_lanes,) int32
        Each lane's regulator.
    samples : (>= n_rows,) uint32
        The node's samples.
    block : flat rows, same dtype as ``codes``
        Overwritten.
    n_rows : int
        Samples in the node.
    n_lanes : int
        Lanes to fill.
    """
    step = np.uint64(strides.sample)
    for lane in range(0, n_lanes - 3, 4):
        a = codes[strides.start + np.int64(candidates[lane]) * strides.regulator :]
        b = codes[strides.start + np.int64(candidates[lane + 1]) * strides.regulator :]
        c = codes[strides.start + np.int64(candidates[lane + 2]) * strides.regulator :]
        d = codes[strides.start + np.int64(candidates[lane + 3]) * strides.regulator :]
        at = np.uint64(lane)
        for i in range(n_rows):
            sample = np.uint64(samples[i]) * step
            block[at] = a[sample]
            block[at + np.uint64(1)] = b[sample]
            block[at + np.uint64(2)] = c[sample]
            block[at + np.uint64(3)] = d[sample]
            at += np.uint64(LANES)
    for lane in range(n_lanes & -4, n_lanes):
        row = codes[strides.start + np.int64(candidates[lane]) * strides.regulator :]
        at = np.uint64(lane)
        for i in range(n_rows):
            block[at] = row[np.uint64(samples[i]) * step]
            at += np.uint64(LANES)


def prefetch(array: NDArray[Any], position: int) -> None:
    """Ask the processor to bring an element into its cache; changes nothing."""


@overload(prefetch, jit_options=PART_SETTINGS)
def _compile_prefetch(array: Any, position: Any) -> Callable[..., None]:
    def fetch(array: Any, position: Any) -> None:
        fetch_line(array, position)

    return fetch
