"""The settings of the login, from a file of the administrator.

The file holds a secret, so it is refused where others may read it. The secret that signs cookies
is made at the first start and kept in the server's home, unless the file names one.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import stat
import sys
import threading
import time
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from genie3_engine.errors import Genie3Error, OptionError
from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.stored_files import open_stored
from genie3_engine.people.ended_logins import EndedLogins
from genie3_engine.people.log import Action, machine_user, record

ENDED = "ended-logins.json"  # next to the secret that signs cookies
WELL_KNOWN = "/.well-known/openid-configuration"
_SHORTEST_SECRET = 32  # letters of the secret that signs cookies
_LONGEST_DAYS = 30  # the browser drops the cookie then
_DAY = 86_400
_MOST_BYTES = 1_000_000  # of a file of settings or of a secret
_HELP = "The guide of the server, docs/server.md, has an example."


@dataclass(frozen=True, slots=True)
class LoginSettings:
    """Who may log in, and where.

    Parameters
    ----------
    metadata_url : str
        The provider's description of itself.
    client_id, client_secret : str
        How the page identifies itself to the provider.
    cookie_secret : str
        What signs the cookies of people who have logged in.
    allowed_emails, allowed_domains, administrators : frozenset of str
        Addresses, and what follows the @ of addresses, in lower case.
    everyone : bool
        Whether everyone may log in whom the provider knows.
    trusts_emails : bool
        Whether addresses count also where the provider does not state that it has verified them.
    days : int
        How long a login lasts.
    folders : tuple of Path
        Folders of this machine from which everyone who logs in may read data.
    ended : EndedLogins
        Logins that people have ended.
    """

    metadata_url: str
    client_id: str
    client_secret: str = field(repr=False)
    cookie_secret: str = field(repr=False)
    allowed_emails: frozenset[str] = frozenset()
    allowed_domains: frozenset[str] = frozenset()
    administrators: frozenset[str] = frozenset()
    everyone: bool = False
    trusts_emails: bool = False
    days: int = 7
    folders: tuple[Path, ...] = ()
    ended: EndedLogins = field(default_factory=EndedLogins, repr=False, compare=False)

    def email_of(self, claims: Mapping[str, Any]) -> str:
        """Return a person's address in lower case; empty where it is not known for certain.

        Parameters
        ----------
        claims : mapping
            What the provider has stated about the person.
        """
        email = claims.get("email")
        is_verified = claims.get("email_verified", self.trusts_emails)
        if not isinstance(email, str) or is_verified not in (True, "true"):
            return ""
        return email.strip().lower()

    def admits(self, claims: Mapping[str, Any]) -> bool:
        """Return whether a person who has logged in may use the page; `claims` as `email_of`."""
        if not (claims.get("iss") and claims.get("sub")):
            return False
        email = self.email_of(claims)
        _, at, domain = email.rpartition("@")
        is_listed = bool(email) and email in self.allowed_emails | self.administrators
        return self.everyone or is_listed or bool(at and domain in self.allowed_domains)

    def is_administrator(self, claims: Mapping[str, Any]) -> bool:
        """Return whether a person looks after the server; `claims` as `email_of` takes them."""
        email = self.email_of(claims)
        return bool(email) and email in self.administrators

    def is_current(self, claims: Mapping[str, Any]) -> bool:
        """Return whether a login has neither expired nor been ended; `claims` as `email_of`."""
        issued = claims.get("iat")
        is_young = isinstance(issued, int | float) and time.time() < issued + self.days * _DAY
        return is_young and claims not in self.ended

    def secrets(self, address: str) -> dict[str, Any]:
        """Return the settings as Streamlit takes them.

        Parameters
        ----------
        address : str
            The page's address, to which the provider sends people back.
        """
        return {
            "auth": {
                "redirect_uri": f"{address}/oauth2callback",
                "cookie_secret": self.cookie_secret,
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "server_metadata_url": self.metadata_url,
                "client_kwargs": {"scope": "openid email profile"},
            }
        }


def read(path: Path, secret_file: Path) -> LoginSettings:
    """Return the settings of a file.

    Parameters
    ----------
    path : Path
        The administrator's file, in TOML.
    secret_file : Path
        Where the secret that signs cookies is kept, in a folder of the server's home; made if it
        is missing.

    Raises
    ------
    OptionError
        When the file cannot be read, others may read it, or a setting is missing or wrong.
    StorageError
        When the secret cannot be kept.
    """
    try:
        found = tomllib.loads(_private_text(path))
    except tomllib.TOMLDecodeError as error:
        raise OptionError(f"{path} is not TOML: {error}.", _HELP) from error
    given = _Values(path, found)
    issuer = given.text("issuer", "")
    metadata_url = given.text("metadata", f"{issuer.rstrip('/')}{WELL_KNOWN}" if issuer else "")
    settings = LoginSettings(
        metadata_url=given.address("issuer or metadata", metadata_url),
        client_id=given.text("client_id"),
        client_secret=given.text("client_secret"),
        cookie_secret=given.text("cookie_secret", "") or kept_secret(secret_file),
        allowed_emails=given.names("allowed_emails"),
        allowed_domains=frozenset(name.lstrip("@") for name in given.names("allowed_domains")),
        administrators=given.names("administrators"),
        everyone=given.switch("everyone"),
        trusts_emails=given.switch("trust_emails"),
        days=given.days(),
        folders=given.folders(secret_file.parent.parent, path),
        ended=EndedLogins(secret_file.with_name(ENDED)),
    )
    given.refuse_others()
    if len(settings.cookie_secret) < _SHORTEST_SECRET:
        raise OptionError(
            f"The cookie_secret of {path} is shorter than {_SHORTEST_SECRET} letters.",
            "Leave it out: one is made and kept in the home.",
        )
    if not (settings.everyone or settings.allowed_emails or settings.allowed_domains):
        raise OptionError(
            f"{path} does not state who may log in.",
            "Give allowed_emails or allowed_domains, or everyone = true for all whom the provider "
            "knows.",
        )
    return settings


# What a changed file changes in a server at work; the rest belongs to the provider and to cookies.
_FOLLOWED = (
    "allowed_emails",
    "allowed_domains",
    "administrators",
    "everyone",
    "trusts_emails",
    "days",
    "folders",
)


class LoginFile:
    """The file of a login's settings, which is followed while the server is at work.

    Parameters
    ----------
    path, secret_file : Path
        As `read` takes them.

    Raises
    ------
    OptionError, StorageError
        As `read`.

    Attributes
    ----------
    fault : str
        Why a changed file cannot be used; empty while it can.

    Notes
    -----
    The file is read when it has changed. While it cannot be used, the settings before the change
    hold, and its fault is written to the standard error and shown to administrators.
    """

    def __init__(self, path: Path, secret_file: Path) -> None:
        self._path, self._secret_file = path, secret_file
        self._lock = threading.Lock()
        self._written = atomic_write.last_written(path)
        self._settings = read(path, secret_file)
        self.fault = ""

    def current(self) -> LoginSettings:
        """Return the settings as the file gives them now."""
        written = atomic_write.last_written(self._path)
        if written != self._written:
            with self._lock:
                if written != self._written:
                    self._follow()
                    self._written = written
        return self._settings

    def _follow(self) -> None:
        try:
            found = read(self._path, self._secret_file)
        except Genie3Error as error:
            self.fault = f"{error.message} The settings before the change hold."
            print(self.fault, file=sys.stderr)
            return
        self.fault = ""
        changes = {
            name: getattr(found, name)
            for name in _FOLLOWED
            if getattr(found, name) != getattr(self._settings, name)
        }
        if changes:
            self._settings = replace(self._settings, **changes)
            record(Action.LOGIN_CHANGED, text=", ".join(changes), who=machine_user())


class _Values:
    """The values of a file, each of which is asked for once."""

    def __init__(self, path: Path, values: Mapping[str, Any]) -> None:
        self._path = path
        self._values = dict(values)

    def _fault(self, name: str, wanted: str) -> OptionError:
        return OptionError(f"In {self._path}, {name} is missing or not {wanted}.", _HELP)

    def text(self, name: str, default: str | None = None) -> str:
        value = self._values.pop(name, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self._fault(name, "a text in quotes")
        return value.strip()

    def address(self, name: str, value: str) -> str:
        parts = urlsplit(value)
        is_safe = parts.scheme == "https" or (
            parts.scheme == "http" and is_loopback(parts.hostname or "")
        )
        if not is_safe or not parts.hostname:
            raise self._fault(name, "an address that begins with https://")
        return value

    def names(self, name: str) -> frozenset[str]:
        value = self._values.pop(name, [])
        if not isinstance(value, list) or not all(
            isinstance(each, str) and each.strip("@ ") for each in value
        ):
            raise self._fault(name, "a list of texts in quotes")
        return frozenset(each.strip().lower() for each in value)

    def switch(self, name: str) -> bool:
        value = self._values.pop(name, False)
        if not isinstance(value, bool):
            raise self._fault(name, "true or false")
        return value

    def days(self) -> int:
        value = self._values.pop("days", 7)
        if type(value) is not int or not 1 <= value <= _LONGEST_DAYS:
            raise self._fault("days", f"a whole number from 1 to {_LONGEST_DAYS}")
        return value

    def folders(self, *closed: Path) -> tuple[Path, ...]:
        """Return folders that neither hold nor lie in what must stay closed."""
        value = self._values.pop("folders", [])
        texts = value if isinstance(value, list) else [value]
        found = []
        for text in texts:
            folder = Path(text).resolve() if isinstance(text, str) else Path()
            if not (folder.is_absolute() and folder.is_dir()):
                raise self._fault("folders", "a list of folders that exist")
            for each in map(Path.resolve, closed):
                if each.is_relative_to(folder) or folder.is_relative_to(each):
                    raise OptionError(
                        f"In {self._path}, folders opens {folder} to all, and with it {each}.",
                        "Name a folder that holds data alone.",
                    )
            found.append(folder)
        return tuple(found)

    def refuse_others(self) -> None:
        if self._values:
            raise OptionError(
                f"{self._path} has a setting that does not exist: {min(self._values)}.", _HELP
            )


def _private_text(path: Path) -> str:
    try:
        with open_stored(path) as file:
            found = os.fstat(file.fileno())
            mode = stat.S_IMODE(found.st_mode)
            shared = 0o037 if found.st_uid == 0 else 0o077  # root may name a group of readers
            if mode & shared:
                raise OptionError(
                    f"Others may read {path}, which holds a secret.",
                    f"Close it: chmod 600 {path}",
                )
            if found.st_size > _MOST_BYTES:
                raise OptionError(f"{path} is too large.", _HELP)
            return file.read().decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not a text"
        raise OptionError(f"{path} cannot be read: {reason}.", _HELP) from error


def kept_secret(path: Path) -> str:
    """Return the secret of a file, which is made if it is missing.

    Parameters
    ----------
    path : Path
        The file. Only its owner may read it.

    Raises
    ------
    OptionError
        When others may read it.
    StorageError
        When it cannot be made.
    """
    if not path.exists():
        with atomic_write.storage_errors(path.parent, resumable=False):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (
            suppress(FileExistsError),  # another start was faster
            atomic_write.written_aside(path, resumable=False, may_replace=False) as aside,
        ):
            aside.touch(0o600, exist_ok=False)
            aside.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return _private_text(path).strip()


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
