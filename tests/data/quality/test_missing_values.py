"""Tests of missing values: fill or drop."""

from __future__ import annotations

import math

import numpy as np
import pytest

from genie3_engine.data.raw_expression import OddCell
from genie3_engine.errors import InputError
from tests.data.raws import fixed, raw_of, sparse

NAN = math.nan


class TestGaps:
    GAPPY = ((1, 2, 6), (4, NAN, 8), (NAN, NAN, NAN), (1, 1, 1))

    def test_fill_missing__takes_the_genes_median(self):
        raw = raw_of(self.GAPPY, odd_cells=(OddCell(1, 1, "x"),), n_odd=1)
        filled = fixed(raw, "fill-missing")
        assert filled.values[1].tolist() == [4, 6, 8]
        assert np.isnan(filled.values[2]).all()
        assert (filled.odd_cells, filled.n_odd) == ((), 0)
        assert np.isnan(raw.values[1, 1])

    def test_drop_missing_genes__keeps_whole_ones(self):
        assert fixed(raw_of(self.GAPPY), "drop-missing-genes").genes == ("GENE1", "GENE4")

    def test_drop_missing_samples__keeps_whole_ones(self):
        raw = raw_of([[1, NAN], [2, 3]], odd_cells=(OddCell(0, 1, "x"),), n_odd=1)
        left = fixed(raw, "drop-missing-samples")
        assert (left.samples, left.n_odd) == (("s1",), 0)

    def test_drop_missing_samples__refuses_to_leave_none(self):
        with pytest.raises(InputError, match="none is left"):
            fixed(raw_of(self.GAPPY), "drop-missing-samples")

    def test_fill_missing__works_on_sparse_values(self):
        filled = fixed(raw_of(sparse(self.GAPPY)), "fill-missing")
        assert filled.values.toarray()[1].tolist() == [4, 6, 8]
