"""Write the results of a comparison as tables for other programs: TSV, CSV, Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from genie3_engine.differential.comparison_folder import CHANGES, REGULATORS, TARGETS, Comparison
from genie3_engine.errors import OptionError
from genie3_engine.jobs.atomic_write import storage_errors, written_aside

if TYPE_CHECKING:
    import pyarrow as pa

FORMATS = ("tsv", "csv", "parquet")
TABLES = tuple(name.removesuffix(".parquet") for name in (CHANGES, TARGETS, REGULATORS))
_DELIMITERS = {"tsv": "\t", "csv": ","}


def write_tables(comparison: Comparison, folder: Path, form: str = "tsv") -> list[Path]:
    """Write changes, targets and regulators into a folder.

    Parameters
    ----------
    comparison : Comparison
        The results.
    folder : Path
        It is made where it does not exist; files of the same names are replaced.
    form : str
        One of `FORMATS`.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    OptionError
        When there is no such format.
    StorageError
        When the disk is full or may not be written.
    """
    return write_named({name: export_table(comparison, name) for name in TABLES}, folder, form)


def export_table(comparison: Comparison, name: str) -> pa.Table:
    """Return one of the results with the symbols of its genes in the last columns.

    Parameters
    ----------
    comparison : Comparison
        The results.
    name : str
        One of `TABLES`.

    Returns
    -------
    pyarrow.Table
        With ``regulator_symbol`` and ``target_symbol``, where genes have symbols; null for a gene
        without one.
    """
    import pyarrow as pa

    table, genes = comparison.table(name), comparison.gene_table
    if not genes.has_symbols:
        return table
    for column in ("regulator", "target"):
        if column in table.column_names:
            symbols = [genes.symbol(str(gene)) or None for gene in table[column].to_pylist()]
            table = table.append_column(f"{column}_symbol", pa.array(symbols, pa.string()))
    return table


def write_named(tables: dict[str, pa.Table], folder: Path, form: str) -> list[Path]:
    """Write tables into a folder, each under its name; see `write_tables`."""
    with storage_errors(folder, resumable=False):
        folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in tables.items():
        path = folder / f"{name}.{form}"
        with written_aside(path, resumable=False) as aside, aside.open("wb") as file:
            write_table(table, file, form)
        written.append(path)
    return written


def write_table(table: pa.Table, file: IO[bytes], form: str) -> None:
    """Write one table to an open binary file.

    Parameters
    ----------
    table : pyarrow.Table
        The table.
    file : binary file
        Where to.
    form : str
        One of `FORMATS`.

    Raises
    ------
    OptionError
        When there is no such format.

    Notes
    -----
    Numbers have the fewest digits that give the same float; a missing one is empty. Names with a
    delimiter, a quote or a line break are quoted as in RFC 4180.
    """
    if form not in FORMATS:
        raise OptionError(
            f"There is no table format {form!r}.", f"Give one of {', '.join(FORMATS)}."
        )
    if form == "parquet":
        import pyarrow.parquet as pq

        pq.write_table(table, file)
        return
    delimiter = _DELIMITERS[form]
    file.write((delimiter.join(table.column_names) + "\n").encode())
    for batch in table.to_batches():
        columns = [_texts(column, delimiter) for column in batch.columns]
        lines = [delimiter.join(row) + "\n" for row in zip(*columns, strict=True)]
        file.write("".join(lines).encode())


def _texts(column: pa.Array, delimiter: str) -> Sequence[str]:
    """Return the values of a column as texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    is_text = pa.types.is_dictionary(column.type) or pa.types.is_string(column.type)
    texts: list[str] = pc.fill_null(column.cast(pa.string()), "").to_pylist()
    return [_quoted(text, delimiter) for text in texts] if is_text else texts


def _quoted(text: str, delimiter: str) -> str:
    if any(sign in text for sign in (delimiter, '"', "\r", "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text
