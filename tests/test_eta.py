from __future__ import annotations

import pytest

from genie3_engine.eta import seconds_left, targets_per_second
from genie3_engine.model import JobState, RunStatus


def status(done, *, found=0, total=100, started=1000.0):
    return RunStatus(
        JobState.RUNNING,
        targets_done=done,
        targets_found=found,
        targets_total=total,
        started=started,
    )


def test_targets_per_second__is_of_the_attempt():
    assert targets_per_second(status(20), 1010.0) == 2.0
    assert targets_per_second(status(70, found=50), 1010.0) == 2.0


def test_targets_per_second__is_of_the_time_asked_for():
    assert targets_per_second(status(70, found=50), 30.0, since=(20.0, 60)) == 1.0


@pytest.mark.parametrize(
    ("report", "now"),
    [
        (status(50, found=50), 1010.0),  # nothing is computed yet
        (status(20), 1000.0),
        (status(20), 900.0),  # the clock was set back
        (status(20, started=None), 1010.0),
    ],
)
def test_targets_per_second__is_none_when_nobody_can_tell(report, now):
    assert targets_per_second(report, now) is None


def test_seconds_left__is_of_the_missing_targets():
    assert seconds_left(status(60), 2.0) == 20.0
    assert seconds_left(status(60), None) is None
    assert seconds_left(status(100), 2.0) is None
