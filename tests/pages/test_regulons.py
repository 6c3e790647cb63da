"""Regulons page."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, replace

import pytest

from genie3_engine import cli
from genie3_engine.datasets.store import dataset_folder
from genie3_engine.model import PRECISION, JobState, Parent, hash_of_lists
from genie3_engine.regulons.rules import Rule
from genie3_engine.regulons.selection import RegulonOptions, regulons_of
from genie3_engine.store.run_folder import RunFolder
from tests.pages.conftest import texts
from tests.regulons.networks import expression, write_run

FEW = {"run": "small", "genes": "3", "rule": "targets=9"}
TISSUES = ("liver", "heart", "brain *x*") * 4


@pytest.fixture
def run(home):
    """A finished run on data whose samples are grouped."""
    path = write_run(home / "runs" / "small", expression(tissue=TISSUES), n_regulators=8)
    folder = RunFolder.open(path)
    now = time.time()
    folder.write_status(replace(folder.read_status(), state=JobState.DONE, created=now, ended=now))
    return path


def table(app):
    return next(each.value for each in app.dataframe if "n_genes" in each.value.columns)


def test_regulons__empty_shows_where_to_go(open_page):
    app = open_page("regulons")
    assert not app.exception
    assert any("No finished network yet" in text.value for text in app.markdown)


def test_regulons__table_and_activity_of_a_run(open_page, run):
    app = open_page("regulons", **FEW)
    assert not app.exception
    assert not app.error, texts(app)
    found = regulons_of(run, RegulonOptions((Rule("targets", 9),), min_genes=3))
    assert table(app).regulon.tolist() == [each.name for each in found]
    assert len(app.get("plotly_chart")) == 1


def test_regulons__top_share_that_holds_too_few_genes_is_refused_in_words(open_page, run):
    app = open_page("regulons", **FEW)
    app.number_input(key="top_share").set_value(1.0).run()
    assert not app.exception
    assert "top 0.01 of 30 genes" in texts(app).replace("\\", "")
    assert len(table(app))


def test_regulons__choices_are_in_the_address(open_page, run):
    app = open_page("regulons", run="small")
    app.selectbox(key="rule_targets").set_value("quantile").run()
    app.number_input(key="rule_value_quantile").set_value(0.5).run()
    app.segmented_control(key="regulon_sign").set_value("both").run()
    app.number_input(key="regulon_size").set_value(2).run()
    app.selectbox(key="group_").set_value("tissue").run()
    assert not app.exception
    again = open_page(
        "regulons", run="small", rule="quantile=0.5", sign="both", genes="2", group="tissue"
    )
    assert dict(app.query_params) == dict(again.query_params)
    assert table(app).equals(table(again))
    assert set(table(app).sign) == {"activating", "repressing"}


def test_regulons__six_rules_of_pyscenic(open_page, run):
    app = open_page("regulons", run="small", genes="2", rule="pyscenic")
    assert not app.exception
    assert table(app).rule.nunique() == 6
    assert table(app).regulon.is_unique


def test_regulons__none_of_the_size_says_what_to_change(open_page, run):
    app = open_page("regulons", run="small", genes="900")
    assert not app.exception
    assert any("No regulon has 900 genes" in each.value for each in app.info)


@pytest.mark.parametrize(
    "query", [{"rule": "targets=0"}, {"rule": "x"}, {"genes": "x"}, {"sign": "x"}, {"group": "x"}]
)
def test_regulons__wrong_address_shows_the_default(open_page, run, query):
    app = open_page("regulons", **{**FEW, **query})
    assert not app.exception
    assert not app.error


def test_regulons__deleted_data_set_leaves_unsigned_regulons(open_page, run):
    fingerprint = RunFolder.open(run).spec.dataset
    for file in dataset_folder(fingerprint).iterdir():
        file.unlink()
    app = open_page("regulons", **FEW)
    assert not app.exception
    assert "not stored" in texts(app)
    app = open_page("regulons", **FEW, sign="none")
    assert not app.exception
    assert len(table(app))


def test_regulons__network_without_a_data_set_has_regulons_and_no_activity(open_page, run):
    spec = json.loads((run / "spec.json").read_text())
    lists = [asdict(Parent(name, name, name)) for name in ("one", "two")]
    combined = {**spec, "dataset": hash_of_lists(("one", "two")), "parents": lists}
    (run / "spec.json").write_text(json.dumps(combined))
    app = open_page("regulons", **FEW, sign="none")
    assert not app.exception
    assert not app.error
    assert any("no data set in common" in each.value for each in app.info)
    assert len(table(app))


def test_regulons__export_describes_the_method(open_page, run):
    app = open_page("regulons", **FEW)
    app.session_state["export"] = True
    app.run()
    assert not app.exception
    assert any("the 9 strongest targets of each regulator" in each.value for each in app.code)


def test_regulons__more_activity_than_a_page_shows_names_the_command(open_page, run, monkeypatch):
    monkeypatch.setattr("ui.regulons.MOST_VALUES", 3)
    app = open_page("regulons", **FEW)
    assert not app.exception
    (command,) = (each.value for each in app.code if "genie3 activity" in each.value)
    args = command.split()[1:]
    assert args[:2] == ["activity", str(run)]
    assert cli.build_parser().parse_args(args).min_genes == 3


def test_regulons__of_a_network_inside_a_run(open_page, in_vivo_run):
    app = open_page("regulons", run=f"{in_vivo_run}/{PRECISION}", genes="2", sign="none")
    assert not app.exception
    assert not app.warning
    assert app.query_params["run"] == f"{in_vivo_run}/{PRECISION}"
    assert len(table(app))
