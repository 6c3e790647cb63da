from __future__ import annotations

import io
import shutil

import numpy as np
import pandas as pd
import pytest

from genie3_engine import runs, worker
from genie3_engine.data.gene_table import GeneTable
from genie3_engine.model import (
    COMPILED,
    PRECISION,
    ConfidenceSpec,
    ErrorRecord,
    JobState,
    RunStatus,
)
from genie3_engine.networks import graph_layout
from genie3_engine.networks.hub_weighting import favour_hubs
from genie3_engine.networks.links import n_links, ranked_links
from genie3_engine.networks.partial_network import PartialNetwork
from tests.fabricated_evidence import fabricate_evidence
from tests.simulated_networks import tiny_run
from tests.time_series_data import small_series
from ui import cache, graph, state


def test_network__empty_says_where_to_go(open_page):
    app = open_page("network")
    assert not app.exception
    assert any("No network yet" in text.value for text in app.markdown)


def test_network__done_run_shows_ranked_links(open_page, done_run):
    app = open_page("network", run=done_run)
    assert not app.exception
    links = app.dataframe[0].value
    assert list(links.columns) == ["rank", "regulator", "target", "importance"]
    assert links["rank"].tolist() == list(range(1, len(links) + 1))
    assert links["importance"].is_monotonic_decreasing


def test_network__opens_on_the_newest_done_run(open_page, done_run, run_in_state):
    run_in_state(JobState.CANCELLED)
    app = open_page("network")
    assert app.selectbox(key=f"network_run_{done_run}").value == done_run


def test_network__of_a_network_inside_a_run(open_page, in_vivo_run):
    app = open_page("network", run=f"{in_vivo_run}/{PRECISION}")
    assert not app.exception
    assert not app.warning
    box = app.selectbox(key=f"network_run_{in_vivo_run}/{PRECISION}")
    assert [option.partition(" · ")[0] for option in box.options] == [
        "In vivo",
        "In vivo: Precision",
    ]
    assert len(app.dataframe[0].value) > 0


def test_network__gene_in_the_address_is_in_focus(open_page, done_run):
    app = open_page("network", run=done_run, gene="gene00")
    assert not app.exception
    assert app.subheader[0].value == "gene00"
    links = app.dataframe[0].value
    assert ((links["regulator"] == "gene00") | (links["target"] == "gene00")).all()
    app.button(key="unfocus").click().run()
    assert not app.subheader


def test_network__foreign_gene_is_no_focus(open_page, done_run):
    app = open_page("network", run=done_run, gene="nobody")
    assert not app.exception
    assert not app.subheader


def test_network__search_filters_the_table(open_page, done_run):
    app = open_page("network", run=done_run)
    app.text_input(key="search").set_value("gene03").run()
    links = app.dataframe[0].value
    assert ((links["regulator"] == "gene03") | (links["target"] == "gene03")).all()


