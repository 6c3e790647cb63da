"""Declare a setting once: its name, label, help, default, limits and command-line flag.

The command line, the forms of the pages, their prefill, validation, a run's details and the report
all read the same declaration.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from genie3_engine.errors import OptionError
from genie3_engine.labels import duration

Kind: TypeAlias = Literal[
    "boolean", "choice", "duration", "integer", "lines", "list", "mapping", "number", "text"
]

_DURATION = re.compile(r"(\d+)([smhd]?)")
_CLOCK = re.compile(r"(?:(\d+)-(?=\d+:))?(\d+):([0-5]?\d):([0-5]?\d)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a setting can have.

    Parameters
    ----------
    value : str
        As it is stored and given on the command line.
    label : str
        As a form shows it.
    help : str
        One sentence that explains it.
    """

    value: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The declaration of one setting.

    Parameters
    ----------
    name : str
        Name of the field that holds the value, such as ``n_trees``.
    label : str
        Name for people, such as ``Trees per target``.
    help : str
        What it does: one or two sentences.
    default : object
        The value where none is given.
    kind : str
        ``choice``: one of `choices`; ``integer`` or ``number``: within `minimum` and `maximum`, or
        one of `choices`, which are words then; ``duration``: seconds, written such as ``90m``
        or ``1:30:00``; ``text``, for which `choices` are suggestions; ``boolean``; ``list``: a
        tuple of texts without spaces; ``lines``: a tuple of texts; ``mapping``: texts by name.
    choices : tuple of Choice, or a function that returns one
        A function where the choices come from a registry.
    minimum, maximum : float, optional
        Limits of a number, both allowed.
    step : float, optional
        Step of a number in a form.
    first_number : float, optional
        Number that a form offers first, where the default is a word.
    unit : str
        Unit of a number, such as ``GB``.
    unset : str
        What None means, such as ``all cores``; empty when None is not allowed.
    pattern : str
        Regular expression that a text, and each item of a list, must match; empty text is allowed.
    example : str
        What `pattern` allows, in words, such as ``a region such as us-east-1``.
    placeholder : str
        Shown in an empty text field.
    flag : str
        Command-line flag; made from the name by default.
    metavar : str
        Represents the value in the help of the command line.
    is_advanced : bool
        Whether a form may hide it at first.
    """

    name: str
    label: str
    help: str
    default: Any = None
    kind: Kind = "text"
    choices: tuple[Choice, ...] | Callable[[], tuple[Choice, ...]] = ()
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    first_number: float | None = None
    unit: str = ""
    unset: str = ""
    pattern: str = ""
    example: str = ""
    placeholder: str = ""
    flag: str = ""
    metavar: str = ""
    is_advanced: bool = False

    def __post_init__(self) -> None:
        """Derive the flag from the name where none is given."""
        if self.name and not self.flag:
            object.__setattr__(self, "flag", "--" + self.name.replace("_", "-"))

    @property
    def options(self) -> tuple[Choice, ...]:
        """The choices as they are now."""
        return self.choices() if callable(self.choices) else self.choices

    @property
    def has_items(self) -> bool:
        """True when a value is a tuple of texts."""
        return self.kind in {"lines", "list"}

    @property
    def words(self) -> tuple[str, ...]:
        """The values of the choices."""
        return tuple(each.value for each in self.options)

    def check(self, value: object, *, called: str = "") -> None:
        """Require that a value is allowed.

        Parameters
        ----------
        value : object
            As it is stored.
        called : str
            What the message calls the setting; its label by default.

        Raises
        ------
        OptionError
            When it is not; the message holds the value, the remedy what is allowed.
        """
        if not self._allows(value):
            shown = repr(value) if isinstance(value, str) else str(value)
            if self.kind == "duration" and isinstance(value, int):
                shown = duration(value)
            raise OptionError(f"{called or self.label} is {shown[:80]}.", f"Give {self.allowed()}.")

    def parse(self, text: str, *, called: str = "") -> Any:  # noqa: ANN401 -- of the setting's kind
        """Return the value of a text, such as a word of the command line.

        Parameters
        ----------
        text : str
            A list or a mapping is written with commas between its items, and each item of a mapping
            as ``NAME=VALUE``; each of the lines is one.
        called : str
            What a message calls the setting; its label by default.

        Raises
        ------
        OptionError
            When the text is not an allowed value.

        Examples
        --------
        >>> Setting(name="limit", label="Limit", help="", kind="duration").parse("90m")
        5400
        """
        stripped = text.strip()
        value: Any = stripped
        try:
            value = self._parsed(stripped)
        except ValueError:
            raise OptionError(
                f"{called or self.label} is {text[:80]!r}.", f"Give {self.allowed()}."
            ) from None
        self.check(value, called=called)
        return value

    def load(self, value: object) -> Any:  # noqa: ANN401 -- of the setting's kind
        """Return a value that was read from JSON, where a tuple is a list.

        Parameters
        ----------
        value : object
            A plain JSON value.

        Raises
        ------
        OptionError
            When it is not allowed.
        """
        loaded = tuple(value) if isinstance(value, list) else value
        self.check(loaded)
        return loaded

    def to_text(self, value: object) -> str:
        """Return the text that `parse` reads as this value.

        Parameters
        ----------
        value : object
            An allowed value.
        """
        if value is None:
            return ""
        if isinstance(value, Mapping):
            return ", ".join(f"{name}={text}" for name, text in value.items())
        if isinstance(value, (list, tuple)):
            return ("\n" if self.kind == "lines" else ", ").join(str(item) for item in value)
        if self.kind == "boolean":
            return "yes" if value else "no"
        return str(value)

    def format(self, value: object) -> str:
        """Return a value as people read it: the choice's label, thousands, the unit.

        Parameters
        ----------
        value : object
            An allowed value.

        Examples
        --------
        >>> Setting(name="volume", label="Disk", help="", kind="integer", unit="GB").format(16000)
        '16,000 GB'
        """
        if value is None:
            return self.unset or "none"
        for choice in self.options:
            if choice.value == value:
                return choice.label
        if self.kind == "duration":
            return duration(int(str(value)))
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return f"{value:,} {self.unit}".rstrip()
        return self.to_text(value) or self.unset or "none"

    def arguments(self, value: object) -> list[str]:
        """Return the words of the command line that give this value.

        Parameters
        ----------
        value : object
            An allowed value; None gives nothing.
        """
        if value is None:
            return []
        if self.kind == "boolean":
            return [self.flag if value else "--no-" + self.flag.removeprefix("--")]
        if isinstance(value, Mapping):
            value = [f"{name}={text}" for name, text in value.items()]
        if isinstance(value, (list, tuple)):
            return [word for item in value for word in self._words_of(str(item))]
        return self._words_of(str(value))

    def _words_of(self, text: str) -> list[str]:
        """Return the flag and a text, in one word where the text could be taken for a flag."""
        return [f"{self.flag}={text}"] if text.startswith("-") else [self.flag, text]

    def allowed(self) -> str:
        """Return what is allowed, in words."""
        if self.example:
            return self.example
        if self.kind == "boolean":
            return "yes or no"
        if self.kind == "duration":
            limits = ""
            if self.minimum is not None and self.maximum is not None:
                low, high = duration(int(self.minimum)), duration(int(self.maximum))
                limits = f" from {low} to {high}"
            return f"a time{limits}, such as 90m, 2h or 1d"
        allowed = list(self.words)
        if self.kind in {"integer", "number"}:
            number = "a whole number" if self.kind == "integer" else "a number"
            if self.minimum is not None:
                number += f" from {self.minimum:,}"
            if self.maximum is not None:
                number += f" to {self.maximum:,}"
            allowed.append(number)
        elif self.kind == "mapping":
            allowed.append("NAME=VALUE")
        elif not allowed:
            allowed.append("a list of texts" if self.has_items else "a text")
        return " or ".join([", ".join(allowed[:-1]), allowed[-1]] if allowed[1:] else allowed)

    def _parsed(self, text: str) -> Any:  # noqa: ANN401 -- of the setting's kind
        """Return the value of a text, without limits; ValueError when it has the wrong form."""
        for word in self.words:
            if text.lower() == word.lower():
                return word
        if not text and self.unset:
            return None
        if self.kind == "integer":
            return int(text)
        if self.kind == "number":
            return float(text)
        if self.kind == "duration":
            return _seconds(text)
        if self.kind == "boolean":
            return {"yes": True, "no": False}.get(text.lower(), text)
        if self.kind == "lines":
            return tuple(line.strip() for line in text.splitlines() if line.strip())
        if self.kind == "list":
            return tuple(part for part in re.split(r"[,\s]+", text) if part)
        if self.kind == "mapping":
            return dict(_pair(part) for part in text.split(",") if part.strip())
        return text

    def _allows(self, value: object) -> bool:
        if value is None:
            return bool(self.unset)
        if isinstance(value, str) and value in self.words:
            return True
        if self.kind == "boolean":
            return isinstance(value, bool)
        if self.kind in {"integer", "duration", "number"}:
            kinds = (int, float) if self.kind == "number" else (int,)
            return (
                isinstance(value, kinds)
                and not isinstance(value, bool)
                and (self.minimum is None or value >= self.minimum)
                and (self.maximum is None or value <= self.maximum)
            )
        if self.has_items:
            return isinstance(value, tuple) and all(self._matches(item) for item in value)
        if self.kind == "mapping":
            return isinstance(value, Mapping) and all(
                isinstance(text, str) for pair in value.items() for text in pair
            )
        return self.kind == "text" and self._matches(value)

    def _matches(self, text: object) -> bool:
        if not isinstance(text, str):
            return False
        return not text or not self.pattern or re.fullmatch(self.pattern, text) is not None


def setting(label: str, help: str, default: Any, **more: Any) -> Any:  # noqa: ANN401
    """Return a field of a dataclass that declares a setting of the field's name.

    Parameters
    ----------
    label, help : str
        As `Setting` takes them.
    default : object
        The value where none is given.
    **more
        The rest of a `Setting`.

    Examples
    --------
    >>> @dataclass(frozen=True)
    ... class Trees:
    ...     n_trees: int = setting("Trees", "How many.", 10, kind="integer", minimum=1)
    ...     def __post_init__(self) -> None:
    ...         check_settings(self)
    >>> Trees(n_trees=0)
    Traceback (most recent call last):
    genie3_engine.errors.OptionError: Trees is 0. Give a whole number from 1.
    """
    declared = Setting(name="", label=label, help=help, default=default, **more)
    metadata = {"setting": declared}
    if isinstance(default, Mapping):
        return field(default_factory=lambda: dict(default), hash=False, metadata=metadata)
    return field(default=default, metadata=metadata)


def settings_of(spec: Any) -> dict[str, Setting]:  # noqa: ANN401 -- a dataclass or a record of it
    """Return the settings that a dataclass declares, by name, in order.

    Parameters
    ----------
    spec : dataclass
        The class or a record of it.
    """
    return dict(_declared(spec if isinstance(spec, type) else type(spec)))


@lru_cache
def _declared(of: type) -> dict[str, Setting]:
    """Return the settings of a dataclass, named as their fields."""
    return {
        each.name: replace(each.metadata["setting"], name=each.name)
        for each in fields(of)
        if each.metadata
    }


def check_settings(spec: Any) -> None:  # noqa: ANN401 -- a record of a dataclass
    """Require that every setting of a record has an allowed value.

    Parameters
    ----------
    spec : dataclass
        A record.

    Raises
    ------
    OptionError
        When a value is not allowed.
    """
    for name, declared in settings_of(spec).items():
        declared.check(getattr(spec, name))


def _pair(text: str) -> tuple[str, str]:
    name, is_pair, value = text.strip().partition("=")
    if not is_pair:
        raise ValueError
    return name, value


def _seconds(text: str) -> int:
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        days, hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    match = _DURATION.fullmatch(text.lower())
    if match is None:
        raise ValueError
    return int(match[1]) * _SECONDS[match[2]]
