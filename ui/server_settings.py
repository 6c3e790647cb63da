"""Settings of the page's server: who may use it, and what they may reach."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from genie3_engine.people.login import LoginFile, LoginSettings


class Mode(StrEnum):
    """How the server knows who uses it."""

    JUST_ME = "just me"  # whoever reaches it on this machine is its user
    TOKEN = "token"  # whoever has the token is its user
    LOGIN = "login"  # each person logs in, and has a home of their own


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Settings of the page's server.

    Parameters
    ----------
    mode : Mode
        How it knows who uses it.
    base_url : str
        Address under which others reach it, without a slash at its end; empty when not known.
    folders : tuple of Path
        Folders on the server's disk that everyone who logs in may read data and runs from.
    host : str
        The host on which it listens; empty for a socket.
    token : str
        What requests need; empty where they need none.
    login : LoginSettings, optional
        Who may log in, and where; None on a server without a login.
    login_file : LoginFile, optional
        Its file, where that is followed.
    """

    mode: Mode = Mode.JUST_ME
    base_url: str = ""
    folders: tuple[Path, ...] = ()
    host: str = ""
    token: str = field(default="", repr=False)
    login: LoginSettings | None = None
    login_file: LoginFile | None = field(default=None, repr=False, compare=False)

    def current_login(self) -> LoginSettings | None:
        """Return who may log in now; None on a server without a login."""
        return self.login if self.login_file is None else self.login_file.current()

    @property
    def path(self) -> str:
        """The path below which the page is served, such as ``/genie3``; empty for a whole host."""
        return urlsplit(self.base_url).path

    @property
    def names(self) -> tuple[str, ...]:
        """The names of hosts under which people open the page."""
        return tuple(name for name in (self.host, urlsplit(self.base_url).hostname) if name)

    @property
    def is_encrypted(self) -> bool:
        """Whether browsers reach the page by https."""
        return urlsplit(self.base_url).scheme == "https"

    def streamlit_secrets(self) -> dict[str, Any] | None:
        """Return what Streamlit needs for the login; None on a server without one."""
        return None if self.login is None else self.login.secrets(self.base_url)

    def streamlit_options(self) -> dict[str, object]:
        """Return the options of Streamlit that belong to the address of the page."""
        if not self.base_url:
            return {}
        parts = urlsplit(self.base_url)
        return {
            "server.baseUrlPath": self.path.strip("/"),
            "server.corsAllowedOrigins": [f"{parts.scheme}://{parts.netloc}"],
            "browser.serverAddress": parts.hostname,
            "browser.serverPort": parts.port or (443 if self.is_encrypted else 80),
        }


_installed: list[ServerSettings] = [ServerSettings()]


def settings() -> ServerSettings:
    """Return the settings of this process's server; those of one person on localhost at first."""
    found = _installed[0]
    login = found.current_login()
    if login is not None and login is not found.login:
        found = _installed[0] = replace(found, login=login, folders=login.folders)
    return found


def install(chosen: ServerSettings) -> None:
    """Make settings those of this process's server."""
    _installed[0] = chosen


def has_login() -> bool:
    """Return whether each person logs in."""
    return settings().mode is Mode.LOGIN


def place() -> str:
    """Return what people call the machine that keeps their data."""
    return "this server" if has_login() else "this machine"
