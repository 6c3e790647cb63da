from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine.model import JobState, RunStatus
from ui import progress


def running(**changes):
    values = {
        **{"targets_done": 25, "targets_total": 100, "step": "computing", "started": 1000.0},
        **{"targets_per_second": 2.5, "expected_end": 1040.0},
    }
    return RunStatus(JobState.RUNNING, **{**values, **changes})


def test_sentence__tells_step_count_speed_and_time_left():
    text = progress.sentence(running(), now=1010.0)
    assert text == "Growing forests · 25 of 100 targets · 150 targets/min · about 30 s left"


def test_sentence__of_a_slow_run_counts_minutes():
    text = progress.sentence(running(targets_per_second=0.5 / 60), now=1010.0)
    assert "0.5 targets/min" in text


def test_sentence__before_the_first_target_tells_the_forecast():
    status = running(targets_done=0, targets_per_second=None, step="compiling")
    text = progress.sentence(status, now=1010.0)
    assert text.endswith("0 of 100 targets · about 30 s left")


@pytest.mark.parametrize("end", [None, 1000.0])
def test_sentence__promises_nothing_that_nobody_knows(end):
    assert "left" not in progress.sentence(running(expected_end=end), now=1010.0)


@pytest.mark.parametrize("state", list(JobState))
def test_label__exists_for_every_state(state):
    assert progress.label(state)


def test_elapsed__stops_when_the_run_ends():
    assert progress.elapsed(running(), 1010.0) == 10.0
    done = RunStatus(JobState.DONE, started=1000.0, ended=1004.0)
    assert progress.elapsed(done, 9999.0) == 4.0
    assert progress.elapsed(RunStatus(JobState.QUEUED), 1.0) is None


@pytest.mark.parametrize(
    ("state", "step", "said"),
    [
        (JobState.RUNNING, "computing", "Growing forests"),
        (JobState.QUEUED, "waiting", "Waiting for its turn"),
        (JobState.CANCELLED, "waiting", "Cancelled"),
        (JobState.QUEUED, "", "Queued"),
    ],
)
def test_step__of_a_run_that_has_ended_is_its_state(state, step, said):
    assert progress.step(RunStatus(state, step=step)) == said


def test_per_minute__is_of_what_is_computed_now_or_was_in_the_end():
    assert progress.per_minute(running(), now=1060.0) == 150.0
    assert progress.per_minute(running(targets_per_second=None), now=1060.0) is None
    done = replace(running(targets_found=15), state=JobState.DONE, ended=1060.0)
    assert progress.per_minute(done, now=9999.0) == 10.0
