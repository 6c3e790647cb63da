"""Tests of the comparison of samples."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.sample_similarity import (
    blocks,
    copied_samples,
    correlations,
    near_pairs,
    sample_distances,
)
from genie3_engine.data.summary_statistics import measure
from tests.data.raws import logs, raw_of, sparse


def distances_of(values):
    raw = raw_of(values)
    return sample_distances(raw, measure(raw.values), as_logs=False)


def test_correlations__are_pearsons():
    values = logs(40, 8)
    np.testing.assert_allclose(correlations(values), np.corrcoef(values.T), atol=1e-12)


def test_correlations__of_a_flat_sample_are_zero():
    values = logs(40, 3)
    values[:, 1] = 5
    assert correlations(values)[1].tolist() == [0, 1, 0]


@pytest.mark.parametrize("as_sparse", [False, True])
def test_copied_samples__finds_equal_ones(as_sparse):
    values = np.array([[1, 0, 1, -0.0, 0], [0, 2, 0, 2, 0], [3, np.nan, 3, np.nan, 1]])
    raw = raw_of(sparse(values) if as_sparse else values)
    assert copied_samples(raw) == [(0, 2), (1, 3)]


def test_copied_samples__knows_which_gene_a_value_is_of():
    assert copied_samples(raw_of(sparse([[1, 0], [0, 1]]))) == []


def test_near_pairs__come_nearest_first():
    values = logs(80, 20)
    values[:, 3] = values[:, 9] + 1e-4
    values[:, 5] = values[:, 7] + 1e-2 * logs(80, 1)[:, 0]
    assert near_pairs(distances_of(values), within=0.01)[0] == (3, 9)


def test_blocks__are_the_groups_of_samples():
    values = logs(80, 40)
    values[:40, 25:] += 8.0
    values[40:, :25] += 8.0
    found = blocks(distances_of(values))
    assert found.sizes == [25, 15]
    assert found.labels.tolist() == [0] * 25 + [1] * 15


def test_sample_distances__need_enough_genes():
    assert distances_of(logs(5, 40)) is None
