from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest

from genie3_engine.jobs.filenames import TaskName
from genie3_engine.launchers.slurm import status as statuses
from genie3_engine.launchers.slurm import submission as submissions
from genie3_engine.launchers.slurm.errors import UNREACHABLE, SlurmError
from genie3_engine.launchers.slurm.options import SlurmOptions
from genie3_engine.launchers.slurm.queue import Answer
from genie3_engine.launchers.slurm.record import SlurmRecord, Submission, load, save
from genie3_engine.launchers.slurm.rows import Ending, Row
from genie3_engine.launchers.slurm.status import is_due, look_after, seen
from genie3_engine.model import ErrorRecord, JobState
from genie3_engine.store.task_folder import TaskFolder
from tests.simulated_networks import tiny_run

AWAY = ErrorRecord(UNREACHABLE, "Slurm cannot be asked: it is away.", "Wait.")
WAITS = Row("13", None, "PENDING", "Dependency")


@pytest.fixture
def run(home, tmp_path):
    run = tiny_run(tmp_path / "run")
    now = time.time()
    run.write_status(
        replace(run.read_status(), step="waiting", targets_total=8, created=now, heartbeat=now)
    )
    return run


@pytest.fixture
def record(run):
    return submitted(run)


@pytest.fixture
def slurm(monkeypatch):
    """Stand in for what changes or asks Slurm; a test sets what it answers."""

    class Slurm:
        found: dict[str, str]
        endings: list[Ending]

        def __init__(self):
            self.found, self.endings, self.cancelled, self.sent = {}, [], [], []

        def send(self, folder, record, *, home):
            self.sent.append(record.submission)
            record.amend(merge_job="13")

    slurm = Slurm()
    monkeypatch.setattr(statuses.jobs, "find", lambda each: replace(each, **slurm.found))
    monkeypatch.setattr(statuses.jobs, "cancel", lambda each: slurm.cancelled.append(each.jobs))
    monkeypatch.setattr(statuses.jobs, "send", slurm.send)
    monkeypatch.setattr(statuses, "read_endings", lambda run, submission, rows: slurm.endings)
    return slurm


def submitted(run, *, array_job="12", merge_job="13", seconds_ago=5.0, is_cancelled=False):
    """Record a submission of two tasks."""
    submission = Submission(array_job, merge_job, 2, time.time() - seconds_ago, "genie3-x-1")
    record = SlurmRecord(SlurmOptions(tasks=2), submissions=[submission], is_cancelled=is_cancelled)
    save(run, record)
    return record


def answer(*rows):
    return Answer(rows, time.time())


def at_work(run, index, *, seconds_ago=0.0, **changes):
    """Write the status of a task that computes."""
    task = TaskFolder.of(run, TaskName(index, 2))
    values = {"state": JobState.RUNNING, "step": "computing", **changes}
    status = replace(task.read_status(), heartbeat=time.time() - seconds_ago, **values)
    task.write_status(status)


def test_seen__adds_up_tasks_at_work(run, record):
    at_work(run, 0, targets_done=3)
    at_work(run, 1, targets_done=2)
    status = seen(run, record, answer(Row("12", 0, "RUNNING"), Row("12", 1, "RUNNING"), WAITS))
    assert (status.state, status.step, status.targets_done) == (JobState.RUNNING, "computing", 5)
    assert run.read_status().targets_done == 0  # nobody has written it


def test_seen__before_slurm_was_asked_is_what_was_written(run, record):
    assert seen(run, record, Answer()).state is JobState.QUEUED
    early = Answer((), record.submission.submitted_at - 1)
    assert seen(run, record, early).state is JobState.QUEUED


def test_seen__before_slurm_has_answered_is_what_tasks_report(run, record):
    at_work(run, 0, targets_done=3)
    status = seen(run, record, Answer())
    assert (status.state, status.step, status.targets_done) == (JobState.RUNNING, "computing", 3)


