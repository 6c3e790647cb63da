"""Find regulator, target and score in a table of links, and read it in batches."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from genie3_engine.data.io.input_file import Source, open_source
from genie3_engine.data.io.text.cell_values import is_number
from genie3_engine.data.io.text.rows import delimiter_of, split_cells, text_lines
from genie3_engine.errors import InputError

PAIRS = (
    ("regulator", "target"),
    ("tf", "target"),
    ("regid", "geneid"),
    ("gene1", "gene2"),
    ("regulatorygene", "targetgene"),
    ("regulator", "gene"),
    ("regulator", "geneid"),
    ("tf", "gene"),
    ("source", "target"),
    ("from", "to"),
)
SCORES = ("importance", "share", "score", "weight", "edgeweight", "confidence", "value", "rank")
LABELS = ("label", "class", "truth", "gold", "edge", "isedge", "type", "effect", "sign")
BATCH_ROWS = 1 << 20
_DELIMITERS = "\t,; "


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How a table of links is written.

    Parameters
    ----------
    columns : tuple of str
        Column names, made up (``column 1``, …) when the file has none.
    regulator, target : int
        Positions of the two name columns.
    value : int or None
        Position of the score (or of the label, in a gold standard); None when there is none.
    delimiter : str
        Separates the cells; empty for Parquet.
    skip : int
        Lines before the first link: comments, the header.
    """

    columns: tuple[str, ...]
    regulator: int
    target: int
    value: int | None
    delimiter: str = ""
    skip: int = 0

    @property
    def value_name(self) -> str:
        """Name of the value's column in plain small letters, or nothing."""
        return "" if self.value is None else _plain(self.columns[self.value])


def detect_layout(path: Path, *, value_names: Sequence[str] = SCORES) -> TableLayout:
    """Find the columns of a table of links, by name when it has a header, else by position.

    Parameters
    ----------
    path : Path
        TSV, CSV or text separated by single blanks, plain or gzipped, or Parquet.
    value_names : sequence of str
        Names by which the third column may go, best first.

    Returns
    -------
    TableLayout
        Where everything is.

    Raises
    ------
    InputError
        When the file is missing, unreadable, empty, or has a single column.
    """
    with open_source(path, content="a link in each row") as source, _readable(source):
        if _is_parquet(source):
            names = [str(name) for name in pa.parquet.read_schema(source.stream).names]
            return _named_layout(path, names, value_names)
        lines = list(itertools.islice(text_lines(source), 2))
        if not lines:
            raise InputError(f"{path} is empty.", "Give a file with a link in each row.")
        delimiter = delimiter_of(lines[0][1], _DELIMITERS) or "\t"
        cells = [split_cells(source, line, delimiter) for _, line in lines]
        return _text_layout(path, lines[0][0], delimiter, cells, value_names)


