"""Settings of the page's server: who may use it, and what they may reach."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


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
    administrators : frozenset of str
        Addresses, in lower case, of the people who look after it.
    base_url : str
        Address under which others reach it, without a slash at its end; empty when not known.
    folders : tuple of Path
        Folders on the server's disk that everyone who logs in may read data and runs from.
    """

    mode: Mode = Mode.JUST_ME
    administrators: frozenset[str] = frozenset()
    base_url: str = ""
    folders: tuple[Path, ...] = ()


_installed: list[ServerSettings] = [ServerSettings()]


def settings() -> ServerSettings:
    """Return the settings of this process's server; those of one person on localhost at first."""
    return _installed[0]


def install(chosen: ServerSettings) -> None:
    """Make settings those of this process's server."""
    _installed[0] = chosen


def has_login() -> bool:
    """Return whether each person logs in."""
    return settings().mode is Mode.LOGIN
