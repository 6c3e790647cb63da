"""The homes of a server's people, below the server's own."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from genie3_engine.errors import StorageError
from genie3_engine.jobs import atomic_write, user_directory
from genie3_engine.jobs.filenames import PEOPLE
from genie3_engine.people.person import Person, is_identifier, tidy

PERSON = "person.json"


def serve(resolver: Callable[[], Path | None] | None) -> None:
    """Make this process a server: its home is that of the server, and it keeps the log.

    Parameters
    ----------
    resolver : callable or None
        Finds the home of the person at work, as `user_directory.install_resolver` takes it.

    Raises
    ------
    StorageError
        When there is no home.
    """
    os.environ[user_directory.SERVER_VARIABLE] = str(user_directory.server_home())
    user_directory.install_resolver(resolver)


def home_of(person: Person, *, server_home: Path | None = None) -> Path:
    """Return where a person's data sets and runs lie.

    Parameters
    ----------
    person : Person
        The person.
    server_home : Path, optional
        The server's home; that of this process by default.

    Returns
    -------
    Path
        The server's home itself for the one person of a machine.

    Raises
    ------
    ValueError
        When the identifier could name anything but a folder of its own.
    """
    root = server_home or user_directory.server_home()
    if not person.identifier:
        return root
    if not is_identifier(person.identifier):
        raise ValueError("an identifier that cannot name a folder")
    return root / PEOPLE / person.identifier


def prepare_home(person: Person, *, server_home: Path | None = None) -> Path:
    """Return a person's home, made where it is not there, with the person's name in it.

    Raises
    ------
    StorageError
        When it cannot be made or written.
    """
    folder = home_of(person, server_home=server_home)
    if person.identifier:
        with user_directory.at_home(folder):  # whose errors ask which home is that of now
            with atomic_write.storage_errors(folder, resumable=False):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if person_at(folder) != (person.name, person.email):
                with suppress(StorageError):  # a home without the name serves its person as well
                    atomic_write.write_json(
                        folder / PERSON, {"name": person.name, "email": person.email}
                    )
    return folder


def person_at(folder: Path) -> tuple[str, str] | None:
    """Return name and address of the person whose home a folder is; None when unknown."""
    try:
        values = atomic_write.read_json(folder / PERSON)
    except (OSError, ValueError):
        return None
    if not isinstance(values, dict):
        return None
    return tidy(values.get("name")), tidy(values.get("email"))


def owner_of(home: Path, *, server_home: Path | None = None) -> Person | None:
    """Return the person whose home a folder is.

    Parameters
    ----------
    home : Path
        A home.
    server_home : Path, optional
        The server's home; that of this process by default.

    Returns
    -------
    Person or None
        Without a name when none was written; None when it is not a home below the server's.
    """
    root = server_home or user_directory.server_home()
    if home.parent != root / PEOPLE or not is_identifier(home.name):
        return None
    name, email = person_at(home) or ("", "")
    return Person(home.name, name, email)


def people(*, server_home: Path | None = None) -> list[Person]:
    """Return the people who have a home on the server, by name.

    Parameters
    ----------
    server_home : Path, optional
        The server's home; that of this process by default.
    """
    root = server_home or user_directory.server_home()
    try:
        folders = [each for each in (root / PEOPLE).iterdir() if os.path.isdir(each)]
    except OSError:
        return []
    found = [owner_of(each, server_home=root) for each in folders if not each.is_symlink()]
    return sorted(
        (each for each in found if each is not None),
        key=lambda each: (each.label.lower(), each.identifier),
    )
