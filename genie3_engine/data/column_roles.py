"""Find the numeric columns and rows of a table that are not measurements, and set them aside.

The evidence is a name, and the numbers next to those of all others: see `role_names` and
`line_evidence`. A name that means one thing in every table and fits its numbers is enough, a name
that a sample or a gene may have needs numbers of another kind as well, and numbers alone are
enough only where they are computed from the others or count the rows.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.io.table import FloatMatrix, ReadOptions, Table
from genie3_engine.data.line_evidence import Line, LineComparison, line_of
from genie3_engine.data.line_verdicts import BY_USER, UNLIKE, Axis, Verdict, decisions_of
from genie3_engine.data.name_forms import NameForms
from genie3_engine.data.orientation import orientation_of
from genie3_engine.data.role_names import (
    READS_WITHOUT_GENE,
    ROLES,
    NamedRole,
    Role,
    roles_named,
    words_of,
)
from genie3_engine.data.sample_kinds import sample_kinds
from genie3_engine.data.single_sample import refuse_single_sample
from genie3_engine.data.table_lines import columns_at, rows_at, without_lines
from genie3_engine.errors import InputError, OptionError

_MOST_POINTS = 2_000
_MOST_VALUES = 200_000
_FEWEST_POINTS = 12
_FEWEST_LINES = 4
_FEWEST_ADDED = 3
_MOST_UNLIKE = 0.3
_FEW_UNLIKE = 3
_MANY_LINES = 60
_UNRELATED = 0.7
_OFTEN = 0.5
_FEW_ZEROS = 0.1

_SHOWN = 5
_PROOFS = ("the sum", "the mean")
_WHOLE = "whole numbers among fractions"
_SIGNAL = re.compile(
    r"[\W_]*(avg[\W_]*signal|mean[\W_]*signal|signal|intensity|expression|expr|raw|avg)$"
    r"|^(avg|mean)[\W_]*signal[\W_]+",
    re.I,
)
_IDENTIFIERS = "gene identifiers"
_BY_NOUN = {role.noun: role for role in ROLES}
_DETECTION, _P_VALUES = _BY_NOUN["detection p-values"], _BY_NOUN["p-values"]
_OF_ARRAYS = (_DETECTION, _BY_NOUN["records of single arrays"])
_TESTS = (_P_VALUES, _BY_NOUN["test results"])
# Words that describe samples, and might be names of genes in some organism.
_ALSO_GENES = frozenset({"batch", "sex", "gender", "cluster", "clusters", "rin", "bmi", "pmi"})
_ABOUT_GENES = tuple(
    role for role in ROLES if role.noun in {"lengths", "positions", "strands", "GC contents"}
)
_MOST_IN_DESCRIPTIONS = 250.0
_MOST_CODES = 6  # such as batches; a gene of so few counts has zeros among them
_GENES = frozenset({"MAX", "GC", "TES", "IDS", "PC", "HR", "SET", "MAD", "CS", "STAT"})


def interpret_columns(table: Table, options: ReadOptions) -> Table:
    """Set aside what is not a measurement.

    Parameters
    ----------
    table : Table
        What was read; its blocks are gone afterwards where something is set aside.
    options : ReadOptions
        The user's word, which is obeyed.

    Returns
    -------
    Table
        Without the columns and rows that are set aside, which its decisions name. Of samples in
        rows, the columns become annotations.

    Raises
    ------
    InputError
        When the table is one sample's, or results of a test.
    OptionError
        When the user names a column or row that the table does not have.
    """
    chosen = {name.strip() for name in (*options.set_aside, *options.keep)}
    if table.sparse is not None or not table.blocks:
        return _without_chosen(table, options) if chosen else table
    if table.row_names is None and table.column_names is None:
        return table
    columns, rows = _axes(table, options)
    _check_chosen(table, options, {*columns.names, *rows.names} if chosen else set())
    refuse_single_sample(table, columns.named, keep=options.keep)
    with np.errstate(all="ignore"):  # values near the largest float
        verdicts = {
            axis.kind: list(_verdicts(table, axis, other, options))
            for axis, other in ((columns, rows), (rows, columns))
        }
    aside = {
        kind: [each.place for each in found if each.is_aside] for kind, found in verdicts.items()
    }
    for axis in (columns, rows):
        table.decisions += decisions_of(axis, verdicts[axis.kind])
    if not any(aside.values()):
        return table
    n_left = len(columns.names) - len(aside["column"]), len(rows.names) - len(aside["row"])
    if min(n_left) < 1 or (n_left[0] < 2 and len(columns.names) > 2 and not chosen):
        raise InputError(
            f"The table has {'one column' if n_left[0] == 1 else 'no columns'} of measurements. "
            f"{table.decisions[-1].sentence}",
            "Give a table with a column for each sample, or keep a column with --keep-column.",
        )
    about = _annotations(table, columns, verdicts["column"])
    left = without_lines(table, rows=aside["row"], columns=aside["column"])
    left.row_annotations.update(_without_rows(about, set(aside["row"])))
    _clean_names(left, columns, verdicts["column"])
    return left


def _check_chosen(table: Table, options: ReadOptions, names: set[str]) -> None:
    """Refuse names that the table does not have; what is set aside may be named again."""
    aside = {name for each in table.decisions if each.subject == "set-aside" for name in each.names}
    texts = {*table.row_annotations, *table.column_annotations, *aside}
    for option, chosen, known in (
        ("--set-aside", options.set_aside, names | texts),
        ("--keep-column", options.keep, names),
    ):
        for name in chosen:
            if name.strip() not in known:
                raise OptionError(
                    f"There is no column or row of numbers '{name}' for {option}.",
                    "Give a name from the file's header or its row names.",
                )


def _without_chosen(table: Table, options: ReadOptions) -> Table:
    """Set aside what the user names in a sparse table, in which nothing else is."""
    axes = [
        Axis(kind, list(names or ()), {}, has_genes=(kind == "row") == bool(table.genes_in_rows))
        for kind, names in (("column", table.column_names), ("row", table.row_names))
    ]
    _check_chosen(table, options, {name for axis in axes for name in axis.names})
    aside = {}
    for axis in axes:
        verdicts = list(_chosen(axis, options).values())
        table.decisions += decisions_of(axis, verdicts)
        aside[axis.kind] = [each.place for each in verdicts if each.is_aside]
    return without_lines(table, rows=aside["row"], columns=aside["column"])


def _axes(table: Table, options: ReadOptions) -> tuple[Axis, Axis]:
    """Return columns and rows, with where the genes seem to be."""
    columns = list(table.column_names or (f"column {i + 1}" for i in range(table.n_columns)))
    rows = list(table.row_names or (f"row {i + 1}" for i in range(table.n_rows)))
    named_columns = roles_named(columns) if table.column_names else {}
    named_rows = roles_named(rows) if table.row_names else {}
    few = table
    if table.genes_in_rows is None:
        kept = _without(np.arange(len(columns)), named_columns)
        taken = _without(_spread(len(rows), len(columns)), named_rows)
        kept = kept if len(kept) else np.arange(len(columns))
        few = Table(
            [rows_at(table, taken)[:, kept]] if len(taken) else table.blocks,
            None if table.column_names is None else [columns[i] for i in kept],
            None if table.row_names is None else [rows[i] for i in taken] or rows,
            table.corner,
        )
    try:
        in_rows = orientation_of(
            few, wanted=options.orientation, regulators=options.regulators
        ).genes_in_rows
    except InputError:
        in_rows = table.row_names is not None
    return (
        Axis("column", columns, named_columns, not in_rows),
        Axis("row", rows, named_rows, in_rows),
    )


def _spread(n_points: int, n_lines: int) -> NDArray[np.intp]:
    """Return evenly spread places, as many as are looked at."""
    most = max(24, min(_MOST_POINTS, _MOST_VALUES // max(1, n_lines)))
    return np.linspace(0, n_points - 1, min(n_points, most)).astype(np.intp)


def _without(places: NDArray[np.intp], named: Mapping[int, NamedRole]) -> NDArray[np.intp]:
    if not named:
        return places
    left: NDArray[np.intp] = places[[place not in named for place in places.tolist()]]
    return left


def _verdicts(table: Table, axis: Axis, other: Axis, options: ReadOptions) -> Iterator[Verdict]:
    """Judge the lines of an axis that are not measurements, or may not be."""
    chosen = _chosen(axis, options)
    yield from chosen.values()
    genes = {name.casefold() for name in options.regulators} if axis.has_genes else set()
    named = {
        place: found
        for place, found in axis.named.items()
        if place not in chosen and axis.names[place].casefold() not in genes
    }
    named = _without_common_roles(named, n_lines=len(axis.names))
    if table.row_names is None and axis.kind == "column":  # they may be the rows' names
        named = {place: each for place, each in named.items() if not each.role.is_name}
    n_lines = len(axis.names)
    if n_lines < 2:
        return
    places = _without(_spread(len(other.names), n_lines), other.named)
    if not len(places):
        places = _spread(len(other.names), n_lines)
    if axis.kind == "row" and not named and n_lines > _MOST_POINTS:
        return  # rows of many genes are compared with each other only where a name is odd
    points = rows_at(table, places) if axis.kind == "column" else columns_at(table, places).T
    is_peer = np.ones(n_lines, dtype=np.bool_)
    is_peer[list({*named, *chosen})] = False
    empty = list(_empty(table, axis, points, is_peer))
    is_peer[[each.place for each in empty]] = False
    repeated = _repeated_samples(axis, points, is_peer)
    is_peer[[each.place for each in repeated]] = False
    comparison = LineComparison(points, is_peer)
    judge = _Judge(axis, comparison, places, named)
    found = [*empty, *repeated, *judge.verdicts()]
    pairs = list(judge.pairs({verdict.place for verdict in found}))
    yield from found
    yield from pairs
    judged = {*chosen, *named, *(each.place for each in (*found, *pairs))}
    yield from judge.unlike(judged)


def _empty(
    table: Table, axis: Axis, points: FloatMatrix, is_peer: NDArray[np.bool_]
) -> Iterator[Verdict]:
    """Set aside lines without a number whose names have no word of the other names."""
    if axis.has_genes or not np.isnan(points[0]).any():
        return
    is_empty = np.isnan(points).all(axis=0) & is_peer
    places = [place for place in np.flatnonzero(is_empty) if axis.names[place]]
    if not places:
        return
    others = [set(words_of(axis.names[i]).split()) for i in np.flatnonzero(is_peer & ~is_empty)]
    known = {word for words in others for word in words if not word.isdecimal()}
    places = [i for i in places if known.isdisjoint(words_of(axis.names[i]).split())]
    if not places or not others:
        return
    at = np.array(places, dtype=np.intp)
    whole = columns_at(table, at) if axis.kind == "column" else rows_at(table, at).T
    for place, numbers in zip(places, whole.T, strict=True):
        if np.isnan(numbers).all():
            yield Verdict(
                int(place), "empty", True, Certainty.CLEAR, "it has a name and no numbers"
            )


def _repeated_samples(axis: Axis, points: FloatMatrix, is_peer: NDArray[np.bool_]) -> list[Verdict]:
    """Set aside all but one kind of measurement of the same samples."""
    if axis.has_genes or len(points) < _FEWEST_LINES:
        return []
    places = np.flatnonzero(is_peer).tolist()
    compared = LineComparison(points, is_peer)
    found = sample_kinds(axis.names, places, lambda: compared.is_whole)
    if found is None:
        return []
    kept = tuple(axis.names[place] for place in found.places[found.kinds[0]])
    return [
        Verdict(place, f"{kind} of the same samples", True, Certainty.GUESS, found.sentence, kept)
        for kind in found.kinds[1:]
        for place in found.places[kind]
    ]


def _without_common_roles(named: dict[int, NamedRole], *, n_lines: int) -> dict[int, NamedRole]:
    """Leave out roles that most lines state: a matrix of ratios has ratios only."""
    counts = Counter(found.role.noun for found in named.values())
    return {
        place: found
        for place, found in named.items()
        if 2 * counts[found.role.noun] <= n_lines
        or n_lines < _FEWEST_LINES
        or (found.role in _OF_ARRAYS and len(named) < n_lines)
    }


def _chosen(axis: Axis, options: ReadOptions) -> dict[int, Verdict]:
    aside = {name.strip() for name in options.set_aside}
    kept = {name.strip() for name in options.keep}
    if not aside and not kept:
        return {}
    return {
        place: Verdict(place, BY_USER, name in aside, Certainty.TOLD, "you chose this")
        for place, name in enumerate(axis.names)
        if name in aside or name in kept
    }


class _Judge:
    """Judges the lines of one axis."""

    def __init__(
        self,
        axis: Axis,
        comparison: LineComparison,
        places: NDArray[np.intp],
        named: dict[int, NamedRole],
    ) -> None:
        self.axis = axis
        self.comparison = comparison
        self.places = places
        self.named = named
        unnamed = [name for place, name in enumerate(axis.names) if place not in named]
        self._forms = NameForms(unnamed if named else ())

    def verdicts(self) -> Iterator[Verdict]:
        """Judge the lines whose names state a role, and those that prove one without a name."""
        for place, found in self.named.items():
            verdict = self._named(place, found)
            if verdict is not None:
                yield verdict
        for empty in np.flatnonzero(self.comparison.is_empty):
            if not self.axis.names[empty]:
                yield self._verdict(int(empty), "empty", ["it has neither a name nor numbers"])
        n_peers = int(self.comparison.is_peer.sum())
        if n_peers < _FEWEST_ADDED or len(self.places) < _FEWEST_POINTS:
            return
        for place in self._computed():
            formula = self.comparison.formula(place, self.comparison.is_peer, only=_PROOFS)
            if formula:
                yield self._verdict(place, "summaries of the others", [f"it is {formula} of them"])
        if not self.axis.has_genes:
            for place in self._counting():
                yield self._verdict(place, "row numbers", ["it numbers the rows"])

    def _counting(self) -> list[int]:
        """Return the unnamed lines whose numbers count the points."""
        compared = self.comparison
        offsets = compared.points[[0, -1]] - self.places[[0, -1], None]
        may_count = compared.is_peer & (offsets[0] == offsets[1])
        return [
            int(place)
            for place in np.flatnonzero(may_count)
            if line_of(compared.points[:, place], self.places).counts_up
        ]

    def _computed(self) -> list[int]:
        """Return the unnamed lines that may be the sum or the mean of the others."""
        points = self.comparison.points[:12]
        if not np.isfinite(points).all():
            return []
        total = points[:, self.comparison.is_peer].sum(axis=1, keepdims=True)
        found = np.zeros(points.shape[1], dtype=np.bool_)
        for wanted in (total / 2, total / max(2, int(self.comparison.is_peer.sum()))):
            close = np.abs(points - wanted) <= 0.51 * (points == np.floor(points)) * (
                np.abs(wanted) > 50
            ) + 0.006 + 2e-3 * np.abs(wanted)
            found |= close.all(axis=0)
        found &= self.comparison.is_peer
        return [int(place) for place in np.flatnonzero(found)][:3]

    def _named(self, place: int, found: NamedRole) -> Verdict | None:
        role = found.role
        line = line_of(self.comparison.points[:, place], self.places)
        named = f"it is named like {role.noun}"
        if not line.n_values:
            if self.axis.has_genes and not found.is_sure:
                return None  # a gene that lacks its values
            return self._verdict(place, role.noun, [named, "it is empty"])
        if role is READS_WITHOUT_GENE:
            return self._verdict(place, role.noun, [named])
        if not role.fits(line):
            return self._doubted(place, role, "its numbers cannot be that")
        is_alike = self.comparison.is_alike(place)
        formula = ""
        if role.is_summary or is_alike or not found.is_sure:
            formula = self._formula(place)
        if formula:
            return self._verdict(place, role.noun, [named, f"it is {formula} of the others"])
        oddities = self.comparison.oddities(place)
        in_case = self.axis.has_genes and not self._forms.differ_from(self.axis.names[place])
        if found.is_sure:
            is_doubtful = (is_alike and not role.is_summary) or (in_case and not oddities)
            is_word = self.axis.has_genes and self.axis.names[place].lower() in _ALSO_GENES
            if is_word and ((in_case and not oddities) or self._may_be_gene(role, line, oddities)):
                return self._doubted(place, role, "its numbers are like those of the others")
            is_doubtful |= is_word and not oddities
            certainty = Certainty.GUESS if is_doubtful else Certainty.CLEAR
            return self._verdict(place, role.noun, [named, *oddities[:2]], certainty)
        if self._may_be_gene(role, line, oddities):
            return self._doubted(place, role, "its numbers are like those of the others")
        if self._is_enough(place, line, role, oddities):
            return self._verdict(place, role.noun, [named, *oddities[:2]])
        is_weak = len(self.axis.names[place]) < 2 or (
            len(self.places) < _FEWEST_POINTS and not self.axis.has_genes
        )
        if oddities or is_weak or in_case or is_alike or role.is_summary or role in _TESTS:
            return self._doubted(place, role, "its numbers do not show it")
        return self._verdict(
            place, role.noun, [named, "its numbers fit, but also a measurement"], Certainty.GUESS
        )

    def _may_be_gene(self, role: Role, line: Line, oddities: list[str]) -> bool:
        """Return whether a line's numbers are those of a gene, rather than what its name states.

        What is about genes is not in a line of a gene, and descriptions of samples such as ages
        and numbers of batches are whole and not large.
        """
        if not self.axis.has_genes or oddities or line.counts_up:
            return False
        return role in _ABOUT_GENES or not line.is_whole or line.high > _MOST_IN_DESCRIPTIONS

    def _formula(self, place: int) -> str:
        """Return what a line is computed as, from the unnamed lines or all that may be peers."""
        peers = self.comparison.is_peer
        formula = self.comparison.formula(place, peers)
        plain = [other for other, each in self.named.items() if not each.is_sure]
        if formula or len(plain) < 2:
            return formula
        wider = peers.copy()
        wider[plain] = True
        return self.comparison.formula(place, wider)

    def _is_enough(self, place: int, line: Line, role: Role, oddities: list[str]) -> bool:
        """Return whether numbers support a name that a sample or a gene may also have."""
        is_long = len(self.places) >= _FEWEST_POINTS
        n_signs = sum(sign.isalnum() for sign in self.axis.names[place])
        if int(self.comparison.is_peer.sum()) < _FEWEST_LINES or n_signs < 2:
            return False  # two or three lines have no usual numbers, and a letter names anything
        if role.is_summary and line.n_different == 1 and is_long and not self.axis.has_genes:
            return True
        if not oddities:
            return role.noun == "row numbers" and line.counts_up
        if len(self.axis.names[place]) > 1 and (
            not self.axis.has_genes or self._forms.differ_from(self.axis.names[place])
        ):
            return True
        text = " ".join(oddities)
        is_code = line.low >= 1 and line.n_different <= _MOST_CODES and "different numbers" in text
        return len(oddities) > 1 or is_code or "fractions" in text or "below 0" in text

    def _doubted(self, place: int, role: Role, why: str) -> Verdict | None:
        """Keep a line whose name states a role against its numbers, with a warning."""
        name = self.axis.names[place]
        if self.axis.has_genes and (len(name) < 2 or name.upper() in _GENES):
            return None
        return Verdict(
            place, role.noun, False, Certainty.GUESS, f"it is named like {role.noun}, but {why}"
        )

    @staticmethod
    def _verdict(
        place: int, noun: str, evidence: list[str], certainty: Certainty = Certainty.CLEAR
    ) -> Verdict:
        return Verdict(place, noun, True, certainty, _listed(evidence))

    def pairs(self, judged: set[int]) -> Iterator[Verdict]:
        """Set aside numbers from 0 to 1 that stand next to each of the other columns."""
        n_lines = self.comparison.points.shape[1]
        if self.axis.has_genes or n_lines < 2 * 2 or len(self.places) < 3:
            return
        low, high = self.comparison.low, self.comparison.high
        is_share = (low >= 0) & (high <= 1)
        is_share[list(judged)] = False
        if is_share.sum() < 2:
            return  # the usual case; counting the different numbers is slow
        is_share &= self.comparison.n_different > 1
        others = ~is_share
        others[list(judged)] = False
        n = int(is_share.sum())
        if n < 2 or n != int(others.sum()) or not (high[others] > 2).all():
            return
        places = np.flatnonzero(is_share)
        alternate = bool((np.diff(places) == 2).all())
        names = Counter(self.axis.names[place] for place in places)
        certainty = Certainty.CLEAR if alternate and len(names) == 1 else Certainty.GUESS
        why = "they are from 0 to 1, one for each column of larger numbers"
        for place in places:
            yield self._verdict(int(place), _DETECTION.noun, [why], certainty)

    def unlike(self, judged: set[int]) -> Iterator[Verdict]:
        """Warn of lines that differ from all others, whatever their names."""
        n_peers = int(self.comparison.is_peer.sum())
        if n_peers < _FEWEST_LINES:
            return
        is_short = len(self.places) < _FEWEST_POINTS  # whole numbers prove themselves soon
        unrelated: list[Verdict] = []
        others: list[Verdict] = []
        for place in self._suspects(judged):
            oddities = self.comparison.oddities(place)
            is_whole = any(_WHOLE in each for each in oddities)
            if is_short and not is_whole:
                continue
            if self._is_unlike(place, oddities):
                is_aside = not self.axis.names[place] and (is_whole or len(oddities) > 1)
                evidence = _listed(["it has no name"] * is_aside + oddities[:2])
                verdict = Verdict(place, UNLIKE, is_aside, Certainty.GUESS, evidence)
                (unrelated if "follow" in oddities[0] else others).append(verdict)
        share = _MOST_UNLIKE if n_peers <= _MANY_LINES else 0.0
        for found in (others, unrelated):
            if len(found) <= max(_FEW_UNLIKE if n_peers > 2 * _FEW_UNLIKE else 1, share * n_peers):
                yield from found

    def _suspects(self, judged: set[int]) -> list[int]:
        """Return the lines that are worth a look, at most a few, by fast comparisons."""
        compared, peers = self.comparison, self.comparison.is_peer
        whole = float(compared.is_whole[peers].mean())
        suspect = np.zeros(len(peers), dtype=np.bool_)
        if whole <= 0.2:
            suspect |= compared.is_whole
        if whole >= 0.9:
            suspect |= ~compared.is_whole
        levels = compared.level[peers]
        low, high = (
            np.quantile(levels, [0.02, 0.98])
            if len(levels) > 50
            else np.quantile(levels, [0.1, 0.9])
        )
        margin = max(1.0, 0.5 * (high - low))
        suspect |= compared.level > high + margin
        if not self.axis.has_genes:
            suspect |= (compared.level < low - margin) | (compared.high <= 1)
            if compared.usual_agreement >= _UNRELATED:
                suspect |= np.abs(compared.agreement) < compared.usual_agreement / 3
        if (compared.low[peers] < 0).mean() < 0.02:
            suspect |= compared.is_negative
        if (compared.low[peers] < 0).mean() > 0.98:
            suspect |= compared.low >= 0
        suspect[list(judged)] = False
        return [int(place) for place in np.flatnonzero(suspect & peers)][:200]

    def _is_unlike(self, place: int, oddities: list[str]) -> bool:
        if not oddities:
            return False
        text = " ".join(oddities)
        if self.axis.has_genes:
            zeros = self.comparison.zero_share
            have_zeros = float((zeros[self.comparison.is_peer] > 0).mean()) > _FEW_ZEROS
            is_often_zero = zeros[place] > _OFTEN and have_zeros
            return any(word in text for word in ("among", "below 0")) and not is_often_zero
        if self.comparison.high[place] == self.comparison.low[place]:
            return False  # the doctor reports constant samples
        strong = ("among", "below 0", "scale of their own", "0 to 1")
        if any(word in text for word in strong):
            return True
        return len(self.places) >= 3 * _FEWEST_POINTS // 2 and (
            "follow" in text and self.comparison.usual_agreement >= _UNRELATED
        )


def _listed(reasons: Sequence[str]) -> str:
    *first, last = reasons
    return f"{', '.join(first)} and {last}" if first else last


def _annotations(table: Table, columns: Axis, verdicts: list[Verdict]) -> dict[str, list[str]]:
    """Return columns that are set aside as texts: all about samples, other names of genes."""
    places = [
        each.place
        for each in verdicts
        if each.is_aside and (columns.has_genes or each.noun == _IDENTIFIERS)
    ]
    if not places:
        return {}
    values = columns_at(table, np.array(places, dtype=np.intp))
    return {
        columns.names[place]: [_text(value) for value in values[:, i].tolist()]
        for i, place in enumerate(places)
    }


def _text(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)


def _without_rows(about: dict[str, list[str]], dropped: set[int]) -> dict[str, list[str]]:
    return {
        name: [text for row, text in enumerate(texts) if row not in dropped]
        for name, texts in about.items()
    }


def _clean_names(table: Table, columns: Axis, verdicts: list[Verdict]) -> None:
    """Drop what all names of samples end in, such as ``.AVG_Signal``; next to p-values only."""
    has_pairs = sum(
        each.is_aside and each.noun in {_DETECTION.noun, _P_VALUES.noun} for each in verdicts
    )
    names = table.column_names
    if columns.has_genes or names is None or has_pairs < 2:
        return
    cleaned = [_SIGNAL.sub("", name) for name in names]
    if all(cleaned) and all(a != b for a, b in zip(cleaned, names, strict=True)):
        table.column_names = cleaned
