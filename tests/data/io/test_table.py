"""Tests of tables, their parts and their odd cells."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse

from genie3_engine.data.io.table import Table, cell_place, chosen_part, without_infinities
from genie3_engine.errors import OptionError

NAMES = ["notes", "Data", "2"]


@pytest.mark.parametrize(
    ("wanted", "name"), [(None, "Data"), ("data", "Data"), ("2", "2"), ("1", "notes")]
)
def test_chosen_part__goes_by_name_or_number(wanted, name):
    assert chosen_part("x.xlsx", "sheet", NAMES, wanted, usual="Data").name == name


def test_chosen_part__names_the_parts_there_are():
    with pytest.raises(OptionError, match=r"no sheet 'x'.*'notes'"):
        chosen_part("x.xlsx", "sheet", NAMES, "x", usual="Data")


def test_cell_place__counts_from_one():
    assert cell_place(11, "TP53", 2, None) == "row 12 ('TP53'), column 3"


@pytest.mark.parametrize("as_sparse", [False, True])
def test_without_infinities__makes_them_odd_cells(as_sparse):
    values = np.array([[1.0, np.inf], [0.0, 2.0]])
    table = Table([values], ["a", "b"], ["A", "B"])
    if as_sparse:
        table = Table([], ["a", "b"], ["A", "B"], sparse=scipy.sparse.csr_matrix(values))
    [block] = without_infinities(table).dense_blocks()
    np.testing.assert_array_equal(block, [[1.0, np.nan], [0.0, 2.0]])
    [cell] = table.odd_cells
    assert (cell.row, cell.column, cell.is_infinite, table.n_odd) == (0, 1, True, 1)
