from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import psutil
import pytest

from genie3_engine import planning, runs, worker
from genie3_engine.data.expression import Expression
from genie3_engine.datasets.store import save_dataset
from genie3_engine.errors import Genie3Error
from genie3_engine.jobs import filenames, lifecycle
from genie3_engine.jobs.queue import take_ticket, wait_for_turn
from genie3_engine.jobs.status import JobState, JobStatus
from genie3_engine.model import SCIKIT_LEARN, ForestSpec, LayoutSpec, RunSpec
from genie3_engine.planning import pilot_job
from genie3_engine.planning.pilot_job import PilotFolder, PilotSpec
from tests.contracts.job_contract import JobContract
from tests.waiting import wait_until


@pytest.fixture
def run(home):
    values = np.random.default_rng(0).normal(size=(20, 15))
    names = tuple(f"g{i:02d}" for i in range(20)), tuple(f"s{i:02d}" for i in range(15))
    return RunSpec(
        save_dataset(Expression(values, *names)),
        forest=ForestSpec(n_trees=30, engine=SCIKIT_LEARN),
        layout=LayoutSpec(n_jobs=1),
    )


@pytest.fixture
def idle(monkeypatch):
    """Pilots that measure until they are stopped."""
    kind = f"{PilotFolder.__module__}:{PilotFolder.__qualname__}"
    monkeypatch.setattr(PilotFolder, "module", "tests.contracts.idle_job")
    monkeypatch.setattr(
        lifecycle,
        "start_in_queue",
        lambda folder, home, claim: lifecycle.start(folder, kind, home=home),
    )
    before = set(psutil.Process().children())
    yield
    for child in set(psutil.Process().children()) - before:
        child.kill()


def state(run):
    return planning.pilot_status(run).state


@pytest.mark.slow(0.5)
class TestPilot(JobContract):
    @pytest.fixture
    def job(self, home, run):
        spec = PilotSpec(run)
        status = JobStatus(JobState.QUEUED)
        return PilotFolder.create(pilot_job.pilot_folder(run).path, spec, status)


def test_measure__in_a_process_of_its_own_then_a_run_that_remembers(run, home):
    pilot = planning.measure(run, budget_seconds=0.2)
    assert planning.find(run) == pilot
    assert pilot.wall_seconds > 0.1
    folder = runs.create(run, home / "runs" / "one")
    assert (folder / filenames.FORECAST).is_file()
    worker.run(folder)
    found = planning.outcome_of(folder)
    assert found is not None
    assert found.seconds > 0
    assert planning.past(home) == [found]


def test_measure__fails_with_the_reason(run, home, monkeypatch):
    with pytest.raises(Genie3Error, match=r"pilot run failed: .*not stored"):
        planning.measure(replace(run, dataset="0" * 64))
    assert "GENIE3_HOME" in os.environ


def test_start_pilot__leaves_no_open_file_behind(run, monkeypatch):
    monkeypatch.setattr(PilotFolder, "module", "this")
    planning.start_pilot(run)
    wait_until(lambda: not state(run).is_live)
    before = psutil.Process().num_fds()
    for _ in range(2):
        planning.start_pilot(run)
        wait_until(lambda: not state(run).is_live)
    assert psutil.Process().num_fds() <= before


def test_start_pilot__a_second_one_of_the_same_run_is_the_first(run, idle):
    planning.start_pilot(run)
    wait_until(lambda: state(run) is JobState.RUNNING)
    owner = planning.pilot_status(run).owner
    planning.start_pilot(replace(run, forest=replace(run.forest, n_trees=7)))
    assert planning.pilot_status(run).owner == owner
    planning.cancel_pilot(run)
    wait_until(lambda: state(run) is JobState.CANCELLED)
    planning.cancel_pilot(run)  # there is nothing to cancel any more
    assert planning.find(run) is None


def test_start_pilot__waits_for_another_session_that_starts_the_same(run, idle, monkeypatch):
    locked, status = pilot_job.locked, pilot_job._status
    asked, others, started = [], [], []
    monkeypatch.setattr(pilot_job, "record", lambda *entry: started.append(entry))
    monkeypatch.setattr(pilot_job, "locked", lambda file: asked.append(file) or locked(file))
    with ThreadPoolExecutor(1) as pool:

        def look(folder):
            found = status(folder)
            if not others:
                others.append(pool.submit(planning.start_pilot, run))
                wait_until(lambda: len(asked) == 2)
            return found

        monkeypatch.setattr(pilot_job, "_status", look)
        planning.start_pilot(run)
        others[0].result()
    wait_until(lambda: state(run) is JobState.RUNNING)
    assert len(started) == 1


def test_start_pilot__replaces_one_of_another_version(run, idle):
    folder = pilot_job.pilot_folder(run)
    folder.path.mkdir(parents=True)
    (folder.path / "request.json").write_text("{}")
    (folder.path / "status.json").write_text('{"pid": 1}')
    assert planning.pilot_status(run) is None
    planning.start_pilot(run)
    wait_until(lambda: state(run) is JobState.RUNNING)


def test_start_pilot__waits_for_its_turn_and_can_be_cancelled_there(run):
    with wait_for_turn(take_ticket()) as is_mine:
        assert is_mine
        planning.start_pilot(run, budget_seconds=0.2)
        assert state(run) is JobState.QUEUED
        planning.cancel_pilot(run)
        wait_until(lambda: state(run) is JobState.CANCELLED)
    assert planning.find(run) is None


def test_pilot_status__forgets_what_ended_long_ago(run):
    folder = pilot_job.pilot_folder(run)
    status = JobStatus(JobState.FAILED, ended=time.time() - 60.0)
    PilotFolder.create(folder.path, PilotSpec(run), status)
    assert planning.pilot_status(run) == status
    folder.write_status(replace(status, ended=status.ended - 3600.0))
    assert planning.pilot_status(run) is None


def test_pilot_status__of_a_run_without_a_pilot_creates_nothing(run, home):
    assert planning.pilot_status(run) is None
    assert not (home / "pilots").exists()
