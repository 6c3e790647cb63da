from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from genie3_engine import runs
from genie3_engine.data.expression import Expression
from genie3_engine.data.sample_sheet import SampleSheet
from genie3_engine.jobs import atomic_write
from genie3_engine.model import (
    COMPILED,
    EXTRA_TREES,
    GRNBOOST2,
    IN_VIVO,
    METHODS,
    PRECISION,
    RANDOM_FOREST,
    SCIKIT_LEARN,
    ConfidenceSpec,
    ForestSpec,
    run_title,
)
from genie3_engine.store.run_folder import RunFolder
from pages.infer import settings_form
from tests.pages.conftest import texts


@pytest.fixture
def started(monkeypatch, home):
    specs = []

    def start(spec, **_):
        specs.append(spec)
        return home / "runs" / "new"

    monkeypatch.setattr(runs, "start", start)
    return specs


def test_infer__without_data_says_where_to_go(open_page):
    app = open_page("infer")
    assert not app.exception
    assert any("No data yet" in text.value for text in app.markdown)


def test_infer__run_uses_the_defaults_of_the_paper(open_page, dataset, started):
    app = open_page("infer", data=dataset)
    app.button(key="run").click().run()
    assert not app.exception
    (spec,) = started
    assert (spec.dataset, spec.regulators, spec.targets, spec.keep) == (dataset, None, None, None)
    assert (spec.forest.method, spec.forest.k) == (RANDOM_FOREST, "sqrt")
    assert (spec.forest.n_trees, spec.forest.engine) == (1000, COMPILED)
    assert (spec.name, run_title(spec)) == ("", "small *data*: Random Forest, 1,000 trees")
    assert app.title[0].value == "Runs"


def test_infer__regulators_of_a_list_reach_the_run_with_their_origin(open_page, dataset, started):
    runs.choose_regulators(dataset, ["gene01", "gene02"], chosen_from="the list x")
    app = open_page("infer", data=dataset)
    shown = app.text_input(key="run_name")
    assert shown.placeholder == "small *data*: Random Forest, 1,000 trees, 2 regulators"
    app.button(key="run").click().run()
    (spec,) = started
    assert (spec.regulators, spec.regulators_from) == (("gene01", "gene02"), "the list x")


def test_infer__knobs_reach_the_run(open_page, dataset, started):
    app = open_page("infer", data=dataset)
    app.button(key="preset_100").click().run()
    app.button_group(key="method").set_value(EXTRA_TREES).run()
    app.button_group(key="k").set_value("number").run()
    app.number_input(key="k_number").set_value(3).run()
    app.number_input(key="seed").set_value(7).run()
    app.button_group(key="targets").set_value("The first few").run()
    app.number_input(key=f"n_targets_{dataset[:12]}").set_value(2).run()
    app.button_group(key="engine").set_value(SCIKIT_LEARN).run()
    app.number_input(key="n_jobs").set_value(2).run()
    app.text_input(key="run_name").set_value(" mine ").run()
    app.button(key="run").click().run()
    assert not app.exception
    (spec,) = started
    assert (spec.forest.method, spec.forest.k, spec.forest.seed) == (EXTRA_TREES, 3, 7)
    assert (spec.forest.n_trees, spec.forest.engine) == (100, SCIKIT_LEARN)
    assert spec.targets == ("gene00", "gene01")
    assert (spec.layout.n_jobs, spec.name) == (2, "mine")


def test_infer__form_has_the_settings_of_the_method(open_page, dataset, started):
    app = open_page("infer", data=dataset)
    app.button_group(key="method").set_value(GRNBOOST2).run()
    assert "k" not in {group.key for group in app.button_group}
    assert app.number_input(key="GRNBoost2_n_trees").value == 5000
    app.button_group(key="GRNBoost2_generation").set_value("G3").run()
    app.button_group(key="GRNBoost2_stop").set_value("none").run()
    app.number_input(key="GRNBoost2_n_trees").set_value(500).run()
    app.button(key="run").click().run()
    assert not app.exception
    (spec,) = started
    assert spec.forest == ForestSpec(GRNBOOST2, n_trees=500, generation="G3", stop="none")


