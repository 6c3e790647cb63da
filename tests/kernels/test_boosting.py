from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.inference.genie3 import unit_variance
from genie3_engine.kernels.boosting import boost
from genie3_engine.kernels.boosting_workspace import (
    fixed_residuals,
    new_sorted,
    new_work,
    sort_samples,
)
from tests import naive

GENERATIONS = {
    "G1": {"is_normalised": True, "is_shifted": False},
    "G2": {"is_normalised": False, "is_shifted": False},
    "G3": {"is_normalised": False, "is_shifted": True},
}
CASES = [  # samples, regulators, K, decimals of the expression (few make ties), trees at most
    (20, 5, 1, 6, 60),
    (20, 12, 1, 0, 60),
    (23, 8, 2, 1, 60),
    (25, 30, 3, 6, 40),
    (31, 6, 1, 0, 80),
    (40, 21, 2, 1, 40),
    (9, 4, 1, 6, 30),  # no sample out of bag
    (2, 3, 1, 6, 30),
    (5, 1, 1, 0, 30),
    (60, 40, 4, 2, 30),
]


def small_data(n_samples, n_regulators, decimals, seed):
    """A target of two regulators and noise; one regulator is constant, one has few values."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n_regulators, n_samples)).round(decimals)
    target = values[0] + np.abs(values[-1]) + 0.3 * rng.normal(size=n_samples).round(decimals)
    if n_regulators > 2:
        values[1] = 7.5
        values[2] = values[2] > 0.8
    standardised = unit_variance(target)
    assert standardised is not None
    return values, fixed_residuals(standardised)[0]


def boosted(values, residual, candidates, *, k, n_outside, most_trees, seed, **how):
    """What `naive.boost` returns, by the kernel: trees, importance, residuals, gain out of bag."""
    regulators = new_sorted(*values.shape)
    half = len(values) // 2
    sort_samples(values[:half], regulators, 0)
    sort_samples(values[half:], regulators, half)
    work = new_work(regulators, residual.copy(), np.array(candidates, np.int32))
    importance, gain = np.zeros(len(values)), np.zeros(1)
    settings = (how["has_window"], how["is_normalised"], how["is_shifted"])
    n_trees = boost(work, k, n_outside, most_trees, *settings, np.uint64(seed), importance, gain)
    return n_trees, importance, work.residual, float(gain[0])


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize(
    ("n_samples", "n_regulators", "k", "decimals", "most_trees"), CASES, ids=map(str, CASES)
)
def test_boost__is_that_of_the_definition(
    generation, n_samples, n_regulators, k, decimals, most_trees
):
    for seed in range(2):
        values, residual = small_data(n_samples, n_regulators, decimals, seed + n_samples)
        settings = {
            **{"k": k, "n_outside": n_samples - max(1, int(0.9 * n_samples))},
            **{"most_trees": most_trees, "seed": 2**63 + seed, "has_window": True},
            **GENERATIONS[generation],
        }
        candidates = [at for at in range(n_regulators) if at != 3]
        n_trees, importance, left, gain = boosted(values, residual, candidates, **settings)
        expected = naive.boost(values.tolist(), residual.tolist(), candidates, **settings)
        assert n_trees == expected[0]
        assert left.tolist() == expected[2]  # every tree was the same
        np.testing.assert_allclose(
            importance[candidates], list(expected[1].values()), rtol=1e-12, atol=0
        )
        assert gain == pytest.approx(sum(expected[3]), rel=1e-9)
        if generation == "G1" and n_samples > 2:
            assert importance.sum() == pytest.approx(n_trees, rel=1e-12)


def test_boost__stops_when_the_window_says_so_and_not_without_it():
    values, residual = small_data(30, 6, 6, 1)
    values[:] = np.random.default_rng(5).normal(size=values.shape)  # nothing explains the target
    settings = {"k": 1, "n_outside": 3, "most_trees": 300, "seed": 4, **GENERATIONS["G1"]}
    stopped = boosted(values, residual, range(6), **settings, has_window=True)[0]
    assert 25 <= stopped < 300
    assert boosted(values, residual, range(6), **settings, has_window=False)[0] == 300


def test_boost__of_one_candidate_that_is_constant_grows_trees_without_nodes():
    values, residual = np.full((1, 20), 3.0), small_data(20, 2, 6, 2)[1]
    settings = {"k": 1, "n_outside": 2, "most_trees": 30, "seed": 4, **GENERATIONS["G1"]}
    n_trees, importance, *_ = boosted(values, residual, [0], **settings, has_window=False)
    assert (n_trees, importance.tolist()) == (30, [0.0])
