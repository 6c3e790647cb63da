"""Tests of the values of cells."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.data.io.text.cell_values import decimal_sign, number


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1", 1), (" 2.5 ", 2.5), ("+3", 3), (".5", 0.5), ("5.", 5), ("1E-3", 0.001), ("1d2", 100)],
)
def test_number__reads_numbers(cell, value):
    assert number(cell) == value


@pytest.mark.parametrize("cell", ["", " ", "NA", "n/a", "NaN", "null", "None", "#N/A", "-", "."])
def test_number__reads_missing_values_as_nan(cell):
    value = number(cell)
    assert value is not None
    assert math.isnan(value)


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "1e999", "1.#INF"])
def test_number__reads_infinity(cell):
    value = number(cell)
    assert value is not None
    assert math.isinf(value)


@pytest.mark.parametrize(
    "cell", ["abc", "1_000", "0x10", "1,5", "1 2", "٣", "１", "1e", "--1", "1.2.3"]
)
def test_number__takes_nothing_else_for_a_number(cell):
    assert number(cell) is None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_number__reads_back_what_repr_wrote(value):
    assert number(repr(value)) == value
    assert number(repr(value).replace(".", ","), decimal=",") == value


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        (["1,5", "2"], ","),
        (["1,5", "2.5"], "."),
        (["1,234", "5,678"], "."),
        (["1,234", "0,678"], ","),
        (["1", "2"], "."),
    ],
)
def test_decimal_sign__takes_commas_for_it_only_where_nothing_else_fits(cells, sign):
    assert decimal_sign(cells) == sign