def test_infer__targets_that_a_fix_restricts_are_those_of_the_command_line(
    open_page, dataset, started, monkeypatch
):
    monkeypatch.setattr("genie3_engine.model.specs.KEEP_ALL_UP_TO", 3 * 12)
    recipe = ("restrict-targets=3",)
    runs.remember_reading(dataset, upload="", reading={"recipe": recipe})
    app = open_page("infer", data=dataset)
    assert "The 3 most variable" in app.button_group(key="targets_of_3").options
    app.button(key="run").click().run()
    app = open_page("infer", data=dataset)
    app.button_group(key="targets_of_3").set_value("All genes").run()
    app.button(key="run").click().run()
    restricted, all_genes = started
    by_command = runs.build_run_spec(runs.open_dataset(dataset), recipe=recipe)
    assert len(restricted.targets) == 3
    assert (restricted.targets, restricted.keep) == (by_command.targets, by_command.keep)
    assert (all_genes.targets, all_genes.keep) == (None, 1000)


def test_infer__empty_list_of_targets_is_refused(open_page, dataset):
    app = open_page("infer", data=dataset)
    app.button_group(key="targets").set_value("A list").run()
    assert "No target is chosen" in app.error[0].value
    assert app.button(key="run").disabled


def test_infer__too_many_workers_are_noted(open_page, dataset):
    app = open_page("infer", data=dataset)
    app.number_input(key="n_threads").set_value(256).run()
    assert "workers share" in app.warning[0].value


def test_infer__beyond_a_limit_is_one_box_and_leaves_no_run(open_page, dataset, home):
    (home / "limits.toml").write_text('[person]\nmemory = "1 MB"\n')
    app = open_page("infer", data=dataset)
    app.button(key="run").click().run()
    assert not app.exception
    assert "a person may use 1\\.0 MB" in app.error[0].value
    assert list((home / "runs").iterdir()) == []


def test_infer__preset_in_use_is_marked(open_page, dataset):
    app = open_page("infer", data=dataset)
    assert app.button(key="preset_1000").icon == ":material/check:"
    app.number_input(key="n_trees").set_value(500).run()
    assert not any(app.button(key=f"preset_{trees}").icon for trees in (100, 1000))


@pytest.mark.parametrize("method", [IN_VIVO, PRECISION])
def test_infer__a_preset_chooses_the_method(open_page, dataset, started, method):
    app = open_page("infer", data=dataset)
    app.button(key=f"preset_{method}").click().run()
    assert app.button(key=f"preset_{method}").icon == ":material/check:"
    app.button(key="run").click().run()
    assert not app.exception
    assert started[0].forest == ForestSpec(method)


def test_infer__says_what_each_preset_is_for_and_that_none_is_the_best(open_page, dataset):
    shown = texts(open_page("infer", data=dataset))
    for name, (_, _, sentence) in settings_form.PRESETS.items():
        assert f"**{name}**: {sentence}" in shown
    assert "no method is the best everywhere" in shown


def test_infer__every_setting_survives_a_look_at_another_page(open_page, dataset, started):
    app = open_page("infer", data=dataset)
    app.button_group(key="k").set_value("number").run()
    app.button_group(key="keep").set_value("number").run()
    app.button_group(key="targets").set_value("The first few").run()
    app.number_input(key="k_number").set_value(50)
    app.number_input(key="keep_number").set_value(7)
    app.number_input(key="n_trees").set_value(500)
    app.number_input(key=f"n_targets_{dataset[:12]}").set_value(3)
    app.number_input(key="n_processes").set_value(2)
    app.number_input(key="n_threads").set_value(1).run()
    app.switch_page("pages/data/page.py").run()
    app.switch_page("pages/infer/page.py").run()
    app.button(key="run").click().run()
    (spec,) = started
    assert (spec.forest.k, spec.forest.n_trees, spec.keep) == (50, 500, 7)
    assert (len(spec.targets), spec.layout.n_processes, spec.layout.n_threads) == (3, 2, 1)


def test_infer__confidence_reaches_the_run(open_page, dataset, started):
    app = open_page("infer", data=dataset)
    app.toggle(key="confidence").set_value(True).run()
    app.switch_page("pages/data/page.py").run()
    app.switch_page("pages/infer/page.py").run()
    assert app.button_group(key="confidence_kind").value == "both"
    app.button(key="run").click().run()
    app = open_page("infer", data=dataset)
    app.toggle(key="confidence").set_value(True).run()
    app.button_group(key="confidence_kind").set_value("stability").run()
    app.button(key="run").click().run()
    assert not app.exception
    assert [spec.confidence for spec in started] == [
        ConfidenceSpec(), ConfidenceSpec(p_values=False)
    ]  # fmt: skip


