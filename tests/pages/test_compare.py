from __future__ import annotations

import dataclasses
import io
import shutil

import pytest

from genie3_engine import differential, planning, runs, worker
from genie3_engine.data.gene_table import GeneTable
from genie3_engine.differential import Comparison
from genie3_engine.differential.report import comparison_report
from genie3_engine.differential.tables import export_table
from genie3_engine.jobs import atomic_write
from genie3_engine.model import JobState
from genie3_engine.store.run_folder import RunFolder
from pages.compare import forecast
from pages.compare import two_runs as page_of_two_runs
from tests.differential.two_groups import split, two_groups
from tests.pages.comparison import put_comparison, store_groups
from tests.pages.conftest import texts
from tests.simulated_networks import tiny_run
from ui import downloads


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
    app = open_page("compare", compare="runs")
    assert not app.exception
    assert "No finished network yet" in texts(app)


def test_compare__of_two_runs_asks_for_another_when_there_is_one(open_page, done_run):
    app = open_page("compare", compare="runs")
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


def test_compare__of_two_runs_asks_before_it_compares_very_many_links(
    open_page, two_runs, monkeypatch
):
    monkeypatch.setattr(page_of_two_runs, "_MOST_UNASKED", 10)
    app = open_page("compare", run=two_runs[0], second=two_runs[1])
    assert not app.exception
    assert "of memory" in texts(app)
    assert not app.metric
    app.toggle[0].set_value(True).run()
    assert not app.exception
    assert len(table_of(app))


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


@pytest.fixture
def put(home):
    """Return a function that puts a comparison of two conditions into the home."""
    return lambda *args, **options: put_comparison(home, *args, **options)


@pytest.fixture
def started(home, monkeypatch):
    """The comparisons that the page has started; none is computed."""
    specs = []

    def start(spec, **_):
        specs.append(spec)
        return home / "comparisons" / "new"

    monkeypatch.setattr(differential, "start", start)
    return specs


def frame_with(app, column):
    return next(frame for frame in app.dataframe if column in frame.value).value


def test_compare__of_conditions_says_where_to_go_when_there_is_nothing(open_page):
    app = open_page("compare")
    assert not app.exception
    said = texts(app)
    assert "No comparison yet" in said
    assert "No stored data set has a column" in app.info[0].value
    assert app.button(key="start_comparison").disabled


def test_compare__of_conditions_starts_two_groups_of_a_column(open_page, started):
    dataset = store_groups()
    app = open_page("compare", data=dataset)
    assert not app.exception
    app.selectbox(key=f"compare_column_{dataset[:12]}").set_value("state").run()
    app.selectbox(key=f"compare_{dataset[:12]}_state_first").set_value("ill").run()
    app.selectbox(key="compare_blocks_1").set_value("patient").run()
    app.number_input(key="compare_trees").set_value(20).run()
    app.number_input(key="compare_permutations").set_value(30).run()
    app.text_input(key="compare_name").set_value("my groups").run()
    assert "24 samples" in texts(app)
    assert "Below 60" in app.warning[0].value
    app.button(key="start_comparison").click().run()
    assert not app.exception
    (spec,) = started
    assert (spec.first.value, spec.second.value, spec.blocks) == ("ill", "well", "patient")
    assert (spec.n_permutations, spec.forest.n_trees, spec.name) == (30, 20, "my groups")


def test_compare__of_conditions_starts_on_instances(open_page, started):
    dataset = store_groups()
    app = open_page("compare", data=dataset)
    app.selectbox(key=f"compare_column_{dataset[:12]}").set_value("state").run()
    app.segmented_control(key="compare_where").set_value("sagemaker").run()
    assert not app.exception
    app.number_input(key="compare_sagemaker_instances").set_value(3).run()
    app.button(key="start_comparison").click().run()
    (spec,) = started
    assert (spec.launcher, spec.launcher_options["instances"]) == ("sagemaker", 3)


def test_compare__of_conditions_refuses_small_groups_in_words(open_page, home):
    small = two_groups(n_samples=15)
    dataset = runs.save_dataset(small, name="small")
    app = open_page("compare", data=dataset)
    assert not app.exception
    assert "needs 20 in each group" in app.error[0].value
    assert app.button(key="start_comparison").disabled


