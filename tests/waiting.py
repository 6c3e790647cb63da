"""Waits of all tests: for what must be seen, with one limit that only a hang reaches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

Answer = TypeVar("Answer")

# A busy machine makes everything slow, so no test has a shorter limit of its own.
HANG_SECONDS = 300.0
HANG_MILLISECONDS = HANG_SECONDS * 1000
_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.05, 0.25
_PAUSE_SHARE = 0.05  # of the time waited: to ask a server costs both sides processor time


def wait_until(reached: Callable[[], Answer], *, shown: Callable[[], object] = str) -> Answer:
    """Call a function until its answer is true, and return that answer.

    Parameters
    ----------
    reached : callable
        Called again and again, with a short pause between.
    shown : callable
        Called when the limit is reached; what it returns stands in the error.

    Raises
    ------
    AssertionError
        If the answer is still not true after `HANG_SECONDS`.
    """
    began = time.monotonic()
    while not (answer := reached()):
        waited = time.monotonic() - began
        assert waited < HANG_SECONDS, f"not reached within {HANG_SECONDS:g} s: {shown()}"
        pause = max(_PAUSE_SECONDS, _PAUSE_SHARE * waited)
        time.sleep(min(pause, _LONGEST_PAUSE_SECONDS))
    return answer


def growing_patience() -> Iterator[float]:
    """Return the milliseconds to wait for the effect of each of several attempts.

    An act that the page may not have been ready for is repeated. The waits double, so that on a
    slow machine its effect arrives before the next attempt could undo it.
    """
    milliseconds, deadline = 4000.0, time.monotonic() + HANG_SECONDS
    while time.monotonic() < deadline:
        yield milliseconds
        milliseconds *= 2
