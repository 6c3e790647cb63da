"""What the options of all launchers have in common: their plain values, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar, Self

from genie3_engine.errors import OptionError
from genie3_engine.model.settings import settings_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class LauncherOptions:
    """Options of a launcher's runs: the base of a frozen dataclass whose fields are settings.

    Notes
    -----
    A subclass has a default for each field, and sets ``place``.
    """

    __slots__ = ()
    place: ClassVar[str]  # where the runs are, for errors

    def __post_init__(self) -> None:
        """Require that each value is one that its setting allows; raises `OptionError`."""
        for name, declared in settings_of(self).items():
            declared.check(getattr(self, name), called=declared.flag)

    def to_dict(self: DataclassInstance, *, is_whole: bool = False) -> dict[str, Any]:
        """Return what differs from the defaults, as plain JSON values.

        Parameters
        ----------
        is_whole : bool
            Whether defaults are included too: the user has chosen them, and no saved setting may
            take their place.
        """
        plain = type(self)()
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if is_whole or value != getattr(plain, name)
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Rebuild options from `to_dict`'s values.

        Raises
        ------
        OptionError
            When a name is unknown or a value is of the wrong kind or out of its range.
        """
        declared = settings_of(cls)
        for name in values:
            if name not in declared:
                raise OptionError(f"{cls.place} has no option {name!r}.", "Leave it out.")
        return cls(**{name: declared[name].load(value) for name, value in values.items()})

    @classmethod
    def merged(cls, saved: Mapping[str, Any], given: Mapping[str, Any]) -> Self:
        """Return the options that were given, and the saved ones where nothing was.

        Parameters
        ----------
        saved, given : mapping
            As `to_dict` returns them. What was given holds even where it is a default: one
            instance is one, whatever number is saved.

        Raises
        ------
        OptionError
            When a name is unknown, or the values do not go together.
        """
        return cls.from_dict({**saved, **given})
