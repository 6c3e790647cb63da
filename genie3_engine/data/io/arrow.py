"""Read Parquet and Feather files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from genie3_engine.data.io.columns import Column, table_of_columns
from genie3_engine.data.io.input_file import Source
from genie3_engine.data.io.size_limits import check_declared
from genie3_engine.data.io.table import Format, ReadOptions, Table, without_infinities
from genie3_engine.data.sparse_genes import MAX_DENSE_BYTES
from genie3_engine.errors import InputError

_INDEX = "__index_level_0__"
Arrow: TypeAlias = Any  # pyarrow has no types
_REMEDY = "Save it again, with plain numbers and texts in its columns."


def read_parquet(source: Source, options: ReadOptions) -> Table:
    """Read a Parquet file, as pandas, polars, R's arrow or DuckDB write it.

    Parameters
    ----------
    source : Source
        The open file.
    options : ReadOptions
        The user's word on the names of the rows.

    Returns
    -------
    Table
        Row names from pandas' index, or else from the first column of texts.

    Raises
    ------
    InputError
        When it is damaged, or a column holds neither numbers nor texts.
    """
    return _read(source, "Parquet", _open_parquet, options)


def read_feather(source: Source, options: ReadOptions) -> Table:
    """Read a Feather file (version 2, Arrow's own file format) as `read_parquet` does its own."""
    return _read(source, "Feather", _open_feather, options)


PARQUET = Format(
    "Parquet file",
    (".parquet", ".pq"),
    lambda source: source.head.startswith(b"PAR1"),
    read_parquet,
    fixed=("header_row",),
)
FEATHER = Format(
    "Feather file",
    (".feather", ".arrow"),
    lambda source: source.head.startswith(b"ARROW1"),
    read_feather,
    fixed=("header_row",),
)


@contextmanager
def _damage_explained(name: str, kind: str) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise InputError(
            f"{name} is damaged, or not a {kind} file that can be read: {reason}",
            "Copy or export the file again.",
        ) from error


def _read(
    source: Source,
    kind: str,
    open_table: Callable[[Path, str], Arrow],
    options: ReadOptions,
) -> Table:
    name = source.path.name
    with source.on_disk() as path, _damage_explained(name, kind):
        arrow = open_table(path, name)
        index = index_columns(arrow.schema)
        columns = [_column(name, field, arrow.column(i)) for i, field in enumerate(arrow.schema)]
    return without_infinities(table_of_columns(name, columns, index, options))


def _open_parquet(path: Path, name: str) -> Arrow:
    from pyarrow import parquet

    file = parquet.ParquetFile(path, memory_map=False)
    facts = file.metadata
    stored = path.stat().st_size
    check_declared(name, "the table", facts.num_rows * facts.num_columns * 8, stored=stored)
    declared = sum(facts.row_group(i).total_byte_size for i in range(facts.num_row_groups))
    check_declared(name, "the table", max(declared, 0), stored=stored)
    _check_types(name, file.schema_arrow)
    table = file.read(use_threads=False)
    table.validate(full=True)
    return table


def _open_feather(path: Path, name: str) -> Arrow:
    import pyarrow as pa

    stored = path.stat().st_size
    with pa.OSFile(str(path), "rb") as file:
        reader = pa.ipc.open_file(file, options=pa.ipc.IpcReadOptions(use_threads=False))
        _check_types(name, reader.schema)
        batches = []
        n_bytes = 0
        for i in range(reader.num_record_batches):
            batch = reader.get_batch(i)
            batch.validate(full=True)
            n_bytes += batch.nbytes
            check_declared(name, "the table", n_bytes, stored=stored)
            batches.append(batch)
        return pa.Table.from_batches(batches, schema=reader.schema)


def _check_types(name: str, schema: Arrow) -> None:
    """Refuse columns that are neither numbers nor text, such as objects that run code."""
    for field in schema:
        if not (_is_number(field.type) or _is_text(field.type)):
            raise InputError(
                f"{name}: the column '{field.name[:80]}' has the type {str(field.type)[:80]}, "
                "which is neither number nor text.",
                _REMEDY,
            )


def _is_number(kind: Arrow) -> bool:
    from pyarrow import types

    return bool(
        types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_boolean(kind)
        or types.is_decimal(kind)
        or types.is_null(kind)
    )


def _is_text(kind: Arrow) -> bool:
    from pyarrow import types

    if types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _column(name: str, field: Arrow, values: Arrow) -> Column:
    import pyarrow as pa
    from pyarrow import types

    if _is_text(field.type):
        if types.is_dictionary(field.type):
            values = values.cast(field.type.value_type)
        texts = ["" if text is None else text.strip() for text in values.to_pylist()]
        return Column(str(field.name), texts=texts)
    if types.is_boolean(field.type) or types.is_decimal(field.type) or types.is_null(field.type):
        values = values.cast(pa.int8() if types.is_boolean(field.type) else pa.float64())
    check_declared(name, "a column", len(values) * 8, stored=MAX_DENSE_BYTES)
    is_whole = types.is_integer(field.type) and values.null_count == 0
    numbers = np.empty(len(values))
    start = 0
    for chunk in values.chunks:
        numbers[start : start + len(chunk)] = chunk.to_numpy(zero_copy_only=False)
        start += len(chunk)
    return Column(str(field.name), numbers=numbers, is_whole=is_whole)


def index_columns(schema: Arrow) -> list[str]:
    """Return the columns that pandas declares as the index; none when it is just a count."""
    try:
        declared = json.loads((schema.metadata or {}).get(b"pandas", b"{}"))
    except ValueError:
        declared = {}
    index = declared.get("index_columns", []) if isinstance(declared, dict) else []
    named = [key for key in index if isinstance(key, str)] if isinstance(index, list) else []
    return [key for key in (*named, _INDEX) if key in schema.names][:1]
