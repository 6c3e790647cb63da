"""Moments that were written down, compared with a clock that may have been set since."""

from __future__ import annotations

import time


def is_recent(moment: float, seconds: float) -> bool:
    """Return whether a moment is less than so many seconds away from now.

    Parameters
    ----------
    moment : float
        In seconds since the epoch, as it was written down.
    seconds : float
        The most that may have passed.

    Notes
    -----
    A moment in the future was written before the clock was set back. It counts as recent while it
    is near: what waits for it to pass would wait for as long as the clock was set back, for years
    perhaps.
    """
    return abs(time.time() - moment) < seconds
