from __future__ import annotations

import pytest

from genie3_engine import runs
from genie3_engine.model import ErrorRecord, RunState


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


def test_runs__live_run_shows_progress_and_cancel(open_page, run_in_state, monkeypatch):
    run = run_in_state(RunState.RUNNING)
    cancelled = []
    monkeypatch.setattr(runs, "cancel", lambda path: cancelled.append(path.name))
    app = open_page("runs", run=run)
    assert not app.exception
    assert "5 of 12 targets" in app.get("progress")[0].proto.text
    app.button(key="cancel").click().run()
    assert cancelled == [run]


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.CANCELLED, RunState.LOST])
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
    assert "not here" in app.warning[0].value


def test_runs__hostile_name_is_text(open_page, run_in_state):
    run = run_in_state(RunState.CANCELLED, name="**x** <script>")
    app = open_page("runs", run=run)
    assert app.subheader[0].value == r"\*\*x\*\* \<script\>"
    assert app.dataframe[0].value["Run"].tolist() == ["**x** <script>"]


def test_runs__deleted_run_is_gone(open_page, done_run, home):
    app = open_page("runs", run=done_run)
    app.button(key="delete_sure").click().run()
    assert not app.exception
    assert not (home / "runs" / done_run).exists()
    assert any("No runs yet" in text.value for text in app.markdown)
