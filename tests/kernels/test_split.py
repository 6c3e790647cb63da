from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.ranks import rank_type
from genie3_engine.kernels.split import (
    best_split,
    exhaustive_split,
    left_part,
    separate_three,
    separating_split,
    split_pair,
)
from genie3_engine.kernels.split_screening import is_screened
from genie3_engine.kernels.tree import split_node
from genie3_engine.kernels.workspace import RESPONSE_BITS, SMALL_NODE, new_workspace
from tests import naive


@kernel
def compiled_best_split(work, candidate, n, total):
    return best_split(work, candidate, 0, n, total)


@kernel
def compiled_pair(work, total):
    return split_pair(work, 0, total)


@kernel
def compiled_split(work, n, total, k, max_weight):
    return split_node(work, 0, n, total, k, max_weight)


@kernel
def compiled_exhaustive(work, n, total, k):
    return exhaustive_split(work, 0, n, k, total)


@kernel
def compiled_separating(work, n_left, wanted):
    return separating_split(work, 0, 3, n_left, 0, wanted)


@kernel
def compiled_three(work, n_left):
    return separate_three(work, 0, n_left)


class Node:
    """A node with all samples of a small random data set."""

    def __init__(self, seed, *, n, n_candidates, n_levels, spread=1000, weights=4):
        rng = np.random.default_rng(seed)
        self.n = n
        values = rng.integers(0, n_levels, (n_candidates, n))
        self.ranks = naive.dense_ranks(values.tolist())
        self.weights = rng.integers(1, weights, n)
        self.responses = rng.integers(-spread, spread + 1, n)
        codes = self.ranks.astype(rank_type(max(n_levels, 2)))
        self.work = new_workspace(
            codes,
            self.responses,
            candidates=np.arange(n_candidates, dtype=np.int32),
            n_levels=max(n_levels, 2),
        )
        self.work.weights[:] = self.weights
        self.work.weighted[:] = (self.weights << RESPONSE_BITS) + self.weights * self.responses
        self.work.samples[:] = np.argsort(self.responses, kind="stable")
        self.work.state[0] = seed
        self.samples = list(zip(self.weights.tolist(), self.responses.tolist(), strict=True))
        self.total = (int(self.weights.sum()), int((self.weights * self.responses).sum()))
        self.max_weight = int(self.weights.max())

    def best(self, positions):
        """The plain answer for candidates drawn in this order."""
        ranks = [self.ranks[position].tolist() for position in positions]
        gain, at, rank = naive.best_node_split(
            ranks, self.weights.tolist(), self.responses.tolist()
        )
        return gain, (int(positions[at]) if at >= 0 else -1), rank

    def screened_split(self, k):
        """The answer of the kernel, which screens nodes like this one."""
        assert self.n > SMALL_NODE
        assert is_screened.py_func(self.work, self.n, self.total[0], self.max_weight)
        return compiled_split(self.work, self.n, self.total, k, self.max_weight)[:2]

    def assert_divided(self, candidate, rank, middle, left):
        """Check the samples of a node that its split has divided."""
        goes_left = self.ranks[candidate][self.work.samples] <= rank
        assert goes_left[:middle].all()
        assert not goes_left[middle:].any()
        assert left == self.work.weighted[self.work.samples[:middle]].sum()
        for side in np.split(self.work.samples, [middle]):
            assert (np.diff(self.responses[side]) >= 0).all()
        assert sorted(self.work.samples.tolist()) == list(range(self.n))

    def assert_answer(self, answer, k):
        """Compare with the candidates that were drawn: the first ``k`` of the pool.

        Returns the plain answer's gain.
        """
        candidate, rank = answer
        pool = self.work.pool[: len(self.ranks)]
        expected = self.best(pool[:k])
        if expected[1] < 0:  # drawing goes on until a candidate can divide the node
            useful = [int(c) for c in pool if len(set(self.ranks[c])) > 1]
            if not useful:
                assert answer == (-1, 0)
                return -1.0
            expected = self.best(useful[:1])
        if (candidate, rank) != expected[1:]:  # gains that differ in the last bit only
            own = self.best([candidate])
            assert rank == own[2]
            assert abs(own[0] - expected[0]) <= expected[0] * Fraction(1, 10**14)
        assert not self.work.sums.any()
        assert not self.work.marks.any()
        assert not self.work.mark_words.any()
        assert not self.work.slots.any()
        return float(expected[0])


@pytest.mark.parametrize(("rank", "expected"), [(0, 7), (3, 7), (4, 0), (65_535, 0)])
def test_left_part__is_nothing_on_the_right(rank, expected):
    assert left_part.py_func(np.int64(7), rank, 3) == expected


def test_best_split__of_a_hand_worked_case():
    node = Node(0, n=4, n_candidates=1, n_levels=4)
    node.work.codes[:] = [0, 1, 2, 3]
    node.work.response[:] = [1, 1, 5, 5]
    node.work.weights[:] = 1
    node.work.weighted[:] = (1 << RESPONSE_BITS) + node.work.response
    # Means 1 and 5, deviation 4 * 2² = 16 falls to 0; times the weight, 4.
    assert compiled_best_split(node.work, 0, 4, (4, 12)) == (64.0, 1)


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32), n=st.integers(2, 40), n_levels=st.integers(1, 40))
def test_best_split__is_the_plain_definition(seed, n, n_levels):
    node = Node(seed, n=n, n_candidates=1, n_levels=n_levels)
    gain, rank = compiled_best_split(node.work, 0, n, node.total)
    expected, expected_rank = naive.best_split(
        node.ranks[0].tolist(), node.weights.tolist(), node.responses.tolist()
    )
    assert gain == pytest.approx(float(expected), rel=1e-12)
    if expected > 0:
        assert rank == expected_rank or gain == pytest.approx(float(expected), rel=1e-14)


