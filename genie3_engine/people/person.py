"""A person who uses the page, and the safe identifier that a login leads to."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

_LENGTH = 26  # letters of an identifier: 130 bits
_IDENTIFIER = re.compile(rf"[a-z2-7]{{{_LENGTH}}}")
LONGEST_TEXT = 200  # signs of a text from users that are kept


@dataclass(frozen=True, slots=True)
class Person:
    """A person who uses the page.

    Parameters
    ----------
    identifier : str
        Name of the person's folder, from `identifier_of`; empty for the one person of a machine.
    name : str
        The name, as the login gives it.
    email : str
        The address, in lower case; empty when it is not known.
    is_administrator : bool
        Whether the server's settings list the person as one who looks after it.
    """

    identifier: str
    name: str = ""
    email: str = ""
    is_administrator: bool = False

    @property
    def label(self) -> str:
        """Name, or else address, or else identifier."""
        return self.name or self.email or self.identifier


def identifier_of(issuer: str, subject: str) -> str:
    """Return the identifier of the person whom a login provider knows by a subject.

    Parameters
    ----------
    issuer : str
        The provider, as its tokens name it: the claim ``iss``.
    subject : str
        The person there, a name that never passes to another one: the claim ``sub``.

    Returns
    -------
    str
        26 small letters and digits, a function of both and of nothing else.

    Raises
    ------
    ValueError
        When either is empty.

    Notes
    -----
    The claims are hashed, so that no text of a provider becomes a part of a path. E-mail addresses
    do not enter: they change, and may pass to another person.

    Examples
    --------
    >>> identifier_of("https://login.example.org", "248289761001")
    '27qgvkfq265667nvaq5k4ihhaq'
    """
    if not issuer or not subject:
        raise ValueError("a login without issuer or subject")
    text = f"{len(issuer)}:{issuer}{subject}".encode("utf-8", "surrogatepass")
    return base64.b32encode(hashlib.sha256(text).digest()).decode().lower()[:_LENGTH]


def is_identifier(text: str) -> bool:
    """Return whether a text has the form of an identifier, and so may name a folder."""
    return _IDENTIFIER.fullmatch(text) is not None


def tidy(text: object, *, at_most: int = LONGEST_TEXT) -> str:
    r"""Return a text from users on one line, without signs that control a terminal, and cut.

    Parameters
    ----------
    text : object
        Text; what is none is dropped.
    at_most : int
        Signs that are kept.

    Examples
    --------
    >>> tidy("a\nname\x1b[31m")
    'a name [31m'
    """
    if not isinstance(text, str):
        return ""
    printable = "".join(sign if sign.isprintable() else " " for sign in text[: 4 * at_most])
    return " ".join(printable.split())[:at_most]
