from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from genie3_engine.data import summary_statistics as module
from genie3_engine.data.sample_similarity import copied_samples
from genie3_engine.data.summary_statistics import library_sizes, measure, variances
from genie3_engine.data.value_scale import ScaleKind, detect_scale
from tests.data.raws import counts, filed, logs, raw_of, sparse

VALUES = st.sampled_from([0.0, 0.0, 1.0, 2.0, -1.0, 0.5, math.nan])
MATRICES = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=VALUES)


@given(MATRICES)
def test_measure__of_sparse_values_is_that_of_dense_ones(values):
    dense = measure(values)
    for held in (measure(sparse(values)), measure(filed(values))):
        for axis in ("genes", "samples"):
            for name in ("n_missing", "n_zero", "low", "high", "total"):
                one, other = (getattr(getattr(each, axis), name) for each in (dense, held))
                np.testing.assert_array_equal(one, other)
        assert (dense.n_values, dense.n_whole, dense.n_negative) == (
            held.n_values,
            held.n_whole,
            held.n_negative,
        )


@given(MATRICES)
def test_copies__of_sparse_values_are_those_of_dense_ones(values):
    found = copied_samples(raw_of(values))
    assert found == copied_samples(raw_of(sparse(values))) == copied_samples(raw_of(filed(values)))
    for first, *others in found:
        for other in others:
            np.testing.assert_array_equal(values[:, first], values[:, other])


def test_measure__by_hand_and_in_small_blocks(monkeypatch):
    monkeypatch.setattr(module, "_BLOCK_VALUES", 2)
    found = measure(np.array([[0, 1.5], [math.nan, -2], [3, 3]]))
    assert found.genes.low.tolist() == [0, -2, 3]
    assert found.samples.total.tolist() == [3, 2.5]
    assert found.is_constant.tolist() == [False, True, True]
    assert (found.n_missing, found.n_zero, found.n_whole, found.n_negative) == (1, 1, 4, 1)


def test_variances__are_numpys():
    values = logs(5, 9)
    np.testing.assert_allclose(variances(values), values.var(axis=1))
    np.testing.assert_allclose(variances(sparse(values)), values.var(axis=1))
    np.testing.assert_array_equal(variances(filed(values)), variances(sparse(values)))


@pytest.mark.parametrize("values", [counts(7, 4), logs(7, 4)])
def test_library_sizes__of_sparse_values_are_those_of_dense_ones(values):
    for held in (sparse(values), filed(values)):
        np.testing.assert_array_equal(library_sizes(values), library_sizes(held))
    np.testing.assert_allclose(library_sizes(values), values.sum(axis=0))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (counts(), ScaleKind.COUNTS),
        (np.random.default_rng(1).poisson(0.4, (50, 60)) * 3, ScaleKind.COUNTS),
        (np.random.default_rng(1).integers(0, 3, (50, 60)), ScaleKind.SMALL_NUMBERS),
        (logs(), ScaleKind.LOGS),
        (np.exp(logs()), ScaleKind.LINEAR),
        (1e6 * np.exp(logs()) / np.exp(logs()).sum(axis=0), ScaleKind.PER_MILLION),
        (logs() / 20, ScaleKind.SHARES),
        (logs() - logs().mean(axis=1, keepdims=True), ScaleKind.CENTRED),
        (
            (logs() - logs().mean(axis=1, keepdims=True)) / logs().std(axis=1, keepdims=True),
            ScaleKind.Z_SCORES,
        ),
        (np.full((3, 3), math.nan), ScaleKind.NOTHING),
    ],
)
def test_scale__is_recognised(values, kind):
    raw = raw_of(values)
    assert detect_scale(raw, measure(raw.values)).kind is kind


def test_scale__averaged_and_filled_counts_are_counts_still():
    values = counts()
    values[0] += 0.5
    raw = raw_of(values)
    assert detect_scale(raw, measure(raw.values)).kind is ScaleKind.COUNTS
