from __future__ import annotations

import time
from dataclasses import replace

import pytest

from genie3_engine.jobs.filenames import TaskName
from genie3_engine.launchers.slurm.options import SlurmOptions
from genie3_engine.launchers.slurm.record import SlurmRecord, Submission
from genie3_engine.launchers.slurm.rows import Ending, Row
from genie3_engine.launchers.slurm.view import view_of
from genie3_engine.model import JobState, RunStatus
from genie3_engine.store.task_folder import TaskFolder
from tests.simulated_networks import tiny_run

SUBMISSION = Submission("12", "13", 3, 0.0)


@pytest.fixture
def run(tmp_path, home):
    return tiny_run(tmp_path / "run")


def record(*endings, **values):
    return SlurmRecord(SlurmOptions(cpus=4), submissions=[SUBMISSION], endings=[*endings], **values)


def report(run, index, state=JobState.RUNNING, step="computing", seconds=None):
    folder = TaskFolder.of(run, TaskName(index, 3))
    status = RunStatus(
        state, step=step, started=100.0, heartbeat=150.0, targets_done=1, targets_total=4
    )
    folder.write_status(status)
    if seconds is not None:
        folder.write_timings({"seconds": {"total": seconds}})


def test_view_of__shows_each_task_where_it_is_and_why_it_waits(run):
    report(run, 0)
    rows = [
        Row("12", 0, "RUNNING", "", "node1"),
        Row("12", 1, "CONFIGURING", "", "node2"),
        Row("12", 2, "PENDING", "Resources"),
        Row("99", 0, "FAILED"),
    ]
    view = view_of(run.path, record(), rows)
    assert view is not None
    assert (view.job, view.state) == ("12", "Running")
    assert view.message == "1 of 3 tasks wait: no node is free"
    later = [replace(row, start=time.time() + 900.5) for row in rows]
    view = view_of(run.path, record(), later)
    assert view is not None
    assert view.message.endswith("is free. Slurm expects the first to start in 15 min")
    assert [(each.name, each.node, each.state, each.step, each.note) for each in view.hosts] == [
        ("task 1", "node1", "running", "computing", ""),
        ("task 2", "node2", "running", "starting", ""),
        ("task 3", "", "queued", "waiting", "no node is free"),
    ]
    run.write_status(replace(run.read_status(), targets_total=8))
    view = view_of(run.path, record(), rows)
    assert view is not None
    assert [each.targets_total for each in view.hosts] == [4, 3, 2]
    assert view.host_names == ("task 1", "task 2", "task 3")
    assert not view.is_bill_final


def test_view_of__counts_core_seconds_of_live_and_ended_tasks(run):
    report(run, 0)
    report(run, 1, JobState.DONE, "", seconds=30.0)
    view = view_of(run.path, record(), [Row("12", 0, "RUNNING")])
    assert view is not None
    assert view.billing["core_seconds"] == 4 * (50.0 + 30.0)


def test_view_of__counts_core_seconds_of_all_submissions(run):
    report(run, 0, seconds=20.0)  # of an earlier attempt, next to the present one
    earlier = replace(SUBMISSION, array_job="2", merge_job="3", core_seconds=100.0)
    of_both = SlurmRecord(SlurmOptions(cpus=4), submissions=[earlier, SUBMISSION])
    view = view_of(run.path, of_both, [Row("12", 0, "RUNNING")])
    assert view is not None
    assert view.billing["core_seconds"] == 100.0 + 4 * (50.0 + 20.0)


def test_view_of__of_a_run_that_is_done_does_not_wait_for_the_queue(run):
    report(run, 0)
    run.write_status(replace(run.read_status(), state=JobState.DONE))
    view = view_of(run.path, record(), [Row("12", 0, "RUNNING")])
    assert view is not None
    assert (view.state, view.is_bill_final) == ("Completed", True)
    assert {each.state for each in view.hosts} == {JobState.DONE}


def test_view_of__says_how_tasks_ended(run):
    report(run, 0, JobState.FAILED, "")
    report(run, 1)
    endings = [
        Ending(0, "OUT_OF_MEMORY"),
        Ending(1, "NODE_FAIL", node="node2"),
        Ending(2, "COMPLETED"),
    ]
    view = view_of(run.path, record(*endings), [])
    assert view is not None
    assert [(each.state, each.note) for each in view.hosts] == [
        ("failed", "out of memory"),
        ("lost", "node fail"),
        ("done", ""),
    ]
    assert view.hosts[1].node == "node2"
    assert view.is_bill_final


def test_view_of__counts_restarts_by_what_the_tasks_wrote(run):
    report(run, 0)
    output = SUBMISSION.output(run.path, 0)
    output.write_text("Task 1 of 3 on node1, restart 0.\nTask 1 of 3 on node2, restart 1.\n")
    view = view_of(run.path, record(), [Row("12", 0, "PENDING", "BeginTime")])
    assert view is not None
    task = view.hosts[0]
    assert (task.n_restarts, task.step, task.note) == (1, "interrupted", "it begins again soon")
    output.write_text("Task 1 of 3 on node2, restart 12.\n")
    view = view_of(run.path, record(), [Row("12", 0, "RUNNING", "", "node2")])
    assert view is not None
    assert (view.hosts[0].n_restarts, view.n_interruptions) == (12, 12)


def test_view_of__of_a_run_that_was_never_submitted(run):
    assert view_of(run.path, SlurmRecord(SlurmOptions()), []) is None


def test_view_of__before_slurm_was_asked_has_no_final_bill(run):
    report(run, 0)
    view = view_of(run.path, record(), [])
    assert view is not None
    assert not view.is_bill_final
