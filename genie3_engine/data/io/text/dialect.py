"""Detect how a text table is written: delimiter, quotation marks, header and row names."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from genie3_engine.data.decisions import Alternative, Certainty, Decision
from genie3_engine.data.io.header_words import corner_kind
from genie3_engine.data.io.numeric_names import (
    ENOUGH,
    NameEvidence,
    doubted_names,
    evidence_of_names,
    is_of_kind,
)
from genie3_engine.data.io.table import READ_FREELY, FloatMatrix, ReadOptions
from genie3_engine.data.io.text.cell_values import (
    decimal_sign,
    is_grouped,
    is_number,
    is_value,
    number,
)

DELIMITERS = ("\t", ";", ",", "|", " ")
_BEST_FITNESS = 2.0
_HIDING = 0.4  # less than the share of numbers in most tables, which is what it is set against
DELIMITER_NAMES = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar", " ": "space"}
_FEWEST_LINES, _CHARACTERS_LOOKED_AT = 10, 100_000
_CERTAIN = 10.0
_FEWEST_NAMES = 4
_FEWEST_ROWS, _BODY_CELLS, _COLUMNS_LOOKED_AT = 5, 20_000, 2_000
_CELLS_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells of one line are separated, and read as numbers.

    Parameters
    ----------
    delimiter : str
        One character; a space means any run of spaces and tabs.
    quote : str
        The quotation mark around cells.
    decimal : '.' or ','
        The decimal sign.
    n_cells : int
        Cells of a row of the body, its name included, an always empty last one not.
    ends_with_delimiter : bool
        True when each row of the body ends with a delimiter, which makes no cell.
    """

    delimiter: str
    quote: str = '"'
    decimal: str = "."
    n_cells: int = 0
    ends_with_delimiter: bool = False

    def cells(self, line: str) -> list[str]:
        """Split one line (without its line end) at its delimiters, quotes removed."""
        if self.delimiter == " ":
            line = line.replace("\t", " ").strip()
            if self.quote not in line:
                return line.split()
        elif self.quote not in line:
            return line.split(self.delimiter)
        skip = self.delimiter == " "
        rows = csv.reader(
            [line], delimiter=self.delimiter, quotechar=self.quote, skipinitialspace=skip
        )
        return next(rows)


@dataclass(frozen=True, slots=True)
class Layout:
    """Which cells of a text table are names.

    Parameters
    ----------
    has_header, has_row_names : bool
        Whether the first line, and the first cell of each other line, are names.
    column_names : list of str or None
        From the header, without the corner cell.
    corner : str
        The header's cell above the row names; empty when there is none.
    name_column : int
        Which cell of a row is its name.
    text_columns : tuple of int
        Which other cells are text and no numbers, ascending.
    text_names : tuple of str
        What the header calls them.
    decisions : tuple of Decision
        What was taken for what.
    """

    has_header: bool
    has_row_names: bool
    column_names: list[str] | None
    corner: str = ""
    name_column: int = 0
    text_columns: tuple[int, ...] = ()
    text_names: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def aside(self) -> tuple[int, ...]:
        """Return which cells of a row are not numbers, ascending."""
        names = (self.name_column,) if self.has_row_names else ()
        return tuple(sorted((*names, *self.text_columns)))


def detect_dialect(lines: list[str], delimiters: Sequence[str] = DELIMITERS) -> Dialect | None:
    """Find how a table is written from its first lines.

    Parameters
    ----------
    lines : list of str
        The first lines, without line ends, none blank.
    delimiters : sequence of str
        Those that are possible.

    Returns
    -------
    Dialect or None
        None when no delimiter makes more than one column.
    """
    quote = _quote_of(lines[0])
    best: tuple[float, Dialect] | None = None
    for delimiter in delimiters:
        dialect = _with_cells(Dialect(delimiter, quote), lines)
        if dialect.n_cells < 2:
            continue
        score = _fitness(dialect, lines) - _HIDING * _hides_cells(dialect, lines, delimiters)
        if best is None or score > best[0] + 1e-9:
            best = (score, dialect)
            if score >= _BEST_FITNESS:
                break
    return None if best is None else best[1]


