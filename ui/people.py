"""The person at work in a session, and that person's home."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

from genie3_engine.errors import Genie3Error, StorageError
from genie3_engine.people import at_home, group, homes, log, unreadable_folders
from genie3_engine.people.person import Person, identifier_of, tidy
from ui import errors, server_settings, state
from ui.server_settings import ServerSettings

GROUP = "group"  # in the address
_recorded: set[tuple[str, object]] = set()
_lock = threading.Lock()


class LoginRequiredError(Genie3Error):
    """A session of a server with login without one."""

    code = "login"

    def __init__(self) -> None:
        super().__init__("You are not logged in.", "Log in.")


def install(chosen: ServerSettings) -> None:
    """Make this process a server with these settings.

    Raises
    ------
    StorageError
        When the server has no home.
    """
    server_settings.install(chosen)
    homes.serve(current_home)


def current_person() -> Person:
    """Return the person at work in this session, also in callbacks and fragments.

    Returns
    -------
    Person
        Who is logged in; on a server without login, the one person of the machine.

    Raises
    ------
    LoginRequiredError
        When the server requires a login and there is none, or when it is called outside of a
        session there.
    """
    if not server_settings.has_login():
        return Person("")
    context = get_script_run_ctx(suppress_warning=True)
    claims = {} if context is None else context.user_info
    person = person_of(claims)
    if person is None:
        raise LoginRequiredError
    return person


def person_of(claims: Mapping[str, Any]) -> Person | None:
    """Return the person whom the claims of a login name; None if that person may not log in.

    Parameters
    ----------
    claims : mapping
        Those of the provider's token, with Streamlit's ``is_logged_in``.
    """
    issuer, subject = claims.get("iss"), claims.get("sub")
    if claims.get("is_logged_in") is not True:
        return None
    if not (isinstance(issuer, str) and isinstance(subject, str) and issuer and subject):
        return None
    login = server_settings.settings().login
    if login is not None and not (login.admits(claims) and login.is_current(claims)):
        return None
    return Person(
        identifier_of(issuer, subject),
        tidy(claims.get("name")),
        "" if login is None else tidy(login.email_of(claims)),
        login is not None and login.is_administrator(claims),
    )


def current_home() -> Path | None:
    """Return the home of the person at work, or the group's; None on a server without login.

    Raises
    ------
    LoginRequiredError
        When the server requires a login and there is none.
    StorageError
        When the home cannot be made.
    """
    if not server_settings.has_login():
        return None
    person = current_person()
    return group.group_home() if is_at_group() else _own_home(person)


@contextmanager
def at_own_home() -> Iterator[None]:
    """Read and write in the home of the person at work, also where the group's is looked at.

    Raises
    ------
    LoginRequiredError
        When the server requires a login and there is none.
    StorageError
        When the home cannot be made.
    """
    if not is_at_group():
        yield
        return
    with at_home(_own_home(current_person())):
        yield


def _own_home(person: Person) -> Path:
    return _prepared(person, homes.home_of(person).parent.parent)


def show_unreadable_folders() -> None:
    """Show which folders of the home cannot be read: what is in them is not on the pages."""
    for folder in unreadable_folders():
        errors.show(
            StorageError(
                f"{folder} cannot be read.",
                "What is in it is not shown, and nothing of it is changed. Correct its "
                "permissions, or restore it.",
            )
        )


def is_at_group() -> bool:
    """Return whether this session looks at what is shared with the group, read only."""
    return server_settings.has_login() and state.peek(state.WHOSE) == GROUP


@lru_cache(maxsize=1024)
def _prepared(person: Person, server_home: Path) -> Path:
    return homes.prepare_home(person, server_home=server_home)


def is_administrator() -> bool:
    """Return whether the person at work looks after a server with login."""
    try:
        return server_settings.has_login() and current_person().is_administrator
    except LoginRequiredError:
        return False


def record_login() -> None:
    """Record a login, once for each of its tokens."""
    if not server_settings.has_login():
        return
    person = current_person()
    context = get_script_run_ctx(suppress_warning=True)
    key = (person.identifier, None if context is None else context.user_info.get("iat"))
    with _lock:
        is_new = key not in _recorded
        _recorded.add(key)
    if is_new:
        log.record(log.Action.LOGGED_IN, who=person)
