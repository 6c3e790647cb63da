"""Record what was found about the columns and rows of a table, and put it into words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from genie3_engine.data.decisions import Alternative, Certainty, Decision
from genie3_engine.data.role_names import NamedRole

UNLIKE = "unlike"
BY_USER = "chosen by the user"
_SHOWN = 5
_MOST_OFFERED = 30
_MOST_SINGLY = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found about one column or row.

    Parameters
    ----------
    place : int
        Which.
    noun : str
        What its numbers are, such as ``lengths``; `UNLIKE` where that is not known, `BY_USER` where
        only the user decides.
    is_aside : bool
        Whether it is set aside.
    certainty : Certainty
        How sure that is.
    evidence : str
        Why, the end of a sentence.
    instead : tuple of str
        Names of lines that are set aside where this one is kept.
    """

    place: int
    noun: str
    is_aside: bool
    certainty: Certainty
    evidence: str
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Axis:
    """The columns or the rows of a table.

    Parameters
    ----------
    kind : str
        ``column`` or ``row``.
    names : list of str
        Made up where the file has none.
    named : dict of int to NamedRole
        The roles that names state, by place.
    has_genes : bool
        Whether the genes are on it.
    """

    kind: str
    names: list[str]
    named: dict[int, NamedRole]
    has_genes: bool


def decisions_of(axis: Axis, verdicts: list[Verdict]) -> Iterator[Decision]:
    """Yield one decision for the lines of each kind.

    Parameters
    ----------
    axis : Axis
        The axis of the lines.
    verdicts : list of Verdict
        What was found about them.
    """
    groups: dict[tuple[str, bool, Certainty, str], list[Verdict]] = {}
    for verdict in verdicts:
        proof = verdict.evidence if "of the others" in verdict.evidence else ""
        key = (verdict.noun, verdict.is_aside, verdict.certainty, proof)
        groups.setdefault(key, []).append(verdict)
    yield from (_decision(axis, found) for found in groups.values())


def _decision(axis: Axis, found: list[Verdict]) -> Decision:
    """Return the decision on lines of one kind."""
    noun, is_aside, certainty = found[0].noun, found[0].is_aside, found[0].certainty
    names = tuple(dict.fromkeys(axis.names[each.place] for each in found))
    which, several = _which(axis, names, len(found))
    be = "are" if several else "is"
    what = "" if noun in {UNLIKE, BY_USER, "empty"} else f" ({noun})"
    taken = f"{which} {be} set aside{what}." if is_aside else f"{which} {be} kept."
    reasons = Counter(each.evidence for each in found)
    reason = reasons.most_common(1)[0][0]
    subject = "unlike-lines" if noun == UNLIKE and not is_aside else "set-aside"
    if several:
        reason = re.sub(r"\bit (is|has|does)\b", lambda m: f"they {_PLURAL[m[1]]}", reason)
        reason = re.sub(r"\bits (name|numbers)\b", r"their \1", reason)
    evidence = f"{reason[:1].upper()}{reason[1:]}."
    here = names if len(names) <= _MOST_OFFERED else names[:_SHOWN]
    singly: tuple[Alternative, ...] = ()
    these = f"the first {len(here)}" if here != names else "them" if several else "it"
    other = (
        Alternative(f"Keep {these}", {"keep": here})
        if is_aside
        else Alternative(f"Set {these} aside", {"set_aside": here})
    )
    if found[0].instead:
        options = {"keep": names, "set_aside": found[0].instead}
        other = Alternative("Take these instead", options)
    elif several and not is_aside and len(names) <= _MOST_SINGLY:
        singly = tuple(Alternative(f"Only '{name}'", {"set_aside": (name,)}) for name in names)
    is_told = certainty is Certainty.TOLD
    return Decision(
        subject,
        taken,
        evidence,
        certainty,
        () if is_told else (other, *singly),
        names,
        {"set_aside" if is_aside else "keep": names} if is_told else {},
    )


_PLURAL = {"is": "are", "has": "have", "does": "do"}


def _which(axis: Axis, names: tuple[str, ...], n_lines: int) -> tuple[str, bool]:
    shown = ", ".join(f"'{name}'" for name in names[:_SHOWN])
    more = len(names) - _SHOWN
    shown += f" and {more:,} more" if more > 0 else ""
    if n_lines == 1:
        return f"{axis.kind.capitalize()} {shown}", False
    number = f"{n_lines:,} " if n_lines > _SHOWN or n_lines > len(names) else ""
    kinds = f"{axis.kind}s"
    return f"{number}{kinds if number else kinds.capitalize()} {shown}", True
