from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba.core.registry import cpu_target

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


@kernel
def compiled_divide_lanes(samples, span, ranks, split, weighted, spare, to):
    return sides.divide_lanes(samples, span, ranks, split, weighted, spare, to)


@kernel
def compiled_divides_lanes():
    return sides.divides_lanes()


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


@given(
    data=st.data(),
    kind=st.sampled_from([np.uint8, np.uint16, np.uint32]),
    n=st.integers(1, LANES),
    step=st.integers(1, 3),
)
@settings(max_examples=60)
def test_divide_lanes__keeps_the_order_of_each_side(data, kind, n, step):
    ranks = np.array(data.draw(st.lists(st.sampled_from([0, 3, 7, 255]), min_size=N, max_size=N)))
    split = step, data.draw(st.sampled_from([0, 3, 254, 255]))
    spread = np.zeros(step * N, kind)
    spread[::step] = ranks
    first = data.draw(st.integers(0, N - n))
    to = data.draw(st.integers(0, first)), data.draw(st.integers(0, N - n))
    order = np.array(data.draw(st.permutations(range(N))), np.uint32)
    packed = (np.int64(1) << 46) + np.arange(N) * np.int64(1 << 40)
    here = order[first : first + n].tolist()
    left = [sample for sample in here if ranks[sample] <= split[1]]
    right = [sample for sample in here if ranks[sample] > split[1]]
    for divide in (sides.divide_lanes, compiled_divide_lanes):
        samples, spare = numbers(), numbers()
        samples[:] = order
        found = divide(samples, (first, n), spread, split, packed, spare, to)
        assert found == (len(left), sum(int(packed[sample]) for sample in left))
        assert samples[: to[0] + len(left)].tolist() == [*order[: to[0]].tolist(), *left]
        assert spare[: to[1] + len(right)].tolist() == [*range(to[1]), *right]


def test_divides_lanes__is_for_processors_with_one_instruction_for_it():
    assert not sides.divides_lanes()
    features = cpu_target.target_context.codegen().magic_tuple()[2]
    assert compiled_divides_lanes() == ("+avx512f" in features)
