from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels import sides
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.vectors import LANES

N = 40


@kernel
def compiled_turn_sides(samples, first, middle, last, is_turned):
    return sides.turn_sides(samples, first, middle, last, is_turned)


@kernel
def compiled_copy_lanes(target, to, source, at):
    sides.copy_lanes(target, to, source, at)


def numbers():
    return np.arange(N + LANES, dtype=np.uint32)[:N]


@pytest.mark.parametrize("is_turned", [False, True])
@pytest.mark.parametrize("place", [(0, 1, 3), (3, 8, 10), (5, 20, 21), (30, 37, 40), (0, 16, 32)])
@pytest.mark.parametrize("turn", [sides.turn_sides.py_func, compiled_turn_sides])
def test_turn_sides__keeps_what_comes_before_and_both_orders(turn, place, is_turned):
    first, middle, last = place
    samples = numbers()
    low, high = list(range(first, middle)), list(range(middle, last))
    then = turn(samples, first, middle, last, is_turned)
    assert samples[:last].tolist() == [*range(first), *(high + low if is_turned else low + high)]
    assert then == first + len(high if is_turned else low)


@pytest.mark.parametrize("copy", [sides.copy_lanes, compiled_copy_lanes])
def test_copy_lanes__copies_sixteen_up_to_the_end(copy):
    target, source = np.zeros(N + LANES, np.uint32)[:N], numbers() + np.uint32(1)
    copy(target, 2, source, 5)
    assert target.tolist() == [0, 0, *range(6, 6 + LANES), *[0] * (N - LANES - 2)]
    copy(target, N - 3, source, 0)
    assert target[N - 3 :].tolist() == [1, 2, 3]
