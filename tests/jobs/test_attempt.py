"""Tests of an attempt at a job."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from genie3_engine.errors import Genie3Error, InputError, RunInterruptedError, StorageError
from genie3_engine.jobs import attempt as attempts
from genie3_engine.jobs.attempt import Attempt
from genie3_engine.jobs.process import this_process
from genie3_engine.jobs.status import JobState, JobStatus
from tests.jobs.job import NumberFolder, NumberSpec
from tests.waiting import wait_until


@pytest.fixture
def job(tmp_path):
    return NumberFolder.create(tmp_path / "job", NumberSpec(1), JobStatus(JobState.QUEUED))


def test_attempt__owns_the_job_and_ends_as_done(job):
    with Attempt(job) as attempt:
        assert job.is_locked
        assert job.read_status().owner == this_process()
        attempt.update(state=JobState.RUNNING, step="counting")
        assert job.read_status().step == "counting"
    status = job.read_status()
    assert (status.state, status.step, status.error) == (JobState.DONE, "", None)
    assert status == attempt.status
    assert not job.is_locked


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (RunInterruptedError("stop"), JobState.CANCELLED, None),
        (KeyboardInterrupt(), JobState.CANCELLED, None),
        (InputError("odd"), JobState.FAILED, "input"),
        (ZeroDivisionError("odd"), JobState.FAILED, "bug"),
        (MemoryError(), JobState.FAILED, "memory"),
    ],
)
def test_attempt__writes_how_it_ended(job, error, state, code):
    with pytest.raises((Genie3Error, KeyboardInterrupt)), Attempt(job):
        raise error
    status = job.read_status()
    assert (status.state, status.error and status.error.code) == (state, code)


def test_attempt__notices_a_request_in_the_folder(job, monkeypatch):
    monkeypatch.setattr(attempts, "BEAT_SECONDS", 0.01)
    seen = []
    with Attempt(job, on_progress=seen.append) as attempt:
        assert not attempt.should_stop()
        job.request_stop()
        wait_until(attempt.should_stop)
    assert [status.state for status in seen] == [JobState.STOPPING]
    assert not job.stop_is_requested


def test_attempt__stops_before_its_disk_is_full_and_says_so(job, home, monkeypatch):
    monkeypatch.setattr(attempts, "BEAT_SECONDS", 0.01)
    usage = shutil.disk_usage(job.path)._replace(total=10**12, free=10**6)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: usage)
        refused = pytest.raises(StorageError, match=r"has 1\.0 MB left, 100 MB must stay free")
        with refused, Attempt(job) as attempt:
            beats = []
            attempt.on_beat.append(lambda: beats.append(1))
            wait_until(lambda: len(beats) > 2)
            assert not attempt.should_stop()  # it waits for its turn
            attempt.update(state=JobState.RUNNING)
            wait_until(attempt.should_stop)
            raise attempt.interrupted()
    status = job.read_status()
    assert (status.state, status.error.code) == (JobState.FAILED, "storage")
    assert status.state.is_resumable
    assert "Traceback" not in job.log_path.read_text()
    with Attempt(job) as attempt:
        attempt.update(state=JobState.RUNNING)
        assert not attempt.should_stop()


def test_attempt__ignores_a_request_to_an_earlier_one(job):
    job.write_status(replace(job.read_status(), state=JobState.CANCELLED))
    job.request_stop()
    with Attempt(job) as attempt:
        assert not attempt.should_stop()


def test_attempt__heeds_a_request_to_a_job_that_waits(job):
    job.request_stop()
    with Attempt(job) as attempt:
        assert attempt.should_stop()


def test_attempt__beats_while_it_works(job, monkeypatch):
    monkeypatch.setattr(attempts, "BEAT_SECONDS", 0.01)
    with Attempt(job) as attempt:
        beats = []
        attempt.on_beat.append(lambda: beats.append(1))
        first = job.read_status().heartbeat
        wait_until(lambda: beats and job.read_status().heartbeat > first)


def test_attempt__beats_with_pauses_that_double_up_to_those_of_the_folder(job, monkeypatch):
    monkeypatch.setattr(attempts, "BEAT_SECONDS", 0.005)
    monkeypatch.setattr(type(job), "heartbeat_seconds", 1000.0)
    written = []
    write = type(job).write_status

    def count(self, status):
        written.append(status)
        write(self, status)

    monkeypatch.setattr(type(job), "write_status", count)
    with Attempt(job) as attempt:
        beats = []
        attempt.on_beat.append(lambda: beats.append(len(written)))
        wait_until(lambda: len(beats) >= 40)
    assert 1 < beats[-1] < 12  # it was looked at 40 times
