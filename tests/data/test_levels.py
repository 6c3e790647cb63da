"""Tests of the levels of rows and columns."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse

from genie3_engine.data.levels import levels_of

RANDOM = np.random.default_rng(5)
VALUES = RANDOM.gamma(1.0, 5.0, (30, 1)) + RANDOM.normal(0, 1.0, (30, 20))


@pytest.mark.parametrize("is_sparse", [False, True])
def test_levels_of__rows_that_differ(is_sparse):
    def contrast(values):
        if is_sparse:
            return levels_of((), scipy.sparse.csc_matrix(values)).contrast
        return levels_of([values[:10], values[10:]]).contrast

    assert contrast(VALUES) > 3
    assert contrast(VALUES.T) == pytest.approx(-contrast(VALUES))


def test_levels_of__finds_the_axis_that_was_centred():
    values = RANDOM.normal(0, 1, (30, 20))
    assert levels_of([values - values.mean(axis=1, keepdims=True)]).flat_axis == "row"
    assert levels_of([values - values.mean(axis=0)]).flat_axis == "column"
    assert levels_of([values]).flat_axis == ""


@pytest.mark.parametrize("values", [np.ones((4, 5)), np.full((4, 5), np.nan)])
def test_levels_of__knows_nothing_of_constants_and_missing_values(values):
    assert levels_of([values]).contrast == 0
