"""What is a fix, and how is one written down?"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.errors import OptionError

Value = str | int | float
_DIGITS_AT_MOST = 18


@dataclass(frozen=True, slots=True)
class Fix:
    """One step of a recipe.

    Parameters
    ----------
    name : str
        Which fix, such as ``keep-variable``.
    parameters : mapping of str to str, int or float
        What it is given, such as ``{"genes": 2000}``; empty for most.
    """

    name: str
    parameters: Mapping[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the text that `parse_fix` reads, such as ``keep-variable=2000``."""
        given = ",".join(str(value) for value in self.parameters.values())
        return f"{self.name}={given}" if given else self.name


@dataclass(frozen=True, slots=True)
class FixKind:
    """A fix that can be had: the page, ``--help`` and the methods paragraph are made of these.

    Parameters
    ----------
    name : str
        What a recipe calls it.
    label : str
        What a button says.
    text : str
        What it does, as an instruction without a full stop; ``{value}`` stands for the parameter.
    past : str
        What was done, for a methods paragraph; ``{value}`` stands for the parameter.
    apply : callable
        Takes what was read and the parameter's value (None without one), and returns what is left.
    parameter : str
        Name of the parameter; empty when there is none.
    is_number : bool
        Whether the parameter is a whole number from 1.
    at_most : int
        The largest number that means something; 0 where any does.
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

    def described(self, fix: Fix | None = None) -> str:
        """Return what it does, with the parameter of a fix, or with the parameter's name."""
        value: Value = self.parameter.upper()
        if fix is not None:
            value = next(iter(fix.parameters.values()), "")
        return self.text.format(value=f"{value:,}" if isinstance(value, int) else value)


def parsed(text: str, kinds: Iterable[FixKind]) -> Fix:
    """Read a fix.

    Parameters
    ----------
    text : str
        Such as ``drop-constants`` or ``keep-variable=2000``.
    kinds : iterable of FixKind
        Those that can be had.

    Raises
    ------
    OptionError
        When there is no such fix, or its parameter is missing, not wanted or no number.
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
        return Fix(kind.name)
    if not value:
        raise OptionError(f"The fix {kind.name} needs a value.", f"Give {kind.form}.")
    if not kind.is_number:
        return Fix(kind.name, {kind.parameter: value})
    digits = value.replace(",", "").replace("_", "")
    limit = f" to {kind.at_most}" if kind.at_most else ""
    is_number = digits.isdecimal() and len(digits) <= _DIGITS_AT_MOST
    if not is_number or not 1 <= int(digits) <= (kind.at_most or int(digits)):
        raise OptionError(
            f"The fix {kind.name} is given {value!r}.",
            f"Give {kind.form} with a whole number from 1{limit}.",
        )
    return Fix(kind.name, {kind.parameter: int(digits)})
