"""Read Excel workbooks (.xlsx).

A sheet is turned into lines of cells between tabs, and read as the text table that it could have
been saved as: headers, names, descriptions and gaps are found by the same rules.
"""

from __future__ import annotations

import csv
import datetime
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from genie3_engine.data.io.input_file import Source
from genie3_engine.data.io.table import Format, Part, ReadOptions, Table, chosen_part
from genie3_engine.data.io.text.cell_values import is_value
from genie3_engine.data.io.text.reader import read_lines, unsplittable
from genie3_engine.data.io.zip_safety import check_archive
from genie3_engine.errors import InputError

Workbook: TypeAlias = Any  # openpyxl has no types
_ZIP = b"PK\x03\x04"
_ENDINGS = (".xlsx", ".xlsm")
_CELLS_AT_MOST = 200_000_000
_EMPTY_ROWS_AT_MOST = 1_100_000
_FEWEST_NUMBERS = 6  # three genes in two samples
_SHEETS = "sheets"
_OF_AN_ARRAY = "= of an array"
# What openpyxl, the zip archive and the XML parser (ParseError is a SyntaxError) raise on damage.
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, SyntaxError, EOFError, OSError),
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, RuntimeError, OverflowError),
)


def read_excel(source: Source, options: ReadOptions) -> Table:
    """Read one sheet of a workbook.

    Parameters
    ----------
    source : Source
        The open file.
    options : ReadOptions
        Which sheet; by default the first whose cells are mostly numbers, names aside.

    Returns
    -------
    Table
        As a text table with the same cells.

    Raises
    ------
    InputError
        When the file is damaged or a bomb, a cell holds a formula, or it is not a table of numbers.
    OptionError
        When there is no such sheet.
    """
    name = source.path.name
    with _damage_explained(name), _workbook(name, source) as book:
        titles = [str(sheet.title) for sheet in book.worksheets]
        if not titles:
            raise InputError(f"{name} has no sheets of cells.", "Give a workbook with a table.")
        part = chosen_part(name, "sheet", titles, options.sheet, usual=titles[0])
        looked_at = [part.name] if options.sheet is not None else titles
        part, sheet = _chosen(name, book, part, looked_at)
    if sheet.fault is not None:
        raise sheet.fault
    if not sheet.rows:
        raise InputError(f"{name}: the sheet '{part.name}' is empty.", "Choose another sheet.")
    table = _as_text_table(name, sheet.rows, options)
    table.delimiter = table.encoding = ""
    table.part = part
    return table


EXCEL = Format(
    "Excel workbook",
    _ENDINGS,
    lambda source: (
        source.head.startswith(_ZIP) and (source.ending in _ENDINGS or b"xl/" in source.head)
    ),
    read_excel,
    part="sheet",
)


