"""Tests of the forecast and the timings of jobs; those of a run's are in test_run_folder.py."""

import json

import pytest

from genie3_engine.errors import RunError
from genie3_engine.jobs.status import JobState
from genie3_engine.model import ConfidenceSpec, RunStatus
from genie3_engine.store.confidence_folder import ConfidenceFolder


@pytest.fixture
def job(tmp_path):
    return ConfidenceFolder.ask(
        tmp_path / "confidence", ConfidenceSpec(), RunStatus(JobState.QUEUED)
    )


def test_timings__are_what_was_written(job):
    assert job.read_timings() is None
    job.write_timings({"seconds": {"nulls": 2.0}})
    assert job.read_timings() == {"seconds": {"nulls": 2.0}}


@pytest.mark.parametrize("text", ["{", "[]", '{"seconds": 3}'])
def test_timings__of_a_damaged_file_are_an_error(job, text):
    (job.path / "timings.json").write_text(text)
    with pytest.raises(RunError, match="cannot be read"):
        job.read_timings()


def test_expectation__is_the_forecasts(job):
    assert job.read_expectation() is None
    job.write_forecast({"step_seconds": {"computing": 10.0}, "n_targets": 5})
    assert job.read_expectation().seconds_per_target == 2.0
    assert job.read_member_forecasts() == {}
    job.write_forecast({"members": json.loads('{"RF": {"wall_seconds": 1.0}}')})
    assert job.read_member_forecasts() == {"RF": {"wall_seconds": 1.0}}