@settings(max_examples=100)
@given(seed=st.integers(0, 2**32), n_levels=st.integers(1, 3))
def test_split_pair__takes_the_first_that_differs(seed, n_levels):
    node = Node(seed, n=2, n_candidates=12, n_levels=n_levels)
    gain, candidate, rank = compiled_pair(node.work, node.total)
    differing = [c for c in node.work.pool[:12] if len(set(node.ranks[c])) == 2]
    if not differing:
        assert (gain, candidate) == (-1.0, -1)
    else:
        assert candidate == differing[0]
        assert rank == node.ranks[candidate].min()
        assert gain == pytest.approx(float(node.best([candidate])[0]), rel=1e-12)


@settings(max_examples=200)
@given(
    seed=st.integers(0, 2**32),
    n_levels=st.sampled_from([1, 2, 3, 300]),
    n_candidates=st.integers(3, 12),
    n_left=st.sampled_from([1, 2]),
)
def test_separate_three__is_the_search_one_by_one(seed, n_levels, n_candidates, n_left):
    node, plain = (Node(seed, n=3, n_candidates=n_candidates, n_levels=n_levels) for _ in range(2))
    found, *answer = compiled_three(node.work, n_left)
    expected, *separated = compiled_separating(plain.work, n_left, 3)
    assert found == expected
    if found:
        assert answer == separated
    assert node.work.pool.tolist() == plain.work.pool.tolist()
    assert node.work.state == plain.work.state


@settings(max_examples=400)
@given(
    seed=st.integers(0, 2**32),
    n=st.integers(3, 30),
    n_levels=st.sampled_from([1, 2, 3, 8, 30]),
    n_candidates=st.sampled_from([1, 5, 16, 17, 45]),
    k=st.integers(1, 45),
    spread=st.sampled_from([1, 5, 10**9]),
)
def test_split_node__is_the_plain_search(seed, n, n_levels, n_candidates, k, spread):
    node = Node(seed, n=n, n_candidates=n_candidates, n_levels=n_levels, spread=spread)
    k = min(k, n_candidates)
    *answer, middle, left = compiled_split(node.work, n, node.total, k, node.max_weight)
    answer = tuple(answer)
    if middle >= 0:
        node.assert_divided(*answer, middle, left)
    if len(set(node.responses.tolist())) == 1:
        assert answer == (-1, 0)
    else:
        node.assert_answer(answer, k)


@pytest.mark.parametrize("n", [17, 48, 49, 64, 65, 100, 256, 300, 600])
@pytest.mark.parametrize("n_levels", [2, 20, 250])
def test_screened_split__is_the_plain_search(n, n_levels):
    for seed in range(2 if n < 256 else 1):
        node = Node(seed, n=n, n_candidates=18, n_levels=n_levels, spread=10**7)
        node.assert_answer(node.screened_split(17), 17)


@pytest.mark.parametrize("n", [65, 80, 128, 129])
@pytest.mark.parametrize("n_levels", [150, 60_000, 70_000])
def test_screened_split__is_the_plain_search_where_ranks_take_most_of_a_key(n, n_levels):
    node = Node(n, n=n, n_candidates=40, n_levels=n_levels, spread=10**7)
    node.assert_answer(node.screened_split(36), 36)


@pytest.mark.parametrize("n_useful", [0, 1])
def test_screened_split__goes_on_drawing_while_large_nodes_have_constant_candidates(n_useful):
    node = Node(3, n=150, n_candidates=30, n_levels=150)
    node.ranks[n_useful:] = 0
    node.work.codes.reshape(30, 150)[n_useful:] = 0
    node.work.bins.reshape(30, 150)[n_useful:] = 0
    node.assert_answer(node.screened_split(7), 7)


def test_screened_split__is_the_plain_search_among_20_000_samples():
    node = Node(1, n=20_000, n_candidates=2, n_levels=120, spread=10**7)
    node.assert_answer(node.screened_split(2), 2)


def test_screened_split__takes_the_first_of_equal_candidates():
    node = Node(1, n=40, n_candidates=32, n_levels=40, spread=10**7)
    node.work.codes.reshape(32, 40)[:] = node.ranks[0]
    node.ranks[:] = node.ranks[0]
    answer = node.screened_split(32)
    node.assert_answer(answer, 32)
    assert answer[0] == node.work.pool[0]


def test_screened_split__survives_an_outlier_that_coarsens_the_rounding():
    node = Node(5, n=60, n_candidates=20, n_levels=60, spread=3)
    node.work.response[7] = 10**9
    node.responses[7] = 10**9
    node.work.weighted[7] = (node.weights[7] << RESPONSE_BITS) + node.weights[7] * 10**9
    node.total = (node.total[0], int((node.weights * node.responses).sum()))
    node.assert_answer(node.screened_split(20), 20)


@settings(max_examples=50)
@given(seed=st.integers(0, 2**32), n=st.integers(3, 30), n_levels=st.integers(1, 30))
def test_exhaustive_split__is_the_plain_search(seed, n, n_levels):
    node = Node(seed, n=n, n_candidates=20, n_levels=n_levels)
    gain, *answer = compiled_exhaustive(node.work, n, node.total, 7)
    assert node.assert_answer(tuple(answer), 7) == pytest.approx(gain, rel=1e-12)
