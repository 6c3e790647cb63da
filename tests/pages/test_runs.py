from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from genie3_engine import archives, runs
from genie3_engine.jobs.queue import Place
from genie3_engine.launchers.local import LocalLauncher
from genie3_engine.model import PRECISION, ErrorRecord, JobState
from genie3_engine.store.run_folder import RunFolder
from tests.pages.conftest import texts
from ui import cache, live_parts


def test_runs__empty_says_where_to_go(open_page):
    app = open_page("runs")
    assert not app.exception
    assert any("No runs yet" in text.value for text in app.markdown)


def test_runs__done_run_shows_settings_timings_and_log(open_page, done_run):
    app = open_page("runs", run=done_run)
    assert not app.exception
    assert app.subheader[0].value == "a finished run"
    assert "Cancel" not in {button.label for button in app.button}
    assert app.dataframe[0].value["State"].tolist() == ["Done"]
    assert app.code[0].value


@pytest.mark.parametrize(
    ("computing", "words"),
    [(6.0, "10 s in all, most of it computing (60 %)"), (4.0, "the longest step computing (50 %)")],
)
def test_runs__longest_step_is_most_of_a_run_only_above_half(
    open_page, done_run, home, computing, words
):
    path = home / "runs" / done_run / "timings.json"
    timings = json.loads(path.read_text())
    timings["seconds"] = {"starting": 2.0, "reading": 2.0, "computing": computing}
    path.write_text(json.dumps(timings))
    assert words in texts(open_page("runs", run=done_run))


def test_runs__name_has_the_place_of_the_time_left_when_nothing_is_at_work(
    open_page, done_run, run_in_state
):
    def columns():
        return json.loads(open_page("runs", run=done_run).dataframe[0].proto.columns)

    done = columns()
    assert done["Left"]["hidden"]
    run_in_state(JobState.RUNNING)
    live = columns()
    assert "hidden" not in live.get("Left", {})
    assert done["Run"]["width"] == live["Run"]["width"] + live["Left"]["width"]


def test_runs__done_run_is_compared_with_its_forecast(open_page, done_run, home):
    run = home / "runs" / done_run
    seconds = runs.timings(run)["seconds"]
    took = seconds["total"] - seconds["starting"]
    foretold = {
        "wall_seconds": 2 * took + 1,
        "low_seconds": 1.5 * took + 1,
        "high_seconds": 3 * took + 1,
        "raw_seconds": 2 * took + 1,
        "raw_memory_bytes": 2e9,
        "n_targets": 12,
        "engine": "scikit-learn",
        "step_seconds": {"starting": 1.0},
    }
    (run / "forecast.json").write_text(json.dumps(foretold))
    assert "50% less, outside the interval" in texts(open_page("runs", run=done_run))
    foretold["low_seconds"] = 0.5 * took + 1
    (run / "forecast.json").write_text(json.dumps(foretold))
    said = texts(open_page("runs", run=done_run))
    assert "50% less, within the interval" in said
    assert "2.0 GB forecast" in said


def test_runs__fixes_are_among_the_settings(open_page, done_run, home):
    path = home / "runs" / done_run / "spec.json"
    spec = json.loads(path.read_text())
    spec["recipe"] = ["fill-missing", "keep-variable=9"]
    path.write_text(json.dumps(spec))
    app = open_page("runs", run=done_run)
    settings = app.dataframe[-1].value.set_index("Setting")["Value"]
    assert settings["Fixes"] == "fill-missing then keep-variable=9"


def test_runs__live_run_shows_progress_and_cancel(open_page, run_in_state, monkeypatch):
    run = run_in_state(JobState.RUNNING)
    cancelled = []
    monkeypatch.setattr(runs, "cancel", lambda path: cancelled.append(path.name))
    app = open_page("runs", run=run)
    assert not app.exception
    assert "5 of 12 targets" in app.get("progress")[0].proto.text
    app.button(key="cancel").click().run()
    assert cancelled == [run]


def test_runs__run_of_which_nobody_knows_can_be_cancelled(open_page, run_in_state, monkeypatch):
    run = run_in_state(JobState.UNKNOWN)
    cancelled = []
    monkeypatch.setattr(runs, "cancel", lambda path: cancelled.append(path.name))
    open_page("runs", run=run).button(key="cancel").click().run()
    assert cancelled == [run]


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED, JobState.LOST])
def test_runs__stopped_run_is_resumed(open_page, run_in_state, monkeypatch, state):
    run = run_in_state(state, error=ErrorRecord("storage", "The disk was full.", "Make room."))
    resumed = []
    monkeypatch.setattr(runs, "resume", lambda path: resumed.append(path.name))
    app = open_page("runs", run=run)
    assert "The disk was full" in app.error[0].value
    app.button(key="resume").click().run()
    assert resumed == [run]


