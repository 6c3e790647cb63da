"""A sparse matrix of a reader becomes genes, in memory or in a file."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse

from genie3_engine.data import sparse_genes
from genie3_engine.data import sparse_reading as module
from genie3_engine.data.sparse_genes import FiledGenes, HeldGenes
from genie3_engine.data.sparse_reading import genes_of_matrix

VALUES = np.random.default_rng(4).poisson(0.3, (23, 40)).astype(np.float32)


@pytest.mark.parametrize("form", ["csr", "csc"])
def test_genes_of_matrix__are_held_or_filed_by_their_number(form, monkeypatch):
    matrix = getattr(scipy.sparse, f"{form}_matrix")(VALUES)
    monkeypatch.setattr(module, "_TURNED_ENTRIES", 30)
    assert isinstance(genes_of_matrix(matrix), HeldGenes)
    monkeypatch.setattr(sparse_genes, "HELD_ENTRIES", 30)
    found = genes_of_matrix(matrix)
    assert isinstance(found, FiledGenes)
    np.testing.assert_array_equal(np.asarray(found), VALUES)
