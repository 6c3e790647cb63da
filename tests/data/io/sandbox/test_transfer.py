"""Tests of the transfer of tables between processes."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse

from genie3_engine.data.io.sandbox.transfer import load_table, save_table
from genie3_engine.data.io.table import Part, Table, TableCell

VALUES = np.array([[1.5, 0.0], [0.0, np.nan], [2.0, 3.0]])


def table_of(form):
    if form == "dense":
        return Table([VALUES[:1], VALUES[1:]], ["s1", "s2"], ["A", "B", "C"])
    matrix = getattr(scipy.sparse, f"{form}_matrix")(VALUES)
    return Table([], ["s1", "s2"], ["A", "B", "C"], sparse=matrix)


@pytest.mark.parametrize("form", ["dense", "csr", "csc"])
def test_load_table__returns_what_was_saved(form, tmp_path):
    table = table_of(form)
    table.odd_cells = [TableCell(1, 1, "x", "row 2", False)]
    table.part = Part("layer", "X", ("X", "counts"))
    table.warnings = ["Look."]
    save_table(table, tmp_path)
    loaded = load_table(tmp_path)
    np.testing.assert_array_equal(np.concatenate(list(loaded.dense_blocks())), VALUES)
    assert loaded.row_names == ["A", "B", "C"]
    assert (loaded.odd_cells, loaded.part, loaded.warnings) == (
        [TableCell(1, 1, "x", "row 2", False)],
        Part("layer", "X", ("X", "counts")),
        ["Look."],
    )
