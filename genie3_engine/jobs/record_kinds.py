"""Check that the values of a record are of the kinds that its dataclass states.

A file that another program or a later version wrote may hold a word where a number is expected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

_NUMBER = (int, float)
# What JSON gives for the plain fields of a dataclass, by their annotations.
_KINDS: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    "float": _NUMBER,
    "int": (int,),
    "str": (str,),
    "tuple[float, ...]": (list, tuple),
    "tuple[str, ...]": (list, tuple),
    "Mapping[str, Any]": (Mapping,),
    "Mapping[str, float]": (Mapping,),
    "Mapping[str, int]": (Mapping,),
    "Mapping[str, str]": (Mapping,),
}
_INSIDE = {
    "tuple[float, ...]": _NUMBER,
    "tuple[str, ...]": (str,),
    "Mapping[str, float]": _NUMBER,
    "Mapping[str, int]": (int,),
    "Mapping[str, str]": (str,),
}


def require_kinds(record: type, values: Mapping[str, Any]) -> None:
    """Refuse values that are not of the kinds of a dataclass's fields.

    Parameters
    ----------
    record : type
        The dataclass. Fields with other annotations than plain values are left to it.
    values : mapping
        Plain JSON values by the names of fields; some may be missing, and others there.

    Raises
    ------
    TypeError
        When one is of another kind.
    """
    if not isinstance(values, Mapping):
        raise TypeError(f"{values!r} is not a record")
    for field in fields(record):
        kind, _, none = str(field.type).partition(" | ")
        if field.name not in values or kind not in _KINDS or none not in ("", "None"):
            continue
        value = values[field.name]
        if value is None and none:
            continue
        inside = value.values() if isinstance(value, Mapping) else value
        is_right = isinstance(value, _KINDS[kind]) and (
            kind not in _INSIDE or all(isinstance(each, _INSIDE[kind]) for each in inside)
        )
        if not is_right:
            raise TypeError(f"{field.name} is {value!r}")