def test_network__genes_are_shown_and_found_by_symbol_and_identifier(open_page, done_run):
    dataset = runs.list_datasets()[0].fingerprint
    genes = runs.open_dataset(dataset).genes
    symbols = ("TP53", "U6", "U6", *[""] * (len(genes) - 3))
    roles = {"symbol": "s", "description": "d"}
    about = tuple(f"about {gene}" for gene in genes)
    columns = {"s": symbols, "d": about, "group": ("one", "two") * (len(genes) // 2)}
    runs.attach_gene_table(dataset, GeneTable(genes, columns, roles, "t.tsv"))
    app = open_page("network", run=done_run, gene="tp53")
    assert not app.exception
    assert app.subheader[0].value == "TP53"
    assert any("gene00 · about gene00" in text.value for text in app.caption)
    links = app.dataframe[0].value
    assert ((links["regulator"] == "gene00") == (links["regulator_label"] == "TP53")).all()
    assert {"gene00", "TP53"} <= {*links["target"], *links["target_label"]}
    offered = app.selectbox(key="gene_box").options
    assert [offered[i] for i in (0, 1, 3)] == ["TP53 (gene00)", "U6 (gene01)", "gene03"]
    app.button(key="unfocus").click().run()
    for text in ("u6", "GENE02"):
        app.text_input(key="search").set_value(text).run()
        shown = app.dataframe[0].value
        assert {"U6 (gene02)"} <= {*shown["regulator_label"], *shown["target_label"]}
    app.selectbox(key="colour").set_value("own").run()
    assert app.selectbox(key="column").options == ["group"]
    assert not app.exception


def test_network__live_run_is_watched(open_page, run_in_state):
    app = open_page("network", run=run_in_state(JobState.RUNNING))
    assert not app.exception
    assert "5 of 12 targets" in app.get("progress")[0].proto.text


def test_network__failed_run_shows_why(open_page, run_in_state):
    run = run_in_state(JobState.FAILED, error=ErrorRecord("storage", "The disk was full."))
    app = open_page("network", run=run)
    assert "The disk was full" in app.error[0].value


def test_network__unknown_run_is_said(open_page, done_run):
    app = open_page("network", run="nobody")
    assert not app.exception
    assert "does not exist" in app.warning[0].value


def test_network__shows_the_strongest_links_so_far(open_page, run_in_state, monkeypatch):
    links = pd.DataFrame(
        {"rank": [1], "regulator": ["a"], "target": ["b"], "importance": [np.float32(0.5)]}
    )
    monkeypatch.setattr(
        cache, "partial", lambda path, done, top: PartialNetwork(links, n_targets=5, n_links=7)
    )
    run = run_in_state(JobState.CANCELLED)
    app = open_page("network", run=run)
    app.toggle(key=f"so_far_{run}").set_value(True).run()
    assert not app.exception
    assert any("5 targets of 12" in caption.value for caption in app.caption)
    assert app.dataframe[0].value["regulator"].tolist() == ["a"]


def test_network__lays_the_links_so_far_out_once(open_page, run_in_state, monkeypatch):
    links = pd.DataFrame(
        {"rank": [1], "regulator": ["a"], "target": ["b"], "importance": [np.float32(0.5)]}
    )
    lay_out, calls = graph_layout.layout_graph, []
    monkeypatch.setattr(
        cache, "partial", lambda path, done, top: PartialNetwork(links, n_targets=5, n_links=7)
    )
    monkeypatch.setattr(cache, "layout_graph", lambda links: calls.append(links) or lay_out(links))
    run = run_in_state(JobState.CANCELLED)
    app = open_page("network", run=run)
    app.toggle(key=f"so_far_{run}").set_value(True).run()
    app.run()
    assert not app.exception
    assert len(calls) == 1


def test_network__cut_in_the_address_is_the_cut_shown(open_page, done_run):
    app = open_page("network", run=done_run, cut="target:2")
    assert not app.exception
    assert app.select_slider(key="cut_each").value == 2
    assert any("2 strongest for each target: 24 links" in text.value for text in app.caption)
    app.select_slider(key="cut_each").set_value(1).run()
    assert app.query_params["cut"] == "target:1"
    assert any("1 strongest for each target: 12 links" in text.value for text in app.caption)


def test_network__cut_by_score_begins_near_the_first_cut(open_page, done_run):
    app = open_page("network", run=done_run)
    app.button_group(key="cut_kind").set_value("score").run()
    assert not app.exception
    assert app.query_params["cut"].startswith("score:")
    assert app.number_input(key="cut_score").value > 0


def test_network__wrong_cut_is_said_and_the_first_one_shown(open_page, done_run):
    app = open_page("network", run=done_run, cut="nonsense")
    assert not app.exception
    assert "nonsense" in app.error[0].value
    assert not app.dataframe[0].value.empty


@pytest.fixture
def evident(home, done_run):
    """A run that is done, with evidence."""
    fabricate_evidence(home / "runs" / done_run)
    return done_run


@pytest.mark.parametrize(
    ("cut", "key", "words", "share"),
    [
        ("q:0.05", "cut_q", "at q ≤ 0.05", 0.5),
        ("stability:0.8", "cut_stability", "of stability 0.8 or more", 0.225),
    ],
)
def test_network__is_cut_by_its_evidence(open_page, home, evident, cut, key, words, share):
    app = open_page("network", run=evident, cut=cut)
    assert not app.exception
    assert app.select_slider(key=key).value == float(cut.partition(":")[2])
    n_kept = int(share * n_links(home / "runs" / evident))
    assert any(f"{n_kept} links {words}" in text.value for text in app.caption)
    app.button_group(key="cut_kind").set_value("rank").run()
    app.button_group(key="cut_kind").set_value(cut.partition(":")[0]).run()
    assert app.query_params["cut"] == cut


@pytest.mark.parametrize("cut", ["q:0.05", "stability:0.8"])
def test_network__without_evidence_is_cut_by_rank_with_a_note(open_page, done_run, cut):
    app = open_page("network", run=done_run, cut=cut)
    assert not app.exception
    assert any(f"the threshold {cut} is not used" in note.value for note in app.info)
    assert "q" not in app.button_group(key="cut_kind").options
    assert not app.dataframe[0].value.empty


def test_network__shows_evidence_that_came_later(open_page, home, done_run):
    app = open_page("network", run=done_run, cut="q:0.05")
    assert app.info
    fabricate_evidence(home / "runs" / done_run)
    app.run()
    assert not app.exception
    assert not app.info
    assert app.select_slider(key="cut_q").value == 0.05


def test_network__with_hubs_favoured_has_no_evidence(open_page, evident):
    app = open_page("network", run=evident, hubs="yes", cut="q:0.05")
    assert not app.exception
    assert any("hubs are favoured" in note.value for note in app.info)
    assert "q" not in app.dataframe[0].value


def test_network__table_and_focus_have_the_evidence(open_page, evident):
    app = open_page("network", run=evident)
    assert not app.exception
    table = app.dataframe[0].value
    assert {"spearman", "p", "q", "stability", "is_half", "rival"} <= set(table)
    assert (table["is_half"] == (table["relative_importance"] >= 0.5)).all()
    assert any("does not mean that the link is direct" in text.value for text in app.caption)
    link = table.iloc[3]
    app = open_page("network", run=evident, gene=link["regulator"], to=link["target"])
    assert not app.exception
    words = next(text.value for text in app.caption if text.value.startswith("p "))
    assert f"q {link['q']:.2g}" in words
    assert "at least half as strong" in words


def test_network__curves_have_the_precision_where_the_truth_is_known(
    open_page, evident, monkeypatch
):
    app = open_page("network", run=evident, cut="stability:0.8")
    app.session_state["kept"] = True
    app.run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 1
    assert any("when a gold standard was used" in text.value for text in app.caption)
    true = "".join(f"gene00\tgene{i:02d}\ngene01\tgene{i + 1:02d}\n" for i in range(3, 9))
    truth = runs.keep_upload([("gold.tsv", io.BytesIO(true.encode()))], name="the *truth*")
    monkeypatch.setattr(state, "gold_of", lambda dataset: truth.id)
    app.run()
    assert not app.exception
    assert not app.error, app.error[0].value
    assert len(app.get("plotly_chart")) == 2
    assert any("share of true links by the" in text.value for text in app.caption)


@pytest.fixture
def asked(monkeypatch):
    """Evidence that was asked for, instead of computing it."""
    calls = []
    monkeypatch.setattr(runs, "add_confidence", lambda *args: calls.append(args))
    return calls


def test_network__offers_the_confidence_that_is_lacking(open_page, home, done_run, asked):
    app = open_page("network", run=done_run)
    assert not app.exception
    app.button(key="confidence_start").click().run()
    assert asked == [(home / "runs" / done_run, ConfidenceSpec())]
    fabricate_evidence(home / "runs" / done_run, columns=["p", "q"])
    app = open_page("network", run=done_run)
    assert app.button_group(key=f"confidence_of_{done_run}").options == ["Stability"]
    app.button(key="confidence_start").click().run()
    assert asked[1][1] == ConfidenceSpec(p_values=False)
    fabricate_evidence(home / "runs" / done_run)
    app = open_page("network", run=done_run)
    assert not app.exception
    assert not [button for button in app.button if button.key == "confidence_start"]


def test_network__shows_how_far_the_confidence_is(open_page, done_run, monkeypatch):
    status = RunStatus(
        JobState.RUNNING, step="nulls", replicates_done=7, replicates_total=64, created=0.0
    )
    cancelled = []
    monkeypatch.setattr(runs, "confidence_status", lambda run: status)
    monkeypatch.setattr(runs, "cancel_confidence", cancelled.append)
    app = open_page("network", run=done_run)
    assert not app.exception
    assert "7 of 64" in app.get("progress")[0].proto.text
    app.button(key="confidence_cancel").click().run()
    assert [path.name for path in cancelled] == [done_run]


def test_network__offers_no_confidence_where_there_is_none(open_page, in_vivo_run):
    app = open_page("network", run=in_vivo_run)
    assert not app.exception
    assert not [button for button in app.button if button.key == "confidence_start"]


@pytest.mark.parametrize(("line", "column"), [("opacity", "opacity"), ("width", "width")])
def test_network__lines_show_the_stability(open_page, evident, monkeypatch, line, column):
    payloads = []
    monkeypatch.setattr(graph, "gene_graph", lambda payload, **_: payloads.append(payload))
    app = open_page("network", run=evident)
    assert payloads[-1]["links"]["opacity"] == payloads[-1]["links"]["width"] == ""
    app.selectbox(key="line").set_value(line).run()
    assert not app.exception
    assert {name for name in ("opacity", "width") if payloads[-1]["links"][name]} == {column}


def test_network__two_genes_are_a_link_with_its_samples(open_page, done_run):
    app = open_page("network", run=done_run, gene="gene00", to="gene05")
    assert not app.exception
    assert app.subheader[0].value == "gene00 → gene05"
    assert any("Spearman" in text.value for text in app.caption)
    assert len(app.get("plotly_chart")) == 1


@pytest.mark.parametrize("table", ["Hubs", "Modules", "Centrality", "Fit"])
def test_network__each_table_beside_the_picture(open_page, done_run, table):
    app = open_page("network", run=done_run, gene="gene00")
    app.button_group(key="side_table").set_value(table).run()
    assert not app.exception
    assert not app.dataframe[0].value.empty


@pytest.mark.parametrize("colour", ["module", "degree", "fit", "sign", "own"])
def test_network__every_way_of_colouring(open_page, done_run, colour):
    app = open_page("network", run=done_run)
    app.selectbox(key="colour").set_value(colour).run()
    assert not app.exception
    assert not app.error


def test_network__without_its_data_has_no_signs(open_page, done_run, home):
    shutil.rmtree(home / "data")
    app = open_page("network", run=done_run, gene="gene00", to="gene05")
    assert not app.exception
    app.selectbox(key="colour").set_value("sign").run()
    assert any("signs are unknown" in text.value for text in app.warning)


def test_network__favours_hubs_when_asked(open_page, done_run, home, tmp_path):
    links = home / "runs" / done_run / "links.parquet"
    before = links.read_bytes()
    favour_hubs(links, tmp_path / "hubs.parquet")
    app = open_page("network", run=done_run)
    assert not app.warning
    plain = app.dataframe[0].value
    app.toggle(key="favour_hubs").set_value(True).run()
    assert not app.exception
    assert app.query_params["hubs"] == "yes"
    assert "worse on real data" in app.warning[0].value
    found, expected = app.dataframe[0].value, ranked_links(tmp_path / "hubs.parquet", top=200)
    pd.testing.assert_frame_equal(found, expected)
    assert not found[["regulator", "target"]].equals(plain[["regulator", "target"]])
    app.toggle(key="favour_hubs").set_value(False).run()
    assert "hubs" not in app.query_params
    pd.testing.assert_frame_equal(app.dataframe[0].value, plain)
    assert links.read_bytes() == before


@pytest.mark.parametrize("table", ["Hubs", "Fit", "Modules"])
def test_network__favoured_hubs_of_the_address_have_all_tables(open_page, done_run, table):
    app = open_page("network", run=done_run, hubs="yes", cut="25")
    assert app.toggle(key="favour_hubs").value is True
    app.segmented_control(key="side_table").set_value(table).run()
    assert not app.exception
    assert len(app.dataframe[0].value)


def test_network__knock_out_factors_stay_with_hubs_favoured(open_page, home):
    run = tiny_run(home / "runs" / "series", expression=small_series(), engine=COMPILED)
    worker.run(run.path)
    for query in ({}, {"hubs": "yes"}):
        links = open_page("network", run="series", **query).dataframe[0].value
        assert links["knockout_factor"].notna().any()
