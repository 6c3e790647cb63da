"""Tests of p and q values."""

import numpy as np
import pytest

from genie3_engine.confidence.p_values import Discoveries, NullDistributions
from tests import naive

N_GROUPS, N_NULLS, N_REGULATORS = 3, 4, 6


def drawn(seed):
    rng = np.random.default_rng(seed)
    importance = rng.exponential(size=(N_GROUPS * N_NULLS, N_REGULATORS)).astype(np.float32)
    importance[rng.random(importance.shape) < 0.2] = 0.0
    importance[:, 5] = 0.0  # a regulator that no null target uses
    own = rng.integers(-1, N_REGULATORS, len(importance))
    importance[np.flatnonzero(own >= 0), own[own >= 0]] = 0.0
    n_trees = rng.integers(1, 5, len(importance)).astype(np.float64)
    return importance, own, n_trees


def test_p_values__are_those_of_the_plain_definition():
    importance, own, n_trees = drawn(1)
    nulls = [
        (
            number // N_NULLS,
            {i: float(row[i]) / trees for i in range(N_REGULATORS) if i != mine},
        )
        for number, (row, mine, trees) in enumerate(zip(importance, own, n_trees, strict=True))
    ]
    rng = np.random.default_rng(2)
    links = [
        (int(rng.integers(N_GROUPS)), int(rng.integers(N_REGULATORS)), value)
        for value in [*rng.exponential(size=60).tolist(), *importance[0].tolist()]
    ]
    expected = naive.p_values(links, nulls, N_GROUPS)
    found = NullDistributions(importance, own, n_trees, N_GROUPS).p_values(
        np.array([link[0] for link in links], np.int32),
        np.array([link[1] for link in links]),
        np.array([link[2] for link in links]),
    )
    assert found.tolist() == np.array(expected, np.float32).tolist()
    assert all(p == 1 for p, link in zip(expected, links, strict=True) if link[1] == 5)


def test_p_values__without_a_group_are_one():
    nulls = NullDistributions(*drawn(1), N_GROUPS)
    one = nulls.p_values(np.array([-1], np.int32), np.array([0]), np.array([9.0]))
    assert one.tolist() == [1.0]


def test_p_values__without_null_targets_are_one():
    nulls = NullDistributions(
        np.zeros((0, 4), np.float32), np.zeros(0, np.int64), np.zeros(0), n_groups=0
    )
    one = nulls.p_values(np.array([-1], np.int32), np.array([0]), np.array([9.0]))
    assert one.tolist() == [1.0]


@pytest.mark.parametrize("n_parts", [1, 3])
def test_q_values__are_those_of_the_plain_definition(n_parts):
    p = np.random.default_rng(3).integers(1, 30, 50).astype(np.float32) / np.float32(100)
    found = Discoveries(n_tests=80)
    for part in np.array_split(p, n_parts):
        found.add(part)
    expected = naive.false_discovery_rates(p.astype(float).tolist() + [1.0] * 30)[:50]
    np.testing.assert_allclose(found.q_values(p), expected, rtol=1e-6)
    assert found.q_values(p[:0]).size == 0


def test_pi0__is_the_share_of_tests_above_one_half_doubled():
    found = Discoveries(n_tests=10)
    found.add(np.array([0.1, 0.2, 0.01, 0.3, 0.04, 0.7, 0.5], np.float32))
    assert found.pi0 == pytest.approx(0.8)
    few = Discoveries(n_tests=10)
    few.add(np.array([0.9], np.float32))
    assert few.pi0 == 1.0
    assert Discoveries(n_tests=0).pi0 == 1.0
