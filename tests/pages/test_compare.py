from __future__ import annotations

import dataclasses
import shutil

import pytest

from genie3_engine.jobs import atomic_write
from genie3_engine.store.run_folder import RunFolder
from tests.pages.conftest import texts


@pytest.fixture
def two_runs(home, done_run):
    """The ids of two runs with the same links, of two seeds."""
    other = home / "runs" / "other"
    shutil.copytree(home / "runs" / done_run, other)
    spec = RunFolder.open(other).spec
    forest = dataclasses.replace(spec.forest, seed=5)
    changed = dataclasses.replace(spec, forest=forest, name="another *seed*")
    atomic_write.write_json(other / "spec.json", changed.to_dict())
    return done_run, "other"


def table_of(app):
    return next(frame for frame in app.dataframe if "rank_1" in frame.value).value


def test_compare__of_two_runs_says_where_to_go_when_there_is_none(open_page):
    app = open_page("compare")
    assert not app.exception
    assert "No finished network yet" in texts(app)


def test_compare__of_two_runs_asks_for_another_when_there_is_one(open_page, done_run):
    app = open_page("compare")
    assert not app.exception
    assert "One network only" in texts(app)


def test_compare__of_two_runs_shows_what_they_have_in_common(open_page, two_runs):
    app = open_page("compare", run=two_runs[0], second=two_runs[1], top="20")
    assert not app.exception
    assert app.metric[0].label == "In both top 20"
    assert app.metric[0].value == "20"
    assert app.metric[1].value == app.metric[2].value == "1.000"
    assert app.metric[3].value == "0"
    assert "Only the seed differs" in texts(app)
    assert (table_of(app)["presence"] == "both").all()


def test_compare__of_two_runs_lists_links_that_are_strong_in_one_only(open_page, home, two_runs):
    # The same file, but for the other run other genes are regulators: those links are left out.
    path = home / "runs" / two_runs[1]
    spec = RunFolder.open(path).spec
    few = dataclasses.replace(spec, regulators=("gene00", "gene01"))
    atomic_write.write_json(path / "spec.json", few.to_dict())
    app = open_page("compare", run=two_runs[0], second=two_runs[1])
    assert not app.exception
    assert set(table_of(app)["regulator"]) == {"gene00", "gene01"}
    assert "Left out" in texts(app)
    app.segmented_control(key="compare_presence").set_value("first").run()
    assert table_of(app).empty


def test_compare__of_two_runs_exchanges_them_and_keeps_the_choice_in_the_address(
    open_page, two_runs
):
    app = open_page("compare", run=two_runs[0], second=two_runs[1])
    app.button(key="swap_runs").click().run()
    assert not app.exception
    assert app.query_params["run"] == two_runs[1]
    assert app.query_params["second"] == two_runs[0]
    app.number_input(key="compare_top").set_value(7).run()
    assert app.query_params["top"] == "7"


def test_compare__of_two_runs_warns_of_a_run_that_is_gone(open_page, two_runs):
    app = open_page("compare", run="gone", second=two_runs[1])
    assert not app.exception
    assert "has no network" in app.warning[0].value


def test_compare__refuses_runs_without_a_common_gene(open_page, home, two_runs):
    path = home / "runs" / two_runs[1]
    spec = RunFolder.open(path).spec
    other = dataclasses.replace(spec, regulators=("a gene of other data",))
    atomic_write.write_json(path / "spec.json", other.to_dict())
    app = open_page("compare", run=two_runs[0], second=two_runs[1])
    assert not app.exception
    assert "no regulator and target in common" in app.error[0].value
