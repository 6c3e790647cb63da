"""Find samples that a table has several times, each time measured in another way.

An example is ``s1_count, s1_fpkm, s2_count, s2_fpkm``: two kinds of numbers of two samples.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.role_names import is_measure, words_of

_KIND = re.compile(
    r"raw|norm|normali[sz]ed|scaled|log|log \d+|vst|rlog|rma|tmm|voom|rpm|spm"
    r"|(lfq )?intensity|lfq|i ?baq|conf (lo|hi)|(un)?stranded"
)
_PARTS = re.compile(r"[A-Za-z0-9]+")
# Which kind to take: values that can be compared between samples before those that cannot.
_PREFERENCE = ("tpm", "lfq", "fpkm", "rpkm", "cpm", "rpm", "norm", "vst", "rlog", "log")
_MOST_WORDS = 3
_AGAIN = ".1"


@dataclass(frozen=True, slots=True)
class SampleKinds:
    """The kinds of measurement that each sample of a table has.

    Parameters
    ----------
    kinds : tuple of str
        What they are called, the one to take first.
    places : dict of str to tuple of int
        The columns of each kind.
    """

    kinds: tuple[str, ...]
    places: dict[str, tuple[int, ...]]

    @property
    def sentence(self) -> str:
        """Return the evidence, a clause."""
        *others, last = sorted(self.kinds)
        has_all = len({len(found) for found in self.places.values()}) == 1
        who = "each sample has" if has_all else "most samples have"
        return f"{who} {', '.join(others)} and {last}, and {self.kinds[0]} is taken"


def sample_kinds(
    names: Sequence[str], places: Sequence[int], is_whole: Callable[[], NDArray[np.bool_]]
) -> SampleKinds | None:
    """Find the kinds of measurement that all samples have.

    Parameters
    ----------
    names : sequence of str
        The names of all columns.
    places : sequence of int
        Those that may be samples.
    is_whole : callable
        Returns which columns have whole numbers only, (n_columns,) bool; called where it matters.

    Returns
    -------
    SampleKinds or None
        None unless each name is a sample's with the name of a kind before or behind it, and most
        samples have several. The name of a kind is a word for a measure. Any other two words are
        kinds where all samples have both, one with whole numbers and the other without; so are
        headings that occur twice, which pandas and R number.
    """
    splits = [_measure_in, _last_part]
    if any(names[place].endswith(_AGAIN) for place in places):
        splits.append(_again)
    for from_end in (True, False):
        for split in splits:
            parts = ((place, split(names[place], from_end)) for place in places)
            found = _crossed(parts, may_lack=split is _measure_in)
            if found is None:
                continue
            if split is _measure_in or _differ(found, is_whole()):
                return SampleKinds(tuple(sorted(found, key=lambda kind: _rank(kind, found))), found)
    return None


def _crossed(
    parts: Iterable[tuple[int, tuple[str, str] | None]], *, may_lack: bool
) -> dict[str, tuple[int, ...]] | None:
    """Return the places of each kind, where each sample, or most of them, has each kind once."""
    by_kind: dict[str, dict[str, int]] = defaultdict(dict)
    for place, part in parts:
        if part is None or part[0] in by_kind[part[1]]:
            return None
        by_kind[part[1]][part[0]] = place
    n_kinds = Counter(sample for found in by_kind.values() for sample in found)
    n_repeated = sum(n > 1 for n in n_kinds.values())
    are_all = all(n == len(by_kind) for n in n_kinds.values())
    if len(by_kind) < 2 or len(n_kinds) < 2 or not (are_all or may_lack):
        return None
    if 2 * n_repeated <= len(n_kinds):
        return None
    return {kind: tuple(found.values()) for kind, found in by_kind.items()}


def _measure_in(name: str, from_end: bool) -> tuple[str, str] | None:
    """Return the sample and the measure of a name; None without a measure."""
    words = words_of(name).split()
    for n in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
        kind = " ".join(words[-n:] if from_end else words[:n])
        if is_measure(kind) or _KIND.fullmatch(kind):
            return " ".join(words[:-n] if from_end else words[n:]), kind
    return None


def _last_part(name: str, from_end: bool) -> tuple[str, str] | None:
    """Return a name in two parts, at its last (or first) mark."""
    parts = _PARTS.findall(name)
    if len(parts) < 2:
        return None
    return ("_".join(parts[:-1]), parts[-1]) if from_end else ("_".join(parts[1:]), parts[0])


def _again(name: str, from_end: bool) -> tuple[str, str] | None:
    """Return a heading, and whether it is the second of its name."""
    del from_end
    return (name.removesuffix(_AGAIN), "second") if name.endswith(_AGAIN) else (name, "first")


def _differ(found: dict[str, tuple[int, ...]], is_whole: NDArray[np.bool_]) -> bool:
    """Return whether one of two kinds has whole numbers in each sample, and the other in none."""
    if len(found) != 2:
        return False
    one, other = (is_whole[list(places)] for places in found.values())
    return bool((one.all() and not other.any()) or (other.all() and not one.any()))


def _rank(kind: str, found: dict[str, tuple[int, ...]]) -> tuple[int, int, str]:
    """Return the order in which kinds are taken: those of more samples first."""
    places = [i for i, word in enumerate(_PREFERENCE) if word in kind]
    return (-len(found[kind]), min(places, default=len(_PREFERENCE)), kind)
