"""Tests of the scale of values."""

from __future__ import annotations

import math

import numpy as np
import pytest

from genie3_engine.errors import InputError
from tests.data.raws import fixed, raw_of, sparse

NAN = math.nan


class TestScale:
    def test_log1p_cpm__by_hand(self):
        raw = raw_of([[1, 0], [3, 5]])
        expected = np.log1p([[250_000, 0], [750_000, 1_000_000]])
        for values in (raw, raw_of(sparse([[1, 0], [3, 5]]))):
            found = fixed(values, "log1p-cpm").values
            found = found if isinstance(found, np.ndarray) else found.toarray()
            np.testing.assert_allclose(found, expected)

    def test_log1p_cpm__refuses_an_empty_library(self):
        with pytest.raises(InputError, match="drop-empty-samples"):
            fixed(raw_of([[1, 0], [3, 0]]), "log1p-cpm")

    @pytest.mark.parametrize("fix", ["log1p", "log1p-cpm"])
    def test_log1p__refuses_negative_values_and_names_one(self, fix):
        with pytest.raises(InputError, match=r"'GENE2' is -3 in sample 's1'"):
            fixed(raw_of([[1, 0], [-3, 0]]), fix)
