from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import replace

import pytest

from genie3_engine import benchmark, runs
from genie3_engine.benchmark import ExperimentSpec, create
from genie3_engine.benchmark.experiment_folder import ExperimentFolder
from genie3_engine.errors import OptionError, RunError
from genie3_engine.jobs.process import ProcessId, boot_id, this_process
from genie3_engine.model import COMBINED, ForestSpec, JobState, Parent, RunSpec, RunStatus
from genie3_engine.store.run_folder import RunFolder
from tests.benchmark.measured import threads
from tests.waiting import wait_until

GONE = ProcessId(2**22 + 1, 1.0, boot_id(), this_process().host)


def wait_for(folder, is_reached):
    def reached():
        now = benchmark.status(folder)
        return now if is_reached(now) else None

    return wait_until(reached, shown=lambda: benchmark.status(folder))


def wait_for_end(folder):
    """Wait for the end, and until the process, which writes it first, has let the folder go."""
    experiment = ExperimentFolder.open(folder)
    return wait_for(folder, lambda now: not (now.state.is_live or experiment.is_locked))


@pytest.mark.slow(15)
def test_background__is_killed_resumed_stopped_and_resumed_again(spec):
    """One experiment from its start to its end, with real processes."""
    grid = tuple(threads(n, n_targets=2) for n in (1, 2, 3))
    folder = benchmark.start(replace(spec, configurations=grid, n_repeats=1))
    now = wait_for(folder, lambda status: status.step == "measuring")
    os.kill(now.owner.pid, signal.SIGKILL)
    lost = wait_for_end(folder)
    assert (lost.state, lost.error.code) == (JobState.LOST, "lost")

    benchmark.resume(folder)
    wait_for(folder, lambda status: status.runs_done >= 1)
    benchmark.cancel(folder)
    stopped = wait_for_end(folder)
    assert stopped.state is JobState.CANCELLED

    benchmark.resume(folder)
    done = wait_for_end(folder)
    assert (done.state, done.runs_done) == (JobState.DONE, 3)
    rows = ExperimentFolder.open(folder).rows()
    assert all(row.total_seconds > row.elapsed_seconds > 0 for row in rows)
    assert all(sum(row.seconds.values()) <= row.total_seconds + 0.05 for row in rows)
    assert all(row.cpu_seconds > 0 and row.peak_memory_bytes > 1e7 for row in rows)
    assert all(set(row.library_threads.values()) == {1} for row in rows)
    with pytest.raises(RunError, match="is done"):
        benchmark.resume(folder)


def test_status__is_lost_when_the_process_is_gone(folder):
    experiment = ExperimentFolder.open(folder)
    experiment.write_status(replace(experiment.read_status(), state=JobState.RUNNING, owner=GONE))
    assert benchmark.status(folder).state is JobState.LOST


def test_create__refuses_another_experiment(spec, tmp_path):
    folder = create(spec, tmp_path / "mine")
    with pytest.raises(RunError, match="holds this very experiment already"):
        create(spec, folder)
    assert create(spec, folder, resume=True) == folder
    with pytest.raises(RunError, match="n_trees differs"):
        create(replace(spec, n_trees=9), folder, resume=True)