def test_runs__unknown_run_is_said(open_page, done_run):
    app = open_page("runs", run="../../etc")
    assert not app.exception
    assert "does not exist" in app.warning[0].value


def test_runs__hostile_name_is_text(open_page, run_in_state):
    run = run_in_state(JobState.CANCELLED, name="**x** <script>")
    app = open_page("runs", run=run)
    assert app.subheader[0].value == r"\*\*x\*\* \<script\>"
    assert app.dataframe[0].value["Run"].tolist() == ["**x** <script>"]


def test_runs__deleted_run_is_gone(open_page, done_run, home):
    app = open_page("runs", run=done_run)
    app.button(key="delete_sure").click().run()
    assert not app.exception
    assert not (home / "runs" / done_run).exists()
    assert any("No runs yet" in text.value for text in app.markdown)


def test_runs__are_filtered_by_text_state_and_tag(open_page, done_run, run_in_state, home):
    cancelled = run_in_state(JobState.CANCELLED, name="other")
    runs.label(home / "runs" / cancelled, tags=["paper"])

    def listed(app):
        return app.dataframe[0].value["Run"].tolist()

    app = open_page("runs")
    assert len(listed(app)) == 2
    app.text_input(key="find_runs").set_value("OTHER").run()
    assert listed(app) == ["other"]
    app.text_input(key="find_runs").set_value("paper").run()
    assert listed(app) == ["other"]
    app.button_group(key="find_states").set_value(["Done"]).run()
    assert any("No run matches" in text.value for text in app.markdown)
    app.text_input(key="find_runs").set_value("").run()
    assert listed(app) == ["a finished run"]
    app.button_group(key="find_states").set_value([]).run()
    app.multiselect(key="find_tags").set_value(["paper"]).run()
    assert listed(app) == ["other"]


def test_runs__are_renamed_tagged_and_noted(open_page, done_run, home):
    app = open_page("runs", run=done_run)
    app.text_input(key=f"name_{done_run}").set_value("better")
    app.text_area(key=f"note_{done_run}").set_value("why")
    app.button(key=f"label_save_{done_run}").click().run()
    assert app.subheader[0].value == "better"
    assert runs.labels(home / "runs" / done_run).note == "why"


def test_runs__waiting_run_says_how_many_come_first(open_page, run_in_state, monkeypatch, home):
    run = run_in_state(JobState.RUNNING)
    place = Place(2, 0, is_next=False)
    monkeypatch.setattr(runs, "place_in_queue", lambda *_: place)
    folder = RunFolder.open(home / "runs" / run)
    folder.write_status(replace(folder.read_status(), step="waiting"))
    app = open_page("runs", run=run)

    def captions():
        return [caption.value for caption in app.caption]

    assert any(text.startswith("2 jobs are before it in the queue.") for text in captions())
    place = Place(1, 2, is_next=False)
    app.run()
    words = "1 job of yours and 2 jobs of others are before it in the queue."
    assert any(text.startswith(words) for text in captions())
    place = Place(0, 1, is_next=True, reason="It waits for memory.")
    app.run()
    words = "1 job of others is before it in the queue. It has the next turn. It waits for memory."
    assert any(text.startswith(words) for text in captions())


def test_runs__methods_paragraph_is_ready(open_page, done_run):
    app = open_page("runs", run=done_run)
    assert not app.exception
    assert any("GENIE3" in block.value for block in app.code)


def test_runs__again_opens_infer_with_its_settings(open_page, done_run):
    app = open_page("runs", run=done_run)
    app.button(key="again").click().run()
    assert app.title[0].value == "Infer"
    assert app.number_input(key="n_trees").value == 5
    assert not app.exception


def would_be_drawn_again():
    """Return whether a live part of the page that was opened last would look different now."""
    cache.forget_history()
    *_, parts = live_parts._parts.values()
    return any(part.content() != part.shown for part in parts.values())


@pytest.mark.parametrize("page", ["runs", "home"])
def test_live_part__is_the_same_until_a_run_changes(open_page, done_run, home, page):
    open_page(page)
    assert not would_be_drawn_again()
    runs.label(home / "runs" / done_run, name="another name")
    assert would_be_drawn_again()


@pytest.mark.parametrize("page", ["runs", "home", "network"])
def test_live_part__moves_with_the_progress_of_a_run(open_page, run_in_state, home, page):
    run = run_in_state(JobState.RUNNING)
    open_page(page, run=run)
    folder = RunFolder.open(home / "runs" / run)
    folder.write_status(replace(folder.read_status(), targets_done=6))
    assert would_be_drawn_again()


