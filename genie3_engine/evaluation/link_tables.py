"""Find how a table of links is written, in text or Parquet: its delimiter, header and numbers."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from genie3_engine.data.decisions import Alternative, Certainty, Decision
from genie3_engine.data.io.arrow import index_columns
from genie3_engine.data.io.entry_lines import entry_lines
from genie3_engine.data.io.excel import EXCEL, sheet_lines
from genie3_engine.data.io.input_file import Source, is_binary, open_source
from genie3_engine.data.io.text.cell_values import decimal_sign, is_number, without_groups
from genie3_engine.data.io.text.rows import EXCEL_SEPARATOR, WESTERN, split_cells
from genie3_engine.errors import InputError
from genie3_engine.evaluation.link_columns import LinkColumn
from genie3_engine.evaluation.link_headers import find_header
from genie3_engine.labels import count

_DELIMITERS = "\t,;| "
_LINES_SEEN = 50
_LINES_CHECKED, _CELLS_CHECKED = 1_000, 20_000  # for numbers that are written in unusual ways
_SHEETS_OFFERED = 5
_MOST_OF_GENES = 5  # such as symbols and aliases of both
_BLANKS = "blanks"  # runs of them
_PERCENTAGE = re.compile(r"[+-]?\d+(\.\d+)? ?%")


@dataclass(frozen=True, slots=True)
class LinkTable:
    """How a table of links is written.

    Parameters
    ----------
    path : Path
        The file.
    first : tuple of str
        The cells of the first row, which may be a header; the names of the columns in Parquet.
    has_header : bool or None
        Whether they are a header; None where only the genes of the other file can decide.
    delimiter : str
        Separates the cells; empty for Parquet.
    skip : int
        Lines before the first row.
    content : bytes or None
        The rows separated by tabs, where the file's own cells are separated by runs of blanks.
    has_row_names : bool
        Whether the header has one cell less than the rows, as R writes it.
    notes : tuple of Decision
        How it is written, where that is not usual.
    """

    path: Path
    first: tuple[str, ...]
    has_header: bool | None
    delimiter: str = ""
    skip: int = 0
    content: bytes | None = None
    has_row_names: bool = False
    notes: tuple[Decision, ...] = ()

    @property
    def is_parquet(self) -> bool:
        """Return whether the file is Parquet."""
        return not self.delimiter

    @property
    def keys(self) -> tuple[str, ...]:
        """Return a different name for each column, for Arrow."""
        if self.is_parquet:
            return self.first
        return tuple(f"column {i + 1}" for i in range(len(self.first)))

    @property
    def headers(self) -> tuple[str | None, ...]:
        """Return the headers of the columns; None each in a table without a header."""
        return (None,) * len(self.first) if self.has_header is False else self.first

    def without_header(self) -> LinkTable:
        """Return the table whose first row is a link."""
        return replace(self, has_header=False)


def open_table(path: Path, *, sheet: str | None = None, option: str = "") -> LinkTable:
    """Find how a table of links is written.

    Parameters
    ----------
    path : Path
        TSV, CSV or text separated by semicolons, bars or blanks, plain or gzipped, a workbook, or
        Parquet.
    sheet : str, optional
        The name or number of the workbook's sheet; by default the longest.
    option : str
        The option that names the sheet, as a keyword.

    Returns
    -------
    LinkTable
        The table.

    Raises
    ------
    InputError
        When the file is missing, unreadable, empty, or has a single column.
    """
    with open_source(path, content="a link in each row") as source, readable(source):
        if source.head.startswith(b"PAR1") and is_binary(source.head):  # PAR1 is a gene, too
            schema = pa.parquet.read_schema(source.stream)
            index = index_columns(schema)  # pandas writes it last
            names = [*index, *(str(name) for name in schema.names if name not in index)]
            if len(names) < 2:
                raise _single_column(path)
            return LinkTable(path, tuple(names), True)
        encoding, checked = _first_lines(source, sheet)
        lines = checked[:_LINES_SEEN]
        separator = EXCEL_SEPARATOR.fullmatch(lines[0][1]) if lines else None
        lines = lines[1:] if separator else lines
        if not lines:
            raise InputError(f"{path} is empty.", "Give a file with a link in each row.")
        n_titles = _n_titles(source, [line for _, line in lines])
        lines = lines[n_titles:]
        texts = [line for _, line in lines]
        delimiter = separator.group(1) if separator else _delimiter_of(source, texts)
        if not delimiter and all(re.search(r"\S[\t,;| ]+\S", text) for text in texts):
            raise _uneven(path)
        if not delimiter:
            raise _single_column(path)
        if delimiter == " " and any(re.search(r"\S {2,}\S|\t", text) for text in texts):
            delimiter = _BLANKS
        cells = [_cells(source, text, delimiter) for text in texts]
        decimal = decimal_sign(list(itertools.chain(*cells)))
        n_checked = max(_LINES_SEEN, _CELLS_CHECKED // max(1, len(cells[0])))
        further = (
            _cells(source, text, delimiter)
            for _, text in checked[:n_checked]
            if "%" in text or '"' in text or (delimiter != "," and "," in text)
        )
        is_plain = (
            encoding is None
            and decimal == "."
            and delimiter != _BLANKS
            and not EXCEL.sniff(source)
            and not any(map(_is_rewritten, itertools.chain(*further)))
            and not any(f" {delimiter}" in text or f"{delimiter} " in text for text in texts)
        )
        notes = (
            *_of_sheets(source, sheet, option),
            *_notes(path, encoding, decimal, n_titles),
        )
        if is_plain:
            return replace(
                _text_table(path, cells, delimiter=delimiter, skip=lines[0][0] - 1), notes=notes
            )
        every_line = entry_lines(source, encoding=encoding, sheet=sheet)
        table = itertools.islice(every_line, (separator is not None) + n_titles, None)
        rows = (_cells(source, line, delimiter) for _, line in table)
        return replace(_rewritten(path, rows, decimal), notes=notes)


def _notes(path: Path, encoding: str | None, decimal: str, n_titles: int) -> tuple[Decision, ...]:
    """Return how the file is written, where that is not usual."""
    ways = [
        *(["as Windows-1252"] if encoding else []),
        *(["with decimal commas"] if decimal == "," else []),
        *([f"without {count(n_titles, 'line')} above the table"] if n_titles else []),
    ]
    taken = f"{path.name} is read {', '.join(ways)}."
    return (Decision("writing", taken),) if ways else ()


def _text_table(
    path: Path,
    cells: list[list[str]],
    *,
    delimiter: str,
    skip: int = 0,
    content: bytes | None = None,
) -> LinkTable:
    first, body = cells[0], cells[1:]
    width = Counter(map(len, body)).most_common(1)[0][0] if body else len(first)
    if len(first) == width - 1 and len(first) >= 2:
        return LinkTable(path, ("", *first), True, delimiter, skip, content, has_row_names=True)
    if len(first) < 2:
        raise _single_column(path)
    return LinkTable(path, tuple(first), find_header(first, body), delimiter, skip, content)


def _delimiter_of(source: Source, lines: Sequence[str]) -> str:
    """Return what separates the cells: what gives most lines the same number of cells, above 1."""
    best, worth = "", 0.0
    for mark in _DELIMITERS:
        if mark == " ":
            widths = [
                len(split_cells(source, line, mark) if '"' in line else line.split())
                for line in lines
            ]
        else:
            widths = [len(split_cells(source, line, mark)) for line in lines]
        width, n_lines = Counter(widths[1:] or widths).most_common(1)[0]
        fits = widths[0] > 1 and widths[0] in (width, width - 1)
        even = n_lines / max(1, len(widths) - 1) - 0.4 * (not fits)
        if mark in ",;":  # 0,5;0,4 has decimal commas between semicolons
            even += 0.001 * min(width, 50)
        if mark == "\t" and even > 0:
            even += 0.1
        if width > 1 and even > worth + 1e-9:
            best, worth = mark, even
    return best


def _of_sheets(source: Source, sheet: str | None, option: str) -> tuple[Decision, ...]:
    """Return which sheet of a workbook is read, where others have tables too."""
    if not EXCEL.sniff(source):
        return ()
    first, *others = sheet_lines(source, sheet).items()
    if not others:
        return ()
    tables = [title for title, lines in others if len(lines) > 1 and "\t" in lines[-1]]
    named = ", ".join(f"'{title}'" for title, _ in others)
    certainty = Certainty.GUESS if tables else Certainty.CLEAR
    return (
        Decision(
            subject="sheet",
            taken=f"Sheet '{first[0]}' of {source.path.name} is read.",
            evidence=f"There {'is' if len(others) == 1 else 'are'} also {named}.",
            certainty=certainty if sheet is None else Certainty.TOLD,
            alternatives=tuple(
                Alternative(f"Sheet '{title}'", {option: f"sheet={title}"})
                for title in tables[:_SHEETS_OFFERED]
                if option and sheet is None
            ),
            names=(first[0],),
        ),
    )


def _first_lines(source: Source, sheet: str | None) -> tuple[str | None, list[tuple[int, str]]]:
    """Return the first lines, and the encoding where it is Windows-1252."""
    try:
        return None, list(itertools.islice(entry_lines(source, sheet=sheet), _LINES_CHECKED))
    except InputError as error:
        if not isinstance(error.__cause__, UnicodeError) or source.encoding != "utf-8":
            raise
        lines = itertools.islice(entry_lines(source, encoding=WESTERN), _LINES_CHECKED)
        return WESTERN, list(lines)


def _n_titles(source: Source, lines: Sequence[str]) -> int:
    """Return how many lines above a table of three columns or more are titles: a single cell."""
    for mark in _DELIMITERS[:-1]:  # no blanks
        if len(split_cells(source, lines[0], mark)) > 1:
            continue
        widths = [len(split_cells(source, line, mark)) for line in lines]
        n_titles = next((i for i, width in enumerate(widths) if width > 1), 0)
        below = widths[n_titles:]
        others = [
            len(split_cells(source, line, m)) for line in lines[:n_titles] for m in _DELIMITERS[:-1]
        ]
        if n_titles and len(below) > 1 and max(2, *others) < min(below) >= max(below) - 1:
            return 0 if _is_header_by_another_mark(source, lines, n_titles) else n_titles
    return 0


def _is_header_by_another_mark(source: Source, lines: Sequence[str], n_titles: int) -> bool:
    """Return whether the last line above a table fits what is below by another delimiter.

    Names such as ``TP53|7157`` between blanks look like a table of bars below a title.
    """
    for mark in _DELIMITERS:
        above, *below = (len(split_cells(source, line, mark)) for line in lines[n_titles - 1 :])
        if above > 1 and len(set(below)) == 1 and above in (below[0], below[0] - 1):
            return True
    return False


def _cells(source: Source, line: str, delimiter: str) -> list[str]:
    return line.split() if delimiter == _BLANKS else split_cells(source, line, delimiter)


def _rewritten(path: Path, rows: Iterable[list[str]], decimal: str) -> LinkTable:
    """Return a table of plain cells between tabs, with points in its numbers."""
    plain = ([_plain(cell, decimal) for cell in row] for row in rows)
    first = list(itertools.islice(plain, _LINES_SEEN))
    file = io.StringIO()
    csv.writer(file, delimiter="\t", lineterminator="\n").writerows(itertools.chain(first, plain))
    return _text_table(path, first, delimiter="\t", content=file.getvalue().encode())


def _is_rewritten(cell: str) -> bool:
    """Return whether `_plain` changes a cell of a table with decimal points."""
    return _PERCENTAGE.fullmatch(cell) is not None or without_groups(cell) is not None


def _plain(cell: str, decimal: str) -> str:
    """Return a cell with its number as programs write it: 1234.5 for 1,234.5 and 0.5 for 0,5."""
    if decimal == "," and is_number(cell, decimal=","):
        return cell.replace(",", ".")
    if _PERCENTAGE.fullmatch(cell):
        return cell.removesuffix("%").rstrip()
    return without_groups(cell) or cell


@contextmanager
def readable(source: Source) -> Iterator[None]:
    """Turn the errors of Arrow into one line for the user."""
    try:
        yield
    except pa.ArrowException as error:
        if re.search(r"Expected \d+ columns, got", str(error)):
            raise _uneven(source.path, str(error)) from error
        if "invalid UTF8" in str(error):
            raise InputError(
                f"{source.path} has bytes that are not UTF-8 text.",
                "Save the file with the encoding UTF-8.",
            ) from error
        raise InputError(
            f"{source.path} cannot be read: {' '.join(str(error).split()).rstrip('.')}.",
            "Give regulator, target and score in columns, as TSV, CSV or Parquet in UTF-8.",
        ) from error


_LINK_A_ROW = (
    "Give a link in each row: regulator, target and score. A file with all targets of "
    "a regulator in a row (GMT) must be written so first."
)


def _uneven(path: Path, detail: str = "") -> InputError:
    return InputError(f"{path} has rows of different lengths.{detail}", _LINK_A_ROW)


def refuse_rows_of_targets(
    path: Path, columns: Sequence[LinkColumn], genes: frozenset[str]
) -> None:
    """Refuse a table with several targets in a row, or in a cell.

    Parameters
    ----------
    path : Path
        The table.
    columns : sequence of LinkColumn
        Its columns.
    genes : frozenset of str
        The genes of the other file.

    Raises
    ------
    InputError
        When many columns, or the parts of a column's cells, are genes of the other file.
    """
    texts = [column for column in columns if not column.is_numeric and column.names]
    lists = [each for each in texts if _has_lists(each, genes)]
    of_genes = [each for each in texts if 2 * len(each.names & genes) >= len(each.names)]
    n_of_genes = sum(each not in lists for each in of_genes)
    if n_of_genes > _MOST_OF_GENES or (lists and n_of_genes < 2):
        raise InputError(f"{path} has several targets of a regulator in a row.", _LINK_A_ROW)


def _has_lists(column: LinkColumn, genes: frozenset[str]) -> bool:
    """Return whether most cells are lists of genes, such as ``TP53|MYC``."""
    values = column.values[:_LINES_SEEN]
    lists = [re.split(r"[|,;/ ]+", value) for value in values if value]
    several = [parts for parts in lists if len(parts) > 1 and genes.issuperset(parts)]
    return 0 < len(lists) <= 2 * len(several)


def _single_column(path: Path) -> InputError:
    return InputError(
        f"{path} has a single column.", "Give regulator, target and score in columns."
    )
