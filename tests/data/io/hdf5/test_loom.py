"""Tests of reading Loom files."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from genie3_engine.data.prepare import read_expression
from genie3_engine.errors import InputError, OptionError
from tests.data.io.samples import COUNTS, GENES, SAMPLES, VALUES


def test_read_loom__takes_names_from_the_attributes(loom):
    expression, report = read_expression(loom)
    assert (expression.genes, expression.samples) == (GENES, SAMPLES)
    np.testing.assert_array_equal(expression.values, VALUES)
    assert report.orientation == "genes-in-rows"


def test_read_loom__offers_its_layers(loom):
    np.testing.assert_array_equal(read_expression(loom, layer="counts")[0].values, COUNTS)
    with pytest.raises(OptionError, match="no layer 'x'"):
        read_expression(loom, layer="x")


def test_read_loom__needs_names_of_genes(loom):
    with h5py.File(loom, "a") as root:
        del root["row_attrs"]
    with pytest.raises(InputError):
        read_expression(loom)
