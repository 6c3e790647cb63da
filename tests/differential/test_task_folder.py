from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine import differential
from genie3_engine.differential.comparison_folder import ComparisonFolder
from genie3_engine.differential.task_folder import ComparisonTask, task_folders
from genie3_engine.errors import RunError
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.jobs.process import this_process
from genie3_engine.jobs.task_folder import make_room_for_tasks
from genie3_engine.model import JobState


@pytest.fixture
def task(folder):
    """A task at work that has grown forests, next to one that has ended."""
    comparison = ComparisonFolder.open(folder)
    ended = ComparisonTask.of(comparison, TaskName(0, 2))
    ended.write_status(replace(ended.read_status(), state=JobState.DONE, forests_done=7))
    task = ComparisonTask.of(comparison, TaskName(1, 2))
    now = replace(
        task.read_status(),
        state=JobState.RUNNING,
        step="permuting",
        forests_done=5,
        owner=this_process(),
        expected_end=12.0,
    )
    task.write_status(now)
    return task


def test_of__is_the_same_task_the_second_time(folder, spec, task):
    again = ComparisonTask.of(ComparisonFolder.open(folder), TaskName(1, 2))
    assert again.path.name == "0002-of-0002"
    assert again.read_status() == task.read_status()
    assert again.spec.result_key == ComparisonFolder.open(folder).spec.result_key


def test_with_tasks__adds_up_what_all_tasks_have_grown_while_one_is_at_work(folder, task):
    now = differential.status(folder)
    assert (now.state, now.step) == (JobState.RUNNING, "permuting")
    assert (now.forests_done, now.forests_total, now.expected_end) == (12, 220, 12.0)
    assert [each.status.state for each in differential.history()] == [JobState.RUNNING]
    task.write_status(replace(task.read_status(), state=JobState.DONE))
    assert differential.status(folder).state is JobState.QUEUED


def test_with_tasks__of_a_comparison_that_is_done_looks_at_no_task(folder, task):
    comparison = ComparisonFolder.open(folder)
    done = replace(comparison.read_status(), state=JobState.DONE)
    comparison.write_status(done)
    assert differential.status(folder) == done


def test_with_tasks__takes_no_notice_of_a_task_that_is_being_made(folder, task):
    (task.path.parent / "0001-of-0003").mkdir()
    assert differential.status(folder).forests_done == 12


def test_resume__refuses_while_a_task_is_at_work(folder, task):
    with pytest.raises(RunError, match="is at work"):
        differential.resume(folder)


def test_delete__refuses_a_comparison_with_a_task_at_work(folder, task):
    with pytest.raises(RunError, match="is at work"):
        differential.delete(folder)


def test_cancel__asks_the_tasks_and_leaves_no_request_for_the_next_attempt(folder, task):
    with task.lock():
        task.write_status(replace(task.read_status(), owner=None))
        differential.cancel(folder)
        assert differential.status(folder).state is JobState.STOPPING
    assert [each.stop_is_requested for each in task_folders(ComparisonFolder(folder))] == [
        False,
        True,
    ]
    assert not ComparisonFolder.open(folder).stop_is_requested


def test_with_tasks__does_not_wait_for_a_task_of_a_silent_machine(folder, task, monkeypatch):
    stranger = replace(this_process(), host="elsewhere", boot_id="another")
    silent = ComparisonTask.of(ComparisonFolder.open(folder), TaskName(0, 2))
    silent.write_status(replace(task.read_status(), owner=stranger, heartbeat=1.0))
    with task.lock():
        task.write_status(replace(task.read_status(), owner=None))
        differential.cancel(folder)
    assert task.stop_is_requested
    assert silent.stop_is_requested
    task.write_status(replace(task.read_status(), state=JobState.CANCELLED))
    assert differential.status(folder).state is JobState.QUEUED
    with pytest.raises(RunError, match="is at work"):
        differential.delete(folder)
    begun = []
    monkeypatch.setattr(
        "genie3_engine.jobs.lifecycle.start_in_queue", lambda each, **_: begun.append(each.path)
    )
    differential.resume(folder)
    assert begun == [folder]


def test_is_left_to_tasks__lets_a_comparison_wait_for_a_scheduler(folder):
    comparison = ComparisonFolder.open(folder)
    make_room_for_tasks(folder)
    long_ago = replace(comparison.read_status(), created=1.0)
    comparison.write_status(long_ago)
    assert differential.status(folder) == long_ago
    assert comparison.read_status() == long_ago
    differential.cancel(folder)
    now = differential.status(folder)
    assert (now.state, now.error) == (JobState.CANCELLED, None)


def test_stop_is_requested__also_by_a_stop_of_the_whole_comparison(folder, task):
    assert not task.stop_is_requested
    ComparisonFolder.open(folder).request_stop()
    assert task.stop_is_requested
