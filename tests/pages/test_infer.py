from __future__ import annotations

import pytest

from genie3_engine import runs
from genie3_engine.errors import StorageError
from genie3_engine.model import Engine, Method


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
    assert (spec.forest.method, spec.forest.k) == (Method.RANDOM_FOREST, "sqrt")
    assert (spec.forest.n_trees, spec.forest.engine) == (1000, Engine.COMPILED)
    assert app.title[0].value == "Runs"


def test_infer__knobs_reach_the_run(open_page, dataset, started):
    app = open_page("infer", data=dataset)
    app.button(key="preset_100").click().run()
    app.button_group(key="method").set_value(Method.EXTRA_TREES).run()
    app.button_group(key="k").set_value("number").run()
    app.number_input(key="k_number").set_value(3).run()
    app.number_input(key="seed").set_value(7).run()
    app.button_group(key="targets").set_value("The first few").run()
    app.number_input(key="n_targets").set_value(2).run()
    app.button_group(key="engine").set_value(Engine.SCIKIT_LEARN).run()
    app.number_input(key="n_jobs").set_value(2).run()
    app.text_input(key="run_name").set_value(" mine ").run()
    app.button(key="run").click().run()
    assert not app.exception
    (spec,) = started
    assert (spec.forest.method, spec.forest.k, spec.forest.seed) == (Method.EXTRA_TREES, 3, 7)
    assert (spec.forest.n_trees, spec.forest.engine) == (100, Engine.SCIKIT_LEARN)
    assert spec.targets == ("gene00", "gene01")
    assert (spec.layout.n_jobs, spec.name) == (2, "mine")


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
    by_command = runs.prepare_spec(runs.open_dataset(dataset), recipe=recipe)
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
    app.number_input(key="threads").set_value(256).run()
    assert "workers share" in app.warning[0].value


def test_infer__a_full_disk_is_one_box(open_page, dataset, monkeypatch):
    def start(spec, **_):
        raise StorageError("The disk is full.", "Make room.")

    monkeypatch.setattr(runs, "start", start)
    app = open_page("infer", data=dataset)
    app.button(key="run").click().run()
    assert not app.exception
    assert "The disk is full" in app.error[0].value


def test_infer__preset_in_use_is_marked(open_page, dataset):
    app = open_page("infer", data=dataset)
    assert app.button(key="preset_1000").icon == ":material/check:"
    app.number_input(key="trees").set_value(500).run()
    assert not any(app.button(key=f"preset_{trees}").icon for trees in (100, 1000))


def test_infer__knobs_survive_a_look_at_the_data(open_page, dataset):
    app = open_page("infer", data=dataset)
    app.number_input(key="trees").set_value(500).run()
    app.switch_page("pages/data/page.py").run()
    app.switch_page("pages/infer/page.py").run()
    assert app.number_input(key="trees").value == 500


def test_infer__begins_with_the_newest_data(open_page, dataset):
    app = open_page("infer")
    assert not app.exception
    assert any("12 genes in 20 samples" in text.value for text in app.markdown)


def test_infer__takes_over_an_earlier_run_once(open_page, done_run, dataset):
    app = open_page("infer", data=dataset, like=done_run)
    assert app.number_input(key="trees").value == 5
    assert app.button_group(key="engine").value == Engine.SCIKIT_LEARN
    app.number_input(key="trees").set_value(6).run()
    assert app.number_input(key="trees").value == 6


def test_infer__run_that_is_gone_is_said(open_page, dataset):
    app = open_page("infer", data=dataset, like="../nobody")
    assert not app.exception
    assert "not here any more" in app.warning[0].value


def test_infer__deleted_data_is_one_box(open_page):
    app = open_page("infer", data="f" * 64)
    assert not app.exception
    assert len(app.error) == 1
    assert any("No data yet" in text.value for text in app.markdown)
