"""Which numbers of a table are infinite, and therefore none that GENIE3 can use?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.io.table import (
    SHOWN_ODD_CELLS,
    FloatMatrix,
    Table,
    TableCell,
    cell_place,
)


def without_infinities(table: Table) -> Table:
    """Note the infinite values of a table as odd cells, and make them NaN.

    Parameters
    ----------
    table : Table
        With its names; changed.

    Returns
    -------
    Table
        The same one.
    """
    if table.sparse is not None:
        infinite = np.flatnonzero(np.isinf(table.sparse.data))
        if len(infinite):
            entries = table.sparse.tocoo()
            rows, columns, values = (
                entries.row[infinite],
                entries.col[infinite],
                entries.data[infinite],
            )
            _note(table, rows, columns, values)
            table.sparse.data[infinite] = np.nan
        return table
    start = 0
    for i, block in enumerate(table.blocks):
        if not np.isfinite(block.sum()):
            rows, columns = np.nonzero(np.isinf(block))
            if len(rows):
                writable = block if block.flags.writeable else block.copy()
                _note(table, rows + start, columns, block[rows, columns])
                writable[rows, columns] = np.nan
                table.blocks[i] = writable
        start += len(block)
    return table


def _note(
    table: Table, rows: NDArray[np.intp], columns: NDArray[np.intp], values: FloatMatrix
) -> None:
    table.n_odd += len(rows)
    room = SHOWN_ODD_CELLS - len(table.odd_cells)
    for row, column, value in zip(rows[:room], columns[:room], values[:room], strict=True):
        row_name = table.row_names[row] if table.row_names else None
        column_name = table.column_names[column] if table.column_names else None
        place = cell_place(int(row), row_name, int(column), column_name)
        table.odd_cells.append(TableCell(int(row), int(column), str(float(value)), place, True))
