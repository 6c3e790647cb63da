"""The gene table of a network, that of its data set, and the symbols of the genes of links."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.datasets.gene_tables import gene_table
from genie3_engine.errors import Genie3Error
from genie3_engine.networks.further_columns import FurtherColumns
from genie3_engine.store.links import RankedLinks

SYMBOL_COLUMNS = ("regulator_symbol", "target_symbol")


def gene_table_of_run(run: Path, *, home: Path | None = None) -> GeneTable:
    """Return the gene table of the data set of a run.

    Parameters
    ----------
    run : Path
        A run folder, or a file of its ranked links, which names the data.
    home : Path, optional
        Where the data set is stored; the user's home by default.

    Returns
    -------
    GeneTable
        A table without rows where the data set is not stored or has none.
    """
    try:
        return gene_table(str(RankedLinks(run).about.get("dataset") or ""), home=home)
    except Genie3Error:
        return NO_GENE_TABLE


def symbol_columns(table: GeneTable) -> tuple[FurtherColumns, ...]:
    """Return the columns of a table of links with the symbols of regulators and targets.

    Parameters
    ----------
    table : GeneTable
        The genes.

    Returns
    -------
    tuple of FurtherColumns
        ``regulator_symbol`` and ``target_symbol``, null for a gene without a symbol; none where no
        gene has one.
    """
    if not table.has_symbols:
        return ()

    def of_batch(batch: pa.RecordBatch) -> list[pa.Array]:
        return [_symbols(batch.column(place), table) for place in (0, 1)]

    return (FurtherColumns(pa.schema([(name, pa.string()) for name in SYMBOL_COLUMNS]), of_batch),)


def _symbols(genes: pa.Array, table: GeneTable) -> pa.Array:
    """Return the symbol of each gene; each distinct gene is looked up once."""
    if not isinstance(genes, pa.DictionaryArray):
        genes = genes.dictionary_encode()
    symbols = [table.symbol(gene) or None for gene in genes.dictionary.to_pylist()]
    return pa.array(symbols, pa.string()).take(genes.indices)
