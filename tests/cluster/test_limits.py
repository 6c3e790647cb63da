"""Limits of time and memory, what Slurm refuses, and what others do to a run's jobs."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from genie3_engine import cli, differential
from genie3_engine.differential.worker import run as compute_comparison
from genie3_engine.errors import OptionError
from genie3_engine.jobs.filenames import TASKS
from genie3_engine.jobs.user_directory import VARIABLE
from genie3_engine.launchers.slurm import plan
from genie3_engine.launchers.slurm.errors import SlurmError
from genie3_engine.launchers.slurm.launcher import SlurmLauncher
from genie3_engine.launchers.slurm.queue import ask_queue
from genie3_engine.launchers.slurm.record import load
from genie3_engine.model import COMPILED, ForestSpec, JobState, LayoutSpec, RunStatus
from genie3_engine.store.run_folder import RunFolder
from tests.cluster.runs import (
    OPTIONS,
    ended,
    hold,
    links,
    new_run,
    seen,
    send,
    task_of,
    workers,
)
from tests.differential.two_groups import stored, two_groups
from tests.simulated_networks import tiny_run
from tests.waiting import wait_until

pytestmark = pytest.mark.slow(7, waits=True)

WAITS = ("while :; do sleep 0.1; done",)  # before the start, for ever
DEAF = ("trap '' TERM USR1", *WAITS)
_USR1 = 1 << (signal.SIGUSR1 - 1)


class Unknown:
    """A cluster that does not show its limits, so that Slurm alone decides."""

    def look(self) -> None:
        return None


@dataclass(frozen=True)
class Timed:
    """Runs that reach their time limit while other tests are at work."""

    again: Path
    never: Path
    forbidden: Path
    deaf: Path


@pytest.fixture(scope="module")
def timed(slurm, tmp_path_factory):
    """Runs that are suspended with a part until Slurm warns them, and one that is deaf."""
    folder = tmp_path_factory.mktemp("timed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(folder / "home"))
        launcher = SlurmLauncher()
        runs = Timed(
            again=new_run(folder / "again", time=120),
            never=new_run(folder / "never", time=120, requeues=0),
            forbidden=new_run(folder / "forbidden", time=120, sbatch=("--no-requeue",)),
            deaf=new_run(folder / "deaf", time=60, setup=DEAF),
        )
        warned = (runs.again, runs.never, runs.forbidden)
        for run in (*warned, runs.deaf):
            launcher.submit(run)
        hold(*((run, 0) for run in warned))
    with ThreadPoolExecutor() as pool:
        resumed = [pool.submit(resume_when_warned, run) for run in warned]
        yield runs
        for each in resumed:
            each.result()


def resume_when_warned(run: Path) -> None:
    """Let a task go on when Slurm has sent it the warning; some releases do so themselves."""
    (process,) = workers(run, 0)

    def is_warned() -> bool:
        try:
            lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        except FileNotFoundError:
            return True
        pending = [line.split()[1] for line in lines if line.startswith(("SigPnd", "ShdPnd"))]
        return any(int(mask, 16) & _USR1 for mask in pending)

    wait_until(is_warned)
    send(signal.SIGCONT, run)


def waiting_jobs() -> set[str]:
    return {row.job for row in ask_queue() if row.state == "PENDING"}


@pytest.mark.usefixtures("timed")
def test_memory__that_is_too_small_ends_with_a_size_to_request(slurm, launcher, tmp_path):
    run = new_run(tmp_path / "run", memory="150M")
    launcher.submit(run)
    status = ended(launcher, run)
    assert (status.state, status.error.code) == (JobState.FAILED, "memory")
    assert status.error.message.startswith("Task 1 has used up its memory")
    assert "157 MB requested" in status.error.message  # 150 MiB
    assert "--memory " in status.error.remedy


@pytest.mark.usefixtures("timed")
def test_comparison__is_computed_in_steps_of_which_each_waits_for_the_one_before(
    slurm, home, tmp_path, capsys, monkeypatch
):
    """Nothing of the environment that it is submitted from enters its jobs."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("SBATCH_PARTITION", "nowhere")
    environment = tmp_path / "environment"
    dataset = stored(two_groups())
    forest, layout = ForestSpec(n_trees=4), LayoutSpec(n_threads=1)
    choices = differential.Choices(forest, n_permutations=10, n_more=0, layout=layout)
    spec = differential.of_column(dataset, "state", ("well", "ill"), choices)
    local = differential.create(spec, tmp_path / "local")
    compute_comparison(local)
    options = OPTIONS | {"tasks": 2, "setup": [f"env >> {environment}"]}
    there = replace(spec, launcher="slurm", launcher_options=options)
    folder = differential.start(there, folder=tmp_path / "there")
    cli.main(["logs", str(folder), "--follow"])
    assert "[task 2] " in capsys.readouterr().out
    now = differential.status(folder)
    assert (now.state, now.error) == (JobState.DONE, None)
    for name in ("changes.parquet", "targets.parquet", "regulators.parquet"):
        assert (folder / name).read_bytes() == (local / name).read_bytes()
    view = differential.view(folder)
    assert [each.state for each in view.hosts] == ["done", "done"]
    assert view.billing["core_seconds"] > 0
    assert len(list((folder / TASKS).glob("slurm-*_0.txt"))) == 2
    assert environment.read_text().count("SLURM_JOB_ID=") == 5  # two tasks twice, and the merge
    assert "secret" not in environment.read_text()


