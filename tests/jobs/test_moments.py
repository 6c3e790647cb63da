"""Moments that were written down, and clocks that jump."""

from __future__ import annotations

import pytest

from genie3_engine.jobs import moments
from tests.clock import Clock

HOUR, YEAR = 3600.0, 365 * 86_400.0


@pytest.mark.parametrize("jump", [-10 * YEAR, -HOUR, HOUR, 10 * YEAR])
def test_is_recent__is_false_after_the_clock_has_jumped(monkeypatch, jump):
    clock = Clock(1.5e9)
    monkeypatch.setattr(moments.time, "time", clock)
    assert moments.is_recent(clock.now, 30.0)
    assert not moments.is_recent(clock.now - 30.0, 30.0)
    written = clock.now
    clock.advance(jump)
    assert not moments.is_recent(written, 30.0)
