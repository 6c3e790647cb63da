"""How is a text table (CSV, TSV, semicolons, spaces) read fast, and its faults named exactly?"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

from genie3_engine.data.formats.body import BodyReader
from genie3_engine.data.formats.dialect import (
    DELIMITER_NAMES,
    Dialect,
    Layout,
    detect_dialect,
    detect_layout,
)
from genie3_engine.data.formats.table import Format, Table
from genie3_engine.data.source import Source, is_binary, undecodable
from genie3_engine.errors import InputError

_SAMPLE_LINES = 60
_SAMPLE_CHARACTERS = 8_000_000


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
    lines = _Lines()
    try:
        with source.text() as text:
            return _read(source, lines.of(text))
    except UnicodeError as error:
        raise undecodable(source, error, after_line=lines.number) from error
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

    def __init__(self) -> None:
        self.number = 0

    def of(self, text: TextIO) -> Iterator[tuple[int, str]]:
        """Yield line number (from 1) and line, without its line end."""
        for self.number, line in enumerate(text, start=1):
            if not line.isspace():
                yield self.number, line.rstrip("\n")


def _first_lines(lines: Iterator[tuple[int, str]]) -> list[tuple[int, str]]:
    first: list[tuple[int, str]] = []
    characters = 0
    for line in lines:
        first.append(line)
        characters += len(line[1])
        if len(first) >= _SAMPLE_LINES or (len(first) > 2 and characters > _SAMPLE_CHARACTERS):
            break
    return first


def _read(source: Source, lines: Iterator[tuple[int, str]]) -> Table:
    name = source.path.name
    sample = _first_lines(lines)
    if not sample:
        raise InputError(
            f"{name} has only blank lines.", "Give a file with a row of names and rows of numbers."
        )
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
    reader = BodyReader(name, dialect, layout)
    for line_number, line in sample:
        reader.add(line_number, line)
    for line_number, line in lines:
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
