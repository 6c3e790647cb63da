"""Tests of reading names and labels of AnnData files."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from genie3_engine.data.io.hdf5.data_frames import read_frame
from genie3_engine.errors import InputError


@pytest.fixture
def frame(tmp_path):
    text = h5py.string_dtype()
    with h5py.File(tmp_path / "x.h5", "w") as root:
        frame = root.create_group("obs")
        frame.attrs["_index"] = "cell"
        frame.create_dataset("cell", data=["c1", "c2", "c3"], dtype=text)
        kind = frame.create_group("kind")
        kind.create_dataset("categories", data=["B", "T"], dtype=text)
        kind["codes"] = np.array([1, 0, -1], dtype="i1")
        frame["score"] = np.array([0.5, 1.5, 2.5])
        frame["n"] = np.array([1, 2, 3])
        yield frame


def test_read_frame__reads_names_and_columns_of_labels(frame):
    found = read_frame(frame, "the names")
    assert found.names == ["c1", "c2", "c3"]
    assert found.columns == {"kind": ["T", "B", ""], "n": ["1", "2", "3"]}


def test_read_frame__reads_a_table_of_old_versions(frame):
    fields = [("index", "S4"), ("symbol", "S4"), ("n", "i4"), ("mean", "f8")]
    records = np.array([(b"id1", b"TP53", 7, 0.5), (b"id2", b"MYC", 8, 1.5)], dtype=fields)
    found = read_frame(frame.file.create_dataset("var", data=records), "the names")
    assert found.names == ["id1", "id2"]
    assert found.columns == {"symbol": ["TP53", "MYC"], "n": ["7", "8"]}


def test_read_frame__needs_names(frame):
    del frame["cell"]
    with pytest.raises(InputError, match="lacks the names"):
        read_frame(frame, "the names")
