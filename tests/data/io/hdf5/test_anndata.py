"""Tests of reading AnnData files."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.prepare import read_expression
from genie3_engine.errors import OptionError
from tests.data.io.samples import (
    COUNTS,
    LOGS,
)


def test_read_anndata__reads_every_kind_of_label(written):
    annotations = read_expression(written("h5ad, CSR"))[0].annotations
    assert annotations["batch"] == ("1", "1", "2", "2", "1", "2")
    assert annotations["is_tumour"] == ("True", "False") * 3
    assert annotations["note"] == ("a", "", "b", "c", "d", "e")
    assert "depth" not in annotations


@pytest.mark.parametrize("title", ["h5ad, dense", "h5ad, CSR", "h5ad, CSC"])
def test_read_anndata__offers_its_layers(title, written):
    path = written(title)
    for layer, values in (("raw", COUNTS), ("counts", COUNTS), ("LOG", LOGS)):
        expression, report = read_expression(path, layer=layer)
        np.testing.assert_array_equal(expression.values, values)
        assert report.layer == layer.lower()
        assert report.layers == ("X", "raw", "counts", "log")
    with pytest.raises(OptionError, match=r"no layer 'spliced'.*'X', 'raw'"):
        read_expression(path, layer="spliced")
