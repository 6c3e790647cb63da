"""Fixes, recipes (fixes in an order), and the words in which they are written and described."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.errors import OptionError

Value = str | int | float
_DIGITS_AT_MOST = 18


@dataclass(frozen=True, slots=True)
class FixKind:
    """A fix that is offered by the page, by ``--help`` and in the methods paragraph.

    Parameters
    ----------
    name : str
        Its name in a recipe.
    label : str
        Its name on a button.
    text : str
        What it does, as an instruction without a full stop; ``{value}`` is replaced by the
        parameter.
    past : str
        What was done, for a methods paragraph; ``{value}`` is replaced by the parameter.
    apply : callable
        Takes the data and the parameter's value (None without one), and returns the fixed data.
    parameter : str
        Name of the parameter; empty when there is none.
    is_number : bool
        Whether the parameter is a whole number from 1.
    at_most : int
        The largest number that is allowed; 0 for no limit.
    """

    name: str
    label: str
    text: str
    past: str
    apply: Callable[[RawExpression, Value | None], RawExpression]
    parameter: str = ""
    is_number: bool = False
    at_most: int = 0

    @property
    def form(self) -> str:
        """Return how it is written, such as ``keep-variable=GENES``."""
        return f"{self.name}={self.parameter.upper()}" if self.parameter else self.name

    @property
    def description(self) -> str:
        """Return what it does, with the name of the parameter."""
        return self.text.format(value=self.parameter.upper())


@dataclass(frozen=True, slots=True)
class Fix:
    """One step of a recipe.

    Parameters
    ----------
    kind : FixKind
        Which fix.
    value : str, int, float or None
        The value of its parameter; None for a fix without one.
    """

    kind: FixKind
    value: Value | None = None

    @property
    def name(self) -> str:
        """Return the name in a recipe, such as ``keep-variable``."""
        return self.kind.name

    @property
    def description(self) -> str:
        """Return what it does, with its value."""
        return self.kind.text.format(value=self._shown)

    @property
    def past(self) -> str:
        """Return what was done, with its value."""
        return self.kind.past.format(value=self._shown)

    @property
    def _shown(self) -> Value:
        value = "" if self.value is None else self.value
        return f"{value:,}" if isinstance(value, int) else value

    def __str__(self) -> str:
        """Return the text that `parse_fix` reads, such as ``keep-variable=2000``."""
        return self.name if self.value is None else f"{self.name}={self.value}"


@dataclass(frozen=True, slots=True)
class Effect:
    """What one fix did.

    Parameters
    ----------
    fix : Fix
        The fix.
    before, after : (int, int)
        Genes and samples.
    """

    fix: Fix
    before: tuple[int, int] = (0, 0)
    after: tuple[int, int] = (0, 0)

    @property
    def sentence(self) -> str:
        """Return what was done, with the numbers that changed."""
        changes = [
            f"{before:,} {what} became {after:,}"
            for what, before, after in zip(
                ("genes", "samples"), self.before, self.after, strict=True
            )
            if before != after
        ]
        return f"{self.fix.past} ({', '.join(changes)})" if changes else self.fix.past

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "fix": str(self.fix),
            "text": self.sentence,
            "genes": [self.before[0], self.after[0]],
            "samples": [self.before[1], self.after[1]],
        }


def parse(text: str, kinds: Iterable[FixKind]) -> Fix:
    """Read a fix.

    Parameters
    ----------
    text : str
        Such as ``drop-constants`` or ``keep-variable=2000``.
    kinds : iterable of FixKind
        The fixes that there are.

    Raises
    ------
    OptionError
        When there is no such fix, or its parameter is missing, superfluous or not a number.
    """
    known = {kind.name: kind for kind in kinds}
    name, has_value, value = (part.strip() for part in text.partition("="))
    kind = known.get(name.lower().replace("_", "-"))
    if kind is None:
        near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
        meant = f"Did you mean {known[near[0]].form}? " if near else ""
        raise OptionError(
            f"There is no fix {name!r}.", f"{meant}There are: {', '.join(sorted(known))}."
        )
    if not kind.parameter:
        if has_value:
            raise OptionError(f"The fix {kind.name} takes no value.", f"Give {kind.name} alone.")
        return Fix(kind)
    if not value:
        raise OptionError(f"The fix {kind.name} needs a value.", f"Give {kind.form}.")
    if not kind.is_number:
        return Fix(kind, value)
    digits = value.replace(",", "").replace("_", "")
    limit = f" to {kind.at_most}" if kind.at_most else ""
    is_number = digits.isdecimal() and len(digits) <= _DIGITS_AT_MOST
    if not is_number or not 1 <= int(digits) <= (kind.at_most or int(digits)):
        raise OptionError(
            f"The fix {kind.name} is given {value!r}.",
            f"Give {kind.form} with a whole number from 1{limit}.",
        )
    return Fix(kind, int(digits))
