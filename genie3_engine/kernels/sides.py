# ruff: noqa: ANN401 - what `overload` gets are types of the compiler, which have no type
"""Move the samples of the two sides of a division, sixteen at a time.

More than the samples of a side are copied, which costs nothing, and a loop's end that the processor
cannot foresee does. What comes after a node is overwritten: trees divide the node to the right of
another one first, so that those samples are not needed again. The arrays have room for sixteen
numbers after their end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba.extending import overload
from numpy.typing import NDArray

from genie3_engine.kernels._jit import PART_SETTINGS, inlined
from genie3_engine.kernels.vectors import LANES, copy_row, copy_two_rows


@inlined
def turn_sides(
    samples: NDArray[np.uint32], first: int, middle: int, last: int, is_turned: bool
) -> int:
    """Put the second side of a node first where ``is_turned``.

    Parameters
    ----------
    samples : uint32
        Those in ``first:middle`` and in ``middle:last`` are the sides, up to `LANES` each.
    first, middle, last : int
        From, to.
    is_turned : bool
        Whether the sides change their places.

    Returns
    -------
    int
        Where the side begins that now comes second.
    """
    then = first + (last - middle if is_turned else middle - first)
    sources = (middle, first) if is_turned else (first, middle)
    copy_two_lanes(samples, first, sources[0], then, sources[1])
    return then


def copy_two_lanes(
    numbers: NDArray[np.uint32], to: int, source: int, then_to: int, then_source: int
) -> None:
    """Copy `LANES` numbers, then as many others, as they were before both copies."""
    then = numbers[then_source : then_source + LANES].copy()
    copy_lanes(numbers, to, numbers.copy(), source)
    copy_lanes(numbers, then_to, then, 0)


def copy_lanes(target: NDArray[np.uint32], to: int, source: NDArray[np.uint32], at: int) -> None:
    """Copy `LANES` numbers; of those after an array's end, none."""
    n = min(LANES, len(target) - to, len(source) - at)
    target[to : to + n] = source[at : at + n]


@overload(copy_two_lanes, jit_options=PART_SETTINGS)
def _compile_copy_two_lanes(
    numbers: Any, to: Any, source: Any, then_to: Any, then_source: Any
) -> Callable[..., None]:
    def copy(numbers: Any, to: Any, source: Any, then_to: Any, then_source: Any) -> None:
        copy_two_rows(numbers, to, source, then_to, then_source)

    return copy


@overload(copy_lanes, jit_options=PART_SETTINGS)
def _compile_copy_lanes(target: Any, to: Any, source: Any, at: Any) -> Callable[..., None]:
    def copy(target: Any, to: Any, source: Any, at: Any) -> None:
        copy_row(target, to, source, at)

    return copy
