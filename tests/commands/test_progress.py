from __future__ import annotations

import io

import pytest

from genie3_engine.commands.progress import Progress, progress_text
from genie3_engine.model import JobState, RunStatus
from tests.clock import Clock


class Screen(io.StringIO):
    def __init__(self, *, is_terminal):
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self):
        return self.is_terminal


def status(done, total=100, step="computing"):
    return RunStatus(JobState.RUNNING, targets_done=done, targets_total=total, step=step)


def watched(*, is_terminal, reports):
    """Show (seconds, done) reports and return what was written."""
    clock = Clock()
    screen = Screen(is_terminal=is_terminal)
    progress = Progress(screen, clock=clock)
    for clock.now, done in reports:
        progress.show(status(done))
    progress.close()
    return screen.getvalue()


def test_progress__writes_sparse_lines_where_there_is_no_terminal():
    text = watched(is_terminal=False, reports=[(second / 10, second // 2) for second in range(201)])
    lines = text.splitlines()
    assert len(lines) == 2
    assert lines[0] == "genie3: computing 50/100 targets, 300/min, 0:10 left"
    assert "\r" not in text
    assert "#" not in text


def test_progress__draws_a_bar_on_a_terminal():
    text = watched(is_terminal=True, reports=[(0, 0), (1, 50), (1.01, 51), (2, 100)])
    frames = text.split("\r\x1b[K")
    assert "[##########..........]  50 %  50/100 targets" in frames[2]
    assert "51/100" not in text  # drawn a moment ago
    assert frames[-1] == ""  # the line is clean at the end
    assert "100 %" in frames[-2]


def test_progress__speed_is_of_the_last_minute():
    reports = [(0, 0), *((second, second) for second in range(1, 61)), (600, 61)]
    text = watched(is_terminal=False, reports=reports)
    assert text.splitlines()[-1].endswith("left")
    assert "61/100 targets, 0.1/min" in text


def test_progress__finished_targets_of_a_resumed_run_are_no_speed():
    clock = Clock()
    screen = Screen(is_terminal=False)
    progress = Progress(screen, clock=clock)
    for clock.now, report in [(0, status(0, step="starting")), (20, status(60)), (40, status(70))]:
        progress.show(report)
    assert "70/100 targets, 30/min" in screen.getvalue()


@pytest.mark.parametrize(
    ("report", "per_second", "text"),
    [
        (status(0, 0, "preparing"), None, "preparing"),
        (status(3, 1200), None, "computing 3/1,200 targets"),
        (status(3, 1203), 0.1, "computing 3/1,203 targets, 6.0/min, 3:20:00 left"),
        (status(100, 100, "writing"), 5.0, "writing 100/100 targets"),
    ],
)
def test_progress_text__says_what_is_known(report, per_second, text):
    assert progress_text(report, per_second, with_bar=False) == text
