"""Licence and authors of a result, as its owner states them for a deposit.

They lie in the folder of the run and travel with it. Nothing is taken from the system.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genie3_engine.errors import OptionError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.people.log import Action, record

_LONGEST_NAME, _MOST_AUTHORS = 200, 200
_LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,60}")
_ADDRESS = re.compile(r"https?://[^\s<>\"']{3,300}")
_ORCID = re.compile(r"\s*[<(]?(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])[>)]?\s*$")
_SPDX = "https://spdx.org/licenses/"


@dataclass(frozen=True, slots=True)
class Author:
    """A person who made a result.

    Parameters
    ----------
    name : str
        The name.
    orcid : str
        The number at ORCID, such as ``0000-0002-1825-0097``; may be empty.
    """

    name: str
    orcid: str = ""

    def __str__(self) -> str:
        """Return what `parse` reads."""
        return f"{self.name} {self.orcid}".rstrip()

    @classmethod
    def parse(cls, text: str) -> Author:
        """Read a name that an ORCID may follow.

        Raises
        ------
        OptionError
            When there is no name, or it is too long.

        Examples
        --------
        >>> Author.parse("Josiah Carberry 0000-0002-1825-0097")
        Author(name='Josiah Carberry', orcid='0000-0002-1825-0097')
        """
        found = _ORCID.search(text)
        name = " ".join((text[: found.start()] if found else text).split()).rstrip(",;")
        if not name or len(name) > _LONGEST_NAME:
            raise OptionError(
                f"{text[:40]!r} is not the name of an author.",
                "Give a name, and an ORCID after it if there is one.",
            )
        return cls(name, found[1] if found else "")


@dataclass(frozen=True, slots=True)
class Deposit:
    """What the owner of a result states for its deposit.

    Parameters
    ----------
    licence : str
        The address of the licence; empty when none is given.
    authors : tuple of Author
        The authors; empty when none are given.
    """

    licence: str = ""
    authors: tuple[Author, ...] = ()

    @classmethod
    def of(cls, licence: str, authors: Sequence[str]) -> Deposit:
        """Read what a user has typed.

        Parameters
        ----------
        licence : str
            An identifier of SPDX, such as ``CC-BY-4.0``, or the address of the licence.
        authors : sequence of str
            Names, each of which an ORCID may follow.

        Raises
        ------
        OptionError
            When the licence or an author has another form, or there are too many authors.
        """
        text = licence.strip()
        if text and not _ADDRESS.fullmatch(text):
            if not _LICENCE.fullmatch(text):
                raise OptionError(
                    f"{text[:40]!r} is not a licence.",
                    "Give an identifier of SPDX, such as CC-BY-4.0, or the licence's address.",
                )
            text = f"{_SPDX}{text}"
        if len(authors) > _MOST_AUTHORS:
            raise OptionError(f"{len(authors)} authors are given.", f"Give {_MOST_AUTHORS}.")
        return cls(text, tuple(map(Author.parse, authors)))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Deposit:
        """Rebuild from `to_dict`'s values; raises `OptionError` as `of`."""
        lines = [f"{each['name']} {each['orcid']}" for each in values["authors"]]
        return cls.of(str(values["licence"]), lines)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        authors = [{"name": each.name, "orcid": each.orcid} for each in self.authors]
        return {"licence": self.licence, "authors": authors}


def read_deposit(run: Path) -> Deposit:
    """Return what is stated for a run; nothing when the file is missing or cannot be read."""
    try:
        return Deposit.from_dict(atomic_write.read_json(run / filenames.DEPOSIT))
    except (OSError, OptionError, ValueError, LookupError, TypeError, AttributeError):
        return Deposit()


def save_deposit(run: Path, deposit: Deposit) -> None:
    """Keep what is stated for a run in its folder; raises `StorageError`."""
    if deposit != read_deposit(run):
        atomic_write.write_json(run / filenames.DEPOSIT, deposit.to_dict())
        record(Action.CHANGED, f"licence and authors of run {run.name}")
