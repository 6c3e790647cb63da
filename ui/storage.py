"""What takes room in the home of the person at work, measured without keeping a page waiting."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from genie3_engine import people, storage
from genie3_engine.errors import Genie3Error
from genie3_engine.storage import Inventory

_WAIT_SECONDS = 0.5  # a home is usually measured by then
_FRESH_SECONDS = 2.0


class _Look:
    """The last measurement of a home, shared by all sessions of its person."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._found: Inventory | Genie3Error | None = None
        self._at = 0.0
        self._number = 0  # of the look whose result counts

    @property
    def is_measured(self) -> bool:
        return self._found is not None

    def found(self, *, wait_seconds: float) -> Inventory | None:
        """Return the last measurement; measure anew in the background when that is old."""
        with self._lock:
            is_old = self._found is None or time.monotonic() - self._at > _FRESH_SECONDS
            if is_old and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(
                    target=self._measure, args=(self._number,), name="storage", daemon=True
                )
                self._thread.start()
            thread = self._thread
        if thread is not None:
            thread.join(wait_seconds)
        if isinstance(self._found, Genie3Error):
            raise self._found
        return self._found

    def forget(self) -> None:
        """Make the next measurement a new one, which finds what has just been deleted."""
        with self._lock:
            self._found, self._thread, self._number = None, None, self._number + 1

    def _measure(self, number: int) -> None:
        found: Inventory | Genie3Error
        try:
            with people.at_home(self._home):
                found = storage.inventory(self._home)
        except Genie3Error as error:
            found = error
        with self._lock:
            if number == self._number:
                self._found, self._at = found, time.monotonic()


_looks: dict[Path, _Look] = {}


def inventory(*, wait_seconds: float = _WAIT_SECONDS) -> Inventory | None:
    """Return what takes room in the home.

    Parameters
    ----------
    wait_seconds : float
        How long to wait for a measurement.

    Returns
    -------
    Inventory or None
        The last measurement; None while there is none.

    Raises
    ------
    Genie3Error
        When the home cannot be measured.
    """
    return _look().found(wait_seconds=wait_seconds)


def is_measured(home: Path) -> bool:
    """Return whether a home is measured; it may be called outside of a session."""
    look = _looks.get(home)
    return look is not None and look.is_measured


def forget() -> None:
    """Measure anew, after something was deleted."""
    _look().forget()


def _look() -> _Look:
    home = people.home()
    return _looks.setdefault(home, _Look(home))
