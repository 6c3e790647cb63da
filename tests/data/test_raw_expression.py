"""Tests of expression as read."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.data.raw_expression import OddCell, RawExpression
from genie3_engine.errors import InputError
from tests.data.raws import raw_of, sheet_of, sparse

VALUES = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]


@pytest.mark.parametrize("values", [VALUES, sparse(VALUES)])
def test_keep__takes_names_annotations_and_odd_cells_along(values):
    raw = raw_of(
        values,
        annotations={"type": ("B", "T", "B")},
        odd_cells=(OddCell(0, 2, "x"), OddCell(2, 0, "y")),
        n_odd=2,
        sheet=sheet_of(series="aab", time=(0, 1, 0)),
    )
    genes = raw.keep_genes(np.array([False, True, True]), reason="is constant")
    assert genes.genes == ("GENE2", "GENE3")
    assert (genes.odd_cells, genes.n_odd) == ((OddCell(1, 0, "y"),), 1)
    samples = genes.keep_samples(np.array([True, False, True]), reason="is empty")
    assert (samples.samples, samples.annotations) == (("s1", "s3"), {"type": ("B", "B")})
    assert samples.sheet == sheet_of(series="ab", time=(0, 0))
    kept = samples.values.toarray() if samples.is_sparse else samples.values
    assert kept.tolist() == [[4, 6], [7, 9]]
    assert raw.keep_samples(np.ones(3, dtype=bool), reason="") is raw


def test_keep__refuses_to_leave_none():
    raw = raw_of(VALUES)
    none = np.zeros(3, dtype=bool)
    with pytest.raises(InputError, match="Every gene is constant, so none is left"):
        raw.keep_genes(none, reason="is constant")
    with pytest.raises(InputError, match="Every sample is empty"):
        raw.keep_samples(none, reason="is empty")


def test_raw_expression__refuses_names_that_do_not_fit():
    with pytest.raises(ValueError, match="values of shape"):
        RawExpression(np.ones((2, 2)), ("A",), ("s1", "s2"))
    with pytest.raises(ValueError, match="sheet of 1 samples for 2"):
        raw_of(np.ones((2, 2)), sheet=sheet_of(block="x"))


def test_of__takes_a_stored_matrix_back():
    sheet = sheet_of(block="xy")
    expression = Expression(
        np.ones((2, 2)), ("A", "B"), ("s1", "s2"), False, {"type": ("B", "T")}, sheet
    )
    raw = RawExpression.of(expression)
    assert raw.values is expression.values
    assert (raw.has_sample_names, raw.annotations) == (False, {"type": ("B", "T")})
    assert raw.sheet == sheet
