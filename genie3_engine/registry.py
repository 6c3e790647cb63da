"""Registries of plug-ins: records by name, built in, registered, or found by entry points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from genie3_engine.errors import OptionError

__all__ = ["Registry", "load"]

T = TypeVar("T")


class Registry(Generic[T]):
    """Records of one kind by name, in the order in which they are shown.

    Built-in records come first, then those of installed packages that declare an entry point in
    the registry's group, then those that a program registers itself. A record is imported when it
    is first used.

    Parameters
    ----------
    kind : str
        What a record is, for messages, such as ``"launcher"``.
    group : str
        The group of Python entry points, such as ``"genie3.launchers"``.
    built_in : mapping of str to str
        Names, and the record of each as ``"package.module:attribute"``.
    unlisted : mapping of str to str
        Records like those, which the program uses itself and does not offer: they are neither named
        nor iterated over.

    Examples
    --------
    >>> methods = Registry("example", group="genie3.examples", built_in={"pi": "math:pi"})
    >>> methods.names()
    ('pi',)
    >>> round(methods["pi"], 2)
    3.14
    """

    def __init__(
        self,
        kind: str,
        *,
        group: str,
        built_in: Mapping[str, str],
        unlisted: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._kind = kind
        self._group = group
        self._places = dict(built_in)
        self._unlisted = dict(unlisted)
        self._records: dict[str, T] = {}
        self._is_searched = False

    def register(self, name: str, record: T) -> None:
        """Add a record from outside the program.

        Raises
        ------
        OptionError
            When another record has the name.
        """
        if name in self:
            raise OptionError(
                f"The {self._kind} {name} is registered already.", "Choose another name."
            )
        self._records[name] = record

    @contextmanager
    def registered(self, name: str, record: T) -> Iterator[None]:
        """Add a record for the time of a ``with`` block."""
        self.register(name, record)
        try:
            yield
        finally:
            del self._records[name]

    def names(self) -> tuple[str, ...]:
        """Return the names of all records, in order."""
        self._search()
        names = dict.fromkeys([*self._places, *self._records])
        return tuple(name for name in names if name not in self._unlisted)

    def __contains__(self, name: object) -> bool:
        return name in self.names() or name in self._unlisted

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __len__(self) -> int:
        return len(self.names())

    def __getitem__(self, name: str) -> T:
        """Return a record by its name.

        Raises
        ------
        OptionError
            When no record has the name.
        """
        if name not in self:
            raise OptionError(
                f"There is no {self._kind} named {name!r}.",
                f"Choose one of {', '.join(self.names())}.",
            )
        if name not in self._records:
            self._records[name] = load({**self._places, **self._unlisted}[name])
        return self._records[name]

    def records(self) -> tuple[T, ...]:
        """Return all records, in order."""
        return tuple(self[name] for name in self.names())

    def _search(self) -> None:
        if self._is_searched:
            return
        self._is_searched = True
        for point in entry_points(group=self._group):
            self._places.setdefault(point.name, point.value)


def load(place: str) -> Any:  # noqa: ANN401 -- whatever is there
    """Import the object at a place.

    Parameters
    ----------
    place : str
        As ``"package.module:attribute"``.

    Examples
    --------
    >>> round(load("math:pi"), 2)
    3.14
    """
    module, _, attribute = place.partition(":")
    return getattr(import_module(module), attribute)
