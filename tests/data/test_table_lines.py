"""Tests of taking and dropping rows and columns."""

from __future__ import annotations

import numpy as np

from genie3_engine.data.io.table import Table, TableCell
from genie3_engine.data.table_lines import columns_at, rows_at, without_lines

NUMBERS = np.arange(20.0).reshape(5, 4)


def table():
    return Table(
        [NUMBERS[:2], NUMBERS[2:]],
        list("abcd"),
        list("vwxyz"),
        row_annotations={"text": list("VWXYZ")},
        column_annotations={"group": list("ABCD")},
        odd_cells=[TableCell(0, 0, "?", "here"), TableCell(4, 3, "!", "there")],
        n_odd=2,
    )


def test_rows_at__takes_them_from_all_blocks():
    np.testing.assert_array_equal(rows_at(table(), np.array([1, 2, 4])), NUMBERS[[1, 2, 4]])
    np.testing.assert_array_equal(columns_at(table(), np.array([0, 3])), NUMBERS[:, [0, 3]])


def test_without_lines__drops_what_belongs_to_them():
    left = without_lines(table(), rows=[0, 1], columns=[2])
    np.testing.assert_array_equal(np.concatenate(left.blocks), NUMBERS[2:][:, [0, 1, 3]])
    assert (left.row_names, left.column_names) == (list("xyz"), list("abd"))
    assert left.row_annotations == {"text": list("XYZ")}
    assert left.column_annotations == {"group": list("ABD")}
    assert [(cell.row, cell.column) for cell in left.odd_cells] == [(2, 2)]
    assert left.n_odd == 1
