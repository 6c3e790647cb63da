"""How is a text table (CSV, TSV, semicolons, spaces) read fast, and its faults named exactly?"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from genie3_engine.data.formats.cells import number
from genie3_engine.data.formats.dialect import (
    DELIMITER_NAMES,
    Dialect,
    Layout,
    detect_dialect,
    detect_layout,
)
from genie3_engine.data.formats.table import FloatMatrix, Format, Table, cell_place
from genie3_engine.data.source import Source, is_binary, undecodable
from genie3_engine.errors import InputError

_SAMPLE_LINES = 60
_SAMPLE_CHARACTERS = 8_000_000
_BLOCK_CHARACTERS = 4_000_000


def read_delimited(source: Source) -> Table:
    """Read a text table whose delimiter, quotes, header and row names are detected.

    Each line is split into its name and the rest; the rests of many lines are parsed at once as
    one long column of numbers, so that a wide table costs what a tall one does. Where that fails,
    the block is read cell by cell, to find missing values and to name what is wrong.

    Parameters
    ----------
    source : Source
        An open text file.

    Returns
    -------
    Table
        The numbers, missing ones as NaN, and the names.

    Raises
    ------
    InputError
        When it is not text, has one column or no row of numbers, when a row has more or fewer
        cells than the others, or a cell holds text or infinity.
    """
    lines = _Lines(source)
    try:
        with_numbers = iter(lines)
        sample = _first_lines(with_numbers)
        if not sample:
            raise InputError(
                f"{source.path.name} has only blank lines.",
                "Give a file with a row of names and rows of numbers.",
            )
        return _read(source, lines, sample, with_numbers)
    except UnicodeError as error:
        raise undecodable(source, error, lines.number + 1) from error
    except csv.Error as error:
        raise InputError(
            f"{source.path.name} has a line that cannot be split into cells, near line "
            f"{lines.number:,}: {error}.",
            "Check its quotation marks.",
        ) from error


DELIMITED = Format(
    "text table",
    (".csv", ".tsv", ".txt", ".tab", ".dat", ".data", ".asc", ".ssv", ".psv", ""),
    lambda source: not is_binary(source.head),
    read_delimited,
)


class _Lines:
    """The lines of a file that are not blank, and the number of the last one given out."""

    def __init__(self, source: Source) -> None:
        self._text = source.text()
        self.number = 0

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Yield line number (from 1) and line, without its line end."""
        for number_, line in enumerate(self._text, start=1):
            self.number = number_
            line = line.rstrip("\n")
            if line and not line.isspace():
                yield number_, line


def _first_lines(lines: Iterator[tuple[int, str]]) -> list[tuple[int, str]]:
    first: list[tuple[int, str]] = []
    characters = 0
    for line in lines:
        first.append(line)
        characters += len(line[1])
        if len(first) >= _SAMPLE_LINES or (len(first) > 2 and characters > _SAMPLE_CHARACTERS):
            break
    return first


def _read(
    source: Source,
    lines: _Lines,
    sample: list[tuple[int, str]],
    rest: Iterator[tuple[int, str]],
) -> Table:
    name = source.path.name
    sample, n_comments = _without_comments(sample)
    texts = [line for _, line in sample]
    dialect = detect_dialect(texts)
    if dialect is None:
        raise InputError(
            f"{name} has one column only.",
            "Separate the cells by tabs, commas, semicolons or spaces, one row a line.",
        )
    layout = detect_layout(dialect, texts)
    if layout.has_header:
        _check_header(name, dialect, layout, len(dialect.cells(texts[0])))
        sample = sample[1:]
    reader = _BodyReader(name, dialect, layout)
    for line_number, line in sample:
        reader.add(line_number, line)
    for line_number, line in rest:
        reader.add(line_number, line)
    reader.flush()
    if not reader.blocks:
        raise InputError(
            f"{name} has no rows of numbers below its header.", "Give the file with its numbers."
        )
    warnings = []
    if n_comments:
        warnings.append(f"{n_comments} comment lines at the top were skipped.")
    if dialect.decimal == ",":
        warnings.append("Numbers are written with a decimal comma.")
    return Table(
        reader.blocks,
        layout.column_names,
        reader.names if layout.has_row_names else None,
        layout.corner,
        DELIMITER_NAMES[dialect.delimiter],
        source.encoding,
        warnings,
    )


def _without_comments(sample: list[tuple[int, str]]) -> tuple[list[tuple[int, str]], int]:
    """Drop lines that start with ``#``, except a header that does."""
    n_comments = 0
    while n_comments < len(sample) and sample[n_comments][1].startswith("#"):
        n_comments += 1
    if n_comments == 0 or n_comments == len(sample):
        return sample, 0
    dialect = detect_dialect([line for _, line in sample[n_comments:]])
    if dialect is not None:
        last = len(dialect.cells(sample[n_comments - 1][1]))
        if last in (dialect.n_cells, dialect.n_cells - 1) and last > 1:
            n_comments -= 1
    return sample[n_comments:], n_comments


def _check_header(name: str, dialect: Dialect, layout: Layout, n_found: int) -> None:
    expected = dialect.n_cells - layout.has_row_names
    found = len(layout.column_names or ())
    if found != expected:
        raise InputError(
            f"The header of {name} has {n_found:,} cells where the rows below have "
            f"{dialect.n_cells:,}.",
            "Give every column one name, and the row names an optional one.",
        )


