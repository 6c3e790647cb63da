"""Compare how a name is written with how the names next to it are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from genie3_engine.data.gene_identifiers import identifiers

_LOOKED_AT = 400
_USUAL = 0.05
_NEARLY_ALL = 0.95
_MOSTLY = 0.6
_SYMBOLS = "gene symbols"


class NameForms:
    """How the names of genes are written: in which case, and whether they are codes.

    Parameters
    ----------
    names : sequence of str
        The names, of which some hundred are looked at.

    Examples
    --------
    >>> symbols, codes = NameForms(["abc1", "rps2", "cdc28"]), NameForms(["b0001", "b0002"])
    >>> symbols.differ_from("age"), symbols.differ_from("Age"), codes.differ_from("age")
    (False, True, True)
    """

    def __init__(self, names: Sequence[str]) -> None:
        looked_at = names[:: max(1, len(names) // _LOOKED_AT)]
        counts = Counter(case for name in looked_at for case in _cases(name))
        self._cases = frozenset(case for case, n in counts.items() if n >= _USUAL * len(looked_at))
        self._are_codes = _are_codes(looked_at)

    def differ_from(self, name: str) -> bool:
        """Return whether a name is written unlike the others, and unlike a symbol such as AGE."""
        if name.isupper():
            return False
        if self._are_codes and not any(letter.isdigit() for letter in name):
            return True
        return self._cases.isdisjoint(_cases(name))


def _cases(name: str) -> set[str]:
    """Return how a name is written: its case, and whether it is of several words."""
    words = " of words" if re.search(r"[A-Za-z][_. ][A-Za-z]", name) else ""
    if name.isupper():
        return {f"upper{words}", *(() if len(name) > 1 else ("title",))}
    return {f"{'lower' if name.islower() else 'title'}{words}"}


def _are_codes(names: Sequence[str]) -> bool:
    """Return whether names are identifiers, or most have the same letters around a number."""
    with_digits = sum(re.search(r"\d", name) is not None for name in names)
    if not names or with_digits <= _NEARLY_ALL * len(names):
        return False
    shapes = Counter(re.sub(r"\d+", "0", name.lower()) for name in names)
    if shapes.most_common(1)[0][1] >= _MOSTLY * len(names):
        return True
    found = identifiers(names)
    return found.kind not in ("", _SYMBOLS) and found.share >= _MOSTLY