def test_compare__of_conditions_starts_two_runs_of_different_data(
    open_page, home, started, done_run
):
    app = open_page("compare")
    app.segmented_control(key="compare_groups").set_value("Two finished runs").run()
    assert "two data sets with the same genes" in app.info[0].value
    for name, half in zip(("well", "ill"), split(two_groups()), strict=True):
        folder = tiny_run(home / "runs" / name, expression=half, name=name)
        worker.run(folder.path)
    app = open_page("compare")
    app.segmented_control(key="compare_groups").set_value("Two finished runs").run()
    app.selectbox(key="compare_run_1").set_value("well").run()
    app.selectbox(key="compare_run_2_well").set_value("ill").run()
    assert not app.exception
    assert "two data sets" in "".join(each.value for each in app.warning)
    app.button(key="start_comparison").click().run()
    (spec,) = started
    assert spec.labels == ("well", "ill")
    assert spec.first.dataset != spec.second.dataset
    assert not spec.first.column


def test_compare__of_conditions_shows_measures_notes_and_tables(open_page, put):
    app = open_page("compare", comparison=put(title="ill *and* well"))
    assert not app.exception
    values = {metric.label: metric.value for metric in app.metric}
    assert {"Changed links", "Gained", "Lost", "Reversed", "Kept", "Rewired targets"} <= set(values)
    assert values["Gained"] == "9"
    assert "24 \\*samples\\*" in app.warning[0].value  # the notes of the comparison
    assert "The null hypothesis: the samples of the two conditions" in texts(app)
    assert len(frame_with(app, "fisher_z")) == 36
    assert frame_with(app, "rewiring")["rewiring_q"].is_monotonic_increasing
    assert frame_with(app, "sum_abs_z")["regulator"].tolist() == ["g00", "g01", "g02", "g03"]


def test_compare__of_conditions_opens_a_target_and_a_link_by_their_address(open_page, put):
    name = put()
    app = open_page("compare", comparison=name, gene="g07")
    assert not app.exception
    assert "g07" in [each.value for each in app.subheader]
    assert "Rewiring" in [metric.label for metric in app.metric]
    links = frame_with(app, "fisher_z")
    assert (links["target"] == "g07").all()
    assert "Most changed link" in texts(app)
    app = open_page("compare", comparison=name, gene="g01", to="g07")
    assert not app.exception
    assert "g01 → g07" in [each.value for each in app.subheader]
    assert "Fisher's z" in texts(app)


def test_compare__of_conditions_labels_genes_by_symbol(open_page, put, home):
    name = put()
    comparison = Comparison.open(home / "comparisons" / name)
    table = GeneTable(("g01", "g07"), {"s": ("MYC", "MAX")}, {"symbol": "s"})
    runs.attach_gene_table(comparison.spec.first.dataset, table)
    app = open_page("compare", comparison=name, gene="g01", to="g07")
    assert not app.exception
    assert "MYC → MAX" in [each.value for each in app.subheader]
    links = frame_with(app, "fisher_z")
    assert ((links["regulator"] == "g01") == (links["regulator_label"] == "MYC")).all()
    assert "MYC (g01)" in app.selectbox(key="change_gene").options
    assert export_table(comparison, "changes")["target_symbol"].to_pylist().count("MAX") == 4
    assert ">MYC</button>" in comparison_report(comparison)


def test_compare__of_conditions_keeps_what_is_drawn_in_the_address(open_page, put):
    app = open_page("compare", comparison=put())
    app.segmented_control(key="change_condition").set_value("second").run()
    app.selectbox(key="change_q").set_value("0.2").run()
    assert not app.exception
    assert app.query_params["condition"] == "second"
    assert app.query_params["q"] == "0.2"
    assert (frame_with(app, "fisher_z")["q"] <= 0.2).all()
    assert "of ill" in texts(app)


@pytest.mark.parametrize(
    ("state", "action"),
    [(JobState.RUNNING, "cancel_comparison"), (JobState.FAILED, "resume_comparison")],
)
def test_compare__of_conditions_offers_what_fits_the_state(open_page, put, state, action):
    app = open_page("compare", comparison=put(state=state))
    assert not app.exception
    assert app.button(key=action)
    is_live = state.is_live
    assert bool(app.get("progress")) is is_live
    assert ("The disk is full" in "".join(each.value for each in app.error)) is not is_live


