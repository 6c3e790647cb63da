# ruff: noqa: ANN401 - what `overload` gets are types of the compiler, which have no type
"""Find the lowest and highest bits that are set in an integer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba.extending import overload

from genie3_engine.kernels._jit import PART_SETTINGS
from genie3_engine.kernels.vectors import leading_zeros, trailing_zeros


def count_trailing_zeros(value: np.uint64) -> int:
    """Return the position of the lowest bit that is set; ``value`` is not zero."""
    bits = int(value)
    return (bits & -bits).bit_length() - 1


def bit_length(value: int) -> int:
    """Return the bits that a whole number takes; 0 for 0."""
    return int(value).bit_length()


@overload(bit_length, jit_options=PART_SETTINGS)
def _compile_bit_length(value: Any) -> Callable[..., int]:
    def length(value: Any) -> Any:
        return 64 - leading_zeros(value)

    return length


@overload(count_trailing_zeros, jit_options=PART_SETTINGS)
def _compile_count_trailing_zeros(value: Any) -> Callable[..., int]:
    def count(value: Any) -> Any:
        return trailing_zeros(value)

    return count
