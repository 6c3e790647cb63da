"""Tests of job folders; `JobContract` has those of their life cycle."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

import pytest

from genie3_engine import benchmark, differential, planning  # noqa: F401 -- all kinds of jobs
from genie3_engine.errors import RunError, RunInterruptedError
from genie3_engine.jobs import filenames, lifecycle
from genie3_engine.jobs.folder import JobFolder, StartedProcess
from genie3_engine.jobs.locks import try_lock
from genie3_engine.jobs.process import this_process
from genie3_engine.jobs.status import ErrorRecord, JobState, JobStatus
from genie3_engine.people import homes, log
from genie3_engine.people.person import Person, identifier_of
from tests.jobs.job import NumberFolder, NumberSpec
from tools.faults.rights import without_root_rights

QUEUED = JobStatus(JobState.QUEUED)


@pytest.fixture
def job(tmp_path):
    return NumberFolder.create(tmp_path / "job", NumberSpec(1), QUEUED)


def test_create__is_opened_again(job):
    assert NumberFolder.open(job.path).spec == NumberSpec(1)
    assert job.read_status() == QUEUED


def test_create__refuses_a_folder_that_holds_something(job, tmp_path):
    with pytest.raises(RunError, match=r"this very number already.*--resume"):
        NumberFolder.create(job.path, NumberSpec(1), QUEUED)
    with pytest.raises(RunError, match="another number: number differs"):
        NumberFolder.create(job.path, NumberSpec(2), QUEUED)
    (tmp_path / "letter.txt").touch()
    with pytest.raises(RunError, match=r"does not hold a number \(found"):
        NumberFolder.create(tmp_path, NumberSpec(1), QUEUED)


def test_open__names_the_kind_that_is_missing_or_damaged(job, tmp_path):
    with pytest.raises(RunError, match="There is no number in"):
        NumberFolder.open(tmp_path)
    (job.path / "number.json").write_text('{"colour": 1}')
    with pytest.raises(RunError, match=r"number\.json cannot be read"):
        NumberFolder.open(job.path)


@pytest.mark.parametrize("damage", ["pipe", "folder", "closed"])
def test_open__names_a_spec_that_cannot_be_read(job, damage):
    spec = job.path / job.spec_file
    if damage == "closed":
        job.path.chmod(0)
    else:
        spec.unlink()
        (os.mkfifo if damage == "pipe" else os.mkdir)(spec)
    try:
        with without_root_rights(), pytest.raises(RunError, match="cannot be read") as raised:
            NumberFolder.open(job.path)
    finally:
        job.path.chmod(0o700)
    assert str(spec) in raised.value.message


def test_owner__is_the_process_that_was_started_until_it_writes_a_status(job):
    assert job.owner(QUEUED) is None
    job.write_submission(StartedProcess(this_process(), 1.0))
    assert job.owner(QUEUED) == this_process()
    (job.path / "launcher.json").write_text('{"launcher": "sagemaker", "jobs": []}')
    assert job.owner(QUEUED) is None


def test_stop__is_requested_until_it_is_cleared(job):
    job.clear_stop()
    assert not job.stop_is_requested
    job.request_stop()
    assert job.stop_is_requested
    job.clear_stop()
    assert not job.stop_is_requested


def test_lock__is_waited_for_as_long_as_the_job_says(job, monkeypatch):
    monkeypatch.setattr(NumberFolder, "lock_seconds", 1000.0)
    first, second = NumberFolder(job.path), NumberFolder(job.path)
    held = contextlib.ExitStack()
    held.enter_context(first.lock())
    monkeypatch.setattr(time, "sleep", lambda seconds: held.close())  # it ends meanwhile
    with second.lock():
        assert job.is_locked


def test_lock__is_not_refused_because_of_a_slow_reader(job, monkeypatch):
    monkeypatch.setattr(NumberFolder, "lock_seconds", 0.0)
    reader = os.open(job.path / filenames.LOCK, os.O_RDONLY)
    assert try_lock(reader, shared=True)
    pauses = iter([lambda: None, lambda: os.close(reader)])
    monkeypatch.setattr(time, "sleep", lambda _: next(pauses)())
    with job.lock():
        assert job.is_locked
    assert next(pauses, None) is None


def test_lock__is_waited_for_until_a_stop_is_asked_for(job, monkeypatch):
    monkeypatch.setattr(NumberFolder, "lock_seconds", 1000.0)
    with (
        job.lock(),
        pytest.raises(RunInterruptedError, match="The number was stopped"),
        NumberFolder(job.path).lock(should_stop=lambda: True),
    ):
        pass


def test_delete__refuses_while_a_process_holds_the_job(job):
    with job.lock(), pytest.raises(RunError, match="Another process"):
        NumberFolder(job.path).delete()
    job.delete()
    assert list(job.path.parent.iterdir()) == []


def _kinds(kind=JobFolder):
    """All kinds of jobs that a process of their own works on, and that write their own status."""
    for each in kind.__subclasses__():
        is_own = each.write_status is JobFolder.write_status
        if is_own and each.module and each(Path()).subject:
            yield each
        yield from _kinds(each)


@pytest.mark.parametrize("kind", sorted(set(_kinds()), key=lambda kind: kind.__name__))
def test_write_status__the_end_of_each_kind_of_job_is_in_the_log_once(kind, home, monkeypatch):
    monkeypatch.setenv("GENIE3_SERVER_HOME", str(home))
    folder = kind(home / "jobs" / "one")
    folder.path.mkdir(parents=True)
    for state in (JobState.QUEUED, JobState.RUNNING, JobState.DONE, JobState.DONE):
        folder.write_status(kind.status_type(state))
    (entry,) = log.entries()
    assert (entry.action, entry.text) == ("ended", "done")
    assert entry.subject == folder.subject


def test_write_status__a_killed_job_ends_as_its_owners_whoever_finds_it(home, monkeypatch):
    monkeypatch.setenv("GENIE3_SERVER_HOME", str(home))
    ada = Person(identifier_of("https://login", "1"), "Ada")
    path = homes.prepare_home(ada) / "numbers" / "job"
    job = NumberFolder.create(path, NumberSpec(1), JobStatus(JobState.RUNNING, heartbeat=1.0))
    assert lifecycle.reconcile(job).state is JobState.LOST
    job.write_status(QUEUED)
    job.write_status(JobStatus(JobState.FAILED, error=ErrorRecord("memory", "It is used up.")))
    found = [(each.name, each.action, each.subject, each.text) for each in log.entries()]
    assert found == [
        ("Ada", "ended", "number job", "lost"),
        ("Ada", "ended", "number job", "memory"),
    ]
