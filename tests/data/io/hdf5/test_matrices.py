"""Tests of reading matrices of HDF5 files."""

from __future__ import annotations

import h5py
import numpy as np
import pytest
import scipy.sparse

from genie3_engine.data.io.hdf5.matrices import compressed, matrix
from genie3_engine.errors import InputError

VALUES = np.array([[1.5, 0.0, 2.0], [0.0, 0.0, 3.0]])


@pytest.fixture
def group(tmp_path):
    with h5py.File(tmp_path / "x.h5", "w") as root:
        for form in ("csr", "csc"):
            held = getattr(scipy.sparse, f"{form}_matrix")(VALUES)
            part = root.create_group(form)
            part.attrs["encoding-type"] = f"{form}_matrix"
            part.attrs["shape"] = VALUES.shape
            for key in ("data", "indices", "indptr"):
                part[key] = getattr(held, key)
        root["dense"] = VALUES
        yield root


def test_matrix__reads_dense_numbers_in_blocks(group):
    blocks, sparse = matrix(group["dense"], "X")
    assert sparse is None
    np.testing.assert_array_equal(np.concatenate(blocks), VALUES)


@pytest.mark.parametrize("form", ["csr", "csc"])
def test_compressed__reads_either_form(form, group):
    found = compressed(group[form], VALUES.shape, "X", by_rows=form == "csr")
    np.testing.assert_array_equal(found.toarray(), VALUES)


def test_compressed__refuses_places_outside(group):
    group["csr/indices"][0] = 99
    with pytest.raises(InputError):
        compressed(group["csr"], VALUES.shape, "X", by_rows=True)
