from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from genie3_engine import worker
from genie3_engine.datasets.store import save_dataset
from genie3_engine.errors import RunInterruptedError
from genie3_engine.jobs.filenames import PartName, TaskName
from genie3_engine.launchers.shared_jobs import open_shared
from genie3_engine.launchers.slurm import task as tasks
from genie3_engine.launchers.slurm.errors import DISABLED, SlurmError
from genie3_engine.model import (
    COMPILED,
    ForestSpec,
    JobState,
    LayoutSpec,
    RunSpec,
    RunStatus,
)
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.task_folder import TaskFolder
from tests.simulated_networks import tiny_run
from tests.time_series_data import small_series

QUEUED = JobState.QUEUED

NAME = TaskName(1, 2)


@pytest.fixture
def run(home, tmp_path):
    return open_shared(tiny_run(tmp_path / "run").path)


@pytest.fixture
def variables(monkeypatch):
    """Set what Slurm sets for the second of two tasks."""
    for name in [name for name in os.environ if name.startswith("SLURM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SLURM_JOB_ID", "14")
    monkeypatch.setenv("SLURM_ARRAY_JOB_ID", "12")
    monkeypatch.setenv("SLURM_ARRAY_TASK_ID", "1")
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "1")


@pytest.fixture
def asked(monkeypatch):
    """Record what Slurm is asked; it ends the program of a task that begins again."""
    commands = []

    def ask(*command):
        commands.append(command)

    monkeypatch.setattr(tasks, "ask", ask)
    monkeypatch.setattr(tasks, "_END_SECONDS", 0.0)
    return commands


@pytest.fixture
def late(monkeypatch):
    """Let the time limit come near while the worker is at work, with or without progress."""

    def make(*, n_parts):
        def work(folder, *, task, should_stop, **_):
            parts = Path(folder) / "parts"
            parts.mkdir(exist_ok=True)
            for number in range(n_parts):
                name = PartName(task.index, task.n_tasks, number + 1)
                (parts / str(name)).touch()
            assert not should_stop()
            os.kill(os.getpid(), signal.SIGUSR1)
            assert should_stop()
            raise RunInterruptedError("The task was stopped.", "Resume the task.")

        monkeypatch.setattr(worker, "run", work)

    return make


def error_of(run):
    status = TaskFolder.of(run, NAME).read_status()
    return None if status.state is not JobState.FAILED else status.error


def test_main__computes_shares_that_merge_to_the_bytes_of_a_local_run(
    home, variables, monkeypatch, tmp_path
):
    """Also of a time series, whose targets are learnt from the sample sheet."""
    dataset = save_dataset(small_series())
    forest = ForestSpec("time-series", n_trees=2, seed=1, engine=COMPILED)
    local, run = (
        RunFolder.create(tmp_path / name, RunSpec(dataset, forest=forest), RunStatus(QUEUED))
        for name in ("local", "run")
    )
    worker.run(local.path)
    for index in ("0", "1"):
        monkeypatch.setenv("SLURM_ARRAY_TASK_ID", index)
        assert tasks.main([str(run.path), "--tasks", "2"]) == 0
    worker.run(run.path)
    assert run.links_path.read_bytes() == local.links_path.read_bytes()


def test_main__reports_an_error_with_its_exit_code(variables, tmp_path, capsys):
    assert tasks.main([str(tmp_path), "--tasks", "2"]) == 2
    assert "genie3: There is no run" in capsys.readouterr().err


def test_compute__begins_again_near_the_time_limit(run, variables, asked, late):
    late(n_parts=1)
    assert tasks.compute(run, NAME, n_requeues=3) == RunInterruptedError.exit_code
    assert asked == [("scontrol", "requeue", "12_1")]
    assert error_of(run) is None


def test_compute__without_progress_does_not_begin_again(run, variables, asked, late):
    late(n_parts=0)
    assert tasks.compute(run, NAME, n_requeues=3) == 1
    assert asked == []
    assert error_of(run).code == tasks.TIME
    assert "no target was finished" in error_of(run).message


def test_compute__begins_again_so_often_and_no_more(run, variables, asked, late, monkeypatch):
    monkeypatch.setenv("SLURM_RESTART_COUNT", "9")  # nodes have died too
    for n_parts in (1, 2, 3):
        late(n_parts=n_parts)
        assert tasks.compute(run, NAME, n_requeues=3) == RunInterruptedError.exit_code
    late(n_parts=4)
    assert len(asked) == 3
    assert tasks.compute(run, NAME, n_requeues=3) == 1
    assert len(asked) == 3
    assert "3 times at most" in error_of(run).message
    assert "--requeues" in error_of(run).remedy


def test_compute__of_a_cancelled_run_does_not_begin_again(run, variables, asked, late):
    late(n_parts=1)
    run.request_stop()
    assert tasks.compute(run, NAME, n_requeues=3) == RunInterruptedError.exit_code
    assert asked == []
    assert error_of(run) is None


def test_compute__where_slurm_does_not_allow_to_begin_again(run, variables, late, monkeypatch):
    late(n_parts=1)

    def ask(*command):
        raise SlurmError("Slurm does not allow this.", "Leave out that option.", code=DISABLED)

    monkeypatch.setattr(tasks, "ask", ask)
    assert tasks.compute(run, NAME, n_requeues=3) == 1
    assert error_of(run).code == tasks.TIME
    assert error_of(run).remedy == "Leave out that option."


@pytest.mark.parametrize(
    ("layout", "n_cores", "n_threads"),
    [
        (LayoutSpec(), 6, 6),
        (LayoutSpec(n_threads=64), 6, 6),
        (LayoutSpec(n_processes=2, n_jobs=2), 8, 2),
        (LayoutSpec(n_processes=4), 2, 1),
    ],
)
def test_layout_of__takes_the_cores_that_slurm_gave(layout, n_cores, n_threads):
    assert tasks.layout_of(layout, n_cores).n_threads == n_threads


def test_compute__waits_for_what_a_shared_disk_shows_late(run, variables, monkeypatch):
    seen = iter([False, False, True])
    steps = []
    monkeypatch.setattr(
        type(run), "compute", lambda self, *, step, **_: steps.append(step) or next(seen)
    )
    monkeypatch.setattr(tasks, "_LATE_PAUSE_SECONDS", 0.0)
    assert tasks.main([str(run.path), "--tasks", "2", "--step", "2"]) == 0
    assert steps == [1, 1, 1]
    seen = iter([False, False])
    monkeypatch.setattr(tasks, "_LATE_SECONDS", -1.0)
    assert tasks.compute(run, NAME, n_requeues=0, step=1) == 0
    assert len(steps) == 4
