"""Find times, perturbations and replicates in names of samples, such as ``TP53_KO_24h_rep2``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from genie3_engine.data.perturbations import (
    GeneNames,
    Perturbation,
    is_unperturbed,
    kind_of,
    may_state_kind,
    read_perturbation,
)
from genie3_engine.data.sheet_columns import SheetColumn, SheetRole, SheetRoles
from genie3_engine.data.time_points import TimePoint, time_point

_BETWEEN = re.compile(r"[\s_.]+|(?<=[A-Za-z0-9])-(?=[A-Za-z0-9])")
_REPLICATE = re.compile(r"(?:biol?|tech)?(?:rep(?:licate|l)?|r|br|b|n)[-#]?(\d{1,2}|[a-c])", re.I)
_REPLICATE_WORD = re.compile(r"(?:biol?|tech)?rep(?:licate|l)?|replicate", re.I)
_FEWEST_TIMES = 3
_FEWEST_GENES = 2
_MOST_SAMPLES = 5_000
_ONE_DIGIT = str.maketrans("012345678", "9" * 9)


def roles_in_names(samples: Sequence[str], genes: GeneNames) -> SheetRoles | None:
    """Return the columns of a sample sheet that the names of samples spell out.

    Parameters
    ----------
    samples : sequence of str
        Names of the samples.
    genes : GeneNames
        The genes of the data.

    Returns
    -------
    SheetRoles or None
        None unless nearly every name has a time, three different ones at least, or two genes or
        more are named together with how they were perturbed.
    """
    if not 1 < len(samples) <= _MOST_SAMPLES or len(set(samples)) < len(samples):
        return None
    if not _may_state_roles(samples):
        return None
    parts = list(map(_parts, samples))
    times = _times(parts)
    perturbed = _perturbed(parts, genes)
    if times is None and perturbed is None:
        return None
    columns: dict[SheetRole, list[str]] = {SheetRole.REPLICATE: []}
    if perturbed is not None:
        columns[SheetRole.PERTURBED] = perturbed
    if times is not None:
        columns[SheetRole.TIME], columns[SheetRole.SERIES] = times, []
    for place, own in enumerate(parts):
        left = list(own)
        if times is not None:
            left.remove(times[place])
        replicate = _taken_replicate(left)
        columns[SheetRole.REPLICATE].append(replicate)
        if times is not None:
            columns[SheetRole.SERIES].append(" ".join(left) or "series")
    if not any(columns[SheetRole.REPLICATE]):
        del columns[SheetRole.REPLICATE]
    return SheetRoles(
        {role: SheetColumn(str(role), tuple(texts)) for role, texts in columns.items()}
    )


def _parts(name: str) -> list[str]:
    return [part for part in _BETWEEN.split(name) if part]


def _may_state_roles(samples: Sequence[str]) -> bool:
    """Return whether the first name has a time or some name may state a perturbation; fast.

    Names that differ in their digits only are examined once.
    """
    forms = {name.translate(_ONE_DIGIT) for name in samples}
    has_time = any(map(_states_time, _parts(samples[0])))
    return has_time or any(may_state_kind(" ".join(_parts(form))) for form in forms)


def _times(parts: Sequence[Sequence[str]]) -> list[str] | None:
    """Return the part of each name that is its time; None unless all names have one."""
    found: list[str] = []
    for own in parts:
        stated = [part for part in own if _states_time(part)]
        if len(stated) != 1:
            return None
        found.append(stated[0])
    points = {time_point(text) for text in found}
    return found if len(points) >= _FEWEST_TIMES else None


def _states_time(part: str) -> bool:
    """Return whether a part is a time: a number with a unit, or ``t`` and a number."""
    point: TimePoint | None = time_point(part)
    has_number = any(sign.isdecimal() for sign in part)
    return point is not None and has_number and any(sign.isalpha() for sign in part)


def _perturbed(parts: Sequence[Sequence[str]], genes: GeneNames) -> list[str] | None:
    """Return the parts of each name that state a perturbed gene; None where few names do."""
    found: list[str] = []
    named: set[str] = set()
    read = lru_cache(maxsize=None)(lambda part: read_perturbation(part, genes))
    for own in parts:
        text = ""
        for place, part in enumerate(own if may_state_kind(" ".join(own)) else ()):
            follows = own[place + 1] if place + 1 < len(own) else ""
            before = own[place - 1] if place else ""
            gene = genes.find(part)
            if gene and kind_of(follows):
                text = f"{gene} {follows}"
            elif gene and before and kind_of(before):
                text = f"{gene} {before}"
            elif not gene and not is_unperturbed(part):
                one = read(part) if may_state_kind(part) else Perturbation()
                text = part if one.kinds and one.genes and not one.unknown else text
            if text:
                named |= set(read(text).genes)
                break
        found.append(text)
    return found if len(named) >= _FEWEST_GENES else None


def _taken_replicate(left: list[str]) -> str:
    """Remove the part of a name that is its replicate, and return its number."""
    for place, part in enumerate(left):
        follows = left[place + 1] if place + 1 < len(left) else ""
        if _REPLICATE_WORD.fullmatch(part) and re.fullmatch(r"\d{1,2}|[a-c]", follows, re.I):
            del left[place : place + 2]
            return follows
        found = _REPLICATE.fullmatch(part)
        if found:
            del left[place]
            return found[1]
    if left and re.fullmatch(r"\d{1,2}|[A-C]", left[-1]):
        return left.pop()
    return ""