def test_create__refuses_a_folder_of_something_else(spec, tmp_path):
    (tmp_path / "mine").write_text("x")
    with pytest.raises(Exception, match="mine"):
        create(spec, tmp_path / "mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("x")
    with pytest.raises(RunError, match=r"found 'letter.txt'"):
        create(spec, tmp_path / "full")


def test_history__is_newest_first_without_damaged_ones(folder, spec):
    second = create(replace(spec, name="second"))
    broken = folder.with_name("broken")
    broken.mkdir()
    (broken / "experiment.json").write_text("{")
    assert {each.id for each in benchmark.history()} == {folder.name, second.name}


def test_delete__removes_an_experiment_that_is_not_live(folder):
    experiment = ExperimentFolder.open(folder)
    at_work = replace(experiment.read_status(), state=JobState.RUNNING, owner=this_process())
    experiment.write_status(at_work)
    with pytest.raises(RunError, match="Stop it first"):
        benchmark.delete(folder)
    experiment.write_status(replace(experiment.read_status(), state=JobState.DONE))
    benchmark.delete(folder)
    assert benchmark.history() == []


def test_delete__keeps_an_experiment_with_a_run_that_a_combination_reads(folder, home):
    experiment = ExperimentFolder.open(folder)
    experiment.write_status(replace(experiment.read_status(), state=JobState.DONE))
    parents = [Parent("one", str(folder / "runs" / name), "1" * 64) for name in ("a", "b")]
    spec = RunSpec("0" * 64, forest=ForestSpec(COMBINED), parents=tuple(parents), name="both")
    queued = RunStatus(JobState.QUEUED, created=time.time())
    RunFolder.create(home / "runs" / "both", spec, queued)
    with pytest.raises(RunError, match="The combination 'both' needs a run of this experiment"):
        benchmark.delete(folder)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"configurations": ()}, "no configuration"),
        ({"n_repeats": 0}, "repeats is 0"),
        ({"n_repeats": 10_000}, "20,000 runs"),
        ({"dataset": None}, "no data"),
    ],
)
def test_spec__refuses_what_cannot_be(spec, values, message):
    with pytest.raises(OptionError, match=message):
        replace(spec, **values)


def test_spec__survives_json(spec):
    assert ExperimentSpec.from_dict(spec.to_dict()) == spec


class TestSafety:
    """No look, stop or deletion harms a stranger's process or loses a job that costs money."""

    @pytest.fixture
    def cloud_folder(self, spec):
        """An experiment on cloud instances, with one job's record."""
        folder = create(replace(spec, launcher=runs.CLOUD))
        run = folder / "runs" / "000-001"
        run.mkdir(parents=True)
        (run / "launcher.json").write_text('{"jobs": [{"name": "paid"}]}')
        return folder

    def test_cancel__leaves_a_process_alone_that_is_not_proven_to_be_its_own(self, folder):
        with subprocess.Popen(["sleep", "300"]) as stranger:
            try:
                experiment = ExperimentFolder.open(folder)
                now = experiment.read_status()
                for owner in (
                    ProcessId(stranger.pid, 1.0, "other-boot", "another-host"),
                    ProcessId(stranger.pid, 1.0, boot_id(), this_process().host),
                ):
                    experiment.write_status(
                        replace(
                            now,
                            state=JobState.RUNNING,
                            owner=owner,
                            heartbeat=time.time(),
                        )
                    )
                    with experiment.lock():
                        benchmark.cancel(folder)
                    assert stranger.poll() is None
            finally:
                stranger.kill()

    def test_status__of_a_vanished_experiment_keeps_the_records_of_its_jobs(self, cloud_folder):
        experiment = ExperimentFolder.open(cloud_folder)
        experiment.write_status(
            replace(
                experiment.read_status(),
                state=JobState.RUNNING,
                owner=GONE,
                current="000-001",
            )
        )
        assert benchmark.status(cloud_folder).state is JobState.LOST
        assert (cloud_folder / "runs" / "000-001" / "launcher.json").exists()

    @pytest.mark.parametrize("state", [JobState.STOPPING, JobState.UNKNOWN, JobState.RUNNING])
    def test_delete__stops_jobs_first_that_still_cost_money(self, cloud_folder, monkeypatch, state):
        asked = []
        monkeypatch.setattr(runs, "status", lambda run, **_: RunStatus(state))
        monkeypatch.setattr(runs, "cancel", lambda run, **_: asked.append(run.name))
        experiment = ExperimentFolder.open(cloud_folder)
        experiment.write_status(replace(experiment.read_status(), state=JobState.CANCELLED))
        (cloud_folder / "runs" / "000-001" / "spec.json").write_text("{}")
        with pytest.raises(RunError, match="may still be at work"):
            benchmark.delete(cloud_folder)
        assert (cloud_folder / "runs" / "000-001" / "launcher.json").exists()
        assert asked == ["000-001"]
