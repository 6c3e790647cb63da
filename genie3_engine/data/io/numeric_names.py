"""Decide whether numbers are names: of genes, such as Entrez's, or of samples, such as times."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from genie3_engine.data.decisions import Alternative, Certainty, Decision
from genie3_engine.data.gene_identifiers import classify_names, identifiers
from genie3_engine.data.io.header_words import corner_kind, has_header_word, may_be_gene
from genie3_engine.data.io.table import FloatMatrix, ReadOptions, Table

ENOUGH = 2.0
_CLOSE = 1.0
_OF_A_KIND = -4.0
_MANY = 12
_LOOKED_AT = 200
_ROWS_LOOKED_AT = 2_000


@dataclass(frozen=True, slots=True)
class NameEvidence:
    """The evidence that numbers are names.

    Parameters
    ----------
    score : float
        From `ENOUGH` on they are taken for names.
    reasons : tuple of str
        The clauses that support the verdict, the strongest first.
    """

    score: float
    reasons: tuple[str, ...] = ()

    @property
    def are_names(self) -> bool:
        """Return the verdict."""
        return self.score >= ENOUGH

    @property
    def certainty(self) -> Certainty:
        """Return whether the verdict is clear."""
        return Certainty.GUESS if -_CLOSE <= self.score - ENOUGH < _CLOSE else Certainty.CLEAR

    @property
    def sentence(self) -> str:
        """Return the two strongest reasons."""
        text = " and ".join(self.reasons[:2])
        return f"{text[:1].upper()}{text[1:]}." if text else ""


def evidence_of_names(
    values: FloatMatrix,
    body: FloatMatrix,
    *,
    corner: str | None,
    others: Sequence[str] | None,
    regulators: Collection[str] = (),
) -> NameEvidence:
    """Weigh whether the numbers of one column are names of its rows.

    Parameters
    ----------
    values : (n,) float64
        The numbers.
    body : (n, n_columns) float64
        The columns next to it.
    corner : str or None
        The name above the numbers; None where there is none to look at.
    others : sequence of str or None
        The names above the other columns.
    regulators : collection of str
        Names of genes.

    Returns
    -------
    NameEvidence
        For the names of columns, exchange rows and columns.
    """
    if not len(values) or not np.isfinite(values).all():
        return NameEvidence(-3.0, ("values are missing among them",))
    clues = [
        *_of_header(corner, others),
        *_of_regulators(values, corner, others, regulators),
        *_of_values(values, body[:, :_LOOKED_AT]),
    ]
    score = sum(weight for weight, _ in clues)
    sign = 1 if score >= ENOUGH else -1
    clues.sort(key=lambda clue: -abs(clue[0]))
    reasons = tuple(reason for weight, reason in clues if weight * sign > 0 and reason)
    return NameEvidence(score, reasons)


def doubted_names(found: NameEvidence, values: FloatMatrix, corner: str) -> NameEvidence:
    """Return a verdict that numbers are names as a guess, where the numbers look like values.

    Numbers in no order look like values when they have fractions, when some are equal (but not as
    those of replicates are), or when they differ in length below a word that is not a usual header.

    Parameters
    ----------
    found : NameEvidence
        The verdict.
    values : (n,) float64
        The numbers.
    corner : str
        The name next to them.

    Returns
    -------
    NameEvidence
        The same verdict.
    """
    counts = Counter(values.tolist())
    is_usual = not corner or has_header_word(corner) or corner_kind(corner) != ""
    is_plain = _is_whole(values) and len(counts) == len(values)
    is_plain &= (is_usual and not may_be_gene(corner)) or _have_one_length(values)
    if not found.are_names or is_plain or _is_sorted(values):
        return found
    if _repeat_as_replicates(values, counts):
        return found
    return replace(found, score=min(found.score, ENOUGH + _CLOSE / 2))


Clue = tuple[float, str]


def _of_header(corner: str | None, others: Sequence[str] | None) -> list[Clue]:
    if corner is None:
        return []
    if not corner:
        return [(4.0, "the cell above them is empty")]
    clues: list[Clue] = []
    alike, reason = _likeness(corner, [name for name in others or () if name][:_LOOKED_AT])
    if re.fullmatch(r"(?i)unnamed:? ?\d*|x|index|v1|\.\.\.1", corner):
        clues.append((2.5, f"'{corner}' is what programs write above row names"))
    kind = corner_kind(corner)
    if kind and alike > _OF_A_KIND and not may_be_gene(corner):
        clues.append((4.0, f"'{corner}' is a header of names"))
        return clues
    if kind and alike >= 0:  # a gene such as key looks like the others
        clues.append((1.0, f"'{corner}' may be a header of names"))
    elif corner.startswith("#") or (has_header_word(corner) and alike > _OF_A_KIND):
        clues.append((1.5, f"'{corner}' looks like a header of names"))
    if alike:
        clues.append((alike, reason))
    return clues


def _likeness(corner: str, others: list[str]) -> Clue:
    """Compare a name with those next to it: below 0 when it is of their kind."""
    if not others:
        return 0.0, ""
    stem, n_stem = Counter(map(stem_of, others)).most_common(1)[0]
    if len(others) > 1 and n_stem >= 0.6 * len(others) and (stem or all(map(_is_number, others))):
        if stem_of(corner) == stem and any(c.isdigit() for c in corner) == any(
            c.isdigit() for c in others[0]
        ):
            return _OF_A_KIND, f"'{corner}' is a name like '{others[0]}'"
        return 2.5, f"'{corner}' is not a name like '{others[0]}'"
    found = identifiers(others)
    if found.kind not in ("", "gene symbols") and found.share >= 0.6:
        if identifiers([corner]).kind == found.kind:
            return _OF_A_KIND, f"'{corner}' is a name like '{others[0]}'"
        return 2.0, f"'{corner}' is not a name like '{others[0]}'"
    styles = Counter(map(_style, others))
    style, n_style = styles.most_common(1)[0]
    if n_style >= 0.7 * len(others):
        if _style(corner) == style:
            return -0.9, f"'{corner}' is written like '{others[0]}'"
        is_unlike_all = len(others) >= _MANY and not styles[_style(corner)]
        weight = 2.0 if is_unlike_all else 1.0
        return weight, f"'{corner}' is not written like '{others[0]}'"
    return 0.0, ""


def is_of_kind(name: str, others: Sequence[str]) -> bool:
    """Return whether a name is one of a series, or of the same kind of sample, as most others."""
    others = others[:_LOOKED_AT]
    if _likeness(name, list(others))[0] <= _OF_A_KIND:
        return True
    kind = classify_names(others).kind
    return bool(kind) and classify_names([name]).kind == kind


def stem_of(name: str) -> str:
    """Return a name without the number at its end, in lower case."""
    return re.sub(r"[\W_]*\d+$", "", name).lower()


def _style(name: str) -> tuple[bool, bool, bool]:
    """Return whether a name has small letters, capital letters, and marks."""
    return (
        any(c.islower() for c in name),
        any(c.isupper() for c in name),
        any(not c.isalnum() for c in name),
    )


def _is_number(name: str) -> bool:
    return re.fullmatch(r"[+-]?\d+(\.\d+)?", name.strip(), re.ASCII) is not None


def _of_regulators(
    values: FloatMatrix,
    corner: str | None,
    others: Sequence[str] | None,
    regulators: Collection[str],
) -> list[Clue]:
    clues: list[Clue] = []
    wanted = {name.strip().casefold() for name in regulators}
    if corner and corner.casefold() in wanted:
        n_others = sum(name.casefold() in wanted for name in others or ())
        clues.append((-4.0 if n_others else -2.0, f"the list of regulators has '{corner}'"))
    numbers = {name for name in wanted if name.isdigit()}
    found = numbers.intersection(names_of(values)) if numbers else set()
    if found and len(found) >= min(2, len(wanted)) and 2 * len(numbers) >= len(wanted):
        clues.append((6.0, f"the list of regulators has {len(found)} of them"))
    return clues


def _of_values(values: FloatMatrix, body: FloatMatrix) -> list[Clue]:
    n = len(values)
    whole = _is_whole(values)
    counts = Counter(values.tolist())
    unique = len(counts) == n
    fractions = _share_with_fractions(body)
    clues: list[Clue] = []
    if n >= 3 and values[0] in (0, 1) and bool((np.diff(values) == 1).all()):
        return [(4.0, f"they count from {int(values[0])}")]
    sorted_ = n >= 5 and _is_sorted(values)
    n_sorted = _n_sorted(body)
    if sorted_ and n_sorted <= 0.1:
        clues.append((3.0, "they are sorted and all different"))
    replicates = _repeat_as_replicates(values, counts)
    if replicates and _share_of_few_numbers(body) < 0.5:
        clues.append((3.0, "they repeat as replicates do"))
    elif whole and not unique and not sorted_:
        clues.append((-2.0, "some are equal"))
    if fractions > 0.5:
        if whole and unique:
            clues.append((3.0, "they are whole and all different while the others have fractions"))
        elif not whole and not (sorted_ or replicates):
            clues.append((-3.0, "they are fractions like the others"))
    elif fractions == 0 and not whole and not (sorted_ or replicates):
        clues.append((-1.0, "they are fractions while the others are whole"))
    if whole and unique and fractions <= 0.5:
        if _share_repeated(body) > 0.5:
            clues.append((1.0, "they are all different while the others repeat"))
        positive = np.abs(values[values != 0])
        level = float(np.nanquantile(np.abs(body), 0.95)) if np.isfinite(body).any() else 0.0
        if len(positive) and float(np.median(positive)) > 10 * max(level, 1.0):
            clues.append((2.0, "they are far larger than the others"))
        elif _have_one_length(values) and _share_of_one_length(body) < 0.3:
            clues.append((1.5 if positive[0] > 1e4 else 1.0, "they have the same number of digits"))
    if unique and whole:
        clues.extend(_of_correlation(values, body))
    return clues


def _have_one_length(values: FloatMatrix) -> bool:
    """Return whether whole numbers all have the same number of digits, three at least."""
    low, high = float(values.min()), float(values.max())
    return low >= 100 and len(str(int(low))) == len(str(int(high)))


def _share_of_one_length(body: FloatMatrix) -> float:
    alike = [np.isfinite(c).all() and _have_one_length(c) for c in body.T[:50]]
    return float(sum(alike)) / max(1, len(alike))


def _of_correlation(values: FloatMatrix, body: FloatMatrix) -> list[Clue]:
    """Compare the ranks of a column with the mean ranks of the others, as far as those agree."""
    n, m = body.shape
    if n < 10 or m < 3 or not np.isfinite(body).all():
        return []
    ranks = np.argsort(np.argsort(body, axis=0), axis=0).astype(np.float64)
    own = np.argsort(np.argsort(values)).astype(np.float64)
    total = ranks.sum(axis=1)
    agree = [_correlation(ranks[:, i], total - ranks[:, i]) for i in range(m)]
    if float(np.median(agree)) < 0.6:
        return []
    if abs(_correlation(own, total)) < 0.4:
        return [(2.5, "they do not correlate with the others, which agree")]
    if _correlation(own, total) > 0.6:
        return [(-3.0, "they correlate with the others")]
    return []


def _correlation(a: FloatMatrix, b: FloatMatrix) -> float:
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / size if size else 0.0


def _is_sorted(values: FloatMatrix) -> bool:
    """Return whether each number is above the one before, or each below."""
    steps = np.diff(values)
    return bool((steps > 0).all()) or bool((steps < 0).all())


def _is_whole(values: FloatMatrix) -> bool:
    return bool((values == np.floor(values)).all())


def _share_with_fractions(body: FloatMatrix) -> float:
    with np.errstate(invalid="ignore"):
        fractions = np.isfinite(body) & (body != np.floor(body))
    return float(fractions.any(axis=0).mean()) if body.size else 0.0


def _share_repeated(body: FloatMatrix) -> float:
    """Return the share of columns in which some number occurs twice."""
    repeated = [len(np.unique(column)) < len(column) for column in body.T[:50]]
    return sum(repeated) / max(1, len(repeated))


def _share_of_few_numbers(body: FloatMatrix) -> float:
    """Return the share of columns in which each number occurs twice on average."""
    few = [2 * len(np.unique(column)) <= len(column) for column in body.T[:50]]
    return sum(few) / max(1, len(few))


def _n_sorted(body: FloatMatrix) -> float:
    steps = np.diff(body, axis=0)
    if not steps.size:
        return 0.0
    return float(((steps >= 0).all(axis=0) | (steps <= 0).all(axis=0)).mean())


def _repeat_as_replicates(values: FloatMatrix, counts: Counter[float]) -> bool:
    """Return whether each number occurs about as often: in a row, or in turns."""
    n, kinds = len(values), len(counts)
    if n < 4 or not 3 <= kinds <= n / 2:
        return False
    most, least = max(counts.values()), min(counts.values())
    runs = 1 + int((np.diff(values) != 0).sum())
    in_a_row = runs == kinds
    in_turns = runs >= n - 1 and bool((values[:kinds] == values[kinds : 2 * kinds]).all())
    return (in_a_row or in_turns) and least >= 2 and most <= 2 * least


def names_of(values: FloatMatrix) -> list[str]:
    """Return numbers as names, without a point where they are whole."""
    return [str(int(v)) if float(v).is_integer() else repr(float(v)) for v in values]


def decide_row_names(table: Table, options: ReadOptions, *, is_told: bool = False) -> None:
    """Decide by the whole table whether its first column has the names of the rows.

    Parameters
    ----------
    table : Table
        With numbers; changed: names become numbers, or numbers names, where the first lines had
        it wrong. The decision is added to it.
    options : ReadOptions
        The user's word, which is obeyed.
    is_told : bool
        Whether the names of the rows are as the user requested.
    """
    if table.sparse is not None or not table.blocks:
        return
    if is_told:
        _record_request(table, options)
    elif table.row_names is None:
        _numbers_to_names(table, options)
    elif table.genes_in_rows is None and all(map(_is_number, table.row_names[:100])):
        _check_names(table, options)
    elif table.row_names is not None:
        where = f"Column '{table.corner}'" if table.corner else "The first column"
        table.decisions.append(
            Decision("row-names", f"{where} has the names of the rows.", names=(table.corner,))
        )


def _record_request(table: Table, options: ReadOptions) -> None:
    has = table.row_names is not None
    taken = f"Column '{table.corner}' has the names of the rows."
    table.decisions.append(
        Decision(
            "row-names",
            taken if has else "The rows have no names.",
            "As requested.",
            Certainty.TOLD,
            names=(table.corner,) if has else (),
            options={"name_column": options.name_column},
        )
    )


def _numbers_to_names(table: Table, options: ReadOptions) -> None:
    names = table.column_names
    corner, others = (None, None) if names is None else (names[0], names[1:])
    values = np.concatenate([block[:, 0] for block in table.blocks])
    found = evidence_of_names(
        values[:_ROWS_LOOKED_AT],
        _sample(table, 1),
        corner=corner,
        others=others,
        regulators=options.regulators,
    )
    if table.n_columns < 2:
        return
    first = values[:_ROWS_LOOKED_AT]
    are_names = (
        found.are_names and _are_complete(values) and (_is_whole(values) or not _is_whole(first))
    )
    wanted = (
        options.orientation == "genes-in-rows"
        and _are_complete(values)
        and _is_whole(values)
        and len(set(values.tolist())) == len(values)
    )
    shown = f"Column '{corner}'" if corner else "The first column"
    if not (are_names or wanted):
        if found.certainty is Certainty.GUESS and found.score < ENOUGH:
            other = Alternative(f"{shown} has names", {"name_column": 1})
            taken = f"{shown} has values, not names."
            table.decisions.append(
                Decision("row-names", taken, found.sentence, found.certainty, (other,))
            )
        return
    table.row_names = names_of(values)
    table.corner = corner or ""
    table.column_names = None if names is None else names[1:]
    table.blocks = [np.ascontiguousarray(block[:, 1:]) for block in table.blocks]
    table.odd_cells = [replace(cell, column=cell.column - 1) for cell in table.odd_cells]
    table.column_annotations = {k: v[1:] for k, v in table.column_annotations.items()}
    if not are_names:
        found = NameEvidence(ENOUGH + _CLOSE, ("genes in the rows are requested",))
    table.decisions.append(_names_decision(shown, corner or "", found))


def _check_names(table: Table, options: ReadOptions) -> None:
    """Doubt numbers that were taken for names by the first lines."""
    names = table.row_names or []
    corner = table.corner
    shown = f"Column '{corner}'" if corner else "The first column"
    if not all(map(_is_number, names)):
        table.decisions.append(Decision("row-names", f"{shown} has the names of the rows."))
        return
    values = np.array(list(map(float, names)))
    found = evidence_of_names(
        values[:_ROWS_LOOKED_AT],
        _sample(table, 0),
        corner=corner if table.column_names is not None else None,
        others=table.column_names,
        regulators=options.regulators,
    )
    first = values[:_ROWS_LOOKED_AT]
    if _is_whole(first) and not _is_whole(values):
        found = NameEvidence(0.0, ("below there are fractions among them",))
    if found.are_names or options.orientation == "genes-in-rows" or table.column_names is None:
        table.decisions.append(_names_decision(shown, corner, found))
        return
    taken = f"{shown} has the names of the rows."
    other = _as_values(shown, corner)
    table.decisions.append(
        Decision(
            "row-names",
            taken,
            f"The first lines look so, but {found.reasons[0]}." if found.reasons else "",
            Certainty.GUESS,
            (other,),
            (corner,),
        )
    )


def _names_decision(shown: str, corner: str, found: NameEvidence) -> Decision:
    other = _as_values(shown, corner)
    is_usual = not corner or (corner_kind(corner) != "" and not may_be_gene(corner))
    return Decision(
        "row-names",
        f"{shown} has the names of the rows, which are numbers.",
        found.sentence,
        found.certainty,
        () if is_usual and found.certainty is Certainty.CLEAR else (other,),
        (corner,),
    )


def _as_values(shown: str, corner: str) -> Alternative:
    keep = {"keep": (corner,)} if corner else {}
    return Alternative(f"{shown} has values", {"name_column": "none", **keep})


def _are_complete(values: FloatMatrix) -> bool:
    return bool(np.isfinite(values).all())


def _sample(table: Table, start: int) -> FloatMatrix:
    """Return the first rows without the columns before ``start``."""
    parts: list[FloatMatrix] = []
    left = _ROWS_LOOKED_AT
    for block in table.blocks:
        parts.append(block[:left, start : start + _LOOKED_AT])
        left -= len(parts[-1])
        if left <= 0:
            break
    return np.concatenate(parts)
