from __future__ import annotations

import time

import pytest

from genie3_engine import labels, planning
from genie3_engine.jobs.status import ErrorRecord, JobState, JobStatus
from genie3_engine.model import IN_VIVO
from pages.infer import forecast as panel
from tests.pages.conftest import texts
from tests.planning.pilots import pilot
from ui import people


@pytest.fixture
def begun(monkeypatch):
    """The specs whose pilots were started; the latest one is at work."""
    specs = []
    monkeypatch.setattr(planning, "start_pilot", specs.append)
    monkeypatch.setattr(
        planning,
        "pilot_status",
        lambda spec: JobStatus(JobState.RUNNING) if specs else None,
    )
    return specs


def _table(app):
    return next(one.value for one in app.dataframe if "instance_type" in one.value)


def _nobody():
    raise people.LoginRequiredError


def test_forecast__small_data_are_tried_on_demand_only(open_page, dataset, begun, monkeypatch):
    app = open_page("infer", data=dataset)
    assert not app.exception
    assert "Forecast of time, memory and disk" in texts(app)
    assert begun == []
    with monkeypatch.context() as patch:  # the login has ended in another tab
        patch.setattr(people, "current_person", _nobody)
        app.button(key="forecast_measure").click().run()
    assert not app.exception
    assert "You are not logged in" in texts(app)
    assert begun == []
    app.button(key="forecast_measure").click().run()
    assert not app.exception
    assert [spec.dataset for spec in begun] == [dataset]
    assert "Pilot run: inferring a few random targets" in texts(app)


def test_forecast__larger_data_are_tried_at_once(open_page, dataset, begun, monkeypatch):
    monkeypatch.setattr(panel, "WORTH_FORECASTING", 1)
    app = open_page("infer", data=dataset)
    assert len(begun) == 1
    app.button(key="preset_100").click().run()
    assert len(begun) == 1  # other trees need no other trial


def test_forecast__is_made_on_demand_only_where_it_is_switched_off(
    open_page, dataset, begun, monkeypatch
):
    monkeypatch.setattr(panel, "WORTH_FORECASTING", 1)
    monkeypatch.setenv(panel.VARIABLE, "off")
    app = open_page("infer", data=dataset)
    assert begun == []
    app.button(key="forecast_measure").click().run()
    assert len(begun) == 1


def test_forecast__a_pilot_that_failed_shows_the_reason(open_page, dataset, monkeypatch):
    error = ErrorRecord.of(planning.failure("no memory."))
    failed = JobStatus(JobState.FAILED, error=error)
    monkeypatch.setattr(planning, "pilot_status", lambda spec: failed)
    app = open_page("infer", data=dataset)
    assert not app.exception
    assert "The pilot run failed: no memory" in texts(app).replace("\\", "")


def test_forecast__can_be_cancelled_while_it_waits(open_page, dataset, monkeypatch):
    cancelled = []
    monkeypatch.setattr(planning, "pilot_status", lambda spec: JobStatus(JobState.QUEUED))
    monkeypatch.setattr(planning, "cancel_pilot", cancelled.append)
    app = open_page("infer", data=dataset)
    assert "waiting for other runs" in texts(app)
    app.button(key="forecast_cancel").click().run()
    assert not app.exception
    assert [spec.dataset for spec in cancelled] == [dataset]


def test_forecast__is_shown_with_instances_and_grounds(open_page, dataset, begun, monkeypatch):
    monkeypatch.setattr(planning, "find", lambda spec, **_: pilot(measured_at=time.time()))
    app = open_page("infer", data=dataset)
    assert not app.exception
    said = texts(app)
    assert "**About" in said
    assert "fits" in said
    assert "10 random targets with 100 trees" in said.replace("\\", "")
    table = _table(app)
    assert list(table["instance_type"]) == [one.name for one in planning.catalogue().instances]
    app.number_input(key="forecast_instances").set_value(4).run()
    assert set(_table(app)["instances"]) == {4}
    app.number_input(key="forecast_hours").set_value(1.0).run()
    assert "Cheapest within 1 h: **1 × ml." in texts(app)
    assert begun == []


def test_forecast__beyond_a_limit_shows_why_it_would_be_refused(
    open_page, dataset, begun, home, monkeypatch
):
    monkeypatch.setattr(planning, "find", lambda spec, **_: pilot(measured_at=time.time()))
    app = open_page("infer", data=dataset)
    assert not app.error
    (home / "limits.toml").write_text('[person]\nmemory = "1 MB"\n')
    app.run()
    assert "This job needs up to" in app.error[0].value


def test_forecast__of_in_vivo_is_that_of_its_networks(open_page, dataset, begun, monkeypatch):
    parts = [pilot(measured_at=time.time()), pilot(measured_at=time.time())]
    both = planning.Pilot.of_members(parts, n_trees=1000)
    monkeypatch.setattr(planning, "find", lambda spec, **_: both)
    app = open_page("infer", data=dataset)
    app.button(key=f"preset_{IN_VIVO}").click().run()
    assert not app.exception
    said = texts(app)
    assert "**About" in said
    assert "Precision: 10 random targets took" in said.replace("\\", "")
    assert "cannot share a run" in said


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(4.26, "4.3 s"), (61, "61 s"), (800, "13 min"), (9000, "2.5 h"), (10**6, "11.6 days")],
)
def test_roughly__has_no_more_digits_than_it_deserves(seconds, text):
    assert labels.estimate(seconds) == text
