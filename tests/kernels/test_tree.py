from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels import tree
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.extra_tree import take_all_samples
from genie3_engine.kernels.workspace import RESPONSE_BITS, SMALL_NODE, new_workspace

N = 40


@kernel
def compiled_divide(work, samples, first, last, split, n):
    return tree.divide(work, samples, first, last, split, n)


def workspace(**how):
    codes = np.random.default_rng(0).integers(0, N, (2, N)).astype(np.uint8)
    work = new_workspace(
        codes,
        np.arange(N, dtype=np.int64),
        candidates=np.arange(2, dtype=np.int32),
        n_levels=N,
        **how,
    )
    work.state[0] = 5
    return work


@np.errstate(over="ignore")  # random numbers wrap around
def test_draw_samples__bootstrap_draws_as_many_as_there_are():
    work = workspace()
    n_inside, n_outside, max_weight, packed = tree.draw_samples.py_func(work)
    assert work.weights.sum() == N
    assert n_inside + n_outside == N
    assert n_inside == (work.weights > 0).sum()
    assert max_weight == work.weights.max()
    assert packed == work.weighted.sum()
    expected = (work.weights << RESPONSE_BITS) + work.weights * work.response
    assert work.weighted.tolist() == expected.tolist()
    assert (np.diff(work.response[work.samples[:n_inside]]) > 0).all()
    assert set(work.outside[:n_outside].tolist()) == set(np.flatnonzero(work.weights == 0))
    assert work.n_predicted.tolist() == (work.weights == 0).tolist()


@np.errstate(over="ignore")
def test_draw_samples__leaves_out_what_may_not_be_drawn():
    work = workspace(n_drawable=25)
    n_inside, n_outside, *_ = tree.draw_samples.py_func(work)
    assert work.weights.sum() == 25
    assert n_inside + n_outside == N
    drawn = np.flatnonzero(work.weights)
    assert sorted(work.outside[:n_outside].tolist()) == sorted(set(range(N)) - set(drawn.tolist()))
    assert work.n_predicted.sum() == n_outside


@np.errstate(over="ignore")
def test_draw_samples__leaves_no_sample_out_of_bag_without_room_for_them():
    work, other = workspace(predicts=False), workspace()
    n_inside, n_outside, max_weight, _ = tree.draw_samples.py_func(work)
    assert n_outside == 0
    assert not work.n_predicted.any()
    assert (n_inside, max_weight) == tree.draw_samples.py_func(other)[::2]
    assert work.samples.tolist() == other.samples.tolist()


@pytest.mark.parametrize("last", [4, 19, 23, N])
@pytest.mark.parametrize("divide", [tree.divide.py_func, compiled_divide])
def test_divide__keeps_the_order_of_each_side(divide, last):
    work = workspace()
    take_all_samples.py_func(work)
    work.samples[:] = np.arange(N)
    is_left = work.codes[3:last] <= 20
    middle, left = divide(work, work.samples, 3, last, (0, 20), N)
    sides = [(3 + np.flatnonzero(side)).tolist() for side in (is_left, ~is_left)]
    assert work.samples[:last].tolist() == [0, 1, 2, *sides[0], *sides[1]]
    assert middle == 3 + len(sides[0])
    assert left == (len(sides[0]) << RESPONSE_BITS) + sum(sides[0])


def test_divide_outside__puts_samples_up_to_a_rank_first():
    work = workspace()
    work.outside[:] = np.arange(N)
    middle = tree.divide_outside.py_func(work, 2, 30, (1, 20), 9)
    is_left = work.codes[N : 2 * N] <= 20
    assert sorted(work.outside[2:30].tolist()) == list(range(2, 30))
    assert is_left[work.outside[2:middle]].all()
    assert not is_left[work.outside[middle:30]].any()
    assert work.outside[[0, 1, 30, 39]].tolist() == [0, 1, 30, 39]


def test_is_pure__compares_responses():
    work = workspace()
    work.samples[:] = np.arange(N)
    assert tree.is_pure.py_func(work, 3, 4)
    assert not tree.is_pure.py_func(work, 3, 6)


def test_order_small_node__sorts_by_response():
    work = workspace()
    work.samples[:4] = [9, 3, 7, 5]
    tree.order_small_node.py_func(work, 1, 4)
    assert work.samples[:4].tolist() == [9, 3, 5, 7]


def test_order_small_node__leaves_a_large_node_as_it_is():
    work = workspace()
    samples = list(range(SMALL_NODE + 1, 0, -1))
    work.samples[: SMALL_NODE + 1] = samples
    tree.order_small_node.py_func(work, 0, SMALL_NODE + 1)
    assert work.samples[: SMALL_NODE + 1].tolist() == samples
