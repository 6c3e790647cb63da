# ruff: noqa: ANN401 - what `overload` gets are types of the compiler, which have no type
"""Count, for each of up to sixteen numbers, those that are smaller, which is its place in order.

Each number is compared with all others, sixteen to an instruction. To move numbers one by
one until they are in order takes branches that the processor cannot foresee.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba.extending import overload
from numpy.typing import NDArray

from genie3_engine.kernels._jit import PART_SETTINGS
from genie3_engine.kernels.vectors import count_smaller_lanes


def count_smaller(numbers: NDArray[np.int64], n: int, counts: NDArray[np.int64]) -> None:
    """Count the smaller ones for each of some numbers.

    Parameters
    ----------
    numbers : (LANES,) int64
        The first ``n`` are compared.
    n : int
        How many there are, up to `LANES`.
    counts : (LANES,) int64
        The first ``n`` are overwritten; the others mean nothing.
    """
    counts[:n] = (numbers[:n, None] > numbers[:n]).sum(axis=1)


@overload(count_smaller, jit_options=PART_SETTINGS)
def _compile_count_smaller(numbers: Any, n: Any, counts: Any) -> Callable[..., None]:
    def count(numbers: Any, n: Any, counts: Any) -> None:
        count_smaller_lanes(numbers, n, counts)

    return count
