"""The log of a server: each change of state with who made it and when, only ever appended to.

A file of the log that has reached 10 MB is closed: it gets a number, stays as it is, and the next
entry begins a new file. No entry is ever deleted; all files together are the log.
"""

from __future__ import annotations

import errno
import getpass
import json
import os
import re
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from genie3_engine.errors import Genie3Error
from genie3_engine.jobs import atomic_write, user_directory
from genie3_engine.jobs.locks import wait_for_lock
from genie3_engine.jobs.stored_files import open_stored
from genie3_engine.people import homes
from genie3_engine.people.person import Person, tidy

FILE = "log.jsonl"
CLOSED_BYTES = 10_000_000  # size from which a file gets a number
_CLOSED = re.compile(r"log-[0-9]{6,}\.jsonl")
_LONGEST_LINE = 4_096  # bytes that are read of one entry


class Action(StrEnum):
    """What is recorded of a run, a comparison, an experiment, a data set, an upload or a link."""

    LOGGED_IN = "logged in"
    LOGGED_OUT = "logged out"
    STORED = "stored"
    CHANGED = "changed"
    DELETED = "deleted"
    STARTED = "started"
    RESUMED = "resumed"
    CANCELLED = "asked to stop"
    ENDED = "ended"
    ENDED_BY_ADMINISTRATOR = "asked to stop by an administrator"
    SHARED = "shared with the group"
    UNSHARED = "no longer shared"
    LINK_MADE = "link made"
    LINK_OPENED = "link opened"
    LINK_TAKEN_BACK = "link taken back"
    LINK_EXPIRED = "link expired"
    LIMITS_CHANGED = "limits changed"
    LOGIN_CHANGED = "who may log in changed"
    ARCHIVE_EXPORTED = "archive exported"
    ARCHIVE_IMPORTED = "archive imported"
    CLEANED_UP = "cleaned up"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A change of state.

    Parameters
    ----------
    when : str
        Date and time in UTC, ISO 8601.
    who : str
        The person's identifier; empty for the one person of a machine and for the server itself.
    name : str
        The person's name at that time, or the machine's user.
    action : str
        What was done, a value of `Action`.
    subject : str
        What and which, such as ``run 20261130-120000-a1b2c3``.
    text : str
        A name that a person gave to it, on one line and cut; of what has ended, how.
    """

    when: str
    who: str
    name: str
    action: str
    subject: str
    text: str

    def without_names(self) -> LogEntry:
        """Return the entry without the name that a person gave to a run or to data."""
        return self if self.action in _WITHOUT_NAMES else replace(self, text="")


# Their texts are the program's own: how something ended, what changed, and how much went.
_WITHOUT_NAMES = frozenset(
    {Action.ENDED, Action.CLEANED_UP, Action.LIMITS_CHANGED, Action.LOGIN_CHANGED}
)


def log_file(server_home: Path | None = None) -> Path:
    """Return the file of the log."""
    return (server_home or user_directory.server_home()) / FILE


def record(action: Action, subject: str = "", *, text: str = "", who: Person | None = None) -> None:
    """Append an entry to the log of this process's server; nothing happens outside of a server.

    Parameters
    ----------
    action : Action
        What was done.
    subject : str
        What and which, such as ``run 20261130-120000-a1b2c3``.
    text : str
        A name that a person gave to it.
    who : Person, optional
        Who did it; the person whose home this is by default.

    Notes
    -----
    The entry is on the disk when the function returns. A log that cannot be written refuses no
    change, so that runs may still be deleted from a full disk: the entry then goes to the standard
    error of the process.
    """
    if not user_directory.is_server():
        return
    person = who or person_at_work()
    entry = {
        "when": datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds"),
        "who": person.identifier,
        "name": tidy(person.label),
        "action": str(action),
        "subject": tidy(subject),
        "text": tidy(text),
    }
    line = json.dumps(entry)  # ASCII, so that its length in bytes is bounded
    try:
        _append(log_file(), line)
    except OSError as error:
        print(f"The log could not be written: {error.strerror}. {line}", file=sys.stderr)


def record_end(subject: str, how: str, path: Path) -> None:
    """Record the end of a job as its owner's; an administrator may be the first who notices it.

    Parameters
    ----------
    subject : str
        What and which, as `record` takes it.
    how : str
        How it ended: its state, or the code of its error.
    path : Path
        Its folder.
    """
    owners = (homes.owner_of(each) for each in path.absolute().parents)
    owner = next((each for each in owners if each is not None), None)
    record(Action.ENDED, subject, text=how, who=owner)


def person_at_work() -> Person:
    """Return the person whose home this is, or the user of the machine, without an identifier."""
    with suppress(Genie3Error):
        person = homes.owner_of(user_directory.home())
        if person is not None:
            return person
    return machine_user()


def machine_user() -> Person:
    """Return the user of the machine, to whom the server belongs, without an identifier."""
    try:
        return Person("", getpass.getuser())
    except (KeyError, OSError):  # a user without a name, as in some containers
        return Person("", str(os.getuid()))


def _append(file: Path, line: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = _opened(file)
    try:
        size = os.fstat(descriptor).st_size
        is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"  # a power cut
        content = b"\n" * is_torn + line.encode() + b"\n"
        if os.write(descriptor, content) < len(content):
            os.ftruncate(descriptor, size)  # the disk is full
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _opened(file: Path) -> int:
    """Return the newest file of the log, open and locked, with room for an entry."""
    while True:
        descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            wait_for_lock(descriptor)
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise OSError(errno.ENXIO, "It is not a file", str(file))
            is_newest = found.st_ino == file.stat().st_ino  # else another process has closed it
            if is_newest and found.st_size < CLOSED_BYTES:
                return descriptor
            if is_newest:
                names = [path.stem for path in _closed(file.parent)]
                number = 1 + int(names[-1].removeprefix("log-")) if names else 1
                os.rename(file, file.with_name(f"log-{number:06d}.jsonl"))
                atomic_write.sync(file.parent)
        except FileNotFoundError:  # it is being closed
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _closed(folder: Path) -> list[Path]:
    """Return the closed files of the log, the oldest first."""
    found = [path for path in folder.iterdir() if _CLOSED.fullmatch(path.name)]
    return sorted(found, key=lambda path: (len(path.name), path.name))


@contextmanager
def _files(server_home: Path | None) -> Iterator[list[BinaryIO]]:
    """Open the files of the log, the newest first; one that is closed meanwhile is there once."""
    newest_file = log_file(server_home)
    found: dict[int, BinaryIO] = {}
    with ExitStack() as stack:

        def add(path: Path) -> None:
            file = stack.enter_context(open_stored(path))
            found.setdefault(os.fstat(file.fileno()).st_ino, file)

        with suppress(OSError):
            add(newest_file)
        closed: list[Path] = []
        with suppress(OSError):
            closed = _closed(newest_file.parent)
        for path in reversed(closed):
            with suppress(OSError):
                add(path)
        yield list(found.values())


def entries(server_home: Path | None = None) -> Iterator[LogEntry]:
    """Read the log, oldest entry first; other lines are passed over.

    Parameters
    ----------
    server_home : Path, optional
        The server's home; that of this process by default.
    """
    with _files(server_home) as files, suppress(OSError):
        for lines in reversed(files):
            while line := lines.readline(_LONGEST_LINE):
                entry = _parsed(line)
                if entry is not None:
                    yield entry


def newest(n_entries: int, server_home: Path | None = None) -> list[LogEntry]:
    """Read the last entries of the log, the newest first, whatever its size.

    Parameters
    ----------
    n_entries : int
        How many at most.
    server_home : Path, optional
        The server's home; that of this process by default.
    """
    found: list[LogEntry] = []
    with _files(server_home) as files, suppress(OSError):
        for file in files:
            found += _last(file, n_entries - len(found))
            if len(found) >= n_entries:
                break
    return found


def _last(file: BinaryIO, n_entries: int) -> list[LogEntry]:
    size = file.seek(0, os.SEEK_END)
    begin = max(0, size - n_entries * _LONGEST_LINE)
    file.seek(begin)
    lines = file.read(size - begin).split(b"\n")
    whole = lines[1:] if begin else lines
    found = [entry for line in whole if (entry := _parsed(line[:_LONGEST_LINE])) is not None]
    return found[::-1][:n_entries]


def _parsed(line: bytes) -> LogEntry | None:
    try:
        values: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict):
        return None
    return LogEntry(*(tidy(values.get(name)) for name in LogEntry.__slots__))
