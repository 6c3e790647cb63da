from __future__ import annotations

import io

import pytest

from genie3_engine.commands import progress as module
from genie3_engine.commands.progress import Progress, progress_text
from genie3_engine.model import JobState, RunStatus
from tests.clock import Clock

NOW = 1000.0


@pytest.fixture(autouse=True)
def still_clock(monkeypatch):
    monkeypatch.setattr(module.time, "time", lambda: NOW)


class Screen(io.StringIO):
    def __init__(self, *, is_terminal):
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self):
        return self.is_terminal


def status(done, total=100, step="computing", per_second=None, left=None):
    return RunStatus(
        JobState.RUNNING,
        targets_done=done,
        targets_total=total,
        step=step,
        targets_per_second=per_second,
        expected_end=None if left is None else NOW + left,
    )


def watched(*, is_terminal, reports):
    """Show (seconds, done) reports and return what was written."""
    clock = Clock()
    screen = Screen(is_terminal=is_terminal)
    progress = Progress(screen, progress_text, clock=clock)
    for clock.now, done in reports:
        progress.show(status(done, per_second=5.0, left=10.0))
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


@pytest.mark.parametrize(
    ("report", "left", "text"),
    [
        (status(0, 0, "preparing"), None, "preparing"),
        (status(0, 1200, "compiling"), 90.0, "compiling 0/1,200 targets, 1:30 left"),
        (status(3, 1200), None, "computing 3/1,200 targets"),
        (
            status(3, 1203, per_second=0.1),
            12_000.0,
            "computing 3/1,203 targets, 6.0/min, 3:20:00 left",
        ),
        (status(100, 100, "writing", per_second=5.0), None, "writing 100/100 targets"),
    ],
)
def test_progress_text__says_what_is_known(report, left, text):
    assert progress_text(report, left, with_bar=False) == text


def test_progress_text__counts_what_the_step_counts():
    nulls = RunStatus(
        JobState.RUNNING,
        step="nulls",
        targets_done=8,
        targets_total=8,
        replicates_done=512,
        replicates_total=2048,
        targets_per_second=2.0,
    )
    text = progress_text(nulls, 768.0, with_bar=True)
    assert text == "[#####...............]  25 %  512/2,048 null forests, 120/min, 12:48 left"
    assert progress_text(nulls, None, with_bar=False).startswith("nulls 512/2,048 null forests")
