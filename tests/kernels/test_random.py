from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.random import (
    GOLDEN,
    as_unit,
    draw_next,
    draw_regulator,
    draw_regulators,
    draw_with_replacement,
    mixed,
    permutation,
    random_below,
    start_stream,
    undo_draw,
)

MASK = (1 << 64) - 1


def naive_mixed(x):
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


@kernel
def compiled_stream(state, seed, tree, below, units, n):
    start_stream(state, seed, tree)
    for i in range(below.shape[0]):
        below[i] = random_below(state, n)
    for i in range(units.shape[0]):
        state[0] += GOLDEN
        units[i] = as_unit(mixed(state[0]))


@kernel
def compiled_times(state, times):
    draw_with_replacement(state, times)


@kernel
def compiled_draws(state, seed, tree, pool, n, out):
    start_stream(state, seed, tree)
    for i in range(out.shape[0]):
        out[i] = draw_regulator(state, pool, i, n)


@kernel
def compiled_draws_at_once(state, seed, tree, pool, n, middle):
    start_stream(state, seed, tree)
    draw_regulators(state, pool, 0, middle, n)
    draw_regulators(state, pool, middle, n, n)


@kernel
def compiled_draws_taken_back(state, pool, n, n_kept):
    counter = state[0]
    place_a, _ = draw_next(counter, pool, 0, n)
    place_b, _ = draw_next(counter, pool, 1, n)
    place_c, _ = draw_next(counter, pool, 2, n)
    undo_draw(pool, 2, place_c, n_kept < 3)
    undo_draw(pool, 1, place_b, n_kept < 2)
    undo_draw(pool, 0, place_a, n_kept < 1)


@pytest.mark.parametrize("n", [3, 4, 50])
@pytest.mark.parametrize("n_kept", [0, 1, 2, 3])
def test_undo_draw__leaves_the_pool_as_before_the_draw(n, n_kept):
    for seed in range(20):
        state, pool = np.zeros(1, np.uint64), np.arange(n, dtype=np.int32)
        expected = pool.copy()
        compiled_draws(state, np.uint64(seed), 0, expected, n, np.zeros(n_kept, np.int64))
        compiled_draws(state, np.uint64(seed), 0, pool.copy(), n, np.zeros(0, np.int64))
        compiled_draws_taken_back(state, pool, n, n_kept)
        assert pool.tolist() == expected.tolist()


def test_stream__is_splitmix_in_whole_numbers_of_python():
    state, below, units = np.zeros(1, np.uint64), np.zeros(5, np.int64), np.zeros(5)
    compiled_stream(state, np.uint64(2**63 + 5), 3, below, units, 1000)
    counter = naive_mixed((2**63 + 5 + 3 * 0xD1342543DE82EF95) & MASK)
    expected = []
    for _ in range(10):
        counter = (counter + 0x9E3779B97F4A7C15) & MASK
        expected.append(naive_mixed(counter))
    assert below.tolist() == [((r >> 32) * 1000) >> 32 for r in expected[:5]]
    assert units.tolist() == [(r >> 11) / 2**53 for r in expected[5:]]


def test_random_below__is_even():
    state, below = np.zeros(1, np.uint64), np.zeros(100_000, np.int64)
    compiled_stream(state, np.uint64(1), 0, below, np.zeros(1), 10)
    counts = np.bincount(below, minlength=10)
    # Chi-squared with 9 degrees of freedom stays below 28 in 999 of 1,000 cases.
    assert ((counts - 10_000) ** 2 / 10_000).sum() < 28


def test_draw_with_replacement__counts_what_random_below_draws():
    for n in (1, 2, 30):
        states = [np.full(1, 8, np.uint64) for _ in range(2)]
        times = np.full(n, 7, np.int64)
        compiled_times(states[0], times)
        with np.errstate(over="ignore"):
            drawn = [random_below.py_func(states[1], n) for _ in range(n)]
        assert times.tolist() == np.bincount(drawn, minlength=n).tolist()
        assert states[0] == states[1]


def test_draw_regulator__draws_each_once_and_all_equally_often():
    firsts = np.zeros(30, np.int64)
    for tree in range(6000):
        state, out = np.zeros(1, np.uint64), np.zeros(30, np.int64)
        pool = np.arange(30, dtype=np.int32)
        compiled_draws(state, np.uint64(4), tree, pool, 30, out)
        assert sorted(out.tolist()) == list(range(30))
        assert (pool == out).all()
        firsts[out[0]] += 1
    assert ((firsts - 200) ** 2 / 200).sum() < 59  # 29 degrees of freedom, 999 of 1,000


def test_draw_regulators__are_those_drawn_one_by_one():
    one_by_one, at_once = (np.zeros(1, np.uint64) for _ in range(2))
    pools = np.tile(np.arange(30, dtype=np.int32), (2, 1))
    for middle in (0, 1, 17, 30):
        compiled_draws(one_by_one, np.uint64(4), middle, pools[0], 30, np.zeros(30, np.int64))
        compiled_draws_at_once(at_once, np.uint64(4), middle, pools[1], 30, middle)
        assert (pools[0] == pools[1]).all()
        assert at_once[0] == one_by_one[0]


def test_permutation__has_every_number_at_every_place_about_as_often():
    found = np.array([permutation(5, seed) for seed in range(2000)])
    assert (np.sort(found, axis=1) == np.arange(5)).all()
    counts = np.array([np.bincount(column, minlength=5) for column in found.T])
    assert 320 < counts.min() <= counts.max() < 480
