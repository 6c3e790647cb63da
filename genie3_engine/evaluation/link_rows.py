"""Read the rows of tables of links: the first ones, to measure the columns, and all in batches."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from genie3_engine.data.io.input_file import Source, open_source
from genie3_engine.errors import InputError
from genie3_engine.evaluation.link_columns import LinkColumn
from genie3_engine.evaluation.link_tables import LinkTable, readable

BATCH_ROWS = 1 << 20
_NAMES = pa.dictionary(pa.int32(), pa.string())
_SAMPLE_BYTES = 1 << 20
_SAMPLE_ROWS = 20_000
_BLOCK_BYTES = 1 << 24


@dataclass(frozen=True, slots=True, eq=False)
class FirstRows:
    """The first rows of a table, by which its columns are measured.

    Parameters
    ----------
    cells : pyarrow.Table
        The rows. Those of a text are dictionary-encoded texts.
    is_whole : bool
        Whether these are all rows of the file.
    end : int or None
        Where the next row begins in the text, in bytes; None where that is not known.
    """

    cells: pa.Table
    is_whole: bool
    end: int | None = None

    def columns(self, table: LinkTable, *, whole: bool = False) -> tuple[LinkColumn, ...]:
        """Measure the columns of the table.

        Parameters
        ----------
        table : LinkTable
            The table.
        whole : bool
            Whether all of these rows are used.

        Returns
        -------
        tuple of LinkColumn
            One for each column.
        """
        cells, is_whole = self.cells, self.is_whole
        if not whole and cells.num_rows > _SAMPLE_ROWS:
            cells, is_whole = cells.slice(0, _SAMPLE_ROWS), False
        counts = Counter(table.headers)
        return tuple(
            replace(
                LinkColumn.of(cells.column(table.keys[i]), i, header, is_whole=is_whole),
                is_repeated=bool(header) and counts[header] > 1,
            )
            for i, header in enumerate(table.headers)
        )

    def below(self, first: Sequence[str]) -> FirstRows:
        """Return these rows of a text below another one, which was taken for a header.

        Parameters
        ----------
        first : sequence of str
            Its cells.
        """
        names = self.cells.column_names
        row = pa.table({name: _texts([cell]) for name, cell in zip(names, first, strict=True)})
        cells = pa.concat_tables([row, self.cells]).combine_chunks()
        return replace(self, cells=cells)

    def batches(self, columns: Sequence[tuple[str, pa.DataType]]) -> list[pa.RecordBatch] | None:
        """Return some columns of these rows as Arrow reads them.

        Parameters
        ----------
        columns : sequence of str and pyarrow type
            Keys, and types: names or numbers.

        Returns
        -------
        list of pyarrow.RecordBatch or None
            None where only the file shows how to go on, or which text is not a number.
        """
        if not (self.is_whole or self.end):
            return None
        arrays = [_as_type(self.cells.column(key), kind) for key, kind in columns]
        if any(array is None for array in arrays):
            return None
        rows = pa.Table.from_arrays(arrays, names=[key for key, _ in columns])
        batches: list[pa.RecordBatch] = rows.to_batches()
        return batches


def _texts(texts: list[str]) -> pa.DictionaryArray:
    return pa.array(texts, pa.string()).dictionary_encode()


def _as_type(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray | None:
    """Return texts as they are, or as numbers; None where a text is missing or no plain number."""
    if column.type == kind:
        return column
    chunks = []
    for texts in column.chunks:
        try:
            numbers = texts.dictionary.cast(kind)
        except pa.ArrowInvalid:
            return None
        if texts.null_count or numbers.null_count or np.isnan(numbers.to_numpy()).any():
            return None
        chunks.append(numbers.take(texts.indices))
    return pa.chunked_array(chunks, kind)


def sample_columns(table: LinkTable, *, whole: bool = False) -> tuple[LinkColumn, ...]:
    """Measure the columns of a table by its first rows.

    Parameters
    ----------
    table : LinkTable
        The table.
    whole : bool
        Whether all rows are read.

    Returns
    -------
    tuple of LinkColumn
        One for each column.

    Raises
    ------
    InputError
        When a row is ragged or the text is not UTF-8.
    """
    return first_rows(table, whole=whole).columns(table, whole=whole)


def first_rows(table: LinkTable, *, whole: bool = False) -> FirstRows:
    """Read the first rows of a table.

    Parameters
    ----------
    table : LinkTable
        The table.
    whole : bool
        Whether all rows are read.

    Returns
    -------
    FirstRows
        The rows.

    Raises
    ------
    InputError
        When a row is ragged or the text is not UTF-8.
    """
    with _opened(table) as source, readable(source):
        if not table.is_parquet:
            return _text_rows(source, table, whole=whole)
        with pa.parquet.ParquetFile(source.stream) as file:
            n_rows = file.metadata.num_rows
            if not n_rows:
                none = pa.table({key: pa.array([], pa.string()) for key in table.keys})
                return FirstRows(none, is_whole=True)
            batches = file.iter_batches(batch_size=n_rows if whole else _SAMPLE_ROWS)
            rows = pa.Table.from_batches([next(batches)])
            return FirstRows(rows, rows.num_rows == n_rows)


def _text_rows(source: Source, table: LinkTable, *, whole: bool) -> FirstRows:
    """Return the first rows of a text, or all of them."""
    columns = [(key, _NAMES) for key in table.keys]
    head = source.stream.read(_SAMPLE_BYTES + 1)
    source.stream.seek(0)
    is_all = len(head) <= _SAMPLE_BYTES
    end = len(head) if is_all else head.rfind(b"\n", 0, _SAMPLE_BYTES) + 1
    if end and (is_all or not whole) and source.encoding.startswith("utf-8"):
        few = pa.py_buffer(head).slice(0, end)
        options = _options(source, table, columns, block_bytes=_SAMPLE_BYTES, threads=False)
        return FirstRows(pa.csv.read_csv(few, **options), is_all, end)
    options = _options(source, table, columns, block_bytes=_SAMPLE_BYTES, threads=whole)
    with pa.csv.open_csv(pa.PythonFile(source.stream, mode="r"), **options) as reader:
        found = list(reader) if whole else list(itertools.islice(reader, 2))
    rows = pa.Table.from_batches(found if whole else found[:1])
    return FirstRows(rows.unify_dictionaries(), whole or len(found) < 2)


def read_batches(
    table: LinkTable,
    places: Sequence[int],
    *,
    value_type: pa.DataType,
    first: FirstRows | None = None,
) -> Iterator[pa.RecordBatch]:
    """Read regulators, targets and values a million rows at a time.

    Parameters
    ----------
    table : LinkTable
        The table.
    places : sequence of int
        Columns of the regulator, the target and, if there is one, the value.
    value_type : pyarrow type
        Type of the value column.
    first : FirstRows, optional
        The first rows, where they have been read.

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
    chosen = [table.keys[place] for place in places]
    types = dict(zip(("regulator", "target", "value"), (_NAMES, _NAMES, value_type), strict=True))
    schema = pa.schema(list(types.items())[: len(chosen)])
    with _opened(table) as source, readable(source):
        for batch in _batches(source, table, list(zip(chosen, schema.types, strict=True)), first):
            ordered = [batch.column(batch.schema.get_field_index(name)) for name in chosen]
            for row, place, column in zip(schema, places, ordered, strict=True):
                if column.null_count and not (row.name == "value" and row.type == _NAMES):
                    raise InputError(
                        f"{table.path}: column {table.headers[place] or place + 1} is empty in "
                        f"{column.null_count:,} rows.",
                        "Fill or remove them.",
                    )
            columns = [_cast(column, row.type) for row, column in zip(schema, ordered, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _cast(column: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return a column as another type; names as `LinkColumn` has them, without space around."""
    if kind != _NAMES:
        return column.cast(kind)
    if not isinstance(column, pa.DictionaryArray) or column.null_count:
        return column.cast(pa.string()).fill_null("").dictionary_encode()
    names = pc.utf8_trim_whitespace(column.dictionary.cast(pa.string()))
    return pa.DictionaryArray.from_arrays(column.indices.cast(pa.int32()), names)


def _batches(
    source: Source,
    table: LinkTable,
    columns: list[tuple[str, pa.DataType]],
    first: FirstRows | None,
) -> Iterator[pa.RecordBatch]:
    """Yield the first rows, where they have been read, and read on from there."""
    if table.is_parquet:
        names = [name for name, _ in columns]
        with pa.parquet.ParquetFile(source.stream, read_dictionary=names[:2]) as file:
            yield from file.iter_batches(batch_size=BATCH_ROWS, columns=names)
        return
    options = _options(source, table, columns, block_bytes=_BLOCK_BYTES, threads=True)
    begun = first.batches(columns) if first is not None else None
    if first is not None and begun is not None:
        yield from begun
        if first.is_whole:
            return
        source.stream.seek(first.end or 0)
        options["read_options"].skip_rows = 0
    with pa.csv.open_csv(pa.PythonFile(source.stream, mode="r"), **options) as reader:
        yield from reader


def _options(
    source: Source,
    table: LinkTable,
    columns: list[tuple[str, pa.DataType]],
    *,
    block_bytes: int,
    threads: bool,
) -> dict[str, Any]:
    """Return how Arrow reads some columns of a text."""
    types = dict.fromkeys(table.keys, pa.string()) | dict(columns)
    return {
        "read_options": pa.csv.ReadOptions(
            column_names=list(table.keys),
            skip_rows=table.skip + (table.has_header is not False),
            block_size=block_bytes,
            encoding=source.encoding.removesuffix("-sig"),
            use_threads=threads,
        ),
        "parse_options": pa.csv.ParseOptions(delimiter=table.delimiter),
        "convert_options": pa.csv.ConvertOptions(
            column_types=types, include_columns=[name for name, _ in columns]
        ),
    }


@contextmanager
def _opened(table: LinkTable) -> Iterator[Source]:
    if table.content is None:
        with open_source(table.path) as source:
            yield source
    else:
        with open_source(table.content, name=table.path.name) as source:
            yield source
