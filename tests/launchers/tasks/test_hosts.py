"""Tests of what the tasks of a run report together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine.jobs.filenames import TaskName
from genie3_engine.jobs.process import this_process
from genie3_engine.jobs.task_folder import clear_tasks
from genie3_engine.launchers.base import Host
from genie3_engine.launchers.tasks.hosts import added_up, expected_end, read_hosts, step_of
from genie3_engine.model import ErrorRecord, JobState, RunStatus
from genie3_engine.store.task_folder import TaskFolder
from tests.simulated_networks import tiny_run


def host(rank=0, done=0, step="computing", state="running", **values):
    return Host(f"task {rank + 1}", rank, state, step, done, 5, 7.0, **values)


@pytest.fixture
def run(tmp_path, home):
    return tiny_run(tmp_path / "run")


def test_read_hosts__are_the_tasks_that_have_begun(run):
    tasks = [TaskFolder.of(run, TaskName(index, 4)) for index in range(3)]
    at_work = RunStatus(
        JobState.RUNNING, step="computing", started=5.0, heartbeat=9.0, owner=this_process(),
        targets_done=1, targets_total=2, targets_per_second=0.5, expected_end=11.0,
    )  # fmt: skip
    tasks[1].write_status(at_work)
    tasks[2].write_status(replace(at_work, state=JobState.DONE, step="", targets_done=2))
    tasks[2].write_timings({"seconds": {"total": 4.0}})
    second, third = read_hosts(run.path, 4)
    assert second == Host(
        "task 2", 1, "running", "computing", 1, 2, 9.0, targets_per_second=0.5,
        expected_end=11.0, node=this_process().host, started=5.0,
    )  # fmt: skip
    assert (third.rank, third.state, third.timings) == (2, "done", {"seconds": {"total": 4.0}})
    assert read_hosts(run.path, 3) == []
    record = ErrorRecord("storage", "The disk is full.", "Free some space.")
    tasks[2].write_status(replace(at_work, state=JobState.FAILED, error=record))
    assert ErrorRecord(**read_hosts(run.path, 4)[1].error) == record
    (tasks[1].path / "status.json").write_text("{")
    assert [each.rank for each in read_hosts(run.path, 4)] == [2]
    clear_tasks(run.path)
    assert read_hosts(run.path, 4) == []


def test_added_up__counts_what_all_have_done():
    hosts = [
        host(0, 2, started=4.0, targets_per_second=0.5, expected_end=20.0),
        host(1, 1, started=3.0, targets_per_second=1.0, expected_end=30.0),
    ]
    status = RunStatus(JobState.RUNNING, step="computing", targets_total=10, heartbeat=5.0)
    assert added_up(status, hosts) == replace(
        status,
        targets_done=3,
        started=3.0,
        heartbeat=7.0,
        targets_per_second=1.5,
        expected_end=30.0,
    )
    assert added_up(replace(status, started=1.0, targets_done=4), hosts).started == 1.0
    assert added_up(replace(status, targets_done=4), hosts).targets_done == 4  # of earlier tasks
    assert added_up(replace(status, expected_end=30.0), []) == status


def test_added_up__counts_the_replicates_of_the_present_step():
    hosts = [
        host(0, 5, "nulls", replicates_done=3, replicates_total=5),
        host(1, 5, "halves", replicates_done=1, replicates_total=9),
    ]
    now = added_up(RunStatus(JobState.RUNNING), hosts)
    assert (now.replicates_done, now.replicates_total) == (3, 5)


@pytest.mark.parametrize(
    ("hosts", "end"),
    [
        ([host(expected_end=50.0), host(1, expected_end=60.0)], 60.0),
        ([host(expected_end=50.0), host(1, state="done")], 50.0),
        ([host(expected_end=50.0), host(1)], None),  # nobody knows how long the second takes
        ([host(expected_end=50.0)], None),  # the second has not begun
        ([], None),
    ],
)
def test_expected_end__is_that_of_the_last(hosts, end):
    assert expected_end(hosts, n_targets=10) == end


@pytest.mark.parametrize(
    ("hosts", "step"),
    [
        ([], "starting"),
        ([host(step="reading"), host(1)], "computing"),
        ([host(step="reading"), host(1, state="done", step="")], "reading"),
        ([host(step="")], "starting"),
        ([host(state="done", step="")], ""),
    ],
)
def test_step_of__is_computing_as_soon_as_one_is(hosts, step):
    assert step_of(hosts) == step
