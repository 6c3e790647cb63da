"""The queue of the jobs that share a machine."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.locks import try_lock, wait_for_lock
from genie3_engine.jobs.user_directory import home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

FOLDER = "queue"
_RUNNING = "running"
_TICKET = ".ticket"
_PAUSE_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class QueueTicket:
    """A place in the queue.

    Parameters
    ----------
    path : Path
        Its file, whose name contains the time at which it was taken.
    descriptor : int
        The file, open and locked. The lock lasts as long as a process has it open: it can be handed
        to a child.
    """

    path: Path
    descriptor: int


def take_ticket(*, home_folder: Path | None = None, now: float | None = None) -> QueueTicket:
    """Take a ticket behind all earlier ones.

    Parameters
    ----------
    home_folder : Path, optional
        The home whose runs take turns; the user's by default.
    now : float, optional
        Seconds since the epoch.

    Returns
    -------
    QueueTicket
        To be handed to `wait_for_turn`, here or in a child process.

    Raises
    ------
    StorageError
        When the home may not be written.
    """
    folder = (home_folder or home()) / FOLDER
    name = f"{time.time() if now is None else now:020.6f}-{secrets.token_hex(4)}{_TICKET}"
    aside = folder / f".{name}"  # it appears under its name once it is locked
    with atomic_write.storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            wait_for_lock(descriptor)
            os.replace(aside, folder / name)
        except OSError:
            os.close(descriptor)
            raise
    return QueueTicket(folder / name, descriptor)


def held_ticket(values: Sequence[str] | None) -> QueueTicket | None:
    """Return the ticket that the parent process holds open for this one.

    Parameters
    ----------
    values : sequence of str, optional
        Path and file descriptor, as the option ``--ticket`` gives them.
    """
    if values is None:
        return None
    path, descriptor = values
    os.set_inheritable(int(descriptor), False)  # it ends with this process
    return QueueTicket(Path(path), int(descriptor))


@contextmanager
def wait_for_turn(
    ticket: QueueTicket,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    pause: Callable[[], None] = lambda: time.sleep(_PAUSE_SECONDS),
) -> Iterator[bool]:
    """Wait until the processes with earlier tickets have ended, and keep the turn.

    Parameters
    ----------
    ticket : QueueTicket
        Given back at the end.
    should_stop : callable
        Asked again and again; True ends the wait.
    pause : callable
        Called between two looks.

    Yields
    ------
    bool
        True when the turn has come; False when the wait was ended.

    Raises
    ------
    StorageError
        When the queue may not be written.

    Notes
    -----
    Tickets are locked files, so a killed process never blocks the queue: the next process that
    waits removes its ticket. Where the file system does not support locks, no process waits.
    """
    try:
        with atomic_write.storage_errors(ticket.path.parent):
            running = os.open(
                ticket.path.with_name(_RUNNING), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666
            )
        try:
            is_mine = False
            while not is_mine and not should_stop():
                is_mine = _is_first(ticket.path) and _try_lock(running)
                if not is_mine:
                    pause()
            yield is_mine
        finally:
            os.close(running)
    finally:
        with suppress(OSError):
            ticket.path.unlink(missing_ok=True)
        os.close(ticket.descriptor)


def _is_first(mine: Path) -> bool:
    for other in sorted(mine.parent.glob(f"[0-9]*{_TICKET}")):
        if other.name >= mine.name:
            break
        if not _is_abandoned(other):
            return False
        with suppress(OSError):
            other.unlink(missing_ok=True)
    return True


def _is_abandoned(ticket: Path) -> bool:
    """Return whether the process that took a ticket is gone."""
    try:
        descriptor = os.open(ticket, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        return _try_lock(descriptor)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    return try_lock(descriptor) is not False
