"""Tests of the life cycle of jobs that are not in `JobContract`."""

from __future__ import annotations

import pytest

from genie3_engine.errors import RunError
from genie3_engine.jobs import lifecycle
from genie3_engine.jobs.status import JobState, JobStatus
from tests.contracts.job_contract import JobContract
from tests.jobs.job import NumberFolder, NumberSpec


class TestNumber(JobContract):
    @pytest.fixture
    def job(self, home, tmp_path):
        queued = JobStatus(JobState.QUEUED)
        return NumberFolder.create(tmp_path / "job", NumberSpec(1), queued)


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
