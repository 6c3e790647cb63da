"""Cached calls of the engine."""

from __future__ import annotations

import pytest
import streamlit as st

from genie3_engine import people, runs
from genie3_engine.errors import InputError
from ui import cache


@pytest.fixture(autouse=True)
def empty(home):
    st.cache_data.clear()
    st.cache_resource.clear()


def test_sample__is_stored_once_with_its_regulators():
    fingerprint = cache.sample()
    assert cache.sample() == fingerprint
    assert cache.is_sample(fingerprint)
    assert not cache.is_sample("0" * 64)
    assert set(runs.dataset_info(fingerprint).labels.regulators) == set(cache.sample_regulators())
    assert [each.fingerprint for each in cache.datasets()] == [fingerprint]


def test_expression__is_the_same_object_again():
    fingerprint = cache.sample()
    assert cache.expression(fingerprint) is cache.expression(fingerprint)
    assert len(cache.gene_spread(fingerprint).genes) == 100
    assert len(cache.sample_spread(fingerprint).samples) == len(
        cache.expression(fingerprint).samples
    )


class TestHomes:
    """What one person has stored is not found by another who knows its hash."""

    def test_expression__is_kept_for_one_home(self, tmp_path):
        fingerprint = cache.sample()
        cache.sample_spread(fingerprint)
        with people.at_home(tmp_path):
            for look in (cache.expression, cache.sample_spread, cache.gene_spread):
                with pytest.raises(InputError, match="not stored"):
                    look(fingerprint)

    def test_history__is_that_of_the_home(self, home, tmp_path, monkeypatch):
        monkeypatch.setattr(runs, "history", lambda: [people.home()])
        assert cache.recent_history() == [home]
        with people.at_home(tmp_path):
            assert cache.recent_history() == [tmp_path]
        assert cache.recent_history() == [home]
