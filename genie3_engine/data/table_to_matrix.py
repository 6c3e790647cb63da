"""How does a table become genes by samples, complete and with names that can be told apart?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from genie3_engine.data.io.table import FloatMatrix, SparseMatrix, Table
from genie3_engine.errors import InputError

FEWEST_GENES = 3
FEWEST_SAMPLES = 2
DENSE_BYTES_AT_MOST = 4 << 30
_NAMED_AT_MOST = 5


def gene_names(table: Table, *, genes_in_rows: bool) -> tuple[str, ...]:
    """Return the names of the genes as they are: some may repeat or be empty.

    Parameters
    ----------
    table : Table
        What was read.
    genes_in_rows : bool
        Which axis they are on.
    """
    names = table.row_names if genes_in_rows else table.column_names
    return tuple(names or ())


def check_gene_names(file: str, table: Table, *, genes_in_rows: bool) -> tuple[str, ...]:
    """Return the names of the genes, each of them different.

    Parameters
    ----------
    file : str
        The file's name, for messages.
    table : Table
        What was read.
    genes_in_rows : bool
        Which axis they are on.

    Returns
    -------
    tuple of str
        In the file's order.

    Raises
    ------
    InputError
        When there are fewer than three genes, one has no name, or a name occurs twice.
    """
    axis, other = ("row", "column") if genes_in_rows else ("column", "row")
    names = gene_names(table, genes_in_rows=genes_in_rows)
    hint = f"If the genes are in the {other}s, set the orientation to genes-in-{other}s."
    if len(names) < FEWEST_GENES:
        raise InputError(
            f"{file} has {count_of(len(names), 'gene')} ({listed(names)}), at least "
            f"{FEWEST_GENES} are needed.",
            f"Give a matrix with more genes. {hint}",
        )
    nameless = next((i for i, name in enumerate(names) if not name), None)
    if nameless is not None:
        raise InputError(
            f"The gene in {axis} {nameless + 1:,} of {file} has no name.",
            f"Name the gene or remove the {axis}. {hint}",
        )
    counts = Counter(names)
    if len(counts) < len(names):
        repeated = [name for name, count in counts.items() if count > 1]
        first = repeated[0]
        places = [i + 1 for i, name in enumerate(names) if name == first]
        raise InputError(
            f"{file} has {count_of(len(repeated), 'gene name')} more than once: "
            f"{listed(repeated)} ('{first}' is in {axis}s {places[0]:,} and {places[1]:,}).",
            "Rename the genes, or average or number the copies with --fix average-duplicates or "
            f"--fix suffix-duplicates. {hint}",
        )
    return names


def check_n_samples(file: str, table: Table, *, genes_in_rows: bool) -> None:
    """Refuse a table of one sample.

    Parameters
    ----------
    file : str
        The file's name, for messages.
    table : Table
        What was read.
    genes_in_rows : bool
        Which axis the genes are on.

    Raises
    ------
    InputError
        When there is one sample only.
    """
    n_samples = table.n_columns if genes_in_rows else table.n_rows
    other = "columns" if genes_in_rows else "rows"
    if n_samples < FEWEST_SAMPLES:
        raise InputError(
            f"{file} has {count_of(n_samples, 'sample')}, at least {FEWEST_SAMPLES} are needed, "
            "and dozens for a network worth reading.",
            f"Give a matrix with more samples. If the genes are in the {other}, set the "
            f"orientation to genes-in-{other}.",
        )


def made_up_names(n_samples: int) -> tuple[str, ...]:
    """Return names for samples that have none."""
    return tuple(f"sample {i + 1}" for i in range(n_samples))


def sample_names(table: Table, *, genes_in_rows: bool) -> tuple[tuple[str, ...] | None, list[str]]:
    """Return the names of the samples, and what is odd about them.

    Parameters
    ----------
    table : Table
        What was read.
    genes_in_rows : bool
        Which axis the genes are on.

    Returns
    -------
    names : tuple of str or None
        In the file's order; None when there are none.
    warnings : list of str
        One sentence each.
    """
    names = table.column_names if genes_in_rows else table.row_names
    if names is None:
        return None, []
    warnings = []
    repeated = [name for name, count in Counter(names).items() if count > 1 and name]
    if repeated:
        warnings.append(
            f"{count_of(len(repeated), 'sample name')} "
            f"{'occur' if len(repeated) > 1 else 'occurs'} more than once ({listed(repeated)}); "
            "each is kept as a sample of its own."
        )
    if not all(names):
        n_nameless = sum(not name for name in names)
        warnings.append(f"{count_of(n_nameless, 'sample')} without a name: called 'unnamed'.")
    return tuple(name or "unnamed" for name in names), warnings


def sample_annotations(table: Table, *, genes_in_rows: bool) -> dict[str, tuple[str, ...]]:
    """Return what the table says about its samples besides their names."""
    found = table.column_annotations if genes_in_rows else table.row_annotations
    return {column: tuple(labels) for column, labels in found.items()}


def left_out(table: Table, *, genes_in_rows: bool) -> list[str]:
    """Say what the table tells about its genes besides their names, which nobody uses."""
    found = table.row_annotations if genes_in_rows else table.column_annotations
    if not found or table.sparse is not None or table.genes_in_rows is not None:
        return []
    axis = "column" if genes_in_rows else "row"
    return [f"{count_of(len(found), axis)} of text left out: {listed(list(found))}."]


def check_size(file: str, table: Table) -> None:
    """Refuse a matrix that is too large to be held with a value for every gene and sample.

    Parameters
    ----------
    file : str
        The file's name, for messages.
    table : Table
        What was read.

    Raises
    ------
    InputError
        With the code ``too-large``.
    """
    n_bytes = table.n_rows * table.n_columns * 8
    if n_bytes > DENSE_BYTES_AT_MOST:
        raise InputError(
            f"{file} has {table.n_rows:,} x {table.n_columns:,} values, which take "
            f"{n_bytes / 2**30:,.1f} GB; at most {DENSE_BYTES_AT_MOST / 2**30:,.0f} GB are taken.",
            "Keep fewer genes, for example the most variable ones with --fix keep-variable=2000.",
            code="too-large",
        )


def oriented(
    table: Table, *, genes_in_rows: bool, keep_sparse: bool = False
) -> FloatMatrix | SparseMatrix:
    """Put the numbers of a table into one read-only matrix, and drop them on the way.

    Parameters
    ----------
    table : Table
        What was read; its blocks are gone afterwards.
    genes_in_rows : bool
        Which axis the genes are on.
    keep_sparse : bool
        Whether numbers that are sparse stay so.

    Returns
    -------
    (n_genes, n_samples) float64, C order, or scipy.sparse.csr_matrix
        The values.
    """
    if table.sparse is not None:
        sparse, table.sparse = table.sparse if genes_in_rows else table.sparse.T, None
        if keep_sparse:
            return sparse.tocsr()
        dense: FloatMatrix = sparse.toarray(order="C")
        dense.flags.writeable = False
        return dense
    shape = (table.n_rows, table.n_columns)
    values = np.empty(shape if genes_in_rows else shape[::-1], dtype=np.float64)
    target = values if genes_in_rows else values.T
    end = shape[0]
    while table.blocks:
        block = table.blocks.pop()
        target[end - len(block) : end] = block
        end -= len(block)
    values.flags.writeable = False
    return values


def count_of(number: int, what: str) -> str:
    """Say how many there are, such as ``2 genes``."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def listed(names: Sequence[str]) -> str:
    """Say which these are, the first few in quotes."""
    shown = ", ".join(f"'{name}'" for name in names[:_NAMED_AT_MOST]) or "none"
    more = len(names) - _NAMED_AT_MOST
    return f"{shown} and {more:,} more" if more > 0 else shown
