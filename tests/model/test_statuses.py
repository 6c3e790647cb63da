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
