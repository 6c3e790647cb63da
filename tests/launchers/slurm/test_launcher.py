from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from genie3_engine import worker
from genie3_engine.errors import OptionError, RunError
from genie3_engine.jobs import filenames
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.launchers import background
from genie3_engine.launchers.base import NOT_DONE
from genie3_engine.launchers.slurm import launcher as launchers
from genie3_engine.launchers.slurm.errors import REFUSED, UNREACHABLE, SlurmError
from genie3_engine.launchers.slurm.launcher import SlurmLauncher
from genie3_engine.launchers.slurm.partitions import Cluster, KnownCluster, Partition
from genie3_engine.launchers.slurm.queue import FIRST_WAIT_SECONDS, Queue
from genie3_engine.launchers.slurm.record import load
from genie3_engine.launchers.slurm.rows import Row
from genie3_engine.launchers.slurm.states import WAITS_FOREVER
from genie3_engine.model import JobState, Parent
from genie3_engine.store.task_folder import TaskFolder
from tests.simulated_networks import tiny_run
from tests.waiting import wait_until

OPTIONS = {"launcher": "slurm", "launcher_options": {"tasks": 2, "cpus": 1}}
AWAY = SlurmError("Slurm cannot be asked: it is away.", "Wait.", code=UNREACHABLE)
NO = SlurmError("Slurm refuses the partition.", "Choose another.", code=REFUSED)


class Slurm:
    """Stands in for Slurm; a test sets what it answers."""

    def __init__(self):
        self.rows = ()
        self.refusal = None
        self.n_sent, self.cancelled = 0, []

    def _answer(self):
        if self.refusal is not None:
            raise self.refusal

    def question(self):
        self._answer()
        return self.rows

    def require_controller(self):
        if self.refusal is AWAY:
            raise AWAY

    def send(self, folder, record, *, home):
        assert load(folder) == record  # it is remembered before Slurm is asked
        self._answer()
        self.n_sent += 1
        record.amend(array_job=f"{self.n_sent}2", merge_job=f"{self.n_sent}3")
        launchers.save(folder, record)
        self.rows = (
            Row(f"{self.n_sent}2", 0, "PENDING", "Priority"),
            Row(f"{self.n_sent}2", 1, "PENDING", "Priority"),
            Row(f"{self.n_sent}3", None, "PENDING", "Dependency"),
        )

    def cancel(self, submission):
        self._answer()
        self.cancelled.append(submission.jobs)
        self.rows = ()


@pytest.fixture
def slurm(monkeypatch):
    slurm = Slurm()
    for name in ("send", "cancel"):
        monkeypatch.setattr(launchers.jobs, name, getattr(slurm, name))
    monkeypatch.setattr(launchers, "require_controller", slurm.require_controller)
    monkeypatch.setattr(launchers, "cluster_name", lambda: "mine")
    monkeypatch.setattr("genie3_engine.launchers.slurm.status.read_endings", lambda *_: [])
    monkeypatch.setattr(KnownCluster, "look", lambda _: None)
    yield slurm
    background.wait()


@pytest.fixture
def launcher(home, slurm):
    return SlurmLauncher(queue=Queue(pause_seconds=0.0, question=slurm.question))


@pytest.fixture
def run(home, tmp_path):
    run = tiny_run(tmp_path / "run", **OPTIONS)
    run.write_status(replace(run.read_status(), targets_total=8))
    return run


def compute(run):
    """Compute all tasks of a run here."""
    for index in range(load(run).submission.n_tasks):
        worker.run(run.path, task=TaskName(index, load(run).submission.n_tasks))


def test_submit__returns_the_array_job_of_a_run_that_waits(launcher, run):
    handle = launcher.submit(run.path)
    assert (handle.launcher, handle.job) == ("slurm", "12")
    assert run.read_status().state is JobState.QUEUED
    assert launcher.status(run.path).step == "waiting"
    with pytest.raises(RunError, match="at work"):
        launcher.submit(run.path)


def test_submit__that_is_refused_leaves_the_run_as_it_was(launcher, run, slurm):
    before = run.read_status()
    slurm.refusal = NO
    with pytest.raises(SlurmError, match="partition"):
        launcher.submit(run.path)
    assert run.read_status() == before
    assert load(run).submissions == []
    slurm.refusal = None
    launcher.submit(run.path)


