from __future__ import annotations

from genie3_engine import runs
from genie3_engine.errors import RunError
from genie3_engine.model import JobState


def test_home__empty_invites(open_page):
    app = open_page("home")
    assert not app.exception
    assert app.title[0].value == "GENIE3"
    assert {button.key for button in app.button} >= {"explore", "own"}
    assert app.subheader[-1].value == "How it works"


def test_home__own_data_leads_to_data(open_page):
    app = open_page("home")
    app.button(key="own").click().run()
    assert app.title[0].value == "Data"


def test_home__recent_runs_are_cards(open_page, done_run, run_in_state):
    run_in_state(JobState.CANCELLED, name="<b>mine</b>")
    app = open_page("home")
    assert not app.exception
    assert {text.value for text in app.text} == {"a finished run", "<b>mine</b>"}


def test_home__sample_is_a_network_at_once(open_page):
    app = open_page("home")
    app.button(key="explore").click().run()
    assert not app.exception
    assert app.title[0].value == "Network"
    (summary,) = runs.history()
    assert summary.status.state is JobState.DONE


def test_home__sample_that_cannot_start_is_one_box(open_page, monkeypatch):
    asked = []

    def start(spec, **_):
        asked.append(spec)
        raise AssertionError("started") if len(asked) > 1 else RunError("no disk", "make room")

    monkeypatch.setattr(runs, "start", start)
    monkeypatch.setattr(runs, "shipped_run", lambda spec: None)
    app = open_page("home")
    app.button(key="explore").click().run()
    assert asked[0].source == "Sample data"
    assert not app.exception
    assert "no disk" in app.error[0].value


def test_home__names_a_folder_that_cannot_be_read(open_page, home):
    home.mkdir(exist_ok=True)
    (home / "runs").touch()
    app = open_page("home")
    assert [box.value for box in app.error if "runs cannot be read" in box.value]
    assert not app.exception
