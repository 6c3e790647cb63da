"""Links to one document each, which open it without an account until they expire or are taken back.

A document is a file of its own, written when its link is made. Whoever opens the link reads that
file and reaches nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import re
import secrets
import shutil
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from genie3_engine.errors import OptionError, StorageError
from genie3_engine.jobs import atomic_write, user_directory
from genie3_engine.jobs.atomic_folder import delete_folder
from genie3_engine.jobs.stored_files import read_stored
from genie3_engine.people.log import Action, machine_user, record
from genie3_engine.people.person import Person, tidy

LINKS = "links"
MOST_DAYS = 365
MOST_LINKS = 200  # of a person
_ABOUT, _DOCUMENT = "link.json", "document.html"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_ID = re.compile(r"[0-9a-f]{64}")
_DAY_SECONDS = 86_400
_RECORD_SECONDS = 60  # one entry in the log for all openings of a link within this time

_recorded: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class SharedLink:
    """A link, without the token that opens it, which is not kept.

    Parameters
    ----------
    id : str
        SHA-256 of the token in hexadecimal digits.
    owner : str
        Identifier of the person who made it; empty for the one person of a machine.
    run : str
        Identifier of the run.
    title : str
        What the document is called.
    policy : str
        The content security policy of the document.
    created, expires : float
        Seconds since the epoch.
    """

    id: str
    owner: str
    run: str
    title: str
    policy: str
    created: float
    expires: float

    def is_valid(self, now: float) -> bool:
        """Return whether it opens its document at a time, in seconds since the epoch."""
        return self.created - _DAY_SECONDS <= now < self.expires


def make_link(
    document: str, *, policy: str, run: str, title: str, days: float, owner: Person
) -> str:
    """Write a document of its own, and return the token that opens it.

    Parameters
    ----------
    document : str
        HTML that needs no other file.
    policy : str
        Its content security policy.
    run : str
        Identifier of the run.
    title : str
        What it is called.
    days : float
        After how many days the link expires.
    owner : Person
        Who makes it.

    Returns
    -------
    str
        43 signs, 256 random bits. They cannot be found again: the server keeps their hash.

    Raises
    ------
    OptionError
        When the time is not between a minute and a year, or the person has too many links.
    StorageError
        When the disk is full or may not be written.
    """
    if not (math.isfinite(days) and 1 / 1440 <= days <= MOST_DAYS):
        raise OptionError(
            f"A link of {days:g} days cannot be made.", f"Give 1 to {MOST_DAYS} days."
        )
    if len(links_of(owner)) >= MOST_LINKS:
        raise OptionError(
            f"You have {MOST_LINKS} links.", "Take some back before you make another one."
        )
    token, now = secrets.token_urlsafe(32), time.time()
    link = SharedLink(
        id=_hash(token),
        owner=owner.identifier,
        run=run,
        title=tidy(title),
        policy=policy,
        created=now,
        expires=now + days * _DAY_SECONDS,
    )
    folder = _folder(link.id)
    with atomic_write.storage_errors(folder, resumable=False):
        folder.mkdir(parents=True, mode=0o700)
    try:
        with atomic_write.written_aside(folder / _DOCUMENT, resumable=False) as aside:
            aside.write_text(document, encoding="utf-8")
        atomic_write.write_json(folder / _ABOUT, asdict(link))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    record(Action.LINK_MADE, _subject(link), who=owner)
    return token


def links_of(owner: Person, *, run: str | None = None) -> list[SharedLink]:
    """Return the links of a person that still open their documents, the newest first.

    Parameters
    ----------
    owner : Person
        Who made them.
    run : str, optional
        Only those to documents of this run.
    """
    now = time.time()
    return [
        link
        for link in _links()
        if link.owner == owner.identifier and link.is_valid(now) and run in (None, link.run)
    ]


def take_back(id: str, *, owner: Person) -> None:
    """Make a link open nothing any more.

    Parameters
    ----------
    id : str
        The link.
    owner : Person
        Who made it.

    Raises
    ------
    OptionError
        When the person has no such link.
    StorageError
        When its document cannot be deleted.
    """
    link = _read(id)
    if link is None or link.owner != owner.identifier or not _delete(link):
        raise OptionError("There is no such link.", "It may have been taken back elsewhere.")
    record(Action.LINK_TAKEN_BACK, _subject(link), who=owner)


def take_back_all(run: str, *, owner: Person) -> None:
    """Take back all links of a person to a run and the runs inside it.

    Parameters
    ----------
    run : str
        Identifier of the run.
    owner : Person
        Who made them.

    Raises
    ------
    StorageError
        When a document cannot be deleted; the other links are taken back.
    """
    own = (link for link in _links() if link.owner == owner.identifier)
    inside = [link for link in own if f"{link.run}/".startswith(f"{run}/")]
    _delete_all(inside, Action.LINK_TAKEN_BACK, who=owner)


def n_links() -> Counter[str]:
    """Return how many links have not expired, by the identifiers of their owners."""
    now = time.time()
    return Counter(link.owner for link in _links() if now < link.expires)


def take_back_every(owner: Person, *, by: Person) -> None:
    """Take back all links of a person who may not do so any more.

    Parameters
    ----------
    owner : Person
        Who made them.
    by : Person
        Who asks, as the log names it.

    Raises
    ------
    StorageError
        When a document cannot be deleted; the other links are taken back.
    """
    own = [link for link in _links() if link.owner == owner.identifier]
    whose = f" of {owner.identifier or 'the user of the machine'}"
    _delete_all(own, Action.LINK_TAKEN_BACK, who=by, whose=whose)


def remove_expired() -> int:
    """Delete the documents of all links that have expired, and return their number.

    Raises
    ------
    StorageError
        When one cannot be deleted; the others are deleted.
    """
    now = time.time()
    expired = [link for link in _links() if now >= link.expires]
    return _delete_all(expired, Action.LINK_EXPIRED, who=machine_user())


def open_link(token: str) -> tuple[SharedLink, bytes] | None:
    """Return what a token opens; nothing where it expired, was taken back or never was one.

    Parameters
    ----------
    token : str
        What the address ends with, unchecked.

    Returns
    -------
    tuple of SharedLink and bytes, or None
        The link, and its document.
    """
    if not _TOKEN.fullmatch(token):
        return None
    link = _read(_hash(token))
    if link is None:
        return None
    if not link.is_valid(time.time()):
        with suppress(OSError):  # a clock that jumps back revives no link
            (_folder(link.id) / _DOCUMENT).unlink(missing_ok=True)
        return None
    try:
        document = read_stored(_folder(link.id) / _DOCUMENT)
    except (OSError, ValueError):
        return None
    _record_opening(link)
    return link, document


def _record_opening(link: SharedLink) -> None:
    now = time.monotonic()
    if now - _recorded.get(link.id, -math.inf) > _RECORD_SECONDS:
        _recorded[link.id] = now
        record(Action.LINK_OPENED, _subject(link), who=Person("", "someone with the link"))


def _subject(link: SharedLink) -> str:
    """Return how the log names a link; titles may hold names of genes."""
    return f"link {link.id[:12]} to run {link.run}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _folder(id: str) -> Path:
    return user_directory.server_home() / LINKS / id


def _links() -> list[SharedLink]:
    try:
        names = [each.name for each in (user_directory.server_home() / LINKS).iterdir()]
    except OSError:
        return []
    found = [link for name in names if (link := _read(name)) is not None]
    return sorted(found, key=lambda link: (-link.created, link.id))


def _read(id: str) -> SharedLink | None:
    """Return a link by the hash of its token; None where there is none, or it is damaged."""
    if not _ID.fullmatch(id):
        return None
    try:
        values = atomic_write.read_json(_folder(id) / _ABOUT)
        link = SharedLink(
            id=str(values["id"]),
            owner=str(values["owner"]),
            run=str(values["run"]),
            title=str(values["title"]),
            policy=str(values["policy"]),
            created=float(values["created"]),
            expires=float(values["expires"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    is_own = hmac.compare_digest(link.id.encode(), id.encode())
    return link if is_own and "\n" not in link.policy and link.policy.isascii() else None


def _delete_all(
    links: Iterable[SharedLink], action: Action, *, who: Person, whose: str = ""
) -> int:
    """Delete links, whatever becomes of one of them, and return how many were there.

    The first failure is raised once all were tried.
    """
    n_deleted = 0
    failures: list[StorageError] = []
    for link in links:
        try:
            is_deleted = _delete(link)
        except StorageError as error:
            failures.append(error)
            continue
        if is_deleted:
            record(action, f"{_subject(link)}{whose}", who=who)
            n_deleted += 1
    if failures:
        raise failures[0]
    return n_deleted


def _delete(link: SharedLink) -> bool:
    """Delete a link; return False where another process has deleted it since it was read."""
    try:
        delete_folder(_folder(link.id))
    except StorageError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return False
        raise
    return True
