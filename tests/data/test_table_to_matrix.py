"""Are blocks put together right, in either orientation?"""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.io.table import Table
from genie3_engine.data.table_to_matrix import oriented, sample_names


@pytest.mark.parametrize("cuts", [[], [1], [3, 4], [1, 2, 3, 4, 5, 6]])
def test_oriented__joins_blocks_in_order(cuts):
    whole = np.arange(28.0).reshape(7, 4)
    for genes_in_rows in (True, False):
        table = Table(np.split(whole, cuts), None, None)
        values = oriented(table, genes_in_rows=genes_in_rows)
        np.testing.assert_array_equal(values, whole if genes_in_rows else whole.T)
        assert values.flags.c_contiguous
        assert not table.blocks


def test_sample_names__calls_nameless_samples_unnamed():
    table = Table([np.ones((3, 3))], ["a", "", ""], ["x", "y", "z"])
    names, warnings = sample_names(table, genes_in_rows=True)
    assert names == ("a", "unnamed", "unnamed")
    assert "2 samples" in warnings[0]
