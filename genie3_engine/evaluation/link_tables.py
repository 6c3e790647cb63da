"""Where in a table of links are the regulator, the target and the score?"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

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
_BOM = b"\xef\xbb\xbf"


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
    if not path.exists():
        raise InputError(f"{path}: there is no such file.", "Check the path.")
    if path.is_dir():
        raise InputError(f"{path} is a folder.", "Give a file of links.")
    with _readable(path):
        if _is_parquet(path):
            names = [str(name) for name in pa.parquet.read_schema(path).names]
            return _named_layout(path, names, value_names)
        return _text_layout(path, *_first_rows(path), value_names=value_names)


def read_batches(
    path: Path, layout: TableLayout, *, value_type: pa.DataType
) -> Iterator[pa.RecordBatch]:
    """Read regulators, targets and values a million rows at a time.

    Parameters
    ----------
    path : Path
        The table.
    layout : TableLayout
        What `detect_layout` said of it.
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
    with _readable(path):
        source = _text_batches if layout.delimiter else _parquet_batches
        for batch in source(path, layout, chosen, value_type):
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
    path: Path, layout: TableLayout, chosen: list[str], value_type: pa.DataType
) -> Iterator[pa.RecordBatch]:
    types = {name: pa.string() for name in layout.columns}
    types.update({chosen[0]: _NAMES, chosen[1]: _NAMES})
    if layout.value is not None:
        types[chosen[2]] = value_type
    stream = pa.input_stream(str(path), compression="gzip" if _is_gzip(path) else None)
    with (
        stream,
        pa.csv.open_csv(
            stream,
            read_options=pa.csv.ReadOptions(
                column_names=list(layout.columns), skip_rows=layout.skip, block_size=1 << 24
            ),
            parse_options=pa.csv.ParseOptions(delimiter=layout.delimiter),
            convert_options=pa.csv.ConvertOptions(column_types=types, include_columns=chosen),
        ) as reader,
    ):
        yield from reader


def _parquet_batches(
    path: Path, layout: TableLayout, chosen: list[str], value_type: pa.DataType
) -> Iterator[pa.RecordBatch]:
    del layout, value_type
    with pa.parquet.ParquetFile(path, read_dictionary=chosen[:2]) as table:
        yield from table.iter_batches(batch_size=BATCH_ROWS, columns=chosen)


_NAMES = pa.dictionary(pa.int32(), pa.string())


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn the readers' complaints into one line for the user."""
    remedy = "Give regulator, target and score in columns, as TSV, CSV or Parquet in UTF-8."
    try:
        yield
    except (pa.ArrowException, UnicodeDecodeError, EOFError, zlib.error) as error:
        raise InputError(f"{path} cannot be read: {_one_line(error)}.", remedy) from error
    except OSError as error:
        reason = error.strerror or _one_line(error)
        raise InputError(f"{path} cannot be read: {reason}.", remedy) from error


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()).rstrip(".")


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _first_rows(path: Path) -> tuple[int, list[str]]:
    """Return the number of leading comment lines and the two lines after them."""
    opener = gzip.open if _is_gzip(path) else Path.open
    n_comments = 0
    rows: list[str] = []
    with opener(path, "rb") as file:
        for line in file:
            text = line.removeprefix(_BOM).decode("utf-8").rstrip("\r\n")
            if not rows and (text.startswith("#") or not text.strip()):
                n_comments += 1
                continue
            rows.append(text)
            if len(rows) == 2:
                break
    return n_comments, rows


def _text_layout(
    path: Path, n_comments: int, rows: list[str], *, value_names: Sequence[str]
) -> TableLayout:
    if not rows:
        raise InputError(f"{path} is empty.", "Give a file with a link in each row.")
    delimiter = next((sign for sign in "\t,; " if sign in rows[0]), "\t")
    cells = [[cell.strip().strip('"') for cell in row.split(delimiter)] for row in rows]
    if len(cells[0]) < 2:
        raise InputError(
            f"{path} has a single column.", "Give regulator, target and score in columns."
        )
    if _is_header(cells):
        named = _named_layout(path, cells[0], value_names)
        return TableLayout(
            named.columns, named.regulator, named.target, named.value, delimiter, n_comments + 1
        )
    columns = tuple(f"column {i + 1}" for i in range(len(cells[0])))
    return TableLayout(columns, 0, 1, 2 if len(columns) > 2 else None, delimiter, n_comments)


def _is_header(cells: list[list[str]]) -> bool:
    if _known_pair(cells[0]) is not None:
        return True
    above, below = (row[2] if len(row) > 2 else "" for row in (cells[0], cells[-1]))
    return _is_number(below) and bool(above) and not _is_number(above) and above not in "+-?"


def _named_layout(path: Path, names: Sequence[str], value_names: Sequence[str]) -> TableLayout:
    if len(names) < 2:
        raise InputError(
            f"{path} has a single column.", "Give regulator, target and score in columns."
        )
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
    """Keep the names where they tell columns apart, else number them."""
    if len(set(names)) == len(names):
        return tuple(names)
    return tuple(f"{name} (column {i + 1})" for i, name in enumerate(names))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