@contextmanager
def _damage_explained(name: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise InputError(
            f"{name} is damaged, or not an Excel workbook: {reason}.",
            "Save it again as .xlsx, or save the sheet as CSV.",
        ) from error


@contextmanager
def _workbook(name: str, source: Source) -> Iterator[Workbook]:
    import openpyxl

    with source.on_disk() as path:
        check_archive(name, path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that are not needed
            with path.open("rb") as file:
                book = openpyxl.load_workbook(
                    file, read_only=True, data_only=False, keep_links=False
                )
                try:
                    yield book
                finally:
                    book.close()


@dataclass(slots=True)
class _Sheet:
    """The texts of a sheet's cells, and why they cannot be taken, if so."""

    rows: list[list[str]] = field(default_factory=list)
    fault: InputError | None = None

    @property
    def is_table(self) -> bool:
        """True where there are two rows and two columns."""
        return len(self.rows) >= 2 and len(self.rows[0]) >= 2

    @property
    def has_numbers(self) -> bool:
        """True where numbers, or formulas, are half of the cells next to the names."""
        cells = [cell for row in self.rows[1:201] for cell in row[1:201] if cell]
        n_numbers = sum(_is_number(cell) for cell in cells)
        return n_numbers >= _FEWEST_NUMBERS and n_numbers * 2 >= len(cells)


def _is_number(cell: str) -> bool:
    return cell[0] == "=" or is_value(cell) or is_value(cell, decimal=",")


def _chosen(name: str, book: Workbook, part: Part, titles: list[str]) -> tuple[Part, _Sheet]:
    """Return the first sheet of numbers; where there is none, the first that may be a table."""
    first: tuple[Part, _Sheet] | None = None
    for title in titles:
        found = Part(part.kind, title, part.names), _rows(name, book, title)
        if found[1].has_numbers:
            return found
        if first is None or (found[1].is_table and not first[1].is_table):
            first = found
    return first or (part, _Sheet())


def _rows(name: str, book: Workbook, title: str) -> _Sheet:
    """Return the contents of a sheet's cells, without rows and columns that are empty."""
    sheet = book[title]
    sheet.reset_dimensions()  # the declared size may be wrong or a trap
    rows: list[list[str]] = []
    fault: InputError | None = None
    n_empty = n_cells = n_filled = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        filled = [i for i, value in enumerate(values) if value is not None and value != ""]
        n_empty = 0 if filled else n_empty + 1
        n_cells += len(values)
        n_filled += len(filled)
        if n_empty > _EMPTY_ROWS_AT_MOST or n_cells > min(_CELLS_AT_MOST, 10**6 + 64 * n_filled):
            raise InputError(
                f"{name}: the sheet '{title}' has its cells too far apart.",
                "Save the sheet as CSV, without empty rows and columns.",
                code="bomb",
            )
        if filled:
            row = [_text(value) for value in values[: filled[-1] + 1]]
            rows.append(row)
            formula = next((i for i, text in enumerate(row) if text.startswith("=")), None)
            if fault is None and formula is not None and row[formula] != "=":
                fault = _formula(name, title, number, formula, row[formula])
    width = max(map(len, rows), default=0)
    used = [any(len(row) > i and row[i] for row in rows) for i in range(width)]
    kept = [i for i, is_used in enumerate(used) if is_used]
    return _Sheet([[row[i] if i < len(row) else "" for i in kept] for row in rows], fault)


def _text(value: object) -> str:
    """Return the content of a cell; a number as it is stored, all its digits."""
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if not isinstance(value, str):
        return _OF_AN_ARRAY if "Formula" in type(value).__name__ else str(value)
    return " ".join(value.split())


def _formula(name: str, title: str, row: int, column: int, formula: str) -> InputError:
    from openpyxl.utils import get_column_letter

    shown = formula if len(formula) <= 40 else f"{formula[:40]}..."
    shown = shown.removeprefix("= ")
    return InputError(
        f"{name}: the cell {get_column_letter(column + 1)}{row} of the sheet '{title}' holds the "
        f"formula {shown}, whose value only Excel can compute.",
        "Copy the cells and paste them as values, then save.",
        code="formula",
    )


def sheet_lines(source: Source, wanted: str | None = None) -> dict[str, list[str]]:
    """Return the rows of each sheet that has some, with tabs between the cells.

    Parameters
    ----------
    source : Source
        The open workbook.
    wanted : str, optional
        The name or the number of the sheet to put first; by default the longest one.

    Returns
    -------
    dict of str to list of str
        For each sheet one text a row; a title above the table is a row of one cell. Sheets with
        formulas are left out, unless it is the first.

    Raises
    ------
    InputError
        When the file is damaged or a bomb, or a cell of the first sheet holds a formula.
    OptionError
        When there is no such sheet.
    """
    name = source.path.name
    if _SHEETS not in source.memo:
        with _damage_explained(name), _workbook(name, source) as book:
            titles = [str(sheet.title) for sheet in book.worksheets]
            source.memo[_SHEETS] = {title: _rows(name, book, title) for title in titles}
    sheets: dict[str, _Sheet] = source.memo[_SHEETS]
    usual = max(sheets, key=lambda title: len(sheets[title].rows), default="")
    first = chosen_part(name, "sheet", list(sheets), wanted, usual=usual).name
    sheet = sheets.get(first, _Sheet())
    if sheet.fault is not None:
        raise sheet.fault
    others = {t: s for t, s in sheets.items() if t != first and s.rows and s.fault is None}
    return {title: _texts_of(rows) for title, rows in {first: sheet, **others}.items()}


def _texts_of(sheet: _Sheet) -> list[str]:
    n_titles = _n_title_rows(sheet.rows)
    return ["".join(row) if i < n_titles else _line(row) for i, row in enumerate(sheet.rows)]


def _n_title_rows(rows: list[list[str]]) -> int:
    """Return how many rows above the table have one cell."""
    n_rows = 0
    while n_rows < len(rows) - 2 and sum(map(bool, rows[n_rows])) == 1 < len(rows[0]) - 1:
        n_rows += 1
    return n_rows


def _as_text_table(name: str, rows: list[list[str]], options: ReadOptions) -> Table:
    title_rows = _n_title_rows(rows) if str(options.header_row) == "auto" else 0
    lines = ((i, _line(row)) for i, row in enumerate(rows[title_rows:], start=title_rows + 1))
    try:
        table = read_lines(name, lines, encoding="", delimiters="\t", options=options)
    except csv.Error as error:
        raise unsplittable(name, 1, error) from error
    if title_rows:
        table.warnings.append(f"{title_rows} rows above the header were skipped.")
    return table


def _line(row: list[str]) -> str:
    return "\t".join('"' + cell.replace('"', '""') + '"' if '"' in cell else cell for cell in row)
