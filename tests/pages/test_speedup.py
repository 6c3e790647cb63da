from __future__ import annotations

import pytest

from genie3_engine import benchmark, runs
from genie3_engine.model import COMPILED, JobState
from tests.pages.conftest import texts
from tests.pages.experiment import put_experiment


@pytest.fixture
def put(home):
    """Return a function that puts an experiment into the home."""
    return lambda folder="one", **options: put_experiment(home / "experiments" / folder, **options)


@pytest.fixture
def started(monkeypatch, home):
    specs = []

    def start(spec, **_):
        specs.append(spec)
        return home / "experiments" / "new"

    monkeypatch.setattr(benchmark, "start", start)
    return specs


def test_speedup__empty_offers_presets_and_says_where_to_go(open_page):
    app = open_page("speedup")
    assert not app.exception
    assert "No experiment yet" in texts(app)
    cards = {button.key for button in app.button if str(button.key).startswith("preset_")}
    assert len(cards) == 8


def test_speedup__starts_a_preset_on_simulated_data(open_page, started):
    app = open_page("speedup")
    app.button(key="preset_experiment-1").click().run()
    app.number_input(key="lab_genes").set_value(50).run()
    app.number_input(key="lab_samples").set_value(12).run()
    app.number_input(key="lab_repeats").set_value(2).run()
    app.button(key="start_experiment").click().run()
    assert not app.exception
    (spec,) = started
    assert (spec.preset, spec.n_repeats, spec.n_trees) == ("experiment-1", 2, 1000)
    assert (spec.simulated.n_genes, spec.simulated.n_samples) == (50, 12)
    assert [each.n_processes for each in spec.configurations][:4] == [1, 4, 1, 4]


def test_speedup__starts_a_grid_on_stored_data(open_page, started, dataset):
    app = open_page("speedup", data=dataset)
    app.button(key="preset_my-own").click().run()
    app.multiselect(key="lab_threads").set_value([1, 2]).run()
    app.number_input(key="lab_targets").set_value(3).run()
    app.button(key="start_experiment").click().run()
    (spec,) = started
    assert (spec.dataset, spec.simulated) == (dataset, None)
    assert [(each.engine, each.n_threads) for each in spec.configurations] == [
        (COMPILED, 1),
        (COMPILED, 2),
    ]


def test_speedup__starts_a_grid_on_cloud_instances(open_page, started, dataset):
    saved = {"endpoint_url": "http://localhost:1", "instances": 7, "spot": True}
    runs.save_options(runs.CLOUD, saved)
    app = open_page("speedup", data=dataset)
    app.button(key="preset_my-own").click().run()
    app.number_input(key="lab_targets").set_value(3).run()
    app.segmented_control(key="lab_where").set_value("sagemaker").run()
    app.selectbox(key="lab_sagemaker_instance_type").set_value("ml.m5.xlarge").run()
    app.multiselect(key="lab_sagemaker_instances").set_value([4, 1]).run()
    app.toggle(key="lab_sagemaker_spot").set_value(False).run()
    assert "5 machines together" in texts(app)
    app.button(key="start_experiment").click().run()
    assert not app.exception
    (spec,) = started
    assert [each.n_instances for each in spec.configurations] == [1, 4]
    assert spec.launcher == runs.CLOUD
    chosen = {"instance_type": "ml.m5.xlarge", "spot": False, "endpoint_url": "http://localhost:1"}
    assert chosen.items() <= spec.launcher_options.items()


def test_speedup__lays_a_preset_out_for_the_cores_of_the_instances(open_page, started, dataset):
    app = open_page("speedup", data=dataset)
    app.segmented_control(key="lab_where").set_value("sagemaker").run()
    app.selectbox(key="lab_sagemaker_instance_type").set_value("ml.c5.4xlarge").run()
    app.button(key="start_experiment").click().run()
    (spec,) = started
    assert max(each.n_threads for each in spec.configurations) == 16
    assert "an hour of all of them" in texts(app)


def test_speedup__measures_several_instance_types_in_one_experiment(open_page, started, dataset):
    app = open_page("speedup", data=dataset)
    app.segmented_control(key="lab_where").set_value("sagemaker").run()
    app.button(key="preset_my-own").click().run()
    app.selectbox(key="lab_sagemaker_instance_type").set_value("ml.m5.xlarge").run()
    app.multiselect(key="lab_sagemaker_further_types").set_value(["ml.c5.xlarge"]).run()
    app.number_input(key="lab_targets").set_value(3).run()
    assert "$0.43 for an hour of all of them" in texts(app)
    app.button(key="start_experiment").click().run()
    assert not app.exception
    (spec,) = started
    types = [each.instance for each in spec.configurations]
    assert types == ["ml.m5.xlarge", "ml.c5.xlarge"]


