"""Tests of the folders of tasks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine.errors import RunError
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.model import ConfidenceSpec, JobState, LayoutSpec, Parent, RunStatus
from genie3_engine.store import parts
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.task_folder import (
    TaskFolder,
    expect_tasks,
    task_folders,
    task_reports,
)
from tests.store.network import GENES, write_parts


@pytest.fixture
def run(tmp_path, spec):
    status = RunStatus(JobState.QUEUED, created=5.0, targets_total=8)
    return RunFolder.create(tmp_path / "run", spec, status)


def test_of__is_a_run_of_one_shard_on_the_parts_of_the_whole(run):
    task = TaskFolder.of(run, TaskName(2, 3))
    assert task.path == run.path / "tasks/0003-of-0003"
    layout = RunFolder.open(task.path).spec.layout
    assert (layout.shard_index, layout.n_shards) == (2, 3)
    status = task.read_status()
    assert (status.state, status.created, status.targets_total) == (JobState.QUEUED, 5.0, 2)
    (task.parts_folder / "part").touch()
    assert (run.parts_folder / "part").exists()
    assert not task.replicates_folder.exists()
    assert task.whole == run.path


def test_of__shares_the_parts_of_the_evidence_too(tmp_path, spec):
    judged = replace(spec, confidence=ConfidenceSpec())
    run = RunFolder.create(tmp_path / "run", judged, RunStatus(JobState.QUEUED))
    task = TaskFolder.of(run, TaskName(0, 2))
    (task.replicates_folder / "nulls").mkdir()
    assert (run.replicates_folder / "nulls").is_dir()


def test_of__leaves_what_an_earlier_attempt_has_written(run):
    task = TaskFolder.of(run, TaskName(0, 2))
    computed = replace(task.read_status(), targets_done=3)
    task.write_status(computed)
    again = TaskFolder.of(run, TaskName(0, 2))
    assert again.read_status() == computed


def test_of__refuses_runs_whose_targets_cannot_be_shared(tmp_path, spec):
    shard = replace(spec, layout=LayoutSpec(shard_index=1, n_shards=2))
    combined = replace(spec, parents=(Parent("a", "a", "0" * 64), Parent("b", "b", "1" * 64)))
    refused = [(shard, "is a shard itself"), (combined, "a combination of runs")]
    for number, (each, reason) in enumerate(refused):
        run = RunFolder.create(tmp_path / f"run{number}", each, RunStatus(JobState.QUEUED))
        with pytest.raises(RunError, match=reason):
            TaskFolder.of(run, TaskName(0, 2))
        assert not (run.path / "tasks").exists()


def test_finished_targets__are_read_where_they_can_be(run, monkeypatch):
    for shard, targets in (((0, 2), [0]), ((1, 2), [1]), ((1, 3), [4])):
        write_parts(run.parts_folder, targets, batch=5, shard=shard)
    read = []
    read_record = parts._read_record
    monkeypatch.setattr(parts, "_read_record", lambda path: read.append(path) or read_record(path))
    finished = TaskFolder.of(run, TaskName(0, 2)).finished_targets()
    assert set(finished) == {GENES[0], GENES[4]}
    assert len(read) == 2
    assert set(run.finished_targets()) == {GENES[0], GENES[1], GENES[4]}


def test_write_timings__adds_up_the_attempts(run):
    task = TaskFolder.of(run, TaskName(0, 2))
    task.write_timings({"seconds": {"computing": 2.0}, "targets_computed": 3})
    task.write_timings({"seconds": {"computing": 1.0}, "targets_computed": 4})
    timings = task.read_timings()
    assert timings["seconds"] == {"computing": 3.0}
    assert timings["targets_computed"] == 7
    (task.path / "timings.json").write_text("{")
    task.write_timings({"seconds": {"computing": 1.0}})
    assert task.read_timings()["seconds"] == {"computing": 1.0}


def test_task_folders__are_those_of_one_division_in_order(run):
    for name in (TaskName(1, 2), TaskName(0, 2), TaskName(0, 3)):
        TaskFolder.of(run, name)
    (run.path / "tasks/letter.txt").touch()
    assert [name for name, _ in task_folders(run.path, 2)] == [TaskName(0, 2), TaskName(1, 2)]
    assert len(list(task_folders(run.path))) == 3
    assert list(task_folders(run.path / "nowhere")) == []


def test_expect_tasks__prepares_a_run_for_another_submission(run):
    expect_tasks(run)
    assert (run.path / "tasks").is_dir()
    TaskFolder.of(run, TaskName(0, 2)).write_timings({"seconds": {}})
    run.request_stop()
    expect_tasks(run)
    assert not run.stop_is_requested
    assert not list(task_reports(run.path))
