"""Tests of the life cycle of jobs that are not in `JobContract`."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from genie3_engine.errors import RunError, StorageError
from genie3_engine.jobs import filenames, folder, lifecycle
from genie3_engine.jobs.folder import StartedProcess
from genie3_engine.jobs.locks import try_lock
from genie3_engine.jobs.process import this_process
from genie3_engine.jobs.status import JobState, JobStatus
from tests.contracts.job_contract import JobContract
from tests.jobs.job import NumberFolder, NumberSpec


class TestNumber(JobContract):
    @pytest.fixture
    def job(self, home, tmp_path):
        queued = JobStatus(JobState.QUEUED)
        return NumberFolder.create(tmp_path / "job", NumberSpec(1), queued)


def test_new_id__is_new_each_time_and_fit_for_a_path():
    ids = {lifecycle.new_id() for _ in range(50)}
    assert len(ids) == 50
    assert all(name.replace("-", "").isalnum() for name in ids)


def test_history__is_newest_first_without_damaged_ones(tmp_path):
    for name, created in (("old", 1.0), ("new", 2.0), ("broken", 3.0)):
        status = JobStatus(JobState.DONE, created=created)
        NumberFolder.create(tmp_path / name, NumberSpec(1), status)
    (tmp_path / "broken" / "status.json").write_text("{")
    found = lifecycle.history(tmp_path, NumberFolder)
    assert [(each.id, each.spec.number) for each in found] == [("new", 1), ("old", 1)]


def test_create__refuses_another_job_and_resumes_this(tmp_path):
    status = JobStatus(JobState.QUEUED)
    path = lifecycle.create(NumberFolder, tmp_path / "one", NumberSpec(1), status, resume=True)
    assert lifecycle.create(NumberFolder, path, NumberSpec(1), status, resume=True) == path
    with pytest.raises(RunError, match="holds this very number already"):
        lifecycle.create(NumberFolder, path, NumberSpec(1), status)
    with pytest.raises(RunError, match="number differs"):
        lifecycle.create(NumberFolder, path, NumberSpec(2), status, resume=True)


def test_start_or_remove__keeps_what_finds_a_job_that_was_sent_before_an_interruption(tmp_path):
    def start(error, *, is_sent):
        job = NumberFolder.create(tmp_path / "job", NumberSpec(1), JobStatus(JobState.QUEUED))

        def send():
            if is_sent:
                (job.path / filenames.SUBMISSION).write_text("{}")
            raise error

        with pytest.raises(type(error)):
            lifecycle.start_or_remove(job, send)
        return job.path.exists()

    assert not start(KeyboardInterrupt(), is_sent=False)
    assert not start(RunError("It is refused.", ""), is_sent=True)
    assert start(KeyboardInterrupt(), is_sent=True)


def test_start_or_remove__keeps_a_job_that_another_process_has_started(home, tmp_path):
    job = NumberFolder.create(tmp_path / "job", NumberSpec(1), JobStatus(JobState.QUEUED))
    with job.lock(), pytest.raises(RunError, match="is at work"):
        lifecycle.start_or_remove(job, lambda: lifecycle.start(job))
    assert job.read_status().state is JobState.QUEUED
    job.write_status(JobStatus(JobState.DONE))
    with pytest.raises(RunError, match="done already"):
        lifecycle.start_or_remove(job, lambda: lifecycle.start(job))
    assert job.read_status().state is JobState.DONE


@pytest.fixture
def new_job(home, tmp_path):
    status = JobStatus(JobState.QUEUED, created=time.time())
    return NumberFolder.create(tmp_path / "job", NumberSpec(1), status)


@pytest.mark.parametrize("is_started", [True, False])
def test_start_or_remove__keeps_a_job_that_another_process_has_begun(new_job, is_started):
    def refuse():  # meanwhile the other process has resumed the job
        if is_started:
            new_job.write_submission(StartedProcess(this_process(), time.time()))
        else:
            new_job.write_status(replace(new_job.read_status(), heartbeat=time.time()))
        raise StorageError("There is no room.")

    with pytest.raises(StorageError, match="no room"):
        lifecycle.start_or_remove(new_job, refuse)
    assert new_job.read_status().state is JobState.QUEUED


def test_start_or_remove__leaves_nothing_where_a_reader_was_in_the_way(new_job, monkeypatch):
    def start_beside_a_reader():
        with open(new_job.path / filenames.LOCK, "rb") as file:
            assert try_lock(file.fileno(), shared=True)
            lifecycle.start(new_job)

    monkeypatch.setattr(folder, "_READER_SECONDS", 0.0)
    with pytest.raises(RunError, match="Another process is at work"):
        lifecycle.start_or_remove(new_job, start_beside_a_reader)
    assert not new_job.path.exists()


def test_start__without_a_process_leaves_the_job_as_it_was(new_job, monkeypatch):
    def refuse(*_, **__):
        raise StorageError("The log cannot be written.")

    monkeypatch.setattr(lifecycle, "spawn", refuse)
    before = new_job.read_status()
    with pytest.raises(StorageError):
        lifecycle.start(new_job)
    assert new_job.read_status() == before
    with pytest.raises(StorageError):
        lifecycle.start_or_remove(new_job, lambda: lifecycle.start(new_job))
    assert not new_job.path.exists()


def test_listing__leaves_out_damaged_and_hidden_folders(tmp_path):
    for name in ("one", "two", ".hidden"):
        NumberFolder.create(tmp_path / name, NumberSpec(1), JobStatus(JobState.DONE))
    (tmp_path / "two" / "number.json").write_text("{")
    assert [job.path.name for job in lifecycle.listing(tmp_path, NumberFolder)] == ["one"]


def test_start__refuses_a_job_that_is_done(tmp_path):
    job = NumberFolder.create(tmp_path / "one", NumberSpec(1), JobStatus(JobState.DONE))
    with pytest.raises(RunError, match="done already"):
        lifecycle.start(job)
    assert lifecycle.cancel(job).state is JobState.DONE
    assert not job.stop_is_requested


def test_start_in_queue__leaves_no_ticket_of_a_job_that_does_not_start(home, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise RunError("no", "")

    job = NumberFolder.create(tmp_path / "one", NumberSpec(1), JobStatus(JobState.QUEUED))
    monkeypatch.setattr(lifecycle, "start", refuse)
    with pytest.raises(RunError):
        lifecycle.start_in_queue(job)
    assert list((home / "queue").glob("*.ticket")) == []
