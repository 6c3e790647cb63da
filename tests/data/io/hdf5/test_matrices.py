"""Tests of reading matrices of HDF5 files."""

from __future__ import annotations

import h5py
import numpy as np
import pytest
import scipy.sparse

from genie3_engine.data.io.hdf5 import matrices
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


def rewritten(group, form, *, data, indices, indptr):
    for key, values in (("data", data), ("indices", indices), ("indptr", indptr)):
        del group[form][key]
        group[form].create_dataset(key, data=values, chunks=(2,) if key != "indptr" else None)
    return group[form]


@pytest.fixture(params=["in memory", "in files"])
def where(request, monkeypatch):
    if request.param == "in files":
        monkeypatch.setattr(matrices, "LARGE_BYTES", 1)
        monkeypatch.setattr(matrices, "_PIECE_VALUES", 2)


@pytest.mark.usefixtures("where")
@pytest.mark.parametrize(
    ("indices", "indptr", "wanted"),
    [
        ([0, 2, 0, 2, 0], [0, 2, 4, 5], [[1, 0, 2], [3, 0, 4], [5, 0, 0]]),
        ([2, 0, 1, 0, 2], [0, 2, 2, 5], [[2, 0, 1], [0, 0, 0], [4, 3, 5]]),
        ([0, 1, 1, 2, 2], [0, 0, 3, 5], [[0, 0, 0], [1, 5, 0], [0, 0, 9]]),
    ],
    ids=["in order", "in disorder", "entries twice"],
)
def test_compressed__adds_entries_of_one_place(indices, indptr, wanted, group):
    data = np.array([1, 2, 3, 4, 5], dtype=np.float32)
    part = rewritten(group, "csr", data=data, indices=indices, indptr=indptr)
    found = compressed(part, (3, 3), "X", by_rows=True)
    np.testing.assert_array_equal(found.toarray(), wanted)
    assert found.has_canonical_format
    found.has_canonical_format = False
    found.has_sorted_indices = False
    assert found.copy().has_canonical_format


@pytest.mark.parametrize(
    ("stored", "kept"),
    [("f4", "f4"), ("f8", "f8"), ("u2", "f4"), ("i4", "f8"), ("i8", "f8"), ("?", "f4")],
)
def test_compressed__keeps_short_numbers_where_that_is_exact(stored, kept, group):
    data = np.array([1, 1], dtype=stored)
    part = rewritten(group, "csr", data=data, indices=[0, 1], indptr=[0, 1, 2])
    assert compressed(part, (2, 3), "X", by_rows=True).dtype == np.dtype(kept)


@pytest.mark.usefixtures("where")
@pytest.mark.parametrize("place", [-1, 3])
def test_compressed__refuses_any_place_outside(place, group):
    part = rewritten(group, "csr", data=np.ones(4), indices=[0, 1, place, 2], indptr=[0, 2, 4, 4])
    with pytest.raises(InputError):
        compressed(part, (3, 3), "X", by_rows=True)