def read_batches(
    path: Path, layout: TableLayout, *, value_type: pa.DataType
) -> Iterator[pa.RecordBatch]:
    """Read regulators, targets and values a million rows at a time.

    Parameters
    ----------
    path : Path
        The table.
    layout : TableLayout
        As `detect_layout` returned it.
    value_type : pyarrow type
        Type of the value column.

    Yields
    ------
    pyarrow.RecordBatch
        Columns ``regulator`` and ``target`` (dictionary-encoded strings) and, when there is one,
        ``value``.

    Raises
    ------
    InputError
        When a row is ragged, a value has the wrong type or the text is not UTF-8.
    """
    chosen = [layout.columns[layout.regulator], layout.columns[layout.target]]
    if layout.value is not None:
        chosen.append(layout.columns[layout.value])
    schema = pa.schema(
        [pa.field(name, pa.dictionary(pa.int32(), pa.string())) for name in ("regulator", "target")]
        + ([pa.field("value", value_type)] if layout.value is not None else [])
    )
    with open_source(path) as source, _readable(source):
        batches = _text_batches if layout.delimiter else _parquet_batches
        for batch in batches(source, layout, chosen, value_type):
            ordered = [batch.column(batch.schema.get_field_index(name)) for name in chosen]
            for name, column in zip(chosen, ordered, strict=True):
                if column.null_count:
                    raise InputError(
                        f"{path}: {name} is empty in {column.null_count:,} rows.",
                        "Fill or remove them.",
                    )
            columns = [
                column if column.type == row.type else column.cast(row.type)
                for row, column in zip(schema, ordered, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _text_batches(
    source: Source, layout: TableLayout, chosen: list[str], value_type: pa.DataType
) -> Iterator[pa.RecordBatch]:
    types = {name: pa.string() for name in layout.columns}
    types.update({chosen[0]: _NAMES, chosen[1]: _NAMES})
    if layout.value is not None:
        types[chosen[2]] = value_type
    with (
        pa.csv.open_csv(
            pa.PythonFile(source.stream, mode="r"),
            read_options=pa.csv.ReadOptions(
                column_names=list(layout.columns),
                skip_rows=layout.skip,
                block_size=1 << 24,
                encoding=source.encoding.removesuffix("-sig"),
            ),
            parse_options=pa.csv.ParseOptions(delimiter=layout.delimiter),
            convert_options=pa.csv.ConvertOptions(column_types=types, include_columns=chosen),
        ) as reader,
    ):
        yield from reader


def _parquet_batches(
    source: Source, layout: TableLayout, chosen: list[str], value_type: pa.DataType
) -> Iterator[pa.RecordBatch]:
    del layout, value_type
    with pa.parquet.ParquetFile(source.stream, read_dictionary=chosen[:2]) as table:
        yield from table.iter_batches(batch_size=BATCH_ROWS, columns=chosen)


_NAMES = pa.dictionary(pa.int32(), pa.string())


@contextmanager
def _readable(source: Source) -> Iterator[None]:
    """Turn the errors of Arrow into one line for the user."""
    try:
        yield
    except pa.ArrowException as error:
        raise InputError(
            f"{source.path} cannot be read: {' '.join(str(error).split()).rstrip('.')}.",
            "Give regulator, target and score in columns, as TSV, CSV or Parquet in UTF-8.",
        ) from error


def _is_parquet(source: Source) -> bool:
    return source.head.startswith(b"PAR1")


def _text_layout(
    path: Path,
    first_line: int,
    delimiter: str,
    cells: list[list[str]],
    value_names: Sequence[str],
) -> TableLayout:
    if _is_header(cells):
        named = _named_layout(path, cells[0], value_names)
        return replace(named, delimiter=delimiter, skip=first_line)
    if len(cells[0]) < 2:
        raise _single_column(path)
    columns = tuple(f"column {i + 1}" for i in range(len(cells[0])))
    value = 2 if len(columns) > 2 else None
    return TableLayout(columns, 0, 1, value, delimiter, first_line - 1)


def _single_column(path: Path) -> InputError:
    return InputError(
        f"{path} has a single column.", "Give regulator, target and score in columns."
    )


def _is_header(cells: list[list[str]]) -> bool:
    if _known_pair(cells[0]) is not None:
        return True
    above, below = (row[2] if len(row) > 2 else "" for row in (cells[0], cells[-1]))
    return is_number(below) and bool(above) and not is_number(above) and above not in "+-?"


def _named_layout(path: Path, names: Sequence[str], value_names: Sequence[str]) -> TableLayout:
    if len(names) < 2:
        raise _single_column(path)
    regulator, target = _known_pair(names) or (0, 1)
    plain = [_plain(name) for name in names]
    others = [i for i in range(len(names)) if i not in (regulator, target)]
    named = [plain.index(name) for name in value_names if name in plain]
    value = next((i for i in named if i in others), others[0] if others else None)
    return TableLayout(_distinct(names), regulator, target, value)


def _known_pair(names: Sequence[str]) -> tuple[int, int] | None:
    plain = [_plain(name) for name in names]
    for first, second in PAIRS:
        if first in plain and second in plain:
            return plain.index(first), plain.index(second)
    return None


def _plain(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum())


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Keep the names where they distinguish columns, else number them."""
    if len(set(names)) == len(names):
        return tuple(names)
    return tuple(f"{name} (column {i + 1})" for i, name in enumerate(names))