def test_seen__goes_on_by_heartbeats_while_slurm_is_away(run, record):
    at_work(run, 0, targets_done=3)
    status = seen(run, record, Answer(refusal=AWAY))
    assert (status.state, status.step, status.targets_done) == (JobState.RUNNING, "computing", 3)


def test_seen__is_unknown_while_slurm_is_away_and_the_tasks_are_silent(run, record):
    at_work(run, 0, seconds_ago=200.0)
    status = seen(run, record, Answer(refusal=AWAY))
    assert (status.state, status.error) == (JobState.UNKNOWN, AWAY)
    assert run.read_status().state is JobState.QUEUED  # that is never stored


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cluster": "theirs"}, "are on the cluster theirs; this is mine"),
        ({"user": os.getuid() + 1}, "are those of the user"),
    ],
)
def test_look_after__leaves_alone_what_is_elsewhere(run, slurm, monkeypatch, changes, message):
    monkeypatch.setattr(submissions, "known_cluster_name", lambda: "mine")
    record = submitted(run, seconds_ago=1000.0, is_cancelled=True)
    record.amend(**changes)
    save(run, record)
    before = run.read_status()
    look_after(run, answer(), home=None)
    assert (run.read_status(), slurm.cancelled) == (before, [])
    status = seen(run, record, answer())
    assert status.state is JobState.UNKNOWN
    assert message in status.error.message


def test_seen__of_a_cancelled_run_is_stopping_whatever_slurm_answers(run):
    record = submitted(run, is_cancelled=True)
    for each in (Answer(), answer(Row("12", 0, "RUNNING"), WAITS), answer()):
        assert seen(run, record, each).state is JobState.STOPPING


def test_seen__of_jobs_that_have_ended_is_running_until_it_is_known_how(run):
    record = submitted(run, seconds_ago=1000.0)
    at_work(run, 0, seconds_ago=500.0)
    assert seen(run, record, answer()).state is JobState.RUNNING


def test_seen__of_a_run_that_is_done_is_its_own(run, record):
    done = replace(run.read_status(), state=JobState.DONE)
    run.write_status(done)
    assert seen(run, record, answer(Row("13", None, "RUNNING"))) == done


def test_is_due__when_jobs_have_ended_are_unknown_or_cancelled(run, record):
    live = answer(Row("12", 0, "RUNNING"), WAITS)
    assert not is_due(record, live)
    assert is_due(record, answer())
    assert is_due(submitted(run, is_cancelled=True), live)
    assert is_due(submitted(run, merge_job=""), live)
    assert not is_due(record, Answer(refusal=AWAY))
    assert not is_due(record, Answer((), record.submission.submitted_at - 1))


def test_look_after__writes_how_a_run_ended(run, slurm, home):
    submitted(run)
    slurm.endings = [
        Ending(0, "COMPLETED", exit_code=0),
        Ending(1, "NODE_FAIL", node="node2"),
    ]
    look_after(run, answer(), home=home)
    status = run.read_status()
    assert (status.state, status.error.code) == (JobState.LOST, "lost")
    assert "node2" in status.error.message
    assert load(run).endings == slurm.endings
    assert slurm.cancelled == [("12", "13")]  # the merge may wait for ever


def test_look_after__leaves_a_run_with_live_jobs_alone(run, slurm, home):
    submitted(run)
    before = run.read_status()
    look_after(run, answer(Row("12", 0, "RUNNING"), WAITS), home=home)
    assert run.read_status() == before
    assert slurm.cancelled == []


def test_look_after__gathers_the_logs_of_tasks(run, slurm, home):
    submitted(run)
    at_work(run, 1)
    TaskFolder.of(run, TaskName(1, 2)).log_path.write_text("hello\n")
    slurm.endings = [Ending(0, "COMPLETED"), Ending(1, "NODE_FAIL")]
    look_after(run, answer(), home=home)
    assert "[task 2] hello" in run.read_status().error.message