def detect_layout(dialect: Dialect, lines: list[str], options: ReadOptions = READ_FREELY) -> Layout:
    """Find which cells are names from a table's first lines.

    Parameters
    ----------
    dialect : Dialect
        How the lines are written.
    lines : list of str
        The first lines, without line ends, none blank.
    options : ReadOptions
        The user's word, which is obeyed.

    Returns
    -------
    Layout
        What was found. A header one cell short is R's: it has no corner cell.
    """
    first = dialect.cells(lines[0])
    n_lines = max(_FEWEST_LINES, _CHARACTERS_LOOKED_AT // (len(lines[0]) + 1))
    body = [dialect.cells(line) for line in lines[1 : 1 + n_lines]]
    if first and not first[-1].strip() and len(first) == dialect.n_cells + 1:
        first = first[:-1]
    wanted = str(options.header_row)
    if wanted == "none":
        decision = Decision(
            "header",
            "The columns have no names.",
            "As requested.",
            Certainty.TOLD,
            options={"header_row": "none"},
        )
        rows = [first, *body]
        return Layout(
            False, _has_row_names(dialect, lines, rows, None, options), None, decisions=(decision,)
        )
    if len(first) == dialect.n_cells - 1 and (wanted != "auto" or options.name_column != "none"):
        decisions = _short_header(first, body, dialect.n_cells)
        return Layout(True, True, [name.strip() for name in first], decisions=decisions)
    found = _evidence_of_header(dialect, lines, first, body, options)
    if wanted != "auto":
        decision = Decision(
            "header",
            f"Row {wanted} has the names of the columns.",
            "As requested.",
            Certainty.TOLD,
            options={"header_row": options.header_row},
        )
    else:
        decision = _header_decision(first, found)
    if not found.are_names and wanted == "auto":
        rows = [first, *body]
        return Layout(
            False, _has_row_names(dialect, lines, rows, None, options), None, decisions=(decision,)
        )
    names = [name.strip() for name in first]
    if _has_row_names(dialect, lines, body, names, options):
        return Layout(True, True, names[1:], names[0], decisions=(decision,))
    return Layout(True, False, names, decisions=(decision,))


def _header_decision(first: list[str], found: NameEvidence) -> Decision:
    if found.score >= _CERTAIN:
        return Decision("header", "The first line has the names of the columns.")
    shown = ", ".join(cell.strip() for cell in first[:4])
    is_guess = found.certainty is Certainty.GUESS
    if found.are_names:
        taken = f"The first line ('{shown}, ...') has the names of the columns."
        other = Alternative("The first line has values", {"header_row": "none"})
    else:
        taken = "The first line has values: the columns have no names."
        other = Alternative("The first line has the names of the columns", {"header_row": 1})
    return Decision("header", taken, found.sentence, found.certainty, (other,) if is_guess else ())


def _evidence_of_header(
    dialect: Dialect,
    lines: list[str],
    first: list[str],
    body: list[list[str]],
    options: ReadOptions,
) -> NameEvidence:
    """Weigh whether the first line has names, also where the names are numbers."""
    certain, never = NameEvidence(_CERTAIN), NameEvidence(ENOUGH - _CERTAIN)
    rows = [row for row in body if len(row) >= dialect.n_cells]
    width = min(len(first), dialect.n_cells)
    rows = rows[: max(_FEWEST_ROWS, _BODY_CELLS // max(1, dialect.n_cells))]
    names_are_text = any(not is_value(row[0], decimal=dialect.decimal) for row in rows)
    skip = int(names_are_text)
    if not rows:
        texts = [name for name in first[1:] if not is_value(name, decimal=dialect.decimal)]
        return certain if texts else never
    places = range(skip, width, max(1, width // _COLUMNS_LOOKED_AT))
    if not any(is_value(first[i], decimal=dialect.decimal) for i in places):
        return certain  # names only, whichever columns have numbers
    numeric = [i for i in places if _are_numbers((row[i] for row in rows), dialect.decimal)]
    names = [first[i] for i in numeric]
    texts = [name for name in names if not is_value(name, decimal=dialect.decimal)]
    if texts:
        # Among fractions a few texts are damaged numbers; among whole numbers they are names.
        fractions = any("." in name and is_number(name) for name in names)
        if len(texts) * 2 > len(names) or not fractions or (names[0] in texts[:1] and not skip):
            return certain
    if not numeric:
        return certain
    corner = first[0].strip()
    marks = [line.count(dialect.quote) for line in lines[:21]]
    if len(marks) > 1 and marks[0] > max(marks[1:]):
        return certain
    inner = [i for i in numeric if i > 0][:_CELLS_LOOKED_AT] or numeric
    values = _numbers([[first[i] for i in inner]], dialect.decimal)[0]
    inside = _numbers([[row[i] for i in inner] for row in rows], dialect.decimal)
    has_corner = names_are_text or (corner and not is_value(corner, decimal=dialect.decimal))
    found = evidence_of_names(
        values,
        inside.T,
        corner=corner if has_corner else None,
        others=[row[0].strip() for row in rows] if names_are_text else None,
        regulators=options.regulators if options.orientation != "genes-in-rows" else (),
    )
    firsts_are_filled = all(row[0].strip() for row in rows)
    if not names_are_text and (has_corner or (not corner and firsts_are_filled)):
        return certain
    wanted = options.orientation == "genes-in-columns" and not found.are_names
    if wanted and all(re.fullmatch(r"\d{1,15}", first[i].strip(), re.ASCII) for i in inner):
        return NameEvidence(ENOUGH, ("genes in the columns are requested",))
    return doubted_names(found, values, corner)


def _has_row_names(
    dialect: Dialect,
    lines: list[str],
    body: list[list[str]],
    names: list[str] | None,
    options: ReadOptions,
) -> bool:
    """Return whether the first cell of each row is its name, by the first lines."""
    if options.name_column == "none":
        return False
    rows = [row for row in body if row]
    if not rows:
        return names is not None and not is_value(names[0], decimal=dialect.decimal)
    if _only_first_cell_quoted(dialect, lines[1:] if names is not None else lines):
        return True
    if any(not is_value(row[0], decimal=dialect.decimal) for row in rows):
        return True
    full = [row for row in rows if len(row) >= dialect.n_cells]
    if not full or dialect.n_cells < 2:
        return False
    texts = [row[0].strip() for row in full]
    if all(texts) and any(re.fullmatch(r"0\d+", text, re.ASCII) for text in texts):
        return True
    values = _numbers([[text] for text in texts], dialect.decimal)[:, 0]
    cells = [row[1 : 1 + _CELLS_LOOKED_AT] for row in full]
    width = min(map(len, cells))
    body_numbers = _numbers([row[:width] for row in cells], dialect.decimal)
    kept = np.isfinite(body_numbers).any(axis=0)
    found = evidence_of_names(
        values,
        body_numbers[:, kept],
        corner=None if names is None else names[0],
        others=None if names is None else names[1:],
        regulators=options.regulators,
    )
    return found.are_names


def _are_numbers(cells: Iterable[str], decimal: str) -> bool:
    """Return whether most cells are numbers or missing."""
    are_values = [is_value(cell, decimal=decimal) for cell in cells]
    return sum(are_values) * 2 > len(are_values)


def _numbers(rows: list[list[str]], decimal: str) -> FloatMatrix:
    def value(cell: str) -> float:
        found = number(cell, decimal=decimal)
        return math.nan if found is None else found

    return np.array([[value(cell) for cell in row] for row in rows], dtype=np.float64)


def _quote_of(line: str) -> str:
    """Return a single quote when it encloses cells and no double quote does."""
    around = re.findall(r"(?:^|[\t;,| ])'[^']*'(?=$|[\t;,| ])", line)
    return "'" if '"' not in line and len(around) > 1 else '"'


def _with_cells(dialect: Dialect, lines: list[str]) -> Dialect:
    """Return the dialect with the number of cells that most lines of the body have."""
    body = lines[1:] or lines
    rows = [dialect.cells(line) for line in body[:20]]
    n_cells = Counter(len(row) for row in rows).most_common(1)[0][0]
    usual = [row for row in rows if len(row) == n_cells]
    header = dialect.cells(lines[0])
    ends = n_cells > 2 and all(not row[-1].strip() for row in usual) and len(rows) > 0
    ends = ends and (len(header) < n_cells or not header[-1].strip())
    if ends and len(header) == n_cells - 1:
        ends = not _lacks_corner(header, _first_number(usual))
    numbers = [cell for row in usual[:10] for cell in row[1:500]]
    return Dialect(
        dialect.delimiter,
        dialect.quote,
        decimal_sign(numbers),
        n_cells - 1 if ends else n_cells,
        ends_with_delimiter=ends,
    )


def _first_number(rows: list[list[str]]) -> int:
    """Return which column is the first of numbers, after the names; 1 where none is."""
    columns = list(zip(*rows, strict=True))[1:-1]
    return next((i for i, cells in enumerate(columns, 1) if any(map(is_value, cells))), 1)


def _lacks_corner(header: list[str], first: int) -> bool:
    """Return whether a header one cell short is R's, above rows whose last column is empty.

    Otherwise the rows end with a delimiter, and the last name is a sample's as the others, or the
    first is a header of names. The column ``first`` is the first of numbers.
    """
    names = [cell.strip() for cell in header]
    if len(names) < max(_FEWEST_NAMES, first + 2) or not all(names):
        return False
    if is_of_kind(names[first - 1], names[first:]):
        return True
    return not corner_kind(names[0]) and not is_of_kind(names[-1], names[first:-1])


def _short_header(first: list[str], body: list[list[str]], n_cells: int) -> tuple[Decision, ...]:
    """Return that the header is taken for R's, as a guess where the last column is empty."""
    if any(row[-1].strip() for row in body if len(row) == n_cells) or is_of_kind(
        first[0].strip(), [name.strip() for name in first[1:]]
    ):
        return ()
    taken = f"The header has one cell less than the rows: '{first[0].strip()}' is above column 2."
    why = "If that is wrong, remove the delimiters at the ends of the rows."
    return (Decision("header", taken, why, Certainty.GUESS),)


def _fitness(dialect: Dialect, lines: list[str]) -> float:
    """Return how well a delimiter explains the lines, from 0 to 2: numeric and even."""
    rows = [dialect.cells(line) for line in (lines[1:] or lines)[:20]]
    wanted = dialect.n_cells + dialect.ends_with_delimiter
    even = sum(len(row) == wanted for row in rows) / len(rows)
    cells = [cell for row in rows[:10] for cell in row[1:500]]
    fitting = (is_value(cell, decimal=dialect.decimal) or is_grouped(cell) for cell in cells)
    numeric = sum(fitting) / max(len(cells), 1)
    return numeric + even


def _hides_cells(dialect: Dialect, lines: list[str], delimiters: Sequence[str]) -> bool:
    """Return whether each line has more of another delimiter than cells.

    A table with semicolons whose last column alone has decimal commas looks like a tidy table of
    two columns otherwise.
    """
    others = [mark for mark in delimiters if mark not in (dialect.delimiter, " ")]
    return any(all(line.count(mark) > dialect.n_cells for line in lines[:20]) for mark in others)


def _only_first_cell_quoted(dialect: Dialect, lines: list[str]) -> bool:
    """Return whether each row quotes its first cell and no other, as R does with row names."""
    mark = dialect.quote
    return bool(lines) and all(
        line.lstrip().startswith(mark) and line.count(mark) == 2 for line in lines
    )
