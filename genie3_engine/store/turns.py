"""Whose turn is it among the runs that share a machine?"""

from __future__ import annotations

import fcntl
import os
import secrets
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.store import atomic
from genie3_engine.store.home import home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER = "queue"
_RUNNING = "running"
_TICKET = ".ticket"
_PAUSE_SECONDS = 0.3


@contextmanager
def turn(
    submitted: float,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    home_folder: Path | None = None,
    pause: Callable[[], None] = lambda: time.sleep(_PAUSE_SECONDS),
) -> Iterator[bool]:
    """Wait until every run that was submitted earlier to the same home has ended.

    Parameters
    ----------
    submitted : float
        When this run was submitted, in seconds since the epoch: its place in the queue.
    should_stop : callable
        Asked again and again; True ends the wait.
    home_folder : Path, optional
        The home; the user's by default.
    pause : callable
        Called between two looks.

    Yields
    ------
    bool
        True when the turn has come; False when the wait was ended.

    Raises
    ------
    StorageError
        When the home may not be written.

    Notes
    -----
    A process holds a lock on its ticket as long as it lives, so that a killed one never blocks the
    queue, and its ticket is removed by the next.
    """
    folder = (home_folder or home()) / FOLDER
    with atomic.storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        running = os.open(folder / _RUNNING, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            ticket, held = _take_ticket(folder, submitted)
        except OSError:
            os.close(running)
            raise
    try:
        is_mine = False
        while not is_mine and not should_stop():
            is_mine = _is_first(folder, ticket) and _try_lock(running)
            if not is_mine:
                pause()
        yield is_mine
    finally:
        with suppress(OSError):
            ticket.unlink(missing_ok=True)
        os.close(held)
        os.close(running)


def _take_ticket(folder: Path, submitted: float) -> tuple[Path, int]:
    """Put a locked ticket in place: it appears under its name only once it is locked."""
    name = f"{submitted:020.6f}-{secrets.token_hex(4)}{_TICKET}"
    aside = folder / f".{name}"
    held = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        os.replace(aside, folder / name)
    except OSError:
        os.close(held)
        raise
    return folder / name, held


def _is_first(folder: Path, mine: Path) -> bool:
    for other in sorted(folder.glob(f"[0-9]*{_TICKET}")):
        if other.name >= mine.name:
            break
        if not _is_abandoned(other):
            return False
        with suppress(OSError):
            other.unlink(missing_ok=True)
    return True


def _is_abandoned(ticket: Path) -> bool:
    """Tell whether the process that took a ticket is gone."""
    try:
        descriptor = os.open(ticket, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        return _try_lock(descriptor)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
