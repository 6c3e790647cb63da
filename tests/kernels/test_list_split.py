from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.kernels import level_lists, rank_layout
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.importance import grow_forest
from genie3_engine.kernels.level_lists import NO_LISTS
from genie3_engine.kernels.list_split import divide_near, is_listed, list_split, number_near
from genie3_engine.kernels.rank_layout import rank_matrix
from genie3_engine.kernels.workspace import RESPONSE_BITS, new_workspace
from tests import naive
from tests.kernels.test_level_lists import sparse_ranks

N = 400


@pytest.fixture(autouse=True, scope="module")
def _lists_of_few_samples():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(level_lists, "_MIN_SAMPLES", 0)
        patch.setattr(rank_layout, "_MAX_NEAR_SAMPLES", 0)
        yield


@kernel
def compiled_list_split(work, n, k, total):
    return list_split(work, 0, n, k, total)


@kernel
def compiled_division(work, n, k, total, split):
    list_split(work, 0, n, k, total)
    return divide_near(work, 0, n, split)


def workspace(ranks, response, matrix):
    return new_workspace(
        ranks,
        response,
        candidates=np.arange(len(ranks), dtype=np.int32),
        n_levels=int(ranks.max()) + 1,
        matrix=matrix,
    )


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    n=st.sampled_from([2, 30, 90]),
    share=st.sampled_from([0.01, 0.2]),
    spread=st.sampled_from([1, 10**6]),
)
def test_list_split__is_the_plain_search(seed, n, share, spread):
    rng = np.random.default_rng(seed)
    values = np.where(rng.random((6, N)) < share, rng.integers(1, 6, (6, N)), 0)
    ranks = naive.dense_ranks(values.tolist()).astype(np.uint16)
    response, weights = rng.integers(-spread, spread + 1, N), rng.integers(1, 4, N)
    work = workspace(ranks, response, rank_matrix(ranks))
    node = rng.permutation(N)[:n]
    work.samples[:n], work.weights[:], work.state[0] = node, weights, seed
    work.weighted[:] = (weights << RESPONSE_BITS) + weights * response
    total = int(weights[node].sum()), int((weights * response)[node].sum())
    gain, candidate, rank = compiled_list_split(work, n, 4, total)
    assert not work.node_packed.any()
    pool = work.pool[:6].tolist()
    useful = [c for c in pool if len(set(ranks[c, node])) > 1]
    drawn = pool[:4] if set(pool[:4]) & set(useful) else useful[:1]
    expected, at, expected_rank = naive.best_node_split(
        [ranks[c, node].tolist() for c in drawn], weights[node].tolist(), response[node].tolist()
    )
    if at < 0:
        assert (gain, candidate) == (-1.0, -1)
        return
    assert gain == pytest.approx(float(expected), rel=1e-12)
    if (candidate, rank) != (drawn[at], expected_rank):  # gains that differ in the last bit only
        own = naive.best_split(
            ranks[candidate, node].tolist(), weights[node].tolist(), response[node].tolist()
        )[0]
        assert float(own) == pytest.approx(float(expected), rel=1e-14)


def test_number_near__writes_the_lists_of_a_node_alone():
    ranks = sparse_ranks()
    lists = level_lists.level_lists(ranks)
    node = np.array([7, 590, 31, 200, 8], np.uint32)
    numbers, starts = np.full(600, 99, np.uint16), np.ones(lists.starts.size, np.int32)
    samples = np.zeros(lists.n_near, np.uint16)
    number_near.py_func(node, (lists.row_starts, lists.rows), (numbers, starts, samples))
    assert numbers[node].tolist() == [0, 1, 2, 3, 4]
    for level in range(28):
        found = samples[starts[level] : starts[level + 1]]
        expected = np.flatnonzero(ranks[level // 4, node] == level % 4 + 1)
        assert sorted(found.tolist()) == expected.tolist()


def test_divide_near__keeps_the_order_of_each_side():
    rng = np.random.default_rng(1)
    values = np.where(rng.random((6, N)) < 0.2, rng.integers(1, 6, (6, N)), 0)
    ranks = naive.dense_ranks(values.tolist()).astype(np.uint16)
    work = workspace(ranks, rng.integers(-9, 10, N), rank_matrix(ranks))
    node = rng.permutation(N)[:300]
    work.samples[:300], work.weighted[:] = node, np.arange(N)
    middle, left = compiled_division(work, 300, 4, (300, 0), (3, 1))
    on_left = ranks[3, node] <= 1
    assert work.samples[:300].tolist() == [*node[on_left].tolist(), *node[~on_left].tolist()]
    assert (middle, left) == (on_left.sum(), node[on_left].sum())
    assert not work.is_right.any()


def test_grow_forest__has_the_same_bits_with_lists():
    rng = np.random.default_rng(3)
    values = np.where(rng.random((40, 9000)) < 0.15, rng.poisson(1.5, (40, 9000)), 0)
    ranks = naive.dense_ranks(values.tolist()).astype(np.uint8)
    response = rng.integers(-(10**6), 10**6, 9000) + 10**6 * ranks[3].astype(np.int64)
    response[rng.random(9000) < 0.5] = -(10**6)
    with_lists = rank_matrix(ranks)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(level_lists, "_LISTED_SHARE", 0.0)
        without = rank_matrix(ranks)
    answers = []
    for matrix in (with_lists, without):
        work, importance = workspace(ranks, response, matrix), np.zeros(40)
        assert is_listed.py_func(work, 65) == (matrix is with_lists)
        grow_forest(work, 6, 2, np.uint64(1), importance)
        answers.append(importance.tobytes() + work.predicted.tobytes())
    assert without.lists is NO_LISTS
    assert answers[0] == answers[1]
