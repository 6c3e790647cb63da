"""Has every gene a number in every sample, and if not, where is what is missing or odd?"""

from __future__ import annotations

import numpy as np

from genie3_engine.data.io.table import Table, TableCell, cell_place
from genie3_engine.data.table_to_matrix import count_of, listed
from genie3_engine.errors import InputError


def check_complete(file: str, table: Table, *, genes_in_rows: bool) -> None:
    """Refuse a table with missing values, because GENIE3 needs them all.

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
        Naming the first cell with text or infinity, else the genes without any value, else the
        samples without any, else how many values are missing and where the first is.
    """
    if table.odd_cells:
        raise _odd(file, table.odd_cells[0])
    if table.sparse is not None and not bool(np.isnan(table.sparse.data).any()):
        return
    rows_missing = np.concatenate([np.isnan(block).sum(axis=1) for block in table.dense_blocks()])
    n_missing = int(rows_missing.sum())
    if n_missing == 0:
        return
    columns_missing = np.sum(
        [np.isnan(block).sum(axis=0) for block in table.dense_blocks()], axis=0
    )
    empty_rows = np.flatnonzero(rows_missing == table.n_columns)
    empty_columns = np.flatnonzero(columns_missing == table.n_rows)
    axes = [
        ("gene" if genes_in_rows else "sample", "row", empty_rows, table.row_names),
        ("sample" if genes_in_rows else "gene", "column", empty_columns, table.column_names),
    ]
    for what, axis, empty, names in sorted(axes, key=lambda item: item[0]):
        if len(empty):
            first = int(empty[0])
            shown = listed([names[i] or f"{axis} {i + 1:,}" for i in empty]) if names else "?"
            raise InputError(
                f"{count_of(len(empty), what)} of {file} {'have' if len(empty) > 1 else 'has'} no "
                f"value at all: {shown} ({axis} {first + 1:,}).",
                f"Remove the {axis}{'s' if len(empty) > 1 else ''} from the file.",
            )
    raise InputError(
        f"{file} lacks {count_of(n_missing, 'value')} of {table.n_rows * table.n_columns:,}, the "
        f"first in {_first_missing(table, rows_missing)}.",
        "GENIE3 needs complete data: fill the gaps with --fix fill-missing, or remove the genes or "
        "samples that have them with --fix drop-missing-genes or --fix drop-missing-samples.",
    )


def _odd(file: str, cell: TableCell) -> InputError:
    if cell.is_infinite:
        return InputError(
            f"{file}, {cell.place} holds the infinite value '{cell.text}'.",
            "Replace it by a finite number or remove the row or the column; a logarithm of zero "
            "is often the reason.",
        )
    return InputError(
        f"{file}, {cell.place} holds the text '{cell.text}' where a number is expected.",
        "Correct the cell; if this row or column holds descriptions, remove it.",
    )


def _first_missing(table: Table, rows_missing: np.ndarray[tuple[int], np.dtype[np.int_]]) -> str:
    row = int(np.flatnonzero(rows_missing)[0])
    start = 0
    for block in table.dense_blocks():
        if row < start + len(block):
            break
        start += len(block)
    column = int(np.flatnonzero(np.isnan(block[row - start]))[0])
    row_name = table.row_names[row] if table.row_names else None
    column_name = table.column_names[column] if table.column_names else None
    return cell_place(row, row_name, column, column_name)
