"""Parse the columns that a user gives to roles, such as ``time=hours,series=condition``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from genie3_engine.errors import OptionError

_ROLE = re.compile(r"(?:^|,)\s*(\w+)\s*=")


def columns_of(texts: Iterable[str], option: str, *, example: str) -> dict[str, str]:
    """Return which column has which role, of ``ROLE=COLUMN,...`` given once or several times.

    Parameters
    ----------
    texts : iterable of str
        What the user gave; a column's name may hold commas.
    option : str
        The option, for the error.
    example : str
        A right text, for the error.

    Returns
    -------
    dict of str to str
        A column's name or number by role.

    Raises
    ------
    OptionError
        When a text has another form.

    Examples
    --------
    >>> columns_of(["regulator=TF, symbol,target=gene"], "--gold-columns", example="target=gene")
    {'regulator': 'TF, symbol', 'target': 'gene'}
    """
    found: dict[str, str] = {}
    for text in texts:
        parts = _ROLE.split(text)
        pairs = dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))
        if parts[0].strip() or not pairs or not all(pairs.values()):
            raise OptionError(f"{option} is {text!r}.", f"Give ROLE=COLUMN,..., such as {example}.")
        found |= pairs
    return found
