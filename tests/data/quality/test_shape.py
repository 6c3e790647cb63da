"""Tests of numbers of genes and samples, and of orientation."""

from __future__ import annotations

import math

import pytest

from genie3_engine.data.raw_expression import OddCell
from genie3_engine.errors import InputError
from tests.data.raws import fixed, raw_of

NAN = math.nan


def test_transpose__swaps_names_and_odd_cells():
    raw = raw_of([[1, 2, 3], [4, 5, 6]], odd_cells=(OddCell(0, 2, "x"),), n_odd=1)
    swapped = fixed(raw, "transpose")
    assert swapped.values.tolist() == [[1, 4], [2, 5], [3, 6]]
    assert (swapped.genes, swapped.samples) == (raw.samples, raw.genes)
    assert swapped.odd_cells == (OddCell(2, 0, "x"),)


def test_transpose__needs_names():
    with pytest.raises(InputError, match="no names"):
        fixed(raw_of([[1, 2]], has_sample_names=False), "transpose")
