"""Detect whether genes are in the rows or in the columns, and orient the matrix."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from genie3_engine.data.decisions import Alternative, Certainty, Decision
from genie3_engine.data.gene_identifiers import NameClass, classify_names
from genie3_engine.data.gene_labels import likeliest_labels
from genie3_engine.data.io.header_words import corner_kind
from genie3_engine.data.io.sandbox.array_files import pieces
from genie3_engine.data.io.table import Table
from genie3_engine.data.levels import levels_of
from genie3_engine.errors import InputError, OptionError

GENES_IN_ROWS = "genes-in-rows"
GENES_IN_COLUMNS = "genes-in-columns"
ORIENTATIONS = ("auto", GENES_IN_ROWS, GENES_IN_COLUMNS)
_SURE = 0.5
_NAMES_ARE_CLEAR, _FORMAT_IS_WRONG, _FORMAT_IS_DOUBTED = 1.0, 2.0, 0.75
_BOTH_ARE_GENES = 0.25
_MOST_OF_LEVELS, _CLAUSES = 1.0, 2
_REGULATORS_AGAINST_FORMAT = 0.25  # samples may be named after the genes that were perturbed
_GUESS = "The orientation is a guess: check it, and set it if it is wrong."


@dataclass(frozen=True, slots=True)
class Orientation:
    """Where the genes are.

    Parameters
    ----------
    genes_in_rows : bool
        False when they are in the columns.
    reason : str
        One plain sentence.
    warning : str
        What the user should check: that the evidence is weak, or contradicts the user's option.
    is_told : bool
        Whether it is the user's word.
    """

    genes_in_rows: bool
    reason: str
    warning: str = ""
    is_told: bool = False

    @property
    def is_guess(self) -> bool:
        """Return whether the evidence is weak, and the warning states no more than the decision."""
        return _GUESS in self.warning and not self.is_told

    @property
    def decision(self) -> Decision:
        """Return it as a decision, with the other orientation where that is worth a look."""
        where, there = ("rows", "columns") if self.genes_in_rows else ("columns", "rows")
        certainty = Certainty.GUESS if self.is_guess else Certainty.CLEAR
        doubt = self.warning.replace(_GUESS, "").rstrip() if self.is_guess else ""
        return Decision(
            "orientation",
            f"Genes are in the {where}.",
            doubt or self.reason,
            Certainty.TOLD if self.is_told else certainty,
            (Alternative(f"Genes in the {there}", {"orientation": f"genes-in-{there}"}),)
            if self.warning and not self.is_told
            else (),
            options={"orientation": self.name} if self.is_told else {},
        )

    @property
    def name(self) -> str:
        """Return the word that the command line uses."""
        return GENES_IN_ROWS if self.genes_in_rows else GENES_IN_COLUMNS


@dataclass(frozen=True, slots=True)
class _Evidence:
    """One hint: its weight, above 0 for genes in rows, and its reason."""

    weight: float
    clause: str


def orientation_of(
    table: Table, *, wanted: str = "auto", regulators: Collection[str] | None = None
) -> Orientation:
    """Decide which axis the genes are on.

    Parameters
    ----------
    table : Table
        What was read.
    wanted : {'auto', 'genes-in-rows', 'genes-in-columns'}
        The user's word, which is obeyed.
    regulators : collection of str, optional
        Names of genes; the axis that has them is the genes'.

    Returns
    -------
    Orientation
        The decision with its reason.

    Raises
    ------
    OptionError
        When ``wanted`` is none of the three.
    InputError
        When the genes' axis has no names.

    Notes
    -----
    Hints are weighed and added: overlap with the regulators (decisive), whether an axis has no
    names, the cell above the row names, the pattern of the names, the shape (more genes
    than samples is usual), and the levels: genes differ in their mean expression far more than
    samples do, unless genes have been centred, which shows too.
    """
    if wanted not in ORIENTATIONS:
        raise OptionError(
            f"The orientation is {wanted!r}.", f"Give one of {', '.join(ORIENTATIONS)}."
        )
    rows, columns = table.row_names, table.column_names
    if table.genes_in_rows is not None:
        return _as_format_says(table, table.genes_in_rows, wanted, regulators or ())
    if rows is None and columns is None:
        raise InputError(
            "The file has numbers only, neither a header nor row names.",
            "Add the genes' names, as a first row or as a first column.",
        )
    if wanted != "auto":
        return _as_wanted(table, wanted == GENES_IN_ROWS, regulators)
    if rows is None:
        reason = "The header has names and the rows have none, so it names genes."
        return Orientation(False, reason, _unlike_genes(columns or (), "header", "first column"))
    if columns is None:
        reason = "The rows have names and there is no header, so the rows are genes."
        return Orientation(True, reason, _unlike_genes(rows, "row names", "first row"))
    return _weighed(_hints(table, rows, columns, regulators))


def _as_format_says(
    table: Table, genes_in_rows: bool, wanted: str, regulators: Collection[str]
) -> Orientation:
    """Use the format's orientation, unless the user's option or clear evidence differs."""
    declared = Orientation(genes_in_rows, table.orientation_reason)
    if wanted == "auto":
        return _doubted(table, declared, regulators)
    if wanted == declared.name:
        return replace(declared, is_told=True)
    axis = "columns" if genes_in_rows else "rows"
    if (table.column_names if genes_in_rows else table.row_names) is None:
        raise InputError(
            f"The {axis} have no names, so genes cannot be in the {axis}.",
            f"Choose genes in {'rows' if genes_in_rows else 'columns'}.",
        )
    return Orientation(
        not genes_in_rows,
        f"Genes are in the {axis} as requested.",
        f"Genes are read from the {axis} as requested, but the file suggests otherwise. "
        f"{table.orientation_reason}",
        True,
    )


def _doubted(table: Table, declared: Orientation, regulators: Collection[str]) -> Orientation:
    """Compare the format's orientation with the names, the regulators and the levels.

    The shape is not used: files of single cells have more cells than genes, or fewer.
    """
    sign = 1.0 if declared.genes_in_rows else -1.0
    rows, columns = table.row_names or (), table.column_names or ()
    hints = _of_unlike_names(rows, columns)
    if not regulators and sign * sum(hint.weight for hint in hints) > _NAMES_ARE_CLEAR:
        return declared
    rows, columns = (
        likeliest_labels(table, of_rows=of_rows, regulators=regulators) for of_rows in (True, False)
    )
    hints = _of_unlike_names(rows, columns)
    if rows and columns and regulators:
        found = _of_regulators(rows, columns, regulators)
        share = _REGULATORS_AGAINST_FORMAT if hints else _REGULATORS_AGAINST_FORMAT / 2
        hints.append(replace(found, weight=found.weight * share))
    if sign * sum(hint.weight for hint in hints) >= _SURE:
        return declared
    if table.n_rows and table.n_columns and not _has_negative(table):
        hints.append(_of_levels(table))
    total = sign * sum(hint.weight for hint in hints)
    against = sorted((h for h in hints if sign * h.weight < -0.15), key=lambda h: sign * h.weight)
    clauses = " and ".join(hint.clause for hint in against[:2])
    axis, other = ("columns", "rows") if declared.genes_in_rows else ("rows", "columns")
    if total <= -_FORMAT_IS_WRONG and rows and columns:
        return Orientation(
            not declared.genes_in_rows,
            f"Genes are in the {axis}: {clauses}.",
            f"Genes are read from the {axis}, as if the file had been written with genes and "
            f"cells swapped: {clauses}. {table.orientation_reason} If that is right, set the "
            f"orientation to genes in {other}.",
        )
    if total > -_FORMAT_IS_DOUBTED:
        return declared
    return replace(
        declared,
        warning=f"The file may have been written with genes and cells swapped: {clauses}. "
        f"{table.orientation_reason} {_GUESS}",
    )


def _has_negative(table: Table) -> bool:
    """Return whether values are below 0: scaled genes have no level of their own."""
    if table.sparse is not None:
        values = table.sparse.data
        return any(bool((values[piece] < 0).any()) for piece in pieces(table.sparse))
    return any(bool((block < 0).any()) for block in table.blocks)


def _of_unlike_names(rows: Sequence[str], columns: Sequence[str]) -> list[_Evidence]:
    """Compare the names of both axes; samples may be named after the genes that were perturbed."""
    looks = _without_numbers(rows), _without_numbers(columns)
    return [] if min(look.score for look in looks) > _BOTH_ARE_GENES else _of_names(*looks)


def _without_numbers(names: Sequence[str]) -> NameClass:
    """Classify names; numbers have the score 0."""
    look = classify_names(names)
    n_numbers = sum(map(str.isdecimal, names))
    return NameClass(0.0, "", look.example) if 2 * n_numbers > len(names) else look


def _unlike_genes(names: Sequence[str], where: str, missing: str) -> str:
    look = classify_names(names)
    if look.score > -_SURE:
        return ""
    return (
        f"The {where} ('{look.example}') might name samples: if so, add the genes' names as the "
        f"{missing}."
    )


def _as_wanted(
    table: Table, genes_in_rows: bool, regulators: Collection[str] | None
) -> Orientation:
    names = table.row_names if genes_in_rows else table.column_names
    axis, other = ("rows", "columns") if genes_in_rows else ("columns", "rows")
    if names is None:
        raise InputError(
            f"The {axis} have no names, so genes cannot be in the {axis}.",
            f"Choose genes in {other}, or add the genes' names.",
        )
    warning = ""
    if table.row_names is not None and table.column_names is not None:
        found = _weighed(_hints(table, table.row_names, table.column_names, regulators))
        if found.genes_in_rows != genes_in_rows and not found.warning:
            warning = (
                f"Genes are read from the {axis} as requested, but the file suggests otherwise. "
            )
            warning += found.reason
    reason = f"Genes are in the {axis} as requested."
    return Orientation(genes_in_rows, reason, warning, True)


def _weighed(hints: list[_Evidence]) -> Orientation:
    total = sum(hint.weight for hint in hints)
    genes_in_rows = total >= 0
    agreeing = [hint for hint in hints if hint.weight * (1 if genes_in_rows else -1) > 0.15]
    agreeing.sort(key=lambda hint: -abs(hint.weight))
    where = "rows" if genes_in_rows else "columns"
    if not agreeing:
        return Orientation(
            True,
            "No evidence distinguishes genes from samples, so genes are taken to be in the rows.",
            _GUESS,
        )
    clauses = " and ".join(hint.clause for hint in agreeing[:_CLAUSES])
    warning = "" if abs(total) >= _SURE else _GUESS
    return Orientation(genes_in_rows, f"Genes are in the {where}: {clauses}.", warning)


def _hints(
    table: Table,
    rows: Sequence[str],
    columns: Sequence[str],
    regulators: Collection[str] | None,
) -> list[_Evidence]:
    hints = []
    if regulators:
        hints.append(_of_regulators(rows, columns, regulators))
    hints.append(_of_corner(table.corner))
    hints.extend(_of_names(classify_names(rows), classify_names(columns)))
    is_clear = sum(abs(hint.weight) for hint in hints) > _NAMES_ARE_CLEAR
    hints.append(_of_shape(len(rows), len(columns)))
    if not _are_settled(hints, most=_MOST_OF_LEVELS if is_clear else 2 * _MOST_OF_LEVELS):
        levels = _of_levels(table)
        hints.append(levels if is_clear else _doubled(levels))
    return hints


def _are_settled(hints: list[_Evidence], *, most: float) -> bool:
    """Return whether a further hint of so much weight would change neither verdict nor words."""
    total = sum(hint.weight for hint in hints)
    sign = 1.0 if total >= 0 else -1.0
    n_stronger = sum(sign * hint.weight > most for hint in hints)
    return abs(total) - most >= _SURE and n_stronger >= _CLAUSES


def _doubled(levels: _Evidence) -> _Evidence:
    """Increase the weight of levels where names are weak evidence."""
    return replace(levels, weight=2 * levels.weight)


def _of_regulators(
    rows: Sequence[str], columns: Sequence[str], regulators: Collection[str]
) -> _Evidence:
    wanted = {name.strip().lower() for name in regulators}
    in_rows = len(wanted.intersection(name.lower() for name in rows))
    in_columns = len(wanted.intersection(name.lower() for name in columns))
    if in_rows == in_columns:
        return _Evidence(0.0, "")
    most, least = max(in_rows, in_columns), min(in_rows, in_columns)
    axis, other = ("row", "column") if in_rows > in_columns else ("column", "row")
    weight = 12.0 * (most - least) / most
    clause = f"{most:,} of the {len(wanted):,} regulators are {axis} names and {least:,} {other}"
    return _Evidence(weight if axis == "row" else -weight, f"{clause} names")


def _of_corner(corner: str) -> _Evidence:
    kind = corner_kind(corner)
    clause = f"the cell above the row names is '{corner}'"
    return _Evidence({"genes": 2.0, "samples": -2.0}.get(kind, 0.0), clause)


def _of_names(rows: NameClass, columns: NameClass) -> list[_Evidence]:
    def clause(axis: str, look: NameClass) -> str:
        if look.kind:
            return f"the {axis} names are {look.kind} such as '{look.example}'"
        as_what = "genes" if look.score > 0 else "samples"
        return f"the {axis} names, such as '{look.example}', look like {as_what}"

    return [
        _Evidence(3.0 * rows.score, clause("row", rows)),
        _Evidence(-3.0 * columns.score, clause("column", columns)),
    ]


def _of_shape(n_rows: int, n_columns: int) -> _Evidence:
    weight = 0.35 * min(4.0, max(-4.0, math.log2(n_rows / n_columns)))
    more, fewer = ("rows", "columns") if n_rows > n_columns else ("columns", "rows")
    numbers = sorted((n_rows, n_columns), reverse=True)
    return _Evidence(
        weight, f"there are more {more} ({numbers[0]:,}) than {fewer} ({numbers[1]:,})"
    )


def _of_levels(table: Table) -> _Evidence:
    """Compare how much the means of rows and of columns differ, beyond chance."""
    levels = levels_of(table.blocks, table.sparse)
    if levels.flat_axis:
        weight = 1.0 if levels.flat_axis == "row" else -1.0
        return _Evidence(weight, f"every {levels.flat_axis} has been centred, as genes are")
    weight = 0.25 * levels.contrast
    weight *= min(1.0, min(table.n_rows, table.n_columns) / 10)  # chance rules small tables
    differ, other = ("rows", "columns") if weight > 0 else ("columns", "rows")
    return _Evidence(
        weight, f"the {differ} differ in their level more than the {other}, as genes do"
    )