def test_speedup__measures_the_instance_types_of_experiment_3(open_page, started):
    app = open_page("speedup")
    app.segmented_control(key="lab_where").set_value("sagemaker").run()
    app.button(key="preset_experiment-3").click().run()
    assert "those chosen above are not used" in texts(app)
    app.button(key="start_experiment").click().run()
    assert not app.exception
    (spec,) = started
    assert spec.configurations[0].instance == "ml.m4.xlarge"
    assert len({each.instance for each in spec.configurations}) == 4


def test_speedup__forecasts_the_instance_types_of_experiment_3(open_page, put):
    app = open_page("speedup", experiment=put(preset="experiment-3"))
    assert not app.exception
    figure = app.get("plotly_chart")[0].proto.spec
    assert "scikit-learn, forecast" in figure
    assert "scikit-learn, published" in figure
    assert "To measure them" in texts(app)
    (types,) = [each.value for each in app.dataframe if "Enough memory" in each.value]
    assert types["Instance type"].unique().tolist() == [
        *("ml.m4.xlarge", "ml.m5.2xlarge", "ml.m5.4xlarge", "ml.m4.10xlarge")
    ]


def test_speedup__refuses_more_targets_than_genes(open_page, dataset):
    app = open_page("speedup", data=dataset)
    app.number_input(key="lab_targets_engines").set_value(500).run()
    assert "run has 500 targets" in app.error[0].value
    assert app.button(key="start_experiment").disabled


def test_speedup__filled_shows_table_summary_and_charts(open_page, put):
    app = open_page("speedup", experiment=put())
    assert not app.exception
    assert app.get("plotly_chart")[0].proto.spec.count("Computing seconds of 10 targets") == 1
    table = app.dataframe[0].value
    assert table["Speed-up"].tolist() == [1, 2, 2, 2, 1, 2]
    assert table["Published speed-up"].tolist()[:4] == [1.0, 2.29, 2.07, 2.37]
    said = texts(app)
    assert "20 times as fast as one scikit\\-learn job" in said or "40 times" in said
    assert r"A \*fast\* one" in said
    assert "## 40 ×" in said
    assert len(app.get("plotly_chart")) == 9


def test_speedup__two_configurations_lie_side_by_side(open_page, put):
    app = open_page("speedup", experiment=put())
    first, second = app.selectbox(key="first_one"), app.selectbox(key="second_one")
    assert (first.value, second.value) == (0, 5)
    second.set_value(1).run()
    assert not app.exception
    table = app.table[0].value
    assert table.columns.tolist() == [
        "scikit-learn, 1 process x 1 job, 10 targets",
        "scikit-learn, 4 processes x 1 job, 10 targets",
    ]
    assert table.loc["Speed-up"].tolist() == ["1.00", "2.00"]
    assert table.loc["Efficiency"].tolist() == ["100 %", "50 %"]
    assert "an earlier version" in texts(app)  # as in experiments of earlier versions


def test_speedup__lays_one_experiment_over_another(open_page, put):
    put("other", name="Slower", factor=2.0)
    app = open_page("speedup", experiment=put("one"))
    app.selectbox(key="overlay_one").set_value("other").run()
    assert not app.exception
    names = app.get("plotly_chart")[0].proto.spec
    assert "Slower" in names
    assert "Experiment 1" in names


def test_speedup__live_shows_progress_and_stops(open_page, put, monkeypatch):
    stopped = []
    monkeypatch.setattr(benchmark, "cancel", lambda path: stopped.append(path.name))
    app = open_page("speedup", experiment=put(state=JobState.RUNNING, n_rows=2))
    assert "2 of 6 runs" in app.get("progress")[0].proto.text
    app.button(key="stop_experiment").click().run()
    assert not app.exception
    assert stopped == ["one"]


@pytest.mark.parametrize("state", [JobState.CANCELLED, JobState.FAILED, JobState.LOST])
def test_speedup__stopped_is_resumed(open_page, put, monkeypatch, state):
    resumed = []
    monkeypatch.setattr(benchmark, "resume", lambda path: resumed.append(path.name))
    app = open_page("speedup", experiment=put(state=state, n_rows=1))
    assert "1 of 6 runs are measured and stored" in texts(app)
    assert bool(app.error) == (state is JobState.FAILED)
    app.button(key="resume_experiment").click().run()
    assert resumed == ["one"]


def test_speedup__failures_are_rows(open_page, put):
    app = open_page("speedup", experiment=put(error="The memory is used up."))
    assert not app.exception
    assert app.dataframe[0].value["Note"].tolist() == ["The memory is used up."] * 6


def test_speedup__unknown_and_deleted_are_said(open_page, put):
    put()
    app = open_page("speedup", experiment="../../etc")
    assert "does not exist" in app.warning[0].value
    app.button(key="delete_experiment_sure").click().run()
    assert "No experiment yet" in texts(app)
