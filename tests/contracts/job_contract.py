"""The contract of every kind of job: run, experiment and pilot."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from dataclasses import replace

import psutil
import pytest

from genie3_engine.errors import RunError
from genie3_engine.jobs import lifecycle
from genie3_engine.jobs.process import this_process
from genie3_engine.jobs.status import JobState
from tests.waiting import wait_until


class JobContract:
    """Inherited by the tests of each kind of job, which give `job`: a folder of a new job."""

    @pytest.fixture
    def job(self):
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def _idle(self, job, monkeypatch):
        """Let jobs of this kind do nothing but wait for a stop, and leave none behind."""
        monkeypatch.setattr(type(job), "module", "tests.contracts.idle_job")
        before = set(psutil.Process().children())
        yield
        for child in set(psutil.Process().children()) - before:
            child.kill()

    def start(self, job):
        kind = type(job)
        return lifecycle.start(job, f"{kind.__module__}:{kind.__qualname__}")

    def wait_until_running(self, job):
        return wait_until(
            lambda: lifecycle.reconcile(job).state is JobState.RUNNING,
            shown=lambda: (lifecycle.reconcile(job), job.log_tail(20)),
        )

    def wait_until_ended(self, job):
        wait_until(
            lambda: not (lifecycle.reconcile(job).state.is_live or job.is_locked),
            shown=lambda: lifecycle.reconcile(job),
        )  # the end is written before the job is let go
        return lifecycle.reconcile(job)

    def owned_by(self, job, owner, *, silent=0.0):
        """Write the status of a job that a process is at work on."""
        status = replace(
            job.read_status(),
            state=JobState.RUNNING,
            owner=owner,
            heartbeat=time.time() - silent,
        )
        job.write_status(status)
        return status

    def test_job__that_is_killed_is_lost_and_resumes(self, job):
        owner = self.start(job)
        self.wait_until_running(job)
        os.kill(owner.pid, signal.SIGKILL)
        status = self.wait_until_ended(job)
        assert (status.state, status.error.code) == (JobState.LOST, "lost")
        assert job.read_status() == status
        self.start(job)
        self.wait_until_running(job)
        lifecycle.cancel(job)
        assert self.wait_until_ended(job).state is JobState.CANCELLED

    @pytest.mark.parametrize(
        "change",
        [
            {"pid_ticks": 1},
            {"pid_ticks": None, "pid_started": 1.0},
            {"boot_id": "before the restart"},
        ],
    )
    def test_job__whose_number_belongs_to_another_process_is_lost(self, job, change):
        self.owned_by(job, replace(this_process(), **change))  # this process would notice a signal
        lifecycle.cancel(job)
        assert lifecycle.reconcile(job).state in {JobState.LOST, JobState.CANCELLED}

    def test_job__is_alive_after_the_clock_was_set(self, job):
        owner = this_process()
        status = self.owned_by(job, replace(owner, pid_started=owner.pid_started - 3600.0))
        assert lifecycle.reconcile(job) == status

    def test_job__on_another_host_is_asked_through_its_folder(self, job):
        stranger = replace(this_process(), host="elsewhere", boot_id="another")
        status = self.owned_by(job, stranger)
        assert lifecycle.reconcile(job) == status
        asked = lifecycle.cancel(job)
        assert job.stop_is_requested
        assert (asked.state, asked.error.code) == (JobState.STOPPING, "elsewhere")
        assert "elsewhere" in asked.error.message
        assert job.read_status() == status

    def test_job__on_a_silent_host_is_unknown(self, job):
        stranger = replace(this_process(), host="elsewhere", boot_id="another")
        status = self.owned_by(job, stranger, silent=3600.0)
        unknown = lifecycle.reconcile(job)
        assert (unknown.state, job.read_status()) == (JobState.UNKNOWN, status)
        assert "elsewhere" in unknown.error.message
        with pytest.raises(RunError, match="Cancel it on that machine"):
            lifecycle.cancel(job)
        with pytest.raises(RunError, match="may be at work"):
            lifecycle.delete(job)
        with pytest.raises(RunError, match="at work"):
            self.start(job)

    def test_job__reads_a_request_that_another_host_wrote(self, job):
        self.start(job)
        self.wait_until_running(job)
        job.request_stop()
        assert self.wait_until_ended(job).state is JobState.CANCELLED
        wait_until(lambda: not job.stop_is_requested)  # removed after the end is written

    def test_job__is_resumed_once_of_two_that_ask_together(self, job):
        barrier, outcomes = threading.Barrier(2), []

        def ask():
            barrier.wait()
            try:
                outcomes.append(self.start(type(job).open(job.path)).pid)
            except RunError:
                outcomes.append(None)

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert outcomes.count(None) == 1
        self.wait_until_running(job)
        assert lifecycle.reconcile(job).owner.pid in outcomes

    def test_job__that_begins_during_a_look_is_not_lost(self, job, monkeypatch):
        """The look finds a new job that nobody holds, and another process starts it just then."""
        self.owned_by(job, None, silent=3600.0)
        is_locked = type(job).is_locked
        started = replace(job.read_status(), state=JobState.QUEUED, heartbeat=time.time())

        def start_after_the_look(folder):
            held = is_locked.fget(folder)
            if folder.read_status() != started:
                folder.write_status(started)
            return held

        monkeypatch.setattr(type(job), "is_locked", property(start_after_the_look))
        assert lifecycle.reconcile(job) == started
        assert job.read_status() == started

    def test_job__that_is_alive_is_not_deleted(self, job):
        self.start(job)
        self.wait_until_running(job)
        with pytest.raises(RunError, match="may be at work"):
            lifecycle.delete(job)
        assert job.path.is_dir()
        lifecycle.cancel(job)
        self.wait_until_ended(job)
        lifecycle.delete(job)
        assert not job.path.exists()

    def test_job__that_is_stopped_while_it_is_submitted_is_cancelled(self, job, monkeypatch):
        spawn = lifecycle.spawn

        def spawn_later(*arguments, **options):
            lifecycle.cancel(job)
            return spawn(*arguments, **options)

        monkeypatch.setattr(lifecycle, "spawn", spawn_later)
        self.start(job)
        assert self.wait_until_ended(job).state is JobState.CANCELLED

    def test_job__is_not_started_twice(self, job):
        self.start(job)
        with pytest.raises(RunError, match="at work"):
            self.start(job)

    def test_job__writes_its_owner_as_version_0_1_0_did(self, job):
        owner = this_process()
        self.owned_by(job, owner)
        values = json.loads((job.path / "status.json").read_text())
        assert {name: values[name] for name in ("pid", "pid_started", "boot_id", "host")} == {
            "pid": owner.pid,
            "pid_started": owner.pid_started,
            "boot_id": owner.boot_id,
            "host": owner.host,
        }
        assert job.read_status().owner == owner
