from __future__ import annotations

from genie3_engine.jobs.filenames import TaskName
from genie3_engine.jobs.status import JobState, JobStatus
from genie3_engine.jobs.task_folder import (
    SharedTask,
    clear_tasks,
    make_room_for_tasks,
    task_path,
    task_paths,
)
from tests.jobs.job import NumberFolder, NumberSpec

FIRST, SECOND = TaskName(0, 2), TaskName(1, 2)


def make(job, name):
    """Make the folder of a task."""
    task = SharedTask(task_path(job, name))
    task.path.mkdir(parents=True)
    return task


def test_stop__of_the_whole_stops_its_tasks(tmp_path):
    job = NumberFolder.create(tmp_path / "job", NumberSpec(1), JobStatus(JobState.QUEUED))
    task = make(job.path, FIRST)
    assert task.whole == job.path
    assert not task.stop_is_requested
    job.request_stop()
    assert task.stop_is_requested
    job.clear_stop()
    task.request_stop()
    assert task.stop_is_requested


def test_task_paths__are_those_of_one_division_in_order(tmp_path):
    make_room_for_tasks(tmp_path)
    assert list(task_paths(tmp_path)) == []
    for name in (SECOND, FIRST, TaskName(0, 3)):
        make(tmp_path, name)
    (tmp_path / "tasks/letter.txt").touch()
    make_room_for_tasks(tmp_path)
    assert [name for name, _ in task_paths(tmp_path, 2)] == [FIRST, SECOND]
    assert len(list(task_paths(tmp_path))) == 3
    assert list(task_paths(tmp_path / "nowhere")) == []


def test_clear_tasks__forgets_how_they_went_and_keeps_logs_and_parts(tmp_path):
    task = make(tmp_path, FIRST)
    for name in ("status.json", "timings.json", "requeues.json", "log.txt", "part"):
        (task.path / name).touch()
    task.request_stop()
    clear_tasks(tmp_path)
    assert sorted(each.name for each in task.path.iterdir()) == ["log.txt", "part"]
