from __future__ import annotations

import numpy as np

from genie3_engine.kernels import extra_tree
from genie3_engine.kernels.importance import grow_extra_trees
from tests.kernels.test_random_splits import Node


def grow_one(work, k, importance):
    """Grow a tree by the kernel of runs, which is compiled once for all tests."""
    grow_extra_trees(work, k, 1, np.uint64(3), importance)


def test_grow_extra_tree__explains_all_deviation_that_candidates_can_separate():
    rng = np.random.default_rng(1)
    response = rng.integers(-1000, 1000, 50)
    work = Node(rng.normal(size=(6, 50)), response, 50).work
    importance = np.zeros(6)
    grow_one(work, 2, importance)
    deviation = ((response - response.mean()) ** 2).sum()
    assert np.isclose(importance.sum(), deviation, rtol=1e-12)
    assert (importance > 0).all()


def test_grow_extra_tree__leaves_together_what_no_candidate_separates():
    response = np.array([5, 1, 1, 5])
    work = Node([[0.0, 0.0, 1.0, 1.0]], response, 4).work
    importance = np.zeros(1)
    grow_one(work, 1, importance)
    assert importance[0] == 0.0


def test_take_all_samples__gives_each_the_weight_one():
    work = Node([[0.0, 1.0, 2.0]], [4, -5, 6], 3).work
    work.weighted[:] = 0
    extra_tree.take_all_samples.py_func(work)
    assert work.weights.tolist() == [1, 1, 1]
    assert [extra_tree.unpacked.py_func(packed) for packed in work.weighted] == [
        (1, 4),
        (1, -5),
        (1, 6),
    ]


def test_finish_pair__takes_the_first_candidate_that_separates_the_samples():
    work = Node([[1.0, 1.0, 2.0], [3.0, 3.0, 3.0], [1.0, 2.0, 2.0]], [4, -2, 9], 2).work
    importance = np.zeros(3)
    with np.errstate(over="ignore"):
        extra_tree.finish_pair.py_func(work, np.uint64(0), np.uint64(1), 2, importance)
    assert importance.tolist() == [0.0, 0.0, 18.0]  # each is 3 away from the mean


def test_finish_pair__draws_nothing_for_equal_responses():
    work = Node([[1.0, 2.0]], [4, 4], 2).work
    importance = np.zeros(1)
    extra_tree.finish_pair.py_func(work, np.uint64(0), np.uint64(1), 8, importance)
    assert importance[0] == 0.0
    assert work.state[0] == 0


def test_push_pairs__puts_each_pair_on_its_side():
    for sides in (0b0011, 0b0101, 0b0110, 0b1001, 0b1010, 0b1100):
        work = Node([[0.0, 1.0, 2.0, 3.0]], [1, 2, 4, 8], 4).work
        samples = tuple(np.uint64(i) for i in range(4))
        assert extra_tree.push_pairs.py_func(work, 0, 0, sides, samples) == 2
        left = [i for i in range(4) if (sides >> i) & 1]
        right = [i for i in range(4) if i not in left]
        assert work.samples[:4].tolist() == left + right
        assert work.nodes[:8].tolist() == [
            *(0, 2, 2, sum(1 << i for i in left)),
            *(2, 4, 2, sum(1 << i for i in right)),
        ]