def test_look_after__does_not_overwrite_what_the_merge_writes(run, slurm, home):
    submitted(run)
    slurm.endings = [Ending(0, "NODE_FAIL"), Ending(1, "COMPLETED")]
    with run.lock():
        look_after(run, answer(), home=home)
    assert run.read_status().state is JobState.QUEUED


def test_look_after__cancels_again_what_slurm_had_not_heard(run, slurm, home):
    submitted(run, is_cancelled=True)
    look_after(run, answer(Row("12", 0, "RUNNING"), WAITS), home=home)
    assert slurm.cancelled == [("12", "13")]
    assert run.read_status().state.is_live


def test_look_after__of_a_cancelled_run_whose_jobs_are_gone(run, slurm, home):
    submitted(run, is_cancelled=True)
    run.request_stop()
    look_after(run, answer(), home=home)
    assert (run.read_status().state, run.read_status().error) == (JobState.CANCELLED, None)
    assert not run.stop_is_requested


def test_look_after__finds_jobs_whose_submission_was_not_answered(run, slurm, home):
    submitted(run, array_job="", merge_job="")
    slurm.found = {"array_job": "12", "merge_job": "13"}
    look_after(run, answer(Row("12", 0, "RUNNING"), Row("12", 1, "RUNNING"), WAITS), home=home)
    assert load(run).submission.jobs == ("12", "13")
    assert run.read_status().state.is_live
    assert slurm.sent == []


def test_look_after__submits_a_merge_that_never_arrived(run, slurm, home):
    submitted(run, array_job="", merge_job="")
    slurm.found = {"array_job": "12"}
    look_after(run, answer(Row("12", 0, "RUNNING")), home=home)
    assert [each.array_job for each in slurm.sent] == ["12"]


def test_look_after__of_a_merge_that_slurm_refuses(run, slurm, home, monkeypatch):
    def send(folder, record, *, home):
        raise SlurmError("Your account may not submit so much.", "Give fewer --tasks.", code="x")

    monkeypatch.setattr(statuses.jobs, "send", send)
    submitted(run, array_job="", merge_job="")
    slurm.found = {"array_job": "12"}
    look_after(run, answer(Row("12", 0, "RUNNING")), home=home)
    status = run.read_status()
    assert (status.state, status.error.remedy) == (JobState.FAILED, "Give fewer --tasks.")


def test_look_after__cancels_jobs_that_are_found_too_late(run, slurm, home):
    submitted(run, array_job="", merge_job="", is_cancelled=True)
    slurm.found = {"array_job": "12"}
    look_after(run, answer(Row("12", 0, "RUNNING")), home=home)
    assert slurm.cancelled == [("12",)]
    assert slurm.sent == []


def test_look_after__of_a_cancelled_run_whose_merge_was_never_submitted(run, slurm, home):
    submitted(run, merge_job="", is_cancelled=True)
    look_after(run, answer(Row("12", 0, "CANCELLED")), home=home)
    assert run.read_status().state is JobState.CANCELLED
    assert slurm.sent == []


def test_look_after__waits_for_a_submission_that_may_still_arrive(run, slurm, home):
    submitted(run, array_job="", merge_job="")
    look_after(run, answer(), home=home)
    assert run.read_status().state is JobState.QUEUED


@pytest.mark.parametrize(
    ("is_cancelled", "state", "code"),
    [(False, JobState.FAILED, UNREACHABLE), (True, JobState.CANCELLED, None)],
)
def test_look_after__of_a_submission_that_never_arrived(
    run, slurm, home, is_cancelled, state, code
):
    submitted(run, array_job="", merge_job="", seconds_ago=100.0, is_cancelled=is_cancelled)
    look_after(run, answer(), home=home)
    status = run.read_status()
    assert status.state is state
    assert (None if status.error is None else status.error.code) == code
