"""Tests of what a run reports while its worker computes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from genie3_engine.errors import StorageError
from genie3_engine.jobs.attempt import Attempt
from genie3_engine.jobs.status import JobState
from genie3_engine.model import RunStatus
from genie3_engine.store import run_reporter
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.run_reporter import RunReporter
from tests.clock import Clock


@pytest.fixture
def run(tmp_path, spec):
    return RunFolder.create(tmp_path / "run", spec, RunStatus(JobState.QUEUED))


@pytest.fixture
def clock(monkeypatch):
    clock = Clock(100.0)
    monkeypatch.setattr(run_reporter.time, "monotonic", clock)
    return clock


def test_run_reporter__times_the_steps_without_the_wait_for_a_turn(run, clock):
    with Attempt(run) as attempt, RunReporter(run, attempt, starting_seconds=2.0) as reporter:
        attempt.update(step="starting")
        for step, seconds in (("waiting", 1.0), ("reading", 30.0), ("computing", 4.0)):
            clock.advance(seconds)
            reporter.step(step)
        clock.advance(8.0)
        reporter.note(n_links=3)
    timings = run.read_timings()
    expected = {"starting": 3.0, "waiting": 30.0, "reading": 4.0, "computing": 8.0, "total": 15.0}
    assert timings["seconds"] == expected
    assert timings["n_links"] == 3
    assert timings["peak_memory_bytes"] > 0


def test_run_reporter__shows_targets_before_they_are_on_disk(run, clock):
    seen = []
    with (
        Attempt(run, on_progress=seen.append) as attempt,
        RunReporter(run, attempt) as reporter,
    ):
        reporter.count(found=2, total=5)
        reporter.step("computing", state=JobState.RUNNING)
        for is_on_disk in (False, True, False):
            clock.advance(1.0)
            reporter.computed(0.5, is_on_disk=is_on_disk)
        assert seen[-1].targets_done == 5
        assert attempt.status.targets_done == 4
    assert run.read_status().targets_done == 5
    timings = run.read_timings()
    assert (timings["targets_computed"], timings["target_seconds"]) == (3, 1.5)


def test_run_reporter__tells_the_forecast_end_from_the_first_step(run, clock, monkeypatch):
    monkeypatch.setattr(run_reporter.time, "time", lambda: 5000.0)
    steps = {"starting": 1.0, "reading": 2.0, "computing": 10.0, "writing": 0.5}
    (run.path / "forecast.json").write_text(json.dumps({"step_seconds": steps, "n_targets": 5}))
    run.write_status(replace(run.read_status(), targets_total=5))
    seen = []
    with (
        Attempt(run, on_progress=seen.append) as attempt,
        RunReporter(run, attempt) as reporter,
    ):
        reporter.step("reading", state=JobState.RUNNING)
        reporter.count(found=0, total=5)
        reporter.lay_out(n_processes=1, n_threads=1, n_jobs=1)
        reporter.step("computing")
        clock.advance(4.0)
        reporter.computed(4.0, is_on_disk=True)
    left = [status.seconds_left(5000.0) for status in seen]
    assert left[:3] == pytest.approx([12.5, 10.5, 4 * (4 * 2.0 + 4.0) / 5 + 0.5])
    assert seen[2].targets_per_second == pytest.approx(5 / 12)
    assert run.read_status().expected_end is None


def test_run_reporter__tells_the_end_of_networks_inside_and_of_their_combination(
    run, clock, monkeypatch
):
    monkeypatch.setattr(run_reporter.time, "time", lambda: 5000.0)
    combination = {"step_seconds": {"computing": 4.0, "writing": 1.0}, "n_targets": 5}
    members = {"one": {"wall_seconds": 30.0}, "other": {"wall_seconds": 10.0}}
    run.write_forecast({"members": members, "combination": combination})
    run.write_status(replace(run.read_status(), targets_total=5))
    seen = []
    with (
        Attempt(run, on_progress=seen.append) as attempt,
        RunReporter(run, attempt) as reporter,
    ):
        reporter.step("reading", state=JobState.RUNNING)
        reporter.count(found=0, total=5)
        inside = RunStatus(JobState.RUNNING, step="computing", expected_end=5012.0)
        reporter.member(inside, done=1, later_seconds=10.0)
        assert seen[-1].step == "computing"
        reporter.members_done(0)
        reporter.step("computing")
    left = [status.seconds_left(5000.0) for status in seen]
    assert left[0] == pytest.approx(45.0)
    assert left[1] == pytest.approx(12.0 + 10.0 + 5.0)
    assert left[-1] == pytest.approx(5.0)


def test_run_reporter__counts_what_is_on_disk_when_the_disk_refuses_the_rest(run, clock):
    def work():
        with Attempt(run) as attempt, RunReporter(run, attempt) as reporter:
            reporter.count(found=0, total=3)
            reporter.step("computing", state=JobState.RUNNING)
            reporter.computed(0.5, is_on_disk=True)
            reporter.computed(0.5, is_on_disk=False)
            raise StorageError("full")

    with pytest.raises(StorageError):
        work()
    assert (run.read_status().state, run.read_status().targets_done) == (JobState.FAILED, 1)


def test_run_reporter__counts_replicate_targets_and_their_work(run, clock, monkeypatch):
    monkeypatch.setattr(run_reporter.time, "time", lambda: 5000.0)
    steps = {"computing": 20.0, "nulls": 8.0, "halves": 10.0, "writing": 1.0, "evidence": 2.0}
    run.write_forecast({"step_seconds": steps, "n_targets": 10})
    seen = []
    with (
        Attempt(run, on_progress=seen.append) as attempt,
        RunReporter(run, attempt) as reporter,
    ):
        reporter.step("reading", state=JobState.RUNNING)
        reporter.count(found=10, total=10)
        attempt.change(targets_done=8)  # the last batch is written at the end
        reporter.expect_replicates({"nulls": 4.0, "halves": 5.0})
        reporter.step("preparing")
        reporter.begin_replicates("nulls", found=2, total=6, weight=1.0)
        assert attempt.status.targets_done == 10
        clock.advance(2.0)
        reporter.replicate_computed(2.0, is_on_disk=True)
        assert attempt.status.counted == (3, 6)
        reporter.begin_replicates("halves", found=0, total=50, weight=0.1)
        clock.advance(0.2)
        reporter.replicate_computed(0.2, is_on_disk=False)
        assert attempt.status.counted == (0, 50)
        assert reporter._counted(attempt.status).counted == (1, 50)
    by_step = {status.step: status for status in seen}
    left = {step: status.seconds_left(5000.0) for step, status in by_step.items()}
    assert left["preparing"] == pytest.approx(2.0 * 9.0 + 3.0)
    assert left["nulls"] == pytest.approx(2.0 * (3.0 + 5.0) + 3.0)
    assert left["halves"] == pytest.approx(2.0 * 4.9 + 3.0)
    assert by_step["halves"].targets_per_second == pytest.approx(5.0)
    assert run.read_status().replicates_done == 1
    assert run.read_timings()["replicate_seconds"] == pytest.approx(2.2)