def test_runs__a_done_run_is_combined_with_another(open_page, done_run, home, monkeypatch):
    shutil.copytree(home / "runs" / done_run, home / "runs" / "other")
    submitted = []
    monkeypatch.setattr(LocalLauncher, "submit", lambda self, run: submitted.append(run))
    app = open_page("runs", run=done_run)
    key = f"combine_{done_run}"
    assert list(app.multiselect(key=f"{key}_runs").options) == ["a finished run (Random Forest)"]
    app.multiselect(key=f"{key}_runs").set_value(["other"]).run()
    app.text_input(key=f"{key}_name").set_value("both").run()
    app.button(key=f"{key}_start").click().run()
    assert not app.exception
    assert app.subheader[0].value == "both"
    spec = RunFolder.open(submitted[0]).spec
    assert [parent.path for parent in spec.parents] == [
        str(home / "runs" / name) for name in (done_run, "other")
    ]
    assert "again" not in {button.key for button in app.button}
    networks = app.dataframe[-1].value
    assert networks["Network"].tolist() == ["a finished run", "a finished run"]
    assert networks["Method"].tolist() == ["RF", "RF"]


def test_runs__a_run_alone_is_not_combined(open_page, done_run):
    app = open_page("runs", run=done_run)
    app.button(key=f"combine_{done_run}_start").click().run()
    assert "Give 2 to 30" in texts(app)


def test_runs__networks_inside_a_run_are_listed_and_opened(open_page, in_vivo_run):
    app = open_page("runs", run=f"{in_vivo_run}/{PRECISION}")
    assert not app.warning  # the run that it is inside is shown
    networks = app.dataframe[-1].value
    assert networks["Network"].tolist() == ["Precision"]
    assert networks["State"].tolist() == ["Done"]
    assert networks["Folder"].tolist() == ["members/precision"]
    opened = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.layout.go", lambda page, **query: opened.append((page.name, query)))
        app.button(key="open_precision").click().run()
    assert opened == [("network", {"run": f"{in_vivo_run}/{PRECISION}"})]


def test_runs__ticked_runs_are_compared(open_page, done_run, run_in_state, home):
    other = run_in_state(JobState.CANCELLED, name="another")
    app = open_page("runs", run=done_run)
    app.toggle(key="compare_runs").set_value(True).run()
    assert not app.exception
    assert "Tick 2 to 12 runs" in texts(app)
    app.session_state["ticked_runs"] = [other, done_run]
    app.run()
    table = app.dataframe[1].value.set_index("Property")
    assert sorted(table.columns) == ["a finished run", "another"]
    assert set(table.loc["State"]) == {"Done", "Cancelled"}
    assert "Random seed" not in table.index
    app.toggle(key="all_properties").set_value(True).run()
    assert "Random seed" in app.dataframe[1].value["Property"].tolist()
    app.toggle(key="compare_runs").set_value(False).run()
    assert app.subheader[0].value == "a finished run"


def test_runs__an_archive_is_imported_and_named(open_page, home, done_run):
    content = archives.archived_bytes(home / "runs" / done_run)
    runs.delete(home / "runs" / done_run)
    app = open_page("runs")
    app.file_uploader[0].upload("run.zip", content, "application/zip").run()
    assert not app.exception
    assert app.info[0].value == "The run done was imported\\."
    assert app.subheader[0].value == "a finished run"
    assert app.query_params["run"] in ("done", ["done"])
    app.file_uploader[0].upload("run.zip", content, "application/zip").run()
    assert "here already" in app.info[0].value
    app.file_uploader[0].upload("run.zip", content[:-1], "application/zip").run()
    assert not app.exception
    assert "The archive is damaged" in app.error[0].value
    assert not app.info


def test_runs__is_archived_with_licence_and_authors(open_page, home, done_run):
    app = open_page("runs", run=done_run)
    app.session_state["archive"] = True
    app.run()
    app.text_input(key="archive_licence_done").set_value("CC-BY-4.0")
    app.text_area(key="archive_authors_done").set_value("Ann Example 0000-0002-1825-0097\nBob")
    app.run()
    assert not app.exception
    deposit = archives.read_deposit(home / "runs" / done_run)
    assert deposit.licence == "https://spdx.org/licenses/CC-BY-4.0"
    assert list(map(str, deposit.authors)) == ["Ann Example 0000-0002-1825-0097", "Bob"]
    app.button(key="archive_make_done").click().run()
    assert not app.exception
    assert len(app.get("download_button")) > 0
    _, with_data, content = app.session_state["made_archive"]
    assert with_data
    assert content == archives.archived_bytes(home / "runs" / done_run)
    app.text_input(key="archive_licence_done").set_value("a b").run()
    assert "is not a licence" in app.error[0].value
    assert "made_archive" not in app.session_state
    (home / "runs" / done_run / "timings.json").write_text("{")
    app.button(key="archive_make_done").click().run()
    assert "cannot be read" in app.error[0].value
