from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.grid import expression_grid
from genie3_engine.kernels.random_splits import divide_at_cut, random_rank, random_split
from genie3_engine.kernels.ranks import dense_ranks, rank_type
from genie3_engine.kernels.workspace import RESPONSE_BITS, new_workspace
from tests import naive


@kernel
def compiled_random_split(work, n, k, total, bound):
    gain, cut = random_split(work, 0, n, k, total, bound)
    n_left = divide_at_cut(work, 0, n, cut) if gain >= 0.0 else 0
    return gain, cut.candidate, n_left, cut.left


@kernel
def compiled_random_ranks(work, low, high, numbers, out):
    for i in range(out.shape[0]):
        out[i] = random_rank(work, 0, low, high, numbers[i])


class Node:
    """A node with some of the samples of a small random data set."""

    def __init__(self, values, responses, n):
        values = np.asarray(values, np.float64)
        self.ranks = np.zeros(values.shape, rank_type(values.shape[1]))
        self.levels = np.zeros(values.shape, np.float32)
        n_levels = dense_ranks(values, self.ranks, self.levels)
        self.n_candidates = len(values)
        self.work = new_workspace(
            self.ranks,
            np.asarray(responses, np.int64),
            candidates=np.arange(self.n_candidates, dtype=np.int32),
            n_levels=n_levels,
            grid=expression_grid(self.levels, self.ranks),
        )
        self.work.weighted[:] = (1 << RESPONSE_BITS) + self.work.response
        self.inside = np.arange(values.shape[1])[:n]
        self.work.samples[:n] = self.inside
        self.samples = [(1, int(responses[i])) for i in self.inside]
        self.total = (n, sum(response for _, response in self.samples))

    def ranks_of(self, candidate):
        return self.ranks[candidate, self.inside].tolist()

    def left_of(self, candidate, rank):
        """Return the samples up to a rank and the others, each in their order."""
        is_left = self.ranks[candidate, self.inside] <= rank
        return self.inside[is_left].tolist(), self.inside[~is_left].tolist()

    def divided(self, n_left):
        """Return the samples that the kernel put left and right."""
        samples = self.work.samples[: len(self.inside)].tolist()
        return samples[:n_left], samples[n_left:]


VALUES = {
    "continuous": lambda rng, shape: rng.normal(size=shape),
    "counts": lambda rng, shape: rng.poisson(0.4, shape),
    "raw counts with outliers": lambda rng, shape: rng.poisson(2, shape) ** 9,
    "equal as 32-bit floats": lambda rng, shape: 1 + rng.integers(0, 4, shape) * 2.0**-26,
}


@settings(max_examples=150)
@given(
    seed=st.integers(0, 2**64 - 1),
    n=st.integers(3, 90),  # up to all samples: read by columns
    kind=st.sampled_from(sorted(VALUES)),
    n_candidates=st.sampled_from([1, 5, 17, 40]),
    k=st.integers(1, 40),
    is_bounded=st.booleans(),
    n_samples=st.sampled_from([90, 1_000]),  # more than a byte of ranks, and a row for each sample
)
def test_random_split__is_the_plain_search(seed, n, kind, n_candidates, k, is_bounded, n_samples):
    rng = np.random.default_rng(seed)
    values = VALUES[kind](rng, (n_candidates, n_samples))
    node = Node(values, rng.integers(-5, 6, n_samples), n)
    k = min(k, n_candidates)
    bound = float(rng.integers(0, 20 * n * n)) if is_bounded else 1e300
    node.work.state[0] = seed
    found = compiled_random_split(node.work, n, k, node.total, bound)
    stream = naive.Stream(seed)
    expected = naive.random_node_split(
        stream, n_candidates, node.ranks_of, node.levels, node.samples, k, bound
    )
    assert found[0] == pytest.approx(float(expected[0]), rel=1e-12)
    assert found[1] == expected[1]
    assert node.work.state[0] == stream.state
    if found[1] >= 0:
        left = node.left_of(found[1], expected[2])
        assert node.divided(found[2]) == left
        assert found[3] == sum(int(node.work.weighted[i]) for i in left[0])


@pytest.mark.parametrize("kind", sorted(VALUES))
def test_random_split__of_many_samples_is_the_plain_search(kind):
    rng = np.random.default_rng(1)  # so many are often next to a threshold
    n = 20_000
    node = Node(VALUES[kind](rng, (3, n)), rng.integers(-500, 501, n), n)
    for k in (1, 2, 3):
        node.work.samples[:n] = node.inside
        node.work.pool[:3] = np.arange(3)
        node.work.state[0] = k
        found = compiled_random_split(node.work, n, k, node.total, 1e300)
        expected = naive.random_node_split(
            naive.Stream(k), 3, node.ranks_of, node.levels, node.samples, k, 1e300
        )
        assert found[0] == pytest.approx(float(expected[0]), rel=1e-12)
        assert node.divided(found[2]) == node.left_of(expected[1], expected[2])


def test_random_split__finds_extremes_far_from_the_ends_of_the_order():
    rng = np.random.default_rng(3)
    values = np.stack([np.arange(1_000.0), np.arange(1_000.0)[::-1], rng.normal(size=1_000)])
    node = Node(values, rng.integers(-50, 51, 1_000), 1_000)
    node.inside = np.arange(300, 700)
    node.samples = [(1, int(node.work.response[i])) for i in node.inside]
    node.total = (400, sum(response for _, response in node.samples))
    for seed in range(10):
        node.work.samples[:400] = node.inside
        node.work.pool[:3] = np.arange(3)
        node.work.state[0] = seed
        found = compiled_random_split(node.work, 400, 3, node.total, 1e300)
        expected = naive.random_node_split(
            naive.Stream(seed), 3, node.ranks_of, node.levels, node.samples, 3, 1e300
        )
        assert found[0] == pytest.approx(float(expected[0]), rel=1e-12)
        assert node.divided(found[2]) == node.left_of(expected[1], expected[2])


def test_random_split__tells_apart_what_the_grid_does_not():
    values = np.concatenate([np.arange(40.0), [1e9]])[None, :]  # one step is 15,000
    node = Node(values, np.arange(41), 40)
    for seed in range(20):
        node.work.state[0] = seed
        stream = naive.Stream(seed)
        expected = naive.random_node_split(
            stream, 1, node.ranks_of, node.levels, node.samples, 1, 1e300
        )
        node.work.samples[:40] = node.inside
        _, _, n_left, _ = compiled_random_split(node.work, 40, 1, node.total, 1e300)
        assert node.divided(n_left) == node.left_of(0, expected[2])


def test_random_rank__falls_between_levels_as_often_as_they_are_apart():
    work = Node([[0.0, 1.0, 4.0, 10.0]], [0, 0, 0, 0], 4).work
    numbers = np.random.default_rng(0).integers(0, 2**64, 20_000, np.uint64)
    ranks = np.zeros(20_000, np.int64)
    compiled_random_ranks(work, 0, 3, numbers, ranks)
    shares = np.bincount(ranks, minlength=4) / ranks.size
    np.testing.assert_allclose(shares, [0.1, 0.3, 0.6, 0.0], atol=0.015)


def test_random_rank__of_neighbours_is_the_lower_one():
    work = Node([[0.0, 1.0, 9.0, 10.0]], [0, 0, 0, 0], 4).work
    numbers = [np.uint64(0), np.uint64(2**63), np.uint64(2**64 - 1)]
    assert {random_rank.py_func(work, 0, 1, 2, number) for number in numbers} == {1}
