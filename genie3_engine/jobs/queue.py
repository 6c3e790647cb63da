"""The queue of the jobs that share a machine, fair by person; see `turns` for the order.

A ticket is a file that is locked as long as a process has it open, so a killed process neither
keeps a turn nor blocks the queue. Its name has a number, not a time: a clock that is set changes
no order. The queue lies in the home of the server.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine import labels
from genie3_engine.errors import StorageError
from genie3_engine.jobs import admission, atomic_write
from genie3_engine.jobs.limits import Limits, limits_or_none_set
from genie3_engine.jobs.locks import locked, try_lock, wait_for_lock
from genie3_engine.jobs.stored_files import open_stored
from genie3_engine.jobs.turns import Claim, Entry, in_line
from genie3_engine.jobs.user_directory import person_of, server_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

FOLDER = "queue"
_LOCK = "lock"
_TURNS = "turns.json"  # when the last turn of each person began, counted in turns
_TICKET = ".ticket"
_TURN = ".turn"  # ends the name of the ticket of a job at work
_PAUSE_SECONDS = 0.3
_LONGEST_CLAIM = 10_000


@dataclass(frozen=True, slots=True)
class QueueTicket:
    """A place in the queue.

    Parameters
    ----------
    path : Path
        Its file.
    descriptor : int
        The file, open and locked. The lock lasts as long as a process has it open: it can be handed
        to a child.
    """

    path: Path
    descriptor: int


@dataclass(frozen=True, slots=True)
class Place:
    """What a job waits for.

    Parameters
    ----------
    n_own, n_others : int
        Jobs of the same person, and of other people, that are at work or come before it.
    is_next : bool
        Whether it has the next turn.
    reason : str
        The limit that it waits for, in a sentence; empty where it only waits for its turn.
    """

    n_own: int
    n_others: int
    is_next: bool
    reason: str = ""

    @property
    def words(self) -> str:
        """The place in sentences, without the names of people."""
        whose = " of yours" if self.n_others else ""
        parts = [labels.count(self.n_own, f"job{whose}", f"jobs{whose}")] if self.n_own else []
        if self.n_others:
            parts.append(labels.count(self.n_others, "job of others", "jobs of others"))
        verb = "is" if self.n_own + self.n_others == 1 else "are"
        before = f"{' and '.join(parts)} {verb} before it in the queue." if parts else ""
        turn = "It has the next turn." if self.is_next else ""
        return " ".join(part for part in (before, turn, self.reason) if part)


def take_ticket(claim: Claim | None = None, *, home_folder: Path | None = None) -> QueueTicket:
    """Take a ticket behind all earlier ones of the same person.

    Parameters
    ----------
    claim : Claim, optional
        What the job asks of the machine. Its person is that of the home.
    home_folder : Path, optional
        The home of the job; that of the person at work by default. The jobs of all homes of a
        server take turns.

    Returns
    -------
    QueueTicket
        To be handed to `wait_for_turn`, here or in a child process.

    Raises
    ------
    LimitError
        When the job could never begin, or too many of the same person wait.
    StorageError
        When the home may not be written.
    """
    claim = replace(claim or Claim(), person=person_of(home_folder))
    folder = server_of(home_folder) / FOLDER
    with atomic_write.storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / _LOCK), atomic_write.storage_errors(folder):
        waiting, at_work = _entries(folder)
        mine = [each for each in waiting if each.claim.person == claim.person]
        n_waiting = sum(1 for each in mine if not _remove_abandoned(folder, each))
        admission.require_job(claim, n_waiting, home_folder=home_folder)
        number = 1 + max((each.number for each in (*waiting, *at_work)), default=0)
        path = folder / f"{number:012d}-{secrets.token_hex(4)}{_TICKET}"
        aside = folder / f".{path.name}"  # it appears under its name once it is whole and locked
        descriptor = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            os.write(descriptor, json.dumps(asdict(claim)).encode())
            wait_for_lock(descriptor)
            os.replace(aside, path)
        except OSError:
            os.close(descriptor)
            raise
    return QueueTicket(path, descriptor)


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
    """Wait until the turn of a ticket has come, and keep the turn.

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
    One job is at work at a time, unless the limits of the server allow more; then the first in the
    line begins as soon as it fits, and none overtakes it but jobs of other people where its own
    person's limit is reached. Where the file system does not support locks, no process waits.
    """
    try:
        is_mine = False
        while not is_mine and not should_stop():
            is_mine = _begin(ticket)
            if not is_mine:
                pause()
        yield is_mine
    finally:
        for path in (ticket.path, ticket.path.with_suffix(_TURN)):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        os.close(ticket.descriptor)


def place_of(job: Path, *, home_folder: Path | None = None) -> Place | None:
    """Return what a job waits for in the queue.

    Parameters
    ----------
    job : Path
        Its folder.
    home_folder : Path, optional
        The home of the job; that of the person at work by default.

    Returns
    -------
    Place or None
        None when it does not wait. Who the others are is not part of it.
    """
    folder = server_of(home_folder) / FOLDER
    try:
        waiting, at_work = _living(folder)
    except OSError:
        return None
    own = next((each for each in waiting if each.claim.job == str(job)), None)
    if own is None:
        return None
    line = list(in_line(waiting, at_work, _last_turns(folder)))
    before = [*at_work, *line[: line.index(own)]]
    n_own = sum(1 for each in before if each.claim.person == own.claim.person)
    limits, held = limits_or_none_set(home_folder), [each.claim for each in at_work]
    reason = admission.is_held_back(own.claim, held, limits)
    is_next = reason is None and own == _next(waiting, at_work, _last_turns(folder), limits)
    if is_next:
        reason = admission.waits_for(own.claim, held, limits)
    return Place(n_own, len(before) - n_own, is_next, reason or "")


def _begin(ticket: QueueTicket) -> bool:
    """Begin the turn of a ticket if it has come, and return whether it has."""
    folder = ticket.path.parent
    with atomic_write.storage_errors(folder):
        if not _is_turn_of(ticket, folder):
            return False
    with locked(folder / _LOCK), atomic_write.storage_errors(folder):
        if not _is_turn_of(ticket, folder):
            return False
        person = _entry(folder, ticket.path.name).claim.person
        turns = _last_turns(folder)
        turn = 1 + max(turns.values(), default=0)
        with suppress(FileNotFoundError):
            os.rename(ticket.path, ticket.path.with_suffix(_TURN))
        with suppress(StorageError):  # without the record turns are less fair, and none is lost
            atomic_write.write_json(folder / _TURNS, {**turns, person: turn})
    return True


def _is_turn_of(ticket: QueueTicket, folder: Path) -> bool:
    """Return whether a ticket has the next turn, and fits; remove those of killed processes."""
    waiting, at_work = _entries(folder)
    at_work = [each for each in at_work if not _remove_abandoned(folder, each)]
    turns, limits = _last_turns(folder), limits_or_none_set(folder.parent)
    mine = _entry(folder, ticket.path.name)
    if all(each.name != mine.name for each in waiting):  # its file was deleted
        waiting.append(mine)
    while True:
        first = _next(waiting, at_work, turns, limits)
        if first is None:
            return False
        if first.name == mine.name:
            held = [each.claim for each in at_work]
            return admission.waits_for(mine.claim, held, limits) is None
        if not _remove_abandoned(folder, first):
            return False
        waiting.remove(first)


def _next(
    waiting: Sequence[Entry], at_work: Sequence[Entry], turns: Mapping[str, int], limits: Limits
) -> Entry | None:
    """Return the first in the line whose person may have one more job at work.

    A person's job that is held back keeps that person's later ones waiting.
    """
    held = [each.claim for each in at_work]
    may: list[Entry] = []
    people_held: set[str] = set()
    for entry in sorted(waiting, key=lambda each: each.number):
        if entry.claim.person in people_held:
            continue
        if admission.is_held_back(entry.claim, held, limits) is None:
            may.append(entry)
        else:
            people_held.add(entry.claim.person)
    return next(in_line(may, at_work, turns), None)


def _entries(folder: Path) -> tuple[list[Entry], list[Entry]]:
    """Return the tickets that wait and those at work, by their numbers."""
    found: dict[str, list[Entry]] = {_TICKET: [], _TURN: []}
    for name in sorted(os.listdir(folder)):
        ending = name[name.rfind(".") :]
        if ending in found and name[0].isdecimal():
            found[ending].append(_entry(folder, name))
    return found[_TICKET], found[_TURN]


def _living(folder: Path) -> tuple[list[Entry], list[Entry]]:
    """Return the tickets whose processes live; nothing is removed."""
    waiting, at_work = _entries(folder)
    return (
        [each for each in waiting if not _is_abandoned(folder / each.name)],
        [each for each in at_work if not _is_abandoned(folder / each.name)],
    )


def _entry(folder: Path, name: str) -> Entry:
    """Return a ticket; one that cannot be read now asks nothing until it can."""
    try:
        claim = _claim(folder / name)
    except OSError:
        claim = Claim()
    digits = name.partition("-")[0].partition(".")[0]
    return Entry(int(digits) if digits.isdecimal() else 0, name, claim)


@lru_cache(maxsize=8192)
def _claim(path: Path) -> Claim:
    """Return what a ticket asks, which never changes; nothing where it is of an earlier version.

    An error of the disk is raised, so that it is not kept for an answer.
    """
    with open_stored(path) as file:
        text = file.read(_LONGEST_CLAIM)
    try:
        values = json.loads(text)
        return Claim(
            person=str(values["person"]),
            job=str(values["job"]),
            n_cores=int(values["n_cores"]),
            memory_bytes=float(values["memory_bytes"]),
            is_alone=bool(values["is_alone"]),
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return Claim()


def _last_turns(folder: Path) -> dict[str, int]:
    """Return when the last turn of each person began; nothing where the file is damaged."""
    try:
        values = atomic_write.read_json(folder / _TURNS)
        return {str(person): int(turn) for person, turn in values.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _remove_abandoned(folder: Path, entry: Entry) -> bool:
    """Remove the ticket of a process that is gone, and return whether it is."""
    path = folder / entry.name
    if not _is_abandoned(path):
        return False
    with suppress(OSError):
        path.unlink(missing_ok=True)
    return True


def _is_abandoned(ticket: Path) -> bool:
    """Return whether the process that took a ticket is gone."""
    try:
        descriptor = os.open(ticket, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        return try_lock(descriptor, shared=True) is not False
    finally:
        os.close(descriptor)