@dataclass(slots=True)
class _BodyReader:
    """Collects the rows of numbers, block by block."""

    name: str
    dialect: Dialect
    layout: Layout
    names: list[str] = field(default_factory=list)
    blocks: list[FloatMatrix] = field(default_factory=list)
    _pending: list[tuple[int, str]] = field(default_factory=list)
    _characters: int = 0
    _n_rows: int = 0

    @property
    def n_values(self) -> int:
        """Return the numbers in a row."""
        return self.dialect.n_cells - self.layout.has_row_names

    def add(self, line_number: int, line: str) -> None:
        """Take one line; parse when enough have come."""
        self._pending.append((line_number, line))
        self._characters += len(line)
        if self._characters >= _BLOCK_CHARACTERS:
            self.flush()

    def flush(self) -> None:
        """Parse the lines that wait."""
        if not self._pending:
            return
        block = self._fast() if self.dialect.delimiter != " " else self._fast_spaces()
        if block is None:
            block = self._exact()
        if len(block):
            self.blocks.append(block)
            self._n_rows += len(block)
        self._pending.clear()
        self._characters = 0

    def _fast(self) -> FloatMatrix | None:
        """Parse the block as one column of numbers; None when any line is out of the ordinary."""
        delimiter, quote = self.dialect.delimiter, self.dialect.quote
        n_delimiters = self.n_values - 1 + self.dialect.ends_with_delimiter
        names, rests = [], []
        for _, line in self._pending:
            rest = line
            if self.layout.has_row_names:
                name, _, rest = line.partition(delimiter)
                if quote in name:
                    if len(name) < 2 or name.count(quote) != 2 or name[0] + name[-1] != quote * 2:
                        return None
                    name = name[1:-1]
                names.append(name.strip())
            if rest.count(delimiter) != n_delimiters:
                return None
            if self.dialect.ends_with_delimiter:
                if not rest.endswith(delimiter):
                    return None
                rest = rest[: -len(delimiter)]
            rests.append(rest)
        column = "\n".join(rests)
        if quote in column:
            column = column.replace(quote, "")
        if self.dialect.decimal == ",":
            if "." in column:
                return None
            column = column.replace(delimiter, "\n").replace(",", ".")
        else:
            column = column.replace(delimiter, "\n")
        return self._accepted(names, column, len(rests))

    def _fast_spaces(self) -> FloatMatrix | None:
        """Do the same where cells stand apart by any run of spaces."""
        names, cells = [], []
        for _, line in self._pending:
            row = self.dialect.cells(line)
            if len(row) != self.dialect.n_cells:
                return None
            if self.layout.has_row_names:
                names.append(row[0].strip())
                del row[0]
            cells.append("\n".join(row))
        column = "\n".join(cells)
        if self.dialect.decimal == ",":
            column = column.replace(",", ".")
        return self._accepted(names, column, len(cells))

    def _accepted(self, names: list[str], column: str, n_rows: int) -> FloatMatrix | None:
        values = _parsed(column)
        if values is None or values.size != n_rows * self.n_values:
            return None
        self.names.extend(names)
        return values.reshape(n_rows, self.n_values)

    def _exact(self) -> FloatMatrix:
        """Read the block cell by cell, so that whatever is wrong can be named."""
        rows: list[list[float]] = []
        for line_number, line in self._pending:
            cells = self.dialect.cells(line)
            if all(not cell.strip() for cell in cells):
                continue
            if self.dialect.ends_with_delimiter and cells and not cells[-1].strip():
                del cells[-1]
            row = self._n_rows + len(rows)
            if len(cells) != self.dialect.n_cells:
                raise self._ragged(line_number, cells)
            row_name = None
            if self.layout.has_row_names:
                row_name = cells.pop(0).strip()
                self.names.append(row_name)
            rows.append([self._value(cell, row, row_name, i) for i, cell in enumerate(cells)])
        return np.array(rows, dtype=np.float64).reshape(len(rows), self.n_values)

    def _ragged(self, line_number: int, cells: list[str]) -> InputError:
        row_name = f" ('{cells[0].strip()}')" if self.layout.has_row_names and cells else ""
        return InputError(
            f"Line {line_number:,}{row_name} of {self.name} has {len(cells):,} cells where "
            f"{self.dialect.n_cells:,} are expected.",
            "Give every row the same number of cells; look for a missing or an extra "
            f"{DELIMITER_NAMES[self.dialect.delimiter]}, or a line that is cut off.",
        )

    def _value(self, cell: str, row: int, row_name: str | None, column: int) -> float:
        value = number(cell, decimal=self.dialect.decimal)
        if value is not None and not math.isinf(value):
            return value
        names = self.layout.column_names
        place = cell_place(row, row_name, column, names[column] if names else None)
        shown = cell.strip()
        shown = shown if len(shown) <= 40 else f"{shown[:40]}..."
        if value is not None:
            raise InputError(
                f"{self.name}, {place} holds the infinite value '{shown}'.",
                "Replace it by a finite number or remove the row or the column; a logarithm of "
                "zero is often the reason.",
            )
        raise InputError(
            f"{self.name}, {place} holds the text '{shown}' where a number is expected.",
            "Correct the cell; if this row or column holds descriptions, remove it.",
        )


def _parsed(column: str) -> FloatMatrix | None:
    """Parse numbers one a line; None when one is missing, infinite or no number."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(column.encode()),
            read_options=arrow_csv.ReadOptions(column_names=["value"], use_threads=False),
            parse_options=arrow_csv.ParseOptions(
                delimiter="\t", quote_char=False, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={"value": pa.float64()}, null_values=[]
            ),
        )
    except pa.ArrowInvalid:
        return None
    values: FloatMatrix = table.column("value").to_numpy()
    return values if bool(np.isfinite(values).all()) else None
