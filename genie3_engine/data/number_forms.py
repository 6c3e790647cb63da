"""Give names that differ in their numbers one form, so that patterns are matched once for all."""

from __future__ import annotations

import re

_LARGE = re.compile(r"(?<![0-9])(0*)(?!10(?![0-9]))([1-9][0-9]+)")


def number_form(name: str) -> str:
    """Return a name with nines in place of its numbers above 10; zeros before them stay.

    Patterns that name no number above 10 match both or neither, as the length is the same.

    Parameters
    ----------
    name : str
        Any.

    Examples
    --------
    >>> number_form("cell_17"), number_form("ENSG00000141510"), number_form("-log10 p")
    ('cell_99', 'ENSG00000999999', '-log10 p')
    """
    return _LARGE.sub(_nines, name)


def _nines(found: re.Match[str]) -> str:
    return found[1] + "9" * len(found[2])