def test_submit__without_a_controller_leaves_the_run_as_it_was(launcher, run, slurm):
    before = run.read_status()
    slurm.refusal = AWAY
    with pytest.raises(SlurmError, match="away"):
        launcher.submit(run.path)
    assert run.read_status() == before
    assert load(run) is None


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"launcher": "slurm"}'])
def test_submit__of_a_run_whose_record_is_damaged_is_refused(launcher, run, slurm, content):
    record = run.path / filenames.SUBMISSION
    record.write_text(content)
    with pytest.raises(RunError, match=f"{record} cannot be read"):
        launcher.submit(run.path)
    assert (slurm.n_sent, record.read_text()) == (0, content)
    record.write_text('{"launcher": "local", "owner": {}}')
    launcher.submit(run.path)


def test_cancel__of_a_run_whose_record_is_damaged_is_refused(launcher, run, slurm):
    launcher.submit(run.path)
    (run.path / filenames.SUBMISSION).write_text("{")
    with pytest.raises(RunError, match="cannot be read"):
        launcher.cancel(run.path)
    assert not run.stop_is_requested


def test_submit__that_is_not_answered_may_have_arrived(launcher, run, slurm, monkeypatch):
    def send(folder, record, *, home):
        raise AWAY

    monkeypatch.setattr(launchers.jobs, "send", send)
    handle = launcher.submit(run.path)
    assert handle.job == load(run).submission.name
    assert run.read_status().state is JobState.QUEUED


def test_submit__again_keeps_what_the_tasks_before_took(launcher, run, slurm):
    launcher.submit(run.path)
    task = TaskFolder.of(run, TaskName(0, 2))
    now = replace(task.read_status(), state=JobState.CANCELLED, started=1.0, heartbeat=9.0)
    task.write_status(now)
    run.write_status(replace(run.read_status(), state=JobState.CANCELLED))
    slurm.rows = ()
    launcher.submit(run.path)
    assert [each.core_seconds for each in load(run).submissions] == [8.0, 0.0]
    assert launcher.view(run.path).billing["core_seconds"] == 8.0


def test_submit__has_at_most_a_task_for_each_target(launcher, home, tmp_path):
    options = {"tasks": 100, "cpus": 1}
    run = tiny_run(tmp_path / "run", launcher="slurm", launcher_options=options)
    run.write_status(replace(run.read_status(), targets_total=8))
    launcher.submit(run.path)
    assert load(run).submission.n_tasks == 8


def test_submit__of_a_combination_is_refused_with_words(launcher, home, tmp_path):
    parents = (Parent("a", "a", "0" * 64), Parent("b", "b", "1" * 64))
    run = tiny_run(tmp_path / "run", parents=parents, **OPTIONS)
    with pytest.raises(RunError, match="combination of runs"):
        launcher.submit(run.path)


def test_change__gives_a_resumed_run_another_number_of_tasks(launcher, run, slurm):
    launcher.submit(run.path)
    launcher.cancel(run.path)
    wait_until(lambda: launcher.status(run.path).state is JobState.CANCELLED)
    launcher.change(run.path, {"tasks": 3})
    launcher.submit(run.path)
    assert [each.n_tasks for each in load(run).submissions] == [2, 3]
    assert not load(run).is_cancelled


def test_change__keeps_no_option_that_the_cluster_can_never_give(launcher, run, slurm, monkeypatch):
    launcher.submit(run.path)
    before = load(run).options
    short = Partition("short", True, True, 3600, 4, 2, 2000 * 2**20)
    monkeypatch.setattr(KnownCluster, "look", lambda _: Cluster((short,)))
    with pytest.raises(OptionError, match="--cpus"):
        launcher.change(run.path, {"cpus": 99})
    assert load(run).options == before


def test_change__of_a_run_that_was_never_submitted(launcher, run):
    with pytest.raises(RunError, match="never submitted"):
        launcher.change(run.path, {"tasks": 3})


def test_status__never_waits_for_slurm(launcher, run, slurm):
    launcher.submit(run.path)
    wait_until(lambda: not launcher._queue.look().refusal and launcher._queue.look().rows)
    may_answer = threading.Event()

    def question():
        may_answer.wait()
        return slurm.rows

    launcher._queue._question = question
    launcher._queue.expire()
    try:
        assert launcher.status(run.path).state is JobState.QUEUED
        assert launcher.status(run.path).state is JobState.QUEUED
    finally:
        may_answer.set()


