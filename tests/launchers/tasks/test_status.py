"""Tests of the status of a run that was left to tasks."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from genie3_engine.errors import RunError
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.launchers.local import LocalLauncher
from genie3_engine.launchers.tasks.status import status_of_tasks
from genie3_engine.model import JobState, RunStatus
from genie3_engine.store.task_folder import TaskFolder, expect_tasks
from tests.simulated_networks import tiny_run

NOW = 1_000.0
AT_WORK = RunStatus(
    JobState.RUNNING, step="computing", started=NOW - 60, heartbeat=NOW - 10, targets_done=3
)


@pytest.fixture
def run(tmp_path, home):
    run = tiny_run(tmp_path / "run")
    expect_tasks(run)
    return run


def states(run, *tasks):
    for index, status in enumerate(tasks):
        TaskFolder.of(run, TaskName(index, len(tasks))).write_status(status)
    found = status_of_tasks(run, now=NOW)
    return found.state, found.step


def test_status_of_tasks__waits_for_the_scheduler(run):
    waiting = status_of_tasks(run, now=NOW)
    assert (waiting.state, waiting.step) == (JobState.QUEUED, "waiting")
    assert LocalLauncher().status(run.path) == waiting


def test_status_of_tasks__is_that_of_the_tasks_at_work(run):
    done = replace(AT_WORK, state=JobState.DONE, step="")
    assert states(run, AT_WORK, done) == (JobState.RUNNING, "computing")
    found = status_of_tasks(run, now=NOW)
    assert (found.targets_done, found.heartbeat) == (6, NOW - 10)
    run.request_stop()
    assert states(run, AT_WORK, done) == (JobState.STOPPING, "computing")
    cancelled = replace(AT_WORK, state=JobState.CANCELLED, step="")
    assert states(run, cancelled, done) == (JobState.CANCELLED, "")


def test_status_of_tasks__waits_once_none_is_at_work(run):
    silent = replace(AT_WORK, heartbeat=NOW - 1_000)
    done = replace(AT_WORK, state=JobState.DONE, step="")
    assert states(run, silent, done) == (JobState.QUEUED, "waiting")
    failed = replace(AT_WORK, state=JobState.FAILED, step="")
    assert states(run, AT_WORK, failed) == (JobState.RUNNING, "computing")
    assert states(run, silent, failed) == (JobState.FAILED, "")
    assert "task 2" in status_of_tasks(run, now=NOW).error.message


def test_status_of_tasks__is_of_the_latest_division(run):
    TaskFolder.of(run, TaskName(0, 5)).write_status(replace(AT_WORK, heartbeat=1.0))
    assert states(run, AT_WORK, AT_WORK) == (JobState.RUNNING, "computing")
    assert status_of_tasks(run, now=NOW).targets_done == 6


def test_status_of_tasks__is_none_of_other_runs(run, tmp_path):
    assert status_of_tasks(tiny_run(tmp_path / "other"), now=NOW) is None
    run.write_status(replace(run.read_status(), heartbeat=5.0))  # it is merged
    assert status_of_tasks(run, now=NOW) is None


def test_local_launcher__stops_the_tasks_of_a_run_and_begins_no_worker_next_to_them(run):
    task = TaskFolder.of(run, TaskName(0, 2))
    task.write_status(replace(AT_WORK, heartbeat=time.time()))
    launcher = LocalLauncher()
    with pytest.raises(RunError, match="at work"):
        launcher.submit(run.path)
    launcher.cancel(run.path)
    assert task.stop_is_requested
    assert launcher.status(run.path).state is JobState.STOPPING
