"""Read GCT files of the Broad Institute, version 1.2 or 1.3."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice

from genie3_engine.data.io.input_file import Source, is_binary, undecodable
from genie3_engine.data.io.table import Format, ReadOptions, Table
from genie3_engine.data.io.text.cell_values import decimal_sign, is_value
from genie3_engine.data.io.text.dialect import Dialect, Layout
from genie3_engine.data.io.text.reader import read_body, unsplittable
from genie3_engine.data.io.text.rows import Lines
from genie3_engine.errors import InputError

_AGAIN = "Copy or export the file again."


def read_gct(source: Source, options: ReadOptions) -> Table:
    """Read the values, the names, and the annotations of the samples.

    Parameters
    ----------
    source : Source
        The open file.
    options : ReadOptions
        Ignored: the file has one part.

    Returns
    -------
    Table
        Genes in rows. Column Description and the rows' other descriptions are not values.

    Raises
    ------
    InputError
        When the file does not have the rows and columns that it declares.
    """
    del options
    lines = Lines()
    try:
        with source.text() as text:
            return _read(source.path.name, lines.of(text), source.encoding)
    except UnicodeError as error:
        raise undecodable(source, error, after_line=lines.number) from error
    except csv.Error as error:
        raise unsplittable(source.path.name, lines.number, error) from error


GCT = Format(
    "GCT file",
    (".gct",),
    lambda source: (
        (_start(source.head).startswith((b"#1.2", b"#1.3")) and not is_binary(source.head))
        and _is_size(source.head)
    ),
    read_gct,
    fixed=("header_row", "name_column"),
)


def _start(head: bytes) -> bytes:
    return head.removeprefix(b"\xef\xbb\xbf")


def _is_size(head: bytes) -> bool:
    """Return whether the second line has two or four numbers, as in a GCT file."""
    second = _start(head).replace(b"\r", b"\n").replace(b"\n\n", b"\n").split(b"\n")[1:2]
    words = second[0].split() if second else []
    return len(words) in (2, 4) and all(word.isdigit() for word in words)


def _read(name: str, lines: Iterator[tuple[int, str]], encoding: str) -> Table:
    first = list(islice(lines, 3))
    if len(first) < 3:
        raise InputError(f"{name} ends before its header.", _AGAIN)
    dialect = Dialect("\t")
    sizes = [int(word) for word in first[1][1].split() if word.isdigit() and len(word) < 10]
    header = [cell.strip() for cell in dialect.cells(first[2][1])]
    has_annotations = len(sizes) == 4 and not first[0][1].startswith("#1.2")
    n_about_rows, n_about_columns = sizes[2:] if has_annotations else (1, 0)
    n_cells = 1 + n_about_rows + (sizes[1] if len(sizes) > 1 else 0)
    if len(header) == n_cells + 1 and not header[-1]:
        header.pop()
    if len(header) == n_cells + 1 and header[0].casefold() == "id":  # as GTEx numbers the rows
        n_about_rows, n_cells = n_about_rows + 1, n_cells + 1
    if len(header) != n_cells or len(sizes) < 2:
        raise InputError(
            f"The header of {name} has {len(header):,} cells where the line above announces "
            f"{n_cells:,}.",
            _AGAIN,
        )
    about = [dialect.cells(line) for _, line in islice(lines, n_about_columns)]
    sample = list(islice(lines, 20))
    numbers = [cell for _, line in sample for cell in dialect.cells(line)[1 + n_about_rows :][:500]]
    aside = (*range(1, 1 + n_about_rows), *_text_columns(dialect, sample, 1 + n_about_rows))
    layout = Layout(
        True,
        True,
        [header[i] for i in range(1 + n_about_rows, n_cells) if i not in aside],
        header[0],
        text_columns=aside,
        text_names=tuple(header[i] or f"column {i + 1}" for i in aside),
    )
    dialect = Dialect("\t", decimal=decimal_sign(numbers), n_cells=n_cells)
    table = read_body(name, dialect, layout, _chained(sample, lines), encoding=encoding)
    n_rows = table.n_rows + len(table.column_annotations)  # those of text are set aside
    if n_rows != sizes[0]:
        raise InputError(
            f"{name} has {n_rows:,} rows where it announces {sizes[0]:,}.",
            f"The file is cut off or damaged. {_AGAIN}",
        )
    for cells in about:
        labels = [cell.strip() for i, cell in enumerate(cells[:n_cells]) if i not in (0, *aside)]
        if cells and len(labels) == table.n_columns:
            table.column_annotations[cells[0].strip() or "description"] = labels
    table.genes_in_rows = True
    table.orientation_reason = "A GCT file has its genes in the rows."
    return table


def _text_columns(dialect: Dialect, sample: list[tuple[int, str]], start: int) -> list[int]:
    """Return the columns among the values that have text only, which a writer left there."""
    rows = [dialect.cells(line) for _, line in sample]
    width = min(map(len, rows), default=0)
    return [
        i
        for i in range(start, width)
        if not any(is_value(row[i]) or is_value(row[i], decimal=",") for row in rows)
    ]


def _chained(
    sample: list[tuple[int, str]], lines: Iterator[tuple[int, str]]
) -> Iterator[tuple[int, str]]:
    yield from sample
    yield from lines
