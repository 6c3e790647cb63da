"""Find the ways to take names from the lines of a list: columns, whole lines, every cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from genie3_engine.data.io.header_words import corner_kind
from genie3_engine.data.io.input_file import Source, open_source
from genie3_engine.data.io.text.cell_values import is_missing, is_number
from genie3_engine.data.io.text.rows import split_cells
from genie3_engine.data.link_words import Role, is_only_header, role_of_header
from genie3_engine.data.list_marks import RowMarks, is_yes_or_no, marks_of
from genie3_engine.errors import InputError

WHOLE_LINE = "whole line"
EVERY_CELL = "every cell"
_DELIMITERS = "\t;,| "
_HEADERS = {"x", "v1", "0", "list", "genes", "symbols", "tf_list", "tflist"}
_SPACE = " \t\r\n\v\f\x1a\u00a0\u200b\ufeff"  # with those that nobody sees
_QUOTES = "\"'\u201c\u201d\u2018\u2019"

# As R, Python and JSON write lists: c("A", "B"), ['A', 'B'], {"tfs": ["A", "B"]}.
_OPENED = re.compile(
    r"""\s*(?:[\w.]+\s*(?:=|<-)\s*)?(?:\{\s*["']?[\w .]+["']?\s*:\s*)?(?:c\(|[\[({])"""
)
_CLOSED = re.compile(r"[\])}]+;?\s*$")
_WORDS, _LINES_OF_PROSE = "words", 20
_AND = re.compile(r"(?<!\S)(and|or|und|oder|et|y|&)(?!\S)")
_PRINTED = re.compile(r"\s*\[\d+\]\s")  # before each line that R prints


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One way to take names from a list.

    Parameters
    ----------
    label : str
        The column's header, or its number from 1; or `WHOLE_LINE` or `EVERY_CELL`.
    cells : tuple of str
        One text per row, the header not included; empty cells are left out.
    header : str
        The text of the first row, which may be a header or a name.
    has_header : bool or None
        Whether it is a header; None where only the genes can decide.
    is_likely : bool
        Whether it is one as long as no gene is known.
    is_count : bool
        Whether the column numbers the rows, as pandas and R write them.
    is_choice : bool
        Whether it is only taken when the user names it.
    """

    label: str
    cells: tuple[str, ...]
    header: str = ""
    has_header: bool | None = False
    is_likely: bool = True
    is_count: bool = False
    is_choice: bool = False

    @property
    def is_of_table(self) -> bool:
        """Return whether it is one of the columns of the file."""
        return not is_derived(self.label) and not self.is_choice

    def names(self, is_gene: Callable[[str], bool] | None = None) -> tuple[str, ...]:
        """Return the names, each once; a first row that is a gene is a name."""
        cells = self.cells
        is_name = not self.is_likely if is_gene is None else is_gene(self.header)
        if self.has_header is None and is_name:
            cells = (self.header, *cells)
        return tuple(dict.fromkeys(cells))


def columns_of_lines(
    path: Path | str, lines: Sequence[str]
) -> tuple[tuple[ListColumn, ...], RowMarks | None]:
    """Return the ways to take names from the lines of a list.

    Parameters
    ----------
    path : Path or str
        The file, for its quotation marks and for errors.
    lines : sequence of str
        Its lines that are not comments.

    Returns
    -------
    columns : tuple of ListColumn
        The columns of a table, if the lines are one, the whole line, and every cell.
    marks : RowMarks or None
        What distinguishes the rows of the table.

    Raises
    ------
    InputError
        When there are no names.
    """
    file = Path(path).name
    if not any(line.strip("\"' \t,;|") for line in lines):
        raise InputError(f"{file} has no names.", "Give one gene name per line.")
    rows, delimiter = rows_of_lines(path, lines)
    table = _table_columns(rows) if rows else []
    columns = [*table, _whole_line(lines)]
    is_numbered = any(column.is_count for column in table)
    if any(mark in line for line in lines for mark in _DELIMITERS) and not is_numbered:
        is_prose = len(lines) <= _LINES_OF_PROSE and any(map(_AND.search, lines))
        columns.append(_every_cell(path, lines, _WORDS if is_prose else delimiter))
    marks = marks_of(rows, has_header=table[0].has_header is not False) if table else None
    if marks is not None:
        columns = _marked(columns, table, marks)
    columns = [replace(each, cells=tuple(filter(None, each.cells))) for each in columns]
    columns = [each for each in columns if each.cells or each.header]
    if not any(each.names() for each in columns):
        raise InputError(f"{file} has no names.", "Give one gene name per line.")
    return tuple(columns), marks


def rows_of_lines(
    path: Path | str, lines: Sequence[str], *, delimiters: str = _DELIMITERS
) -> tuple[list[list[str]], str]:
    """Split lines into the rows that most of them agree on.

    Parameters
    ----------
    path : Path or str
        The file, for its quotation marks and for errors.
    lines : sequence of str
        Its lines that are not comments.
    delimiters : str
        Signs that may be between the cells.

    Returns
    -------
    rows : list of list of str
        As many cells in each; none where no delimiter fits.
    delimiter : str
        What is between the cells.
    """
    best: tuple[float, str, list[list[str]]] = (0.0, "", [])
    with open_source(path, content="one entry per line") as source:
        for mark in delimiters:
            if not any(mark in line for line in lines):
                continue
            rows = [
                [_bare(cell) for cell in split_cells(source, line.strip(" "), mark)]
                for line in lines
            ]
            widths = Counter(map(len, rows[1:] or rows))
            width, n_rows = widths.most_common(1)[0]
            even = n_rows / max(1, len(rows) - 1)
            if width < 2 or even < 0.5:
                continue
            n_titles = _n_titles(rows) if width > 2 else 0
            rows = rows[n_titles:]
            # Descriptions have quotation marks, such as 3" or "heat shock", but no tabs.
            stray = mark != "\t" and any(_has_stray_mark(line, mark) for line in lines[:50])
            worth = even - (0.3 if mark == " " else 0.0) - (0.5 if stray else 0.0)
            worth -= 0.2 * (n_titles > 0)  # another mark may make a header of them
            worth += 0.001 * min(width, 50) - 0.4 * (len(rows[0]) not in (width, width - 1))
            if worth > best[0] + 1e-9:
                best = (worth, mark, [_fitted(row, width, i) for i, row in enumerate(rows)])
    return _without_empty_columns(best[2]), best[1]


def _n_titles(rows: list[list[str]]) -> int:
    """Return how many rows of one cell stand above a table, as titles and remarks do."""
    return next((i for i, row in enumerate(rows) if len(row) > 1), 0)


def _without_empty_columns(rows: list[list[str]]) -> list[list[str]]:
    """Return the rows without the columns that delimiters at the ends of lines leave empty."""
    kept = [i for i, cells in enumerate(zip(*rows, strict=True)) if any(cells)]
    return [[row[i] for i in kept] for row in rows]


def _has_stray_mark(line: str, delimiter: str) -> bool:
    """Return whether a quotation mark is inside a cell, as when a quoted cell is split."""
    inside = rf'(?<!^)(?<!{re.escape(delimiter)})(?<!")"(?!")(?!$)(?!{re.escape(delimiter)})'
    return re.search(inside, line.strip()) is not None


def _fitted(row: list[str], width: int, number: int) -> list[str]:
    """Return a row with as many cells as the others; R's header lacks the one of the row names."""
    if number == 0 and len(row) == width - 1:
        return ["", *row]
    return [*row, *[""] * width][:width]


def _bare(cell: str) -> str:
    return cell.strip(_SPACE).strip(_QUOTES).strip(_SPACE)


def _table_columns(rows: list[list[str]]) -> list[ListColumn]:
    if len(rows) == 1:
        return []
    has_header = _has_header(rows)
    is_likely = any(cell.lower() not in _HEADERS and _is_header_word(cell) for cell in rows[0])
    columns: list[ListColumn] = []
    for place, cells in enumerate(zip(*rows, strict=True)):
        header, body = cells[0], cells[1:]
        if has_header is False:
            columns.append(ListColumn(str(place + 1), cells, is_count=_counts_up(cells)))
            continue
        label = header or str(place + 1)
        if label in [column.label for column in columns]:
            label = f"{label} ({place + 1})"
        is_named = role_of_header(header).role in (Role.REGULATOR, Role.TARGET)
        is_count = _counts_up(body) and not is_named
        columns.append(ListColumn(label, body, header, has_header, is_likely, is_count))
    return columns


def _has_header(rows: list[list[str]]) -> bool | None:
    """Return whether the first row is a header; None where only the genes can decide."""
    first, body = rows[0], rows[1:]
    if not first[0]:
        return True  # as above row names
    columns = list(zip(*body, strict=True))
    for cell, column in zip(first, columns, strict=True):
        numbers = [is_number(each) for each in column if not is_missing(each)]
        if numbers and all(numbers) and not is_number(cell):
            return True
        answers = [is_yes_or_no(each) for each in column if each]
        if cell and len(answers) > 1 and all(answers):
            return not is_yes_or_no(cell)
    if any(cell in column for cell, column in zip(first, columns, strict=True)):
        return False
    return None if not any(is_number(cell) for cell in first) else False


def _counts_up(cells: Sequence[str]) -> bool:
    """Return whether cells number the rows: whole numbers from 0 or 1, each once."""
    if len(cells) < 2 or not all(re.fullmatch(r"\d{1,9}", cell, re.ASCII) for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    first = min(numbers)
    if first > 1 or len(set(numbers)) < len(numbers):
        return False
    # In any order, and with a few left out.
    return max(numbers) - first + 1 <= 1.1 * len(numbers) + 1


def _whole_line(lines: Sequence[str]) -> ListColumn:
    cells = [_bare(line) for line in lines]
    is_header = len(cells) > 1 and _is_header_word(cells[0])
    if is_header:
        return ListColumn(WHOLE_LINE, tuple(cells[1:]), cells[0], None)
    return ListColumn(WHOLE_LINE, tuple(cells), is_count=_counts_up(cells))


def _every_cell(path: Path | str, lines: Sequence[str], delimiter: str) -> ListColumn:
    """Return all cells as names, as where all names are in one line."""
    mark = delimiter or next(each for each in _DELIMITERS if any(each in line for line in lines))
    with open_source(path, content="one entry per line") as source:
        plain = _without_brackets(lines)
        cells = [_bare(cell) for line in plain for cell in _split(source, line, mark)]
    cells = [cell for cell in cells if cell]
    if len(cells) > 1 and _is_header_word(cells[0]):
        return ListColumn(EVERY_CELL, tuple(cells[1:]), cells[0], None)
    return ListColumn(EVERY_CELL, tuple(cells))


def _split(source: Source, line: str, mark: str) -> list[str]:
    """Return the cells of a line; or the words of a sentence, such as ``A, B and C.``."""
    if mark != _WORDS:
        return split_cells(source, line, mark)
    words = [word.strip("().") for word in re.split(r"[\s,;/]+", line)]
    return [word for word in words if not _AND.fullmatch(word)]


def _without_brackets(lines: Sequence[str]) -> list[str]:
    if all(_PRINTED.match(line) for line in lines):
        return [_PRINTED.sub("", line) for line in lines]
    if not _OPENED.match(lines[0]) or not _CLOSED.search(lines[-1]):
        return list(lines)
    plain = [_OPENED.sub("", lines[0], count=1), *lines[1:]]
    return [*plain[:-1], _CLOSED.sub("", plain[-1])]


def is_headed(column: ListColumn) -> bool:
    """Return whether the first cell of a column is a word for headers, which it has only there."""
    word = column.header
    is_word = is_only_header(word) or corner_kind(word) in {"genes", "samples"}
    return is_word and word not in column.cells


def _is_header_word(cell: str) -> bool:
    role = role_of_header(cell)
    says_role = role.is_strong and role.role in (Role.REGULATOR, Role.TARGET)
    return says_role or bool(corner_kind(cell)) or cell.lower() in _HEADERS


def _marked(
    columns: list[ListColumn], table: list[ListColumn], marks: RowMarks
) -> list[ListColumn]:
    """Return the columns without the rows that are left out; the other rows are a choice."""
    few = [_without(column, marks.unmarked) for column in table]
    usual, other = (few, table) if marks.are_left_out else (columns, few)
    choices = [
        replace(each, label=f"{each.label}, {marks.other_rows}", is_choice=True) for each in other
    ]
    return [*usual, *choices]


def _without(column: ListColumn, rows: Collection[int]) -> ListColumn:
    kept = tuple(cell for i, cell in enumerate(column.cells) if i not in rows)
    return replace(column, cells=kept)


def likeness(column: ListColumn, columns: Iterable[ListColumn]) -> float:
    """Return how much a column looks like one of names when no gene is known.

    Parameters
    ----------
    column : ListColumn
        The column.
    columns : iterable of ListColumn
        All columns of the list.

    Returns
    -------
    float
        From 0; the column of the largest number is the likeliest.
    """
    in_table = [each for each in columns if each.is_of_table]
    names = column.names()
    if column.label == WHOLE_LINE:
        return 0.5 if in_table else 2.0
    if column.label == EVERY_CELL:
        n_lines = len(next(each for each in columns if each.label == WHOLE_LINE).names())
        return 3.0 if n_lines <= 1 and not in_table else 0.1
    if column.is_count or not names:
        return 0.0
    role = role_of_header(column.header)
    likeness = 2.0 - 0.1 * in_table.index(column)
    likeness += 2.0 * (role.role is Role.REGULATOR) + 0.5 * (corner_kind(column.header) == "genes")
    return likeness - 1.0 * (len(names) < 0.5 * len(column.cells) and role.role is Role.NONE)


def is_derived(label: str) -> bool:
    """Return whether a label is not that of a column of the file."""
    return label in (WHOLE_LINE, EVERY_CELL)
