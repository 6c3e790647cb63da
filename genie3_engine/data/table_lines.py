"""Select or drop rows and columns of a table."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.io.table import FloatMatrix, Table, TableCell


def rows_at(table: Table, places: NDArray[np.intp]) -> FloatMatrix:
    """Return some rows of a dense table.

    Parameters
    ----------
    table : Table
        What was read.
    places : (n_taken,) int
        Which rows, ascending.

    Returns
    -------
    (n_taken, n_columns) float64
        Their numbers.
    """
    parts = []
    start = 0
    for block in table.blocks:
        inside = places[(places >= start) & (places < start + len(block))] - start
        if len(inside):
            parts.append(block[inside])
        start += len(block)
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty((0, table.n_columns))


def columns_at(table: Table, places: NDArray[np.intp]) -> FloatMatrix:
    """Return some columns of a dense table, (n_rows, n_taken) float64; see `rows_at`."""
    return np.concatenate([block[:, places] for block in table.blocks])


def without_lines(table: Table, *, rows: Collection[int], columns: Collection[int]) -> Table:
    """Drop rows and columns of a table, with their names, texts and odd cells.

    Parameters
    ----------
    table : Table
        What was read; its blocks are gone afterwards.
    rows, columns : collection of int
        Places to drop.

    Returns
    -------
    Table
        What is left.
    """
    kept_rows = _kept(table.n_rows, rows)
    kept_columns = _kept(table.n_columns, columns)
    blocks: list[FloatMatrix] = []
    start = 0
    n_rows = table.n_rows
    for i, block in enumerate(table.blocks):
        inside = kept_rows[start : start + len(block)]
        start += len(block)
        part = block if inside.all() else block[inside]
        part = part if kept_columns.all() else part[:, kept_columns]
        table.blocks[i] = block[:0]
        if len(part):
            blocks.append(part)
    table.blocks.clear()
    row_places, column_places = np.cumsum(kept_rows) - 1, np.cumsum(kept_columns) - 1
    odd: list[TableCell] = [
        replace(cell, row=int(row_places[cell.row]), column=int(column_places[cell.column]))
        for cell in table.odd_cells
        if cell.row < n_rows and kept_rows[cell.row] and kept_columns[cell.column]
    ]
    known = len(table.odd_cells)
    return replace(
        table,
        blocks=blocks,
        sparse=None if table.sparse is None else table.sparse.tocsr()[kept_rows][:, kept_columns],
        row_names=_taken(table.row_names, kept_rows),
        column_names=_taken(table.column_names, kept_columns),
        row_annotations={
            name: _taken(texts, kept_rows) or [] for name, texts in table.row_annotations.items()
        },
        column_annotations={
            name: _taken(texts, kept_columns) or []
            for name, texts in table.column_annotations.items()
        },
        odd_cells=odd,
        n_odd=round(table.n_odd * len(odd) / max(1, known)),
    )


def _kept(number: int, dropped: Collection[int]) -> NDArray[np.bool_]:
    kept = np.ones(number, dtype=np.bool_)
    kept[list(dropped)] = False
    return kept


def _taken(names: list[str] | None, kept: NDArray[np.bool_]) -> list[str] | None:
    if names is None or kept.all():
        return names
    return [name for name, is_kept in zip(names, kept, strict=True) if is_kept]
