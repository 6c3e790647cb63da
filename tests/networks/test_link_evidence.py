"""Tests of the evidence of links as the page and the report show it."""

from __future__ import annotations

import pandas as pd

from genie3_engine.networks.hub_weighting import favour_hubs
from genie3_engine.networks.link_evidence import COLUMNS, evidence_of, with_evidence
from genie3_engine.networks.links import ranked_links
from genie3_engine.store import evidence
from tests.fabricated_evidence import fabricate_evidence


def test_columns__all_have_words():
    assert set(COLUMNS) == set(evidence.COLUMNS)


def test_with_evidence__is_that_of_the_rank_in_any_order(evident_run):
    links = ranked_links(evident_run)
    whole = with_evidence(evidence_of(evident_run), links)
    assert list(whole) == [*links, *COLUMNS]
    expected = (links["rank"] / len(links) / 10).astype("float32")
    pd.testing.assert_series_equal(whole["q"], expected, check_names=False)
    some = with_evidence(evidence_of(evident_run), links.iloc[[4, 0, 2]])
    pd.testing.assert_frame_equal(some, whole.iloc[[4, 0, 2]])
    has_none = links["rank"] % 3 == 0
    assert whole["rival"].isna().tolist() == has_none.tolist()
    assert whole["rival_correlation"].isna().tolist() == has_none.tolist()


def test_with_evidence__has_what_was_computed(evident_run):
    links = ranked_links(evident_run)
    fabricate_evidence(evident_run, columns=["stability"])
    assert list(with_evidence(evidence_of(evident_run), links)) == [*links, "stability"]
    (evident_run / "evidence.parquet").unlink()
    assert with_evidence(evidence_of(evident_run), links) is links


def test_evidence_of__links_in_another_order_is_none(evident_run, tmp_path):
    favour_hubs(evident_run, tmp_path / "hubs.parquet")
    assert evidence_of(evident_run) is not None
    assert evidence_of(tmp_path / "hubs.parquet") is None
