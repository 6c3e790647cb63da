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
from genie3_engine.kernels.vectors import (
    LANES,
    copy_row,
    copy_two_rows,
    divide_row,
    is_compressing,
)


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


def divides_lanes() -> bool:
    """Return whether the processor is quicker with `divide_lanes` than one by one."""
    return False


def divide_lanes(
    samples: NDArray[np.uint32],
    span: tuple[int, int],
    ranks: NDArray[Any],
    split: tuple[int, int],
    weighted: NDArray[np.int64],
    spare: NDArray[np.uint32],
    to: tuple[int, int],
) -> tuple[int, int]:
    """Divide up to `LANES` samples, each side in its old order.

    Parameters
    ----------
    samples : uint32
        Samples of a node, with memory for `LANES` more behind.
    span : (at, n)
        Place of the first, and how many. Those of the lanes behind are numbers of samples, too.
    ranks : unsigned integer
        Ranks of one regulator.
    split : (step, last_left)
        Step from a sample's rank to the next one's, and the last rank that goes left.
    weighted : int64
        Packed weight and response of each sample.
    spare : uint32
        Room for the right side, with memory for `LANES` more behind.
    to : (left, right)
        Place for the left side in ``samples``, ``span[0]`` at most, and for the right one in
        ``spare``. Up to `LANES` numbers are overwritten in each.

    Returns
    -------
    n_left : int
        Samples on the left.
    left : int
        The sum of their packed numbers.
    """
    here = samples[span[0] : span[0] + span[1]].copy()
    is_left = ranks[here.astype(np.int64) * split[0]] <= split[1]
    n_left = int(is_left.sum())
    samples[to[0] : to[0] + n_left] = here[is_left]
    spare[to[1] : to[1] + len(here) - n_left] = here[~is_left]
    return n_left, int(weighted[here[is_left]].sum())


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


@overload(divides_lanes, jit_options=PART_SETTINGS)
def _compile_divides_lanes() -> Callable[..., bool]:
    def divides() -> Any:
        return is_compressing()

    return divides


@overload(divide_lanes, jit_options=PART_SETTINGS)
def _compile_divide_lanes(
    samples: Any, span: Any, ranks: Any, split: Any, weighted: Any, spare: Any, to: Any
) -> Callable[..., tuple[int, int]]:
    def divide(
        samples: Any, span: Any, ranks: Any, split: Any, weighted: Any, spare: Any, to: Any
    ) -> Any:
        at, n = span
        step, last = split
        return divide_row(samples, at, n, ranks, step, last, weighted, to[0], spare, to[1])

    return divide


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
