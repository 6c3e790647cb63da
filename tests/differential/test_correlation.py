from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.differential import correlation

RANDOM = np.random.default_rng(5)


def test_spearman__is_that_of_scipy_with_ties():
    from scipy.stats import spearmanr

    values = RANDOM.normal(size=(6, 40)).round(1)
    values[2] = values[2].round(0)
    first, second = np.array([0, 1, 2, 5]), np.array([3, 2, 4, 0])
    expected = [
        spearmanr(values[a], values[b]).statistic for a, b in zip(first, second, strict=True)
    ]
    assert correlation.spearman(values, first, second) == pytest.approx(expected)


def test_spearman__is_nan_for_a_constant_gene_and_1_for_the_same_order():
    values = np.array([[1.0, 2, 3, 4], [5, 5, 5, 5], [1, 10, 100, 1000], [4, 3, 2, 1]])
    found = correlation.spearman(values, np.array([0, 0, 0]), np.array([1, 2, 3]))
    assert np.isnan(found[0])
    assert found[1:].tolist() == [1.0, -1.0]


def test_spearman__has_the_same_bits_for_any_order_of_the_samples(monkeypatch):
    values = RANDOM.normal(size=(8, 33))
    first, second = np.arange(7), np.arange(1, 8)
    found = correlation.spearman(values, first, second)
    monkeypatch.setattr(correlation, "_VALUES_AT_ONCE", 70)
    shuffled = values[:, RANDOM.permutation(33)]
    assert correlation.spearman(shuffled, first, second).tobytes() == found.tobytes()


def test_fisher_z__is_that_of_transformed_correlations():
    first, second = np.array([0.1, -0.5, 0.9]), np.array([0.4, 0.5, 0.9])
    deviation = np.sqrt(1.06 / 57 + 1.06 / 27)
    expected = (np.arctanh(second) - np.arctanh(first)) / deviation
    found = correlation.fisher_z(first, second, n_samples=(60, 30))
    assert found == pytest.approx(expected)


def test_fisher_z__is_finite_for_perfect_correlations_and_changes_its_sign_with_the_groups():
    first, second = np.array([-1.0, 0.3, np.nan]), np.array([1.0, -0.2, 0.1])
    found = correlation.fisher_z(first, second, n_samples=(20, 50))
    assert np.isfinite(found[:2]).all()
    assert np.isnan(found[2])
    exchanged = correlation.fisher_z(second, first, n_samples=(50, 20))
    assert (exchanged[:2] == -found[:2]).all()


def test_fisher_z__has_variance_1_without_a_change():
    values = RANDOM.normal(size=(600, 70))
    values[300:] += 0.8 * values[:300]
    first, second = np.arange(300), np.arange(300, 600)
    groups = (values[:, :40], values[:, 40:])
    r1, r2 = (correlation.spearman(group, first, second) for group in groups)
    z = correlation.fisher_z(r1, r2, n_samples=(40, 30))
    assert 0.9 < z.std() < 1.1
