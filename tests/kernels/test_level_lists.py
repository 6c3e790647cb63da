from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels import level_lists
from genie3_engine.kernels.level_lists import NO_LISTS


def sparse_ranks(n_samples=600, n_regulators=7, share=0.2, n_levels=5):
    rng = np.random.default_rng(n_samples)
    counts = rng.integers(1, n_levels, (n_regulators, n_samples))
    return np.where(rng.random(counts.shape) < share, counts, 0).astype(np.uint16)


@pytest.fixture
def _of_few_samples(monkeypatch):
    monkeypatch.setattr(level_lists, "_MIN_SAMPLES", 512)


@pytest.mark.usefixtures("_of_few_samples")
def test_level_lists__hold_each_value_above_the_lowest():
    ranks = sparse_ranks()
    ranks[3] = 0  # a constant regulator has no level
    lists = level_lists.level_lists(ranks)
    assert lists.of_regulator.tolist() == [0, 4, 8, 12, 12, 16, 20, 24]
    for regulator in range(7):
        first, last = lists.of_regulator[regulator : regulator + 2]
        for level in range(first, last):
            found = lists.samples[lists.starts[level] : lists.starts[level + 1]]
            assert found.tolist() == np.flatnonzero(ranks[regulator] == level - first + 1).tolist()
    for sample in range(600):
        of_sample = lists.rows[lists.row_starts[sample] : lists.row_starts[sample + 1]]
        listed = np.flatnonzero(ranks[:, sample])
        expected = lists.of_regulator[listed] + ranks[listed, sample] - 1
        assert of_sample.tolist() == expected.tolist()


@pytest.mark.usefixtures("_of_few_samples")
def test_level_lists__of_few_samples_dense_values_or_many_levels_are_left_out(monkeypatch):
    assert level_lists.level_lists(sparse_ranks(512)) is NO_LISTS
    assert level_lists.level_lists(sparse_ranks(share=0.5)) is NO_LISTS
    assert level_lists.level_lists(sparse_ranks()).samples.size > 0
    monkeypatch.setattr(level_lists, "_MAX_LEVELS", 20)
    assert level_lists.level_lists(sparse_ranks()) is NO_LISTS
