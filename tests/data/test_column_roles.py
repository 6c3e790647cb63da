"""Tests of the roles of columns."""

from __future__ import annotations

import numpy as np

from genie3_engine.data.column_roles import interpret_columns
from genie3_engine.data.io.table import ReadOptions, Table


def test_interpret_columns__keeps_samples():
    table = Table([np.array([[1.5, 2.5], [3.5, 4.0]])], ["a", "b"], ["g1", "g2"])
    assert interpret_columns(table, ReadOptions()).column_names == ["a", "b"]