@pytest.mark.usefixtures("timed")
def test_job__is_cancelled_by_somebody_else(slurm, launcher, tmp_path):
    run = new_run(tmp_path / "run", setup=WAITS)
    launcher.submit(run)
    seen(launcher, run, JobState.RUNNING, "starting")
    slurm.ask("scancel", load(RunFolder(run)).submission.array_job)
    status = ended(launcher, run)
    assert (status.state, status.error.code) == (JobState.CANCELLED, "slurm-cancelled")
    assert "was cancelled by" in status.error.message


@pytest.mark.usefixtures("timed")
def test_output__that_cannot_be_written_is_named(slurm, launcher, tmp_path):
    run = new_run(tmp_path / "run", sbatch=("--hold",))
    launcher.submit(run)
    (run / TASKS).rmdir()
    (run / TASKS).touch()
    submission = load(RunFolder(run)).submission
    slurm.ask("scontrol", "release", submission.array_job)
    status = ended(launcher, run)
    assert (status.state, status.error.code) == (JobState.FAILED, "slurm-output")
    assert "could not start" in status.error.message


@pytest.mark.parametrize(
    ("options", "reason", "remedy"),
    [
        ({"time": 7200}, "PartitionTimeLimit", "--time"),
        ({"cpus": 64}, "PartitionConfig", "--cpus"),
        ({"sbatch": ("--hold",)}, "JobHeldUser", "scontrol release"),
    ],
)
def test_request__that_waits_for_ever(launcher, tmp_path, monkeypatch, options, reason, remedy):
    run = new_run(tmp_path / "run", **options)
    with monkeypatch.context() as patch:
        patch.setattr(plan, "CLUSTER", Unknown())
        launcher.submit(run)

    def refused() -> RunStatus | None:  # the first reason may be another
        found = launcher.status(run)
        return found if found.error and reason in found.error.message else None

    status = wait_until(refused, shown=lambda: launcher.status(run))
    assert (status.state, status.error.code) == (JobState.QUEUED, "slurm-waits")
    assert remedy in status.error.remedy
    launcher.cancel(run)
    assert ended(launcher, run).state is JobState.CANCELLED


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"partition": "nowhere"}, "slurm-partition"),
        ({"constraint": "gpu"}, "slurm-constraint"),
        ({"memory": "900G"}, "slurm-memory"),
        ({"sbatch": ("--nodelist=node9",)}, "slurm-nodes"),
        ({"sbatch": ("--licenses=none:1",)}, "slurm-sbatch"),
        ({"sbatch": ("--reservation=none",)}, "slurm-sbatch"),
        ({"sbatch": ("--nonsense",)}, "slurm-sbatch"),
    ],
)
def test_submit__that_slurm_refuses(launcher, tmp_path, monkeypatch, options, code):
    run = new_run(tmp_path / "run", **options)
    before, jobs = RunFolder(run).read_status(), waiting_jobs()
    with monkeypatch.context() as patch:
        patch.setattr(plan, "CLUSTER", Unknown())
        with pytest.raises(SlurmError) as refused:
            launcher.submit(run)
    assert refused.value.code == code
    assert refused.value.remedy
    assert RunFolder(run).read_status() == before
    assert waiting_jobs() <= jobs


@pytest.mark.parametrize("options", [{"time": 7200}, {"cpus": 64}, {"partition": "nowhere"}])
def test_submit__that_the_limits_forbid(launcher, tmp_path, options):
    run = new_run(tmp_path / "run", **options)
    with pytest.raises(OptionError) as refused:
        launcher.submit(run)
    assert f"--{next(iter(options))}" in f"{refused.value} {refused.value.remedy}"
    assert RunFolder(run).read_status().created == 1.0
    assert load(RunFolder(run)) is None


def test_tasks__a_thousand_are_one_question(slurm, launcher, tmp_path):
    questions = []

    def question():
        questions.append(1)
        return ask_queue()

    run = tiny_run(
        tmp_path / "run",
        n_genes=1000,
        engine=COMPILED,
        launcher="slurm",
        launcher_options=OPTIONS | {"tasks": 1000, "sbatch": ["--hold"]},
    ).path
    launcher._queue._question = question
    launcher._queue._pause_seconds = 1000.0
    launcher.submit(run)
    wait_until(lambda: launcher._queue.look().rows)
    asked = len(questions)
    assert len(launcher._queue.look().rows) >= 1000
    for _ in range(10):
        assert launcher.status(run).state is JobState.QUEUED
    assert len(questions) == asked
    launcher.cancel(run)
    launcher._queue._pause_seconds = 0.5
    launcher._queue.expire()
    assert ended(launcher, run).state is JobState.CANCELLED


def test_time__near_its_end_lets_a_task_begin_again(launcher, timed, expected):
    status = ended(launcher, timed.again)
    assert (status.state, status.error) == (JobState.DONE, None)
    assert links(timed.again) == expected
    assert task_of(timed.again, 0).read_status().targets_found > 0
    assert "begins again" in next((timed.again / TASKS).glob("slurm-*_0.txt")).read_text()


@pytest.mark.parametrize(
    ("name", "why"),
    [("never", "it may begin again 0 times"), ("forbidden", "Slurm does not allow this job")],
)
def test_time__near_its_end_ends_a_task_that_may_not_begin_again(launcher, timed, name, why):
    status = ended(launcher, getattr(timed, name))
    assert (status.state, status.error.code) == (JobState.FAILED, "slurm-time")
    assert why in status.error.message
    assert status.targets_done > 0
    assert status.error.remedy


def test_time__that_is_over_ends_a_task(launcher, timed):
    status = ended(launcher, timed.deaf)
    assert (status.state, status.error.code) == (JobState.FAILED, "slurm-time")
    assert status.error.message.startswith("Task 1 has reached its longest time (--time) on node")
