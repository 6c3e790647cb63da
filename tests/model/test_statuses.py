from __future__ import annotations

import json

import pytest

from genie3_engine.model import ErrorRecord, JobState, RunStatus


def test_run_status__survives_json():
    status = RunStatus(
        JobState.FAILED, targets_done=3, targets_total=5, error=ErrorRecord("input", "What.", "Do.")
    )
    assert RunStatus.from_dict(json.loads(json.dumps(status.to_dict()))) == status


@pytest.mark.parametrize("state", JobState)
def test_run_state__is_live_or_resumable_but_not_both(state):
    assert not (state.is_live and state.is_resumable)
    assert state.may_change == (state.is_live or state is JobState.UNKNOWN)


@pytest.mark.parametrize(("end", "left"), [(None, None), (12.0, 2.0), (10.0, None), (8.0, None)])
def test_seconds_left__is_unknown_once_the_run_is_overdue(end, left):
    assert RunStatus(JobState.RUNNING, expected_end=end).seconds_left(10.0) == left
