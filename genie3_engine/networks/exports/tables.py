"""Write links as tables: TSV, CSV, Parquet, pySCENIC."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from genie3_engine.errors import OptionError
from genie3_engine.model import ImportanceScale
from genie3_engine.networks.exports.link_source import Links
from genie3_engine.networks.gene_names import symbol_columns

_PARQUET_ROWS = 1 << 20
_NAMES = pa.dictionary(pa.int32(), pa.string())


def write_tsv(links: Links, file: IO[bytes]) -> None:
    """Write tab-separated text: regulator, target, score, further columns, and symbols.

    Parameters
    ----------
    links : Links
        What is written.
    file : binary file
        Where to.

    Notes
    -----
    Names are never altered: one that holds a tab, a quote or a line break is quoted as in RFC 4180,
    which every CSV reader understands. Scores have the fewest digits that give the same float32.
    """
    _write_text(_with_symbols(links), file, ("regulator", "target", links.score_column), "\t")


def write_csv(links: Links, file: IO[bytes]) -> None:
    """Write comma-separated text as in RFC 4180, with the columns of `write_tsv`."""
    _write_text(_with_symbols(links), file, ("regulator", "target", links.score_column), ",")


def write_pyscenic(links: Links, file: IO[bytes], *, delimiter: str = "\t") -> None:
    """Write pySCENIC's adjacencies: TF, target, importance.

    Parameters
    ----------
    links : Links
        What is written.
    file : binary file
        Where to.
    delimiter : str
        A tab, or a comma for a file that ends in ``.csv``: pySCENIC goes by the ending.

    Raises
    ------
    OptionError
        On the rank scale: pySCENIC takes a large number for a strong link.
    """
    if links.scale is ImportanceScale.RANK:
        raise OptionError(
            "pySCENIC takes a large number for a strong link, so it cannot use ranks.",
            "Choose the scale raw or share.",
        )
    _write_text(replace(links, further=()), file, ("TF", "target", "importance"), delimiter)


def write_parquet(links: Links, file: IO[bytes]) -> None:
    """Write Parquet: regulator and target dictionary-encoded, the score's meaning as metadata."""
    links = _with_symbols(links)
    writer: pq.ParquetWriter | None = None
    try:
        for batch in links.batches():
            schema = _parquet_schema(links, batch.schema.field(2).type)
            writer = writer or pq.ParquetWriter(file, schema)
            columns = [*(batch.column(i) for i in range(3)), *links.further_of(batch)]
            table = pa.table(columns, names=schema.names)
            writer.write_table(table.cast(schema), row_group_size=_PARQUET_ROWS)
        writer = writer or pq.ParquetWriter(file, _parquet_schema(links, pa.float32()))
    finally:
        if writer is not None:
            writer.close()


def _with_symbols(links: Links) -> Links:
    return replace(links, further=(*links.further, *symbol_columns(links.gene_table)))


def _in_parquet(field: pa.Field) -> pa.Field:
    return field.with_type(_NAMES) if pa.types.is_string(field.type) else field


def _parquet_schema(links: Links, score: pa.DataType) -> pa.Schema:
    return pa.schema(
        [
            ("regulator", _NAMES),
            ("target", _NAMES),
            (links.score_column, score),
            *(_in_parquet(field) for field in links.further_fields),
        ],
        metadata={
            "scale": links.scale.value,
            "score": links.score_meaning,
            **({"notes": " ".join(links.notes)} if links.notes else {}),
        },
    )


def text_columns(
    batch: pa.RecordBatch, spell: Callable[[str], str]
) -> tuple[list[str], list[str], list[str]]:
    """Return regulators, targets and scores as texts, each distinct name spelt once.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
        Links.
    spell : callable
        How a name is written in the format.

    Returns
    -------
    tuple of three lists of str
        One text a link.
    """
    regulators, targets = (_spelt(batch.column(i), spell).to_pylist() for i in range(2))
    return regulators, targets, batch.column(2).cast(pa.string()).to_pylist()


def further_texts(
    links: Links, batch: pa.RecordBatch, spell: Callable[[str], str]
) -> list[pa.Array]:
    """Return the further columns of links as texts, null where a link has none.

    Parameters
    ----------
    links : Links
        What is written.
    batch : pyarrow.RecordBatch
        Some of the links.
    spell : callable
        How a name is written in the format.
    """
    return [
        _spelt(column, spell) if pa.types.is_string(column.type) else column.cast(pa.string())
        for column in links.further_of(batch)
    ]


def _write_text(
    links: Links, file: IO[bytes], header: tuple[str, str, str], delimiter: str
) -> None:
    names = [*header, *(field.name for field in links.further_fields)]
    file.write((delimiter.join(names) + "\n").encode())
    for text in _lines(links, delimiter):
        file.write(text.encode())


def _lines(links: Links, delimiter: str) -> Iterator[str]:
    special = re.compile(f'[{delimiter}"\r\n]|^[ #]|^$| $')

    @cache
    def spell(name: str) -> str:
        return '"' + name.replace('"', '""') + '"' if special.search(name) else name

    for batch in links.pieces():
        names = [_spelt(batch.column(i), spell) for i in range(2)]
        score = batch.column(2).cast(pa.string())
        texts = [pc.fill_null(column, "") for column in further_texts(links, batch, spell)]
        rows = pc.binary_join_element_wise(*names, score, *texts, delimiter)
        yield "\n".join(rows.to_pylist()) + "\n"


def _spelt(names: pa.Array, spell: Callable[[str], str]) -> pa.Array:
    if not isinstance(names, pa.DictionaryArray):
        names = names.dictionary_encode()
    spelt = [spell(name) for name in names.dictionary.to_pylist()]
    return pa.array(spelt, pa.string()).take(names.indices)
