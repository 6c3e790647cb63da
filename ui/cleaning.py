"""The cleaning of a server's homes, once a day in the background."""

from __future__ import annotations

import logging
import threading

_FIRST_SECONDS = 60.0  # the page is started first
_DAY_SECONDS = 86_400.0

_log = logging.getLogger(__name__)


def begin() -> None:
    """Remove leftovers a minute after the start of the server and each day, in a thread."""
    threading.Thread(target=go_on, name="cleaning", daemon=True).start()


def go_on(ended: threading.Event | None = None, *, first_seconds: float = _FIRST_SECONDS) -> None:
    """Remove leftovers again and again.

    Parameters
    ----------
    ended : Event, optional
        Ends it.
    first_seconds : float
        How long to wait before.
    """
    ended = ended or threading.Event()
    pause = first_seconds
    while not ended.wait(pause):
        pause = _DAY_SECONDS
        clean()


def clean() -> None:
    """Remove the leftovers of all homes; an error is logged."""
    from genie3_engine import labels, storage

    try:
        gone = storage.clean_up_all()
    except Exception:  # noqa: BLE001 -- a server goes on without it
        _log.warning("The homes could not be cleaned.", exc_info=True)
        return
    if gone:
        size = labels.size(sum(each.n_bytes for each in gone))
        _log.info("Removed %s (%s).", labels.count(len(gone), "leftover"), size)
