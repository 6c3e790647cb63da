"""Two people at a server with login, of whom a test chooses who is at work."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from genie3_engine.jobs import user_directory
from genie3_engine.people import homes
from genie3_engine.people.person import Person, identifier_of
from ui import people, server_settings
from ui.server_settings import Mode, ServerSettings

ISSUER = "https://login.example.org"
ADA, GRACE = (
    Person(identifier_of(ISSUER, name), name, f"{name.lower()}@lab.example")
    for name in ("Ada", "Grace")
)
ROOT = Person(identifier_of(ISSUER, "Root"), "Root", "root@lab.example", is_administrator=True)


class Lab:
    """A server with login, and who is at work in new sessions."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.at_work: Person | None = None

    def current_person(self) -> Person:
        if self.at_work is None:
            raise people.LoginRequiredError
        return self.at_work

    @contextmanager
    def person(self, person: Person) -> Iterator[Path]:
        """Let a person work, and return the home."""
        before, self.at_work = self.at_work, person
        try:
            yield homes.prepare_home(person)
        finally:
            self.at_work = before

    def give(self, person: Person, finished: Path, *, run: str = "done") -> str:
        """Give a person a finished run with its data; return the data set."""
        home = homes.prepare_home(person)
        shutil.copytree(finished, home / "runs" / run)
        source = finished.parents[1] / "data"
        for each in source.iterdir():
            if not each.name.startswith("."):
                shutil.copytree(each, home / "data" / each.name, dirs_exist_ok=True)
        return next(each.name for each in source.iterdir() if not each.name.startswith("."))


@contextmanager
def served(home: Path, patch: pytest.MonkeyPatch, **settings: object) -> Iterator[Lab]:
    """Make this process a server with login."""
    lab = Lab(home)
    home.mkdir(parents=True, exist_ok=True)
    patch.setenv(user_directory.SERVER_VARIABLE, str(home))
    patch.setattr(people, "current_person", lab.current_person)
    people._prepared.cache_clear()
    people.install(ServerSettings(mode=Mode.LOGIN, **settings))
    try:
        yield lab
    finally:
        server_settings.install(ServerSettings())
        user_directory.install_resolver(None)