def test_infer__confidence_is_off_for_a_method_without_it(open_page, dataset, started):
    app = open_page("infer", data=dataset)
    app.toggle(key="confidence").set_value(True).run()
    app.button_group(key="method").set_value(IN_VIVO).run()
    assert not app.exception
    assert app.toggle(key="confidence").disabled
    assert METHODS[IN_VIVO].no_confidence in texts(app)
    app.button(key="run").click().run()
    assert started[0].confidence is None


def test_infer__few_samples_have_no_stability(open_page, home, started):
    values = np.random.default_rng(0).normal(size=(6, 12))
    few = Expression(values, tuple("abcdef"), tuple(f"s{i}" for i in range(12)))
    app = open_page("infer", data=runs.save_dataset(few, name="few"))
    app.toggle(key="confidence").set_value(True).run()
    assert app.button_group(key="confidence_kind").value == "p-values"
    assert "12 samples" in texts(app)
    app.button(key="run").click().run()
    assert started[0].confidence == ConfidenceSpec(stability=False)


def test_infer__takes_over_the_confidence_of_an_earlier_run(open_page, done_run, dataset, home):
    folder = RunFolder(home / "runs" / done_run)
    spec = replace(folder.spec, confidence=ConfidenceSpec(p_values=False))
    atomic_write.write_json(folder.path / "spec.json", spec.to_dict())
    app = open_page("infer", data=dataset, like=done_run)
    assert not app.exception
    assert app.toggle(key="confidence").value
    assert app.button_group(key="confidence_kind").value == "stability"


def test_infer__list_of_targets_survives_a_look_at_another_page(open_page, dataset, started):
    app = open_page("infer", data=dataset)
    app.button_group(key="targets").set_value("A list").run()
    app.multiselect(key=f"target_list_{dataset[:12]}").set_value(["gene03"]).run()
    app.switch_page("pages/data/page.py").run()
    app.switch_page("pages/infer/page.py").run()
    app.button(key="run").click().run()
    assert started[0].targets == ("gene03",)


def test_infer__an_earlier_run_s_regulators_leave_the_data_set_alone(
    open_page, done_run, dataset, started
):
    runs.choose_regulators(dataset, ["gene01", "gene02"])
    app = open_page("infer", data=dataset, like=done_run)
    app.button(key="run").click().run()
    assert runs.dataset_info(dataset).labels.regulators == ("gene01", "gene02")
    assert started[0].regulators is None


def test_infer__begins_with_the_newest_data(open_page, dataset):
    app = open_page("infer")
    assert not app.exception
    assert any("12 genes in 20 samples" in text.value for text in app.markdown)


def test_infer__takes_over_an_earlier_run_once(open_page, done_run, dataset):
    app = open_page("infer", data=dataset, like=done_run)
    assert app.number_input(key="n_trees").value == 5
    assert app.button_group(key="engine").value == SCIKIT_LEARN
    app.number_input(key="n_trees").set_value(6).run()
    assert app.number_input(key="n_trees").value == 6


def test_infer__run_that_is_gone_is_said(open_page, dataset):
    app = open_page("infer", data=dataset, like="../nobody")
    assert not app.exception
    assert "does not exist any more" in app.warning[0].value


def test_infer__deleted_data_is_one_box(open_page):
    app = open_page("infer", data="f" * 64)
    assert not app.exception
    assert len(app.error) == 1
    assert any("No data yet" in text.value for text in app.markdown)


def test_infer__a_preset_that_needs_time_series_shows_why(open_page, dataset):
    button = open_page("infer", data=dataset).button(key="preset_time-series")
    assert button.disabled
    assert "needs a time series" in button.help
    expression = runs.open_dataset(dataset)
    blank = ("",) * expression.n_samples
    times = tuple(map(float, range(expression.n_samples)))
    sheet = SampleSheet(("a",) * len(times), times, ((),) * len(times), blank, blank, blank)
    course = runs.save_dataset(replace(expression, sheet=sheet), name="course")
    assert not open_page("infer", data=course).button(key="preset_time-series").disabled


def test_infer__takes_no_settings_of_a_combined_run(open_page, dataset, done_run, home):
    file = home / "runs" / done_run / "spec.json"
    spec = json.loads(file.read_text())
    lists = [{"name": name, "path": name, "sha256": name} for name in ("one", "two")]
    combined = {**spec, "forest": {"method": "combined", "how": "irp"}, "parents": lists}
    file.write_text(json.dumps(combined))
    app = open_page("infer", data=dataset, like=done_run)
    assert not app.exception
    assert any("combines other networks" in each.value for each in app.warning)
