"""Match the names of regulators or targets with the genes of a data set."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from genie3_engine.data.gene_identifiers import classify_names
from genie3_engine.data.gene_table import GeneTable
from genie3_engine.errors import InputError

_VERSION = re.compile(r"\.\d{1,3}$")
_ACCESSION = re.compile(r"\d{4,}")
_NEAR_AT_MOST = 3
_NAMES_COMPARED = 20
_CANDIDATES_COMPARED = 4_000
_SHOWN_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Match:
    """Wanted names against the genes of a data set.

    Parameters
    ----------
    found : tuple of str
        Names that are genes, each once, in the order they were wanted.
    missing : tuple of str
        Names that are not.
    near : dict of str to tuple of str
        For some of the missing names, genes that may have been meant, nearest first.
    what : str
        What is matched, for messages.
    """

    found: tuple[str, ...]
    missing: tuple[str, ...]
    near: dict[str, tuple[str, ...]] = field(default_factory=dict)
    what: str = "regulator"

    def missing_sentence(self) -> str:
        """Return one sentence that names what is missing and what is near; empty if nothing is."""
        if not self.missing:
            return ""
        shown = ", ".join(self._with_near(name) for name in self.missing[:_SHOWN_AT_MOST])
        more = len(self.missing) - _SHOWN_AT_MOST
        tail = f" and {more:,} more" if more > 0 else ""
        one = len(self.missing) == 1
        count = f"{len(self.missing):,} {self.what}{'' if one else 's'} {'is' if one else 'are'}"
        return f"{count} not among the genes: {shown}{tail}."

    def require_all(self) -> Match:
        """Return the match itself when nothing is missing.

        Raises
        ------
        InputError
            Naming what is missing and the nearest genes.
        """
        if self.missing:
            raise InputError(
                self.missing_sentence(), f"Correct the names or drop them from the {self.what}s."
            )
        return self

    def _with_near(self, name: str) -> str:
        near = self.near.get(name, ())
        meant = " or ".join(f"'{gene}'" for gene in near)
        return f"'{name}' (near: {meant})" if near else f"'{name}'"


def identified(names: Iterable[str], genes: Sequence[str], table: GeneTable) -> tuple[str, ...]:
    """Replace symbols by the identifiers of their genes.

    Parameters
    ----------
    names : iterable of str
        Names of genes of the data, symbols of the gene table, or others.
    genes : sequence of str
        The genes of the data.
    table : GeneTable
        Their symbols.

    Returns
    -------
    tuple of str
        Each name once; a symbol gives all genes that have it, other names stay as they are.
    """
    known = frozenset(genes)
    found: dict[str, None] = {}
    for name in names:
        found.update(dict.fromkeys([name] if name in known else table.find(name) or [name]))
    return tuple(found)


def match_names(wanted: Iterable[str], genes: Sequence[str], *, what: str = "regulator") -> Match:
    """Find wanted names among the genes.

    Parameters
    ----------
    wanted : iterable of str
        Names; space around them is ignored.
    genes : sequence of str
        The genes of the data set.
    what : str
        What is wanted, for messages.

    Returns
    -------
    Match
        Names are found only when they are spelt alike. For those missing, genes that differ in
        case, in a version suffix (``ENSG00000141510.17``) or, accessions aside, by a few letters
        are named; the last for the first few only, since comparing letters with 40,000 genes takes
        a while.

    Raises
    ------
    InputError
        When no name is found, naming the nearest genes.
    """
    match = matched(wanted, genes, what=what)
    if not match.found:
        raise no_overlap_error(match, genes)
    return match


def matched(wanted: Iterable[str], genes: Sequence[str], *, what: str = "regulator") -> Match:
    """Find wanted names among the genes, also where none is found.

    Parameters
    ----------
    wanted, genes, what
        As `match_names` takes them.

    Returns
    -------
    Match
        As `match_names` returns it, perhaps without any name found.
    """
    names = tuple(dict.fromkeys(name.strip() for name in wanted))
    known = set(genes)
    found = tuple(name for name in names if name in known)
    missing = tuple(name for name in names if name not in known)
    return Match(found, missing, _near_names(missing, genes), what)


def _near_names(missing: Sequence[str], genes: Sequence[str]) -> dict[str, tuple[str, ...]]:
    if not missing:
        return {}
    by_key: dict[str, list[str]] = defaultdict(list)
    for gene in genes:
        by_key[_key(gene)].append(gene)
    near: dict[str, tuple[str, ...]] = {}
    n_compared = 0
    for name in missing:
        alike = by_key.get(_key(name), [])
        if not alike and n_compared < _NAMES_COMPARED:
            n_compared += 1
            alike = _similar(name, by_key)
        if alike:
            near[name] = tuple(alike[:_NEAR_AT_MOST])
    return near


def _key(name: str) -> str:
    """Return what names have in common that differ in case, version or punctuation only."""
    return re.sub(r"[\s_.-]+", "", _VERSION.sub("", name.strip()).casefold())


def spelt_alike(name: str, gene: str) -> bool:
    """Return whether two names differ in case, version or punctuation only."""
    return _key(name) == _key(gene)


def _similar(name: str, by_key: dict[str, list[str]]) -> list[str]:
    """Return genes a few letters away, compared with at most a few thousand of similar length.

    An accession such as ENSG00000141510 or b1334 is right or wrong: its neighbours by number are
    other genes.
    """
    key = _key(name)
    if _ACCESSION.search(key):
        return []
    length = len(key)
    allowed = 1 if length < 5 else 2
    candidates = [
        other
        for other in by_key
        if abs(len(other) - length) <= allowed and (other[:1] == key[:1] or other[1:3] == key[1:3])
    ]
    if len(candidates) > _CANDIDATES_COMPARED:
        candidates = sorted(candidates, key=lambda other: -_shared_start(key, other))
        candidates = candidates[:_CANDIDATES_COMPARED]
    cutoff = 0.7 if length < 8 else 0.8
    close = difflib.get_close_matches(key, candidates, n=_NEAR_AT_MOST, cutoff=cutoff)
    return [gene for other in close for gene in by_key[other]]


def _shared_start(left: str, right: str) -> int:
    n_shared = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        n_shared += 1
    return n_shared


def no_overlap_error(match: Match, genes: Sequence[str]) -> InputError:
    """Return the error for names of which none is a gene."""
    return InputError(_no_overlap(match, genes), _no_overlap_remedy(match))


def near_sentence(match: Match) -> str:
    """Return which genes the first missing names are near, with a space before; or nothing."""
    if not match.near:
        return ""
    nearest = ", ".join(
        f"'{name}' is near {' or '.join(repr(gene) for gene in match.near[name])}"
        for name in list(match.near)[:3]
    )
    return f" {nearest}."


def _no_overlap(match: Match, genes: Sequence[str]) -> str:
    if not match.missing:
        return f"There are no {match.what}s."
    first = "', '".join(genes[:3])
    wanted = "', '".join(match.missing[:3])
    head = (
        f"None of the {len(match.missing):,} {match.what}s ('{wanted}') is among the "
        f"{len(genes):,} genes ('{first}', ...)"
    )
    kinds = classify_names(match.missing).kind, classify_names(genes).kind
    if all(kinds) and kinds[0] != kinds[1]:
        return f"{head}: the {match.what}s are {kinds[0]}, the genes are {kinds[1]}."
    if not match.near:
        return f"{head}, and none is near one."
    return f"{head};{near_sentence(match)}"


def _no_overlap_remedy(match: Match) -> str:
    if not match.missing:
        return "Give at least one name."
    return (
        "Give names of the same kind and spelling as in the expression file, or check that the "
        "genes were found on the right axis (orientation)."
    )
