"""Gene sets on the Network page: the planted set comes first, names are text, settings count."""

from __future__ import annotations

import io

import pytest

from genie3_engine import runs
from genie3_engine.networks.communities import detect_modules
from genie3_engine.networks.gene_groups import module_groups
from genie3_engine.networks.thresholds import Threshold, ThresholdKind
from genie3_engine.networks.views import threshold_layout
from tests.pages.conftest import texts

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def planted(home, done_run):
    """The genes of the largest module of the first 15 links, kept as a set among others."""
    run = home / "runs" / done_run
    layout, _ = threshold_layout(run, Threshold(ThresholdKind.RANK, 15))
    genes = module_groups(layout, detect_modules(layout))["Module 1"]
    others = [f"gene{i:02d}" for i in range(12) if f"gene{i:02d}" not in genes]
    lines = [(HOSTILE, HOSTILE, *genes), ("other", "", *others)]
    gmt = "".join("\t".join(line) + "\n" for line in lines)
    runs.keep_gene_sets([("sets.gmt", io.BytesIO(gmt.encode()))], name="*my* sets")
    return genes


def opened(app):
    app.session_state["gene_sets"] = True
    return app.run()


def table(app):
    return next(each.value for each in app.dataframe if "hits" in each.value.columns)


def test_gene_sets__without_any_ask_for_files(open_page, done_run):
    app = opened(open_page("network", run=done_run))
    assert not app.exception
    assert "Upload gene sets" in texts(app)
    assert "MSigDB" in texts(app)


def test_gene_sets__planted_one_is_first(open_page, done_run, planted):
    app = opened(open_page("network", run=done_run, cut="15"))
    app.number_input(key="sets_smallest").set_value(2).run()
    assert not app.exception
    app.select_slider(key="sets_q").set_value(1.0).run()
    first = table(app).iloc[0]
    assert (first["group"], first["set"]) == ("Module 1", HOSTILE)
    assert first["hits"] == f"{len(planted)} of {len(planted)}"
    assert "Universe: the 12 genes" in texts(app)
    assert "not show that a regulator acts" in texts(app)
    app.radio(key="sets_universe").set_value("all").run()
    assert "with or without a set" in texts(app)


def test_gene_sets__of_chosen_genes(open_page, done_run, planted):
    app = opened(open_page("network", run=done_run, cut="15"))
    app.segmented_control(key="set_groups").set_value("chosen").run()
    assert not app.exception
    app.number_input(key="sets_smallest").set_value(2).run()
    app.text_area(key="sets_genes").set_value(f"{planted[0]}, nothing").run()
    assert "1 gene of this network" in texts(app)
    assert "nothing" in texts(app)
    app.text_area(key="sets_genes").set_value("nothing").run()
    assert "None of these names" in app.error[0].value
    app.text_area(key="sets_genes").set_value("\n".join(planted)).run()
    assert table(app)["set"].tolist() == [HOSTILE]


def test_gene_sets__around_the_gene_in_focus(open_page, done_run, planted):
    app = opened(open_page("network", run=done_run, cut="15", gene=planted[0]))
    app.segmented_control(key="set_groups").set_value("around").run()
    app.select_slider(key="sets_q").set_value(1.0).run()
    assert not app.exception
    assert {"Its targets", "Its regulators"} >= set(table(app)["group"])
    app.button(key="unfocus").click().run()
    assert app.segmented_control(key="set_groups").value == "modules"
    app.segmented_control(key="set_groups").set_value("targets").run()
    app.selectbox(key="gene_box").set_value(planted[0]).run()
    assert not app.exception
    assert app.segmented_control(key="set_groups").value == "targets"


def test_gene_sets__are_renamed_and_deleted(open_page, done_run, planted):
    app = opened(open_page("network", run=done_run))
    (kept,) = runs.list_gene_sets()
    key = f"sets_edit_{kept.id}"
    app.text_input(key=f"{key}_name").set_value("renamed")
    app.text_input(key=f"{key}_gene").set_value("2")
    app.button(key=f"{key}_save").click().run()
    assert not app.exception
    (kept,) = runs.list_gene_sets()
    assert (kept.name, dict(kept.columns)) == ("renamed", {"gene": "2"})
    app.button(key=f"{key}_delete").click().run()
    assert not app.exception
    assert not runs.list_gene_sets()


def test_gene_sets__foreign_ones_are_an_error_with_a_remedy(open_page, done_run):
    runs.keep_gene_sets([("x.gmt", io.BytesIO(b"a\t\tforeign\tgenes\n"))])
    app = opened(open_page("network", run=done_run))
    assert not app.exception
    assert "is a gene of this network" in app.error[0].value
