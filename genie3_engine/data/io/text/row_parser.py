"""Parse the rows of a text table fast, and note each cell that is not a number."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from genie3_engine.data.io.table import SHOWN_ODD_CELLS, FloatMatrix, TableCell, cell_place
from genie3_engine.data.io.text.cell_values import number
from genie3_engine.data.io.text.dialect import DELIMITER_NAMES, Dialect, Layout
from genie3_engine.errors import InputError

_BLOCK_CHARACTERS = 1_000_000
_WORD = re.compile(r"[\s'\"(\[]*([^\W\d_]|\d{4}-\d\d?-\d\d?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})")


@dataclass(slots=True)
class BodyReader:
    """Collects the rows of numbers, block by block.

    Parameters
    ----------
    name : str
        The file's name, for messages.
    dialect : Dialect
        How its lines are written.
    layout : Layout
        Which cells are names.
    names : list of str
        Names of the rows so far, where rows have names.
    texts : list of list of str
        For each column of text its cells so far.
    blocks : list of (n_rows_i, n_values) float64
        The numbers so far.
    odd_cells : list of TableCell
        The first cells with text or infinity among the numbers.
    n_odd : int
        How many there are so far.
    n_texts : dict of int to int
        How many texts each column has so far among its numbers.
    keep : collection of str
        Names of rows that are never rows of text.
    text_rows : list of (str, list of str)
        Rows that have texts in place of numbers, such as the sex of each sample: names and cells.
    """

    name: str
    dialect: Dialect
    layout: Layout
    names: list[str] = field(default_factory=list)
    texts: list[list[str]] = field(default_factory=list)
    blocks: list[FloatMatrix] = field(default_factory=list)
    odd_cells: list[TableCell] = field(default_factory=list)
    n_odd: int = 0
    n_texts: Counter[int] = field(default_factory=Counter)
    keep: Collection[str] = ()
    text_rows: list[tuple[str, list[str]]] = field(default_factory=list)
    _pending: list[tuple[int, str]] = field(default_factory=list)
    _characters: int = 0
    _n_rows: int = 0

    def __post_init__(self) -> None:
        """Make room for each column of text."""
        self.texts = [[] for _ in self.layout.text_columns]

    @property
    def n_values(self) -> int:
        """Return the numbers in a row."""
        return self.dialect.n_cells - len(self.layout.aside)

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
        simple = (
            self.dialect.delimiter != " "
            and not self.layout.text_columns
            and self.layout.name_column == 0
        )
        block = self._fast() if simple else self._fast_cells()
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
            if any(rest.count(quote) % 2 for rest in rests):
                return None  # a stray mark, which is reported with its line
            column = column.replace(quote, "")
        if self.dialect.decimal == ",":
            if "." in column:
                return None
            column = column.replace(delimiter, "\n").replace(",", ".")
        else:
            column = column.replace(delimiter, "\n")
        return self._accepted(names, [], column, len(rests))

    def _fast_cells(self) -> FloatMatrix | None:
        """Do the same where lines must be split: at any run of spaces, or around text."""
        names: list[str] = []
        texts: list[list[str]] = []
        cells = []
        for _, line in self._pending:
            row = self.dialect.cells(line)
            if self.dialect.ends_with_delimiter and row and not row[-1].strip():
                del row[-1]
            if len(row) != self.dialect.n_cells:
                return None
            self._take_aside(row, names, texts)
            cells.append("\n".join(row))
        column = "\n".join(cells)
        if self.dialect.decimal == ",":
            if "." in column:
                return None
            column = column.replace(",", ".")
        return self._accepted(names, texts, column, len(cells))

    def _take_aside(self, row: list[str], names: list[str], texts: list[list[str]]) -> None:
        """Move name and texts out of a row."""
        if self.layout.has_row_names:
            names.append(row[self.layout.name_column].strip())
        if self.layout.text_columns:
            texts.append([row[i].strip() for i in self.layout.text_columns])
        for i in reversed(self.layout.aside):
            del row[i]

    def _accepted(
        self, names: list[str], texts: list[list[str]], column: str, n_rows: int
    ) -> FloatMatrix | None:
        values = _parsed(column)
        if values is None or values.size != n_rows * self.n_values:
            return None
        self._keep(names, texts)
        return values.reshape(n_rows, self.n_values)

    def _keep(self, names: list[str], texts: list[list[str]]) -> None:
        self.names.extend(names)
        for i, kept in enumerate(self.texts):
            kept.extend(row[i] for row in texts)

    def _exact(self) -> FloatMatrix:
        """Read the block cell by cell, so that whatever is odd can be named."""
        rows: list[list[float]] = []
        for line_number, line in self._pending:
            cells = self.dialect.cells(line)
            if all(not cell.strip() for cell in cells):
                continue
            if self.dialect.ends_with_delimiter and cells and not cells[-1].strip():
                del cells[-1]
            if len(cells) != self.dialect.n_cells:
                raise self._ragged(line_number, cells, line)
            names: list[str] = []
            texts: list[list[str]] = []
            self._take_aside(cells, names, texts)
            if names and names[0] not in self.keep and self._are_texts(cells):
                self.text_rows.append((names[0], [cell.strip() for cell in cells]))
                continue
            self._keep(names, texts)
            row, row_name = self._n_rows + len(rows), names[0] if names else None
            rows.append(
                [self._value(cell, line_number, row, row_name, i) for i, cell in enumerate(cells)]
            )
        return np.array(rows, dtype=np.float64).reshape(len(rows), self.n_values)

    def _are_texts(self, cells: list[str]) -> bool:
        """Return whether the cells of a row are words or dates, or missing, and none a number.

        Numbers that are written in another way, such as ``<5``, are not words.
        """
        texts = []
        for cell in cells:
            value = number(cell, decimal=self.dialect.decimal)
            if value is None and _WORD.match(cell):
                texts.append(cell)
            elif value is None or not math.isnan(value):
                return False
        return len(texts) > 1 and 2 * len(texts) > len(cells)

    def _ragged(self, line_number: int, cells: list[str], line: str) -> InputError:
        if line.count(self.dialect.quote) % 2 == 1:
            return InputError(
                f"Line {line_number:,} of {self.name} has a stray quotation mark "
                f"({self.dialect.quote}): the cells behind it cannot be separated.",
                "Remove the mark, or add the one that belongs to it.",
            )
        row_name = ""
        if self.layout.has_row_names and self.layout.name_column < len(cells):
            row_name = f" ('{cells[self.layout.name_column].strip()}')"
        return InputError(
            f"Line {line_number:,}{row_name} of {self.name} has {len(cells):,} "
            f"cell{'' if len(cells) == 1 else 's'} where {self.dialect.n_cells:,} are expected.",
            "Give every row the same number of cells; look for a missing or an extra "
            f"{DELIMITER_NAMES[self.dialect.delimiter]}, or a line that is cut off.",
        )

    def _value(
        self, cell: str, line_number: int, row: int, row_name: str | None, column: int
    ) -> float:
        value = number(cell, decimal=self.dialect.decimal)
        if value is not None and not math.isinf(value):
            return value
        self.n_odd += 1
        if value is None:
            self.n_texts[column] += 1
        if len(self.odd_cells) < SHOWN_ODD_CELLS:
            names = self.layout.column_names
            place = cell_place(row, row_name, column, names[column] if names else None)
            shown = " ".join(cell.split())
            shown = shown if len(shown) <= 40 else f"{shown[:40]}..."
            self.odd_cells.append(
                TableCell(row, column, shown, f"line {line_number:,}: {place}", value is not None)
            )
        return math.nan


def _parsed(column: str) -> FloatMatrix | None:
    """Parse numbers, one per line; None when one is missing, infinite or no number."""
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
    numbers = table.column("value").combine_chunks()
    # to_numpy() would import pandas, which costs more than reading a small file.
    values: FloatMatrix = np.frombuffer(numbers.buffers()[1], np.float64, len(numbers))
    return values if bool(np.isfinite(values).all()) else None