def test_status__of_a_run_that_was_never_submitted(launcher, run):
    fresh = replace(run.read_status(), created=time.time())
    run.write_status(fresh)
    assert launcher.status(run.path) == fresh
    run.write_status(replace(fresh, created=1.0))
    lost = launcher.status(run.path)
    assert (lost.state, lost.error.code) == (JobState.LOST, "lost")


def test_status_now__waits_for_the_answer_of_slurm(home, run, slurm):
    SlurmLauncher(queue=Queue(question=slurm.question)).submit(run.path)
    slurm.rows = tuple(replace(row, reason="JobHeldUser") for row in slurm.rows)

    def slow():
        time.sleep(3 * FIRST_WAIT_SECONDS)
        return slurm.rows

    found = SlurmLauncher(queue=Queue(question=slow)).status_now(run.path)
    assert found.error is not None
    assert found.error.code == WAITS_FOREVER


def test_status_now__says_why_slurm_cannot_be_asked(home, run, slurm):
    launcher = SlurmLauncher(queue=Queue(question=slurm.question))
    launcher.submit(run.path)
    slurm.refusal = AWAY
    assert launcher.status_now(run.path).state is JobState.UNKNOWN


def test_cancel__is_read_by_tasks_and_by_slurm(launcher, run, slurm):
    launcher.submit(run.path)
    launcher.cancel(run.path)
    assert slurm.cancelled[0] == ("12", "13")
    wait_until(lambda: launcher.status(run.path).state is JobState.CANCELLED)
    background.wait()
    assert not run.stop_is_requested


def test_cancel__while_slurm_is_away_is_asked_again(launcher, run, slurm):
    launcher.submit(run.path)
    slurm.refusal = AWAY
    launcher.cancel(run.path)
    assert run.stop_is_requested
    assert slurm.cancelled == []
    slurm.refusal = None
    launcher._queue.expire()
    wait_until(lambda: launcher.status(run.path) and slurm.cancelled)


def test_cancel__that_slurm_refuses_is_an_error(launcher, run, slurm):
    launcher.submit(run.path)
    slurm.refusal = NO
    with pytest.raises(SlurmError, match="refuses"):
        launcher.cancel(run.path)


def test_logs__have_the_lines_of_all_tasks(launcher, run):
    launcher.submit(run.path)
    compute(run)
    text = launcher.logs(run.path).text
    assert "[task 1] " in text
    assert "[task 2] " in text
    assert launcher.logs(run.path).text == text


def test_collect__merges_here_when_all_tasks_are_done(launcher, run, slurm, tmp_path):
    local = tiny_run(tmp_path / "local")
    worker.run(local.path)
    launcher.submit(run.path)
    with pytest.raises(RunError, match="not done") as caught:
        launcher.collect(run.path)
    assert caught.value.code == NOT_DONE
    compute(run)
    assert launcher.collect_partial(run.path) == (8, 8)
    launcher.collect(run.path)
    assert slurm.cancelled == [("13",)]
    assert run.read_status().state is JobState.DONE
    assert run.links_path.read_bytes() == local.links_path.read_bytes()
    assert len(run.read_timings()["hosts"]) == 2


def test_collect__leaves_a_merge_at_work_alone(launcher, run, slurm):
    launcher.submit(run.path)
    compute(run)
    slurm.rows = (Row("13", None, "RUNNING"),)
    with pytest.raises(RunError, match="merged now") as caught:
        launcher.collect(run.path)
    assert caught.value.code == NOT_DONE
    assert slurm.cancelled == []


def test_view__describes_the_tasks(launcher, run):
    assert launcher.view(run.path) is None
    launcher.submit(run.path)
    view = launcher.view(run.path)
    assert (view.job, view.n_jobs) == ("12", 1)
    assert view.host_names == ("task 1", "task 2")


def test_cleanup__deletes_what_tasks_have_left_and_keeps_the_log(launcher, run):
    launcher.submit(run.path)
    with pytest.raises(RunError, match="at work"):
        launcher.cleanup(run.path)
    compute(run)
    launcher.collect(run.path)
    cleaned = launcher.cleanup(run.path)
    assert cleaned.n_files > 0
    assert cleaned.n_logs >= 2
    assert not (run.path / "tasks").exists()
    assert "[task 2] " in run.log_path.read_text()
    assert run.links_path.is_file()
    with pytest.raises(RunError, match="no folders"):
        launcher.cleanup(run.path)
