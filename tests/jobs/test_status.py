"""Tests of the status of a job."""

from __future__ import annotations

import pytest

from genie3_engine.errors import RunError
from genie3_engine.jobs.process import this_process
from genie3_engine.jobs.status import ErrorRecord, JobState, JobStatus


def test_status__survives_json():
    error = ErrorRecord.of(RunError("Why.", "What to do."))
    status = JobStatus(JobState.FAILED, step="reading", owner=this_process(), error=error)
    assert JobStatus.from_dict(status.to_dict()) == status
    assert JobStatus.from_dict(JobStatus(JobState.QUEUED).to_dict()).owner is None


def test_status__leaves_out_what_a_later_version_adds():
    values = JobStatus(JobState.DONE).to_dict() | {"colour": "red"}
    assert JobStatus.from_dict(values) == JobStatus(JobState.DONE)


@pytest.mark.parametrize("values", [{}, {"state": "asleep"}, {"state": "done", "error": 1}])
def test_from_dict__refuses_what_is_not_a_status(values):
    with pytest.raises((KeyError, ValueError, TypeError)):
        JobStatus.from_dict(values)


@pytest.mark.parametrize(
    "change",
    [
        {"step": ["a", "list"]},
        {"created": "yesterday"},
        {"heartbeat": {"as": "an object"}},
        {"step": None},
        {"error": {"code": "a", "message": 99, "remedy": ""}},
    ],
)
def test_from_dict__refuses_values_of_another_kind(change):
    values = JobStatus(JobState.DONE, created=1.0).to_dict()
    assert JobStatus.from_dict(values).created == 1.0
    with pytest.raises(TypeError):
        JobStatus.from_dict(values | change)


def test_state__is_live_resumable_or_final():
    assert {state for state in JobState if state.is_live} == {
        JobState.QUEUED,
        JobState.RUNNING,
        JobState.STOPPING,
    }
    assert not any(state.is_live and state.is_resumable for state in JobState)
    assert JobState.UNKNOWN.may_change
    assert not JobState.DONE.may_change