def test_compare__of_conditions_is_deleted_and_the_next_one_shown(open_page, put, home):
    put("two")
    app = open_page("compare", comparison=put("one"))
    app.button(key="delete_comparison_sure").click().run()
    assert not app.exception
    assert not (home / "comparisons" / "one").exists()
    assert app.query_params["comparison"] == "two"


def test_compare__of_conditions_warns_of_one_that_is_gone(open_page, put):
    put()
    app = open_page("compare", comparison="gone")
    assert not app.exception
    assert "does not exist" in app.warning[0].value


def test_compare__of_conditions_exports_tables_picture_report_and_methods(
    open_page, put, monkeypatch
):
    written = {}

    def write_now(label, write, *, file_name, **_):
        file = io.BytesIO()
        write(file)
        written[file_name] = file.getvalue()

    monkeypatch.setattr(downloads, "file_button", write_now)
    app = open_page("compare", comparison=put(title="both"))
    app.session_state["export"] = True
    app.run()
    assert not app.exception
    assert any("permuted" in block.value for block in app.code)
    assert written["both-changes.tsv"].startswith(b"regulator\ttarget\timportance_1\t")
    assert len(written["both-changes.tsv"].splitlines()) == 37
    assert written["both-targets.tsv"].startswith(b"target\toob_r2_1\t")
    assert written["both-regulators.tsv"].startswith(b"regulator\tn_gained\t")
    assert b"<svg" in written["both.svg"][:200]
    assert written["both.html"].startswith(b"<!doctype html>")


def test_compare__of_conditions_shows_a_method_without_rewiring(open_page, put):
    app = open_page("compare", comparison=put(has_rewiring=False), gene="g07")
    assert not app.exception
    values = {metric.label: metric.value for metric in app.metric}
    assert values["Rewired targets"] == "–"
    assert "not known whether the regulation of a target carries over" in texts(app)


def test_compare__of_conditions_shows_hostile_names_as_text(open_page, put):
    hostile = "![x](http://a.b/c) :red[*a*] <b>"
    name = put(title=hostile, labels=(hostile, f"{hostile} again"))
    app = open_page("compare", comparison=name, gene="g07")
    assert not app.exception
    shown = [each.value for kind in ("markdown", "caption", "subheader") for each in app.get(kind)]
    shown += [
        str(part) for each in app.metric for part in (each.label, each.proto.delta_description)
    ]
    assert any("http" in text for text in shown)
    assert not any("![x](" in text or ":red[" in text for text in shown)


def test_compare__of_conditions_forecasts_before_it_starts(open_page, monkeypatch):
    started = []
    estimate = differential.ComparisonForecast(2040, 60.0, 50.0, 90.0, 10.0, 2e9, ("Measured.",))
    monkeypatch.setattr(planning, "start_pilot", lambda run, **_: started.append(run))
    dataset = store_groups()
    app = open_page("compare", data=dataset)
    assert "Forecast of time and memory" in texts(app)
    app.button(key="compare_forecast_measure").click().run()
    assert not app.exception
    (run,) = started
    assert (run.dataset, run.forest.n_trees) == (dataset, differential.N_TREES)
    monkeypatch.setattr(differential, "find_forecast", lambda spec, **_: estimate)
    app = open_page("compare", data=dataset)
    assert "About 60 s (50 s to 90 s) for 2,040 forests" in texts(app)
    assert app.button(key="compare_forecast_measure").label == "Measure again"


@pytest.mark.parametrize(
    ("known", "expected"), [((), "ab"), (("a",), "b"), (("a", "b"), "ab")], ids=repr
)
def test_forecast__measures_what_is_missing_or_all_again(monkeypatch, known, expected):
    started = []
    monkeypatch.setattr(planning, "find", lambda run: run if run in known else None)
    monkeypatch.setattr(planning, "start_pilot", started.append)
    forecast._start(("a", "b"))
    assert "".join(started) == expected
