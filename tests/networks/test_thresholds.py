"""Tests of thresholds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from genie3_engine.errors import OptionError
from genie3_engine.networks.link_evidence import evidence_of, with_evidence
from genie3_engine.networks.links import ranked_links
from genie3_engine.networks.summary import network_summary
from genie3_engine.networks.thresholds import (
    RULES,
    Threshold,
    ThresholdKind,
    threshold_batches,
    threshold_links,
)
from genie3_engine.store import ranking
from genie3_engine.store.evidence import EvidenceWriter
from genie3_engine.store.links import RankedLinks
from tests.fabricated_evidence import fabricate_evidence
from tests.store.network import GENES, write_parts


@pytest.fixture
def links_file(tmp_path, monkeypatch):
    monkeypatch.setattr(ranking, "ROW_GROUP_LINKS", 150)
    write_parts(tmp_path / "parts", range(len(GENES)))
    ranking.rank_links(sorted((tmp_path / "parts").iterdir()), tmp_path / "links.parquet", GENES)
    return tmp_path / "links.parquet"


@pytest.fixture
def everything(links_file):
    return RankedLinks(links_file).page(0, 10**9)


@pytest.mark.parametrize(
    "text", ["300", "score:0.01", "target:3", "q:0.05", "stability:0.8", "stability:0"]
)
def test_threshold__is_read_as_it_is_written(text):
    assert str(Threshold.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "0",
        "-1",
        "1.5",
        "nan",
        "inf",
        "score:nan",
        "score:-1",
        "target:0",
        "a:1",
        "q:0",
        "q:1.5",
        "stability:-0.1",
        "stability:2",
    ],
)
def test_threshold__that_keeps_nothing_is_refused(text):
    with pytest.raises(OptionError):
        Threshold.parse(text)


def test_threshold_links__by_rank(links_file, everything):
    found = threshold_links(links_file, Threshold(ThresholdKind.RANK, 200), at_most=50)
    assert found.n_kept == 200
    assert found.links["rank"].tolist() == list(range(1, 51))
    assert threshold_links(
        links_file, Threshold(ThresholdKind.RANK, 10**9), at_most=9
    ).n_kept == len(everything)


def test_threshold_links__by_score(links_file, everything):
    found = threshold_links(links_file, Threshold(ThresholdKind.SCORE, 0.1), at_most=10**6)
    expected = everything[everything["importance"] >= np.float32(0.1)]
    assert found.links["rank"].tolist() == expected["rank"].tolist()
    none = threshold_links(links_file, Threshold(ThresholdKind.SCORE, 99.0), at_most=5)
    assert (none.n_kept, list(none.links)) == (0, list(everything))


@pytest.mark.parametrize("most", [1, 3, 1000])
def test_threshold_links__some_for_each_target(links_file, everything, most):
    expected = everything.groupby("target", observed=True).head(most)
    table = pa.Table.from_batches(
        threshold_batches(links_file, Threshold(ThresholdKind.TARGET, most))
    ).to_pandas()
    pd.testing.assert_frame_equal(table, expected.reset_index(drop=True))


def test_threshold__refusal_names_an_example_of_each_kind():
    with pytest.raises(OptionError) as refusal:
        Threshold.parse("q=0.05")
    assert set(RULES) == set(ThresholdKind)
    assert all(rule.example in refusal.value.remedy for rule in RULES.values())


def kept(run, text):
    batches = list(threshold_batches(run, Threshold.parse(text)))
    return [rank for batch in batches for rank in batch.column("rank").to_pylist()]


def test_threshold_batches__by_evidence(evident_run):
    links = with_evidence(evidence_of(evident_run), ranked_links(evident_run))
    limit = f"{links['q'].iloc[9]:.9g}"
    assert kept(evident_run, f"q:{limit}") == list(range(1, 11))
    wanted = links.loc[links["stability"] >= np.float32(0.8), "rank"].tolist()
    assert kept(evident_run, "stability:0.8") == wanted
    assert len(kept(evident_run, "stability:0")) == len(links)
    assert kept(evident_run, "q:1e-9") == []


def test_threshold_batches__keeps_a_value_that_32_bits_round_up(evident_run):
    path = evident_run / "evidence.parquet"
    with EvidenceWriter(path, genes=(), columns=["q"], about={}) as writer:
        writer.add({"q": np.full(len(ranked_links(evident_run)), 0.05, np.float32)})
    assert len(kept(evident_run, "q:0.05")) == len(ranked_links(evident_run))


@pytest.mark.parametrize("text", ["q:0.05", "stability:0.8"])
def test_threshold_batches__refuses_evidence_that_is_not_there(links_file, evident_run, text):
    with pytest.raises(OptionError, match=r"no (q|stability) of its links"):
        kept(links_file, text)
    fabricate_evidence(evident_run, columns=["p"])
    with pytest.raises(OptionError):
        kept(evident_run, text)


def test_network_summary__agrees_with_the_thresholds(links_file, everything):
    found = network_summary(links_file)
    assert found.by_rank["n_links"].iloc[-1] == len(everything)
    for row in found.by_rank.iloc[::17].itertuples():
        kept = everything.head(row.n_links)
        assert row.importance == kept["importance"].iloc[-1]
        assert row.n_genes == len({*kept["regulator"], *kept["target"]})
        assert row.n_regulators == kept["regulator"].nunique()
    for most in (1, 7):
        n_links = found.by_target.set_index("per_target")["n_links"][most]
        assert n_links == len(everything.groupby("target", observed=True).head(most))


def test_network_summary__counts_the_links_of_each_gene(links_file, everything):
    genes = network_summary(links_file).genes.set_index("gene")
    gene = GENES[3]
    assert genes["n_targets"][gene] == (everything["regulator"] == gene).sum()
    assert genes["n_regulators"][gene] == (everything["target"] == gene).sum()
    own = everything.loc[everything["regulator"] == gene, "importance"].sum()
    assert genes["strength"][gene] == pytest.approx(own, rel=1e-5)
    assert genes["oob_r2"].isna().all()
