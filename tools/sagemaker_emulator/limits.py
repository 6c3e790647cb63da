"""Limits of the service: requests that it refuses before it processes them.

botocore ships the service's own model: required members, lengths, patterns, enumerations, ranges.
Its client checks a part of them only, so a request that passes there can still be refused in the
cloud.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sized
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

# Java's classes of signs, spelled for Python; a letter may also be a digit here.
_CLASSES = {r"\p{L}": r"\w", r"\p{N}": r"\d", r"\p{Z}": r"\s", r"\p{P}": r"!-/:-@\[-`{-~"}


@cache
def service_model(service: str) -> ServiceModel:
    """Return botocore's model of a service, such as ``sagemaker``."""
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def violations(service: str, operation: str, request: dict[str, Any]) -> list[str]:
    """Return what the service would find wrong with a request's form.

    Parameters
    ----------
    service : str
        Such as ``sagemaker``.
    operation : str
        Such as ``CreateTrainingJob``.
    request : dict
        Its parameters.

    Returns
    -------
    list of str
        One sentence each, in the service's own words; empty when the form is right.
    """
    shape = service_model(service).operation_model(operation).input_shape
    return [] if shape is None else list(_check(shape, request, ""))


def _check(shape: Shape, value: object, where: str) -> Iterator[str]:
    match shape:
        case StructureShape():
            yield from _check_structure(shape, value, where)
        case ListShape():
            if not isinstance(value, list):
                yield _broken(value, where, "Member must be a list")
                return
            yield from _check_length(shape, value, where)
            for position, item in enumerate(value, start=1):
                yield from _check(shape.member, item, f"{where}.{position}.member")
        case MapShape():
            if not isinstance(value, dict):
                yield _broken(value, where, "Member must be a map")
                return
            yield from _check_length(shape, value, where)
            for key, item in value.items():
                yield from _check(shape.key, key, f"{where}.key")
                yield from _check(shape.value, item, f"{where}.{key}")
        case _ if shape.type_name == "string":
            yield from _check_text(shape, value, where)
        case _ if shape.type_name in {"integer", "long", "float", "double"}:
            yield from _check_number(shape, value, where)
        case _ if shape.type_name == "boolean" and not isinstance(value, bool):
            yield _broken(value, where, "Member must be true or false")


def _check_structure(shape: StructureShape, value: object, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield _broken(value, where, "Member must be a structure")
        return
    for name in shape.required_members:
        if name not in value:
            yield _broken(None, _below(where, name), "Member must not be null")
    for name, item in value.items():
        if name not in shape.members:
            yield f"Unknown member '{name}' at '{where or 'the request'}'"
        else:
            yield from _check(shape.members[name], item, _below(where, name))


def _check_text(shape: Shape, value: object, where: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield _broken(value, where, "Member must be a string")
        return
    if shape.enum and value not in shape.enum:
        known = ", ".join(sorted(shape.enum))
        yield _broken(value, where, f"Member must satisfy enum value set: [{known}]")
    yield from _check_length(shape, value, where)
    pattern = shape.metadata.get("pattern")
    expression = _expression(pattern) if pattern else None
    if expression is not None and not expression.fullmatch(value):
        yield _broken(value, where, f"Member must satisfy regular expression pattern: {pattern}")


def _check_length(shape: Shape, value: Sized, where: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(value) < least:
        rule = f"Member must have length greater than or equal to {least}"
        yield _broken(value, where, rule)
    if most is not None and len(value) > most:
        yield _broken(value, where, f"Member must have length less than or equal to {most}")


def _check_number(shape: Shape, value: object, where: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield _broken(value, where, "Member must be a number")
        return
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        rule = f"Member must have value greater than or equal to {least}"
        yield _broken(value, where, rule)
    if most is not None and value > most:
        yield _broken(value, where, f"Member must have value less than or equal to {most}")


@cache
def _expression(pattern: str) -> re.Pattern[str] | None:
    """Return a pattern for Python; None for the few, none of a job, that it cannot express."""
    for java, python in _CLASSES.items():
        pattern = pattern.replace(java, python)
    try:
        return re.compile(pattern, re.DOTALL)
    except re.error:
        return None


def _below(where: str, name: str) -> str:
    """Return a member's path as the service writes it: each name begins in lower case."""
    name = name[:1].lower() + name[1:]
    return f"{where}.{name}" if where else name


def _broken(value: object, where: str, rule: str) -> str:
    return f"Value '{value}' at '{where}' failed to satisfy constraint: {rule}"
