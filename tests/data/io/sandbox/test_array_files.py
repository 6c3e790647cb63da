"""Tests of large arrays in files."""

from __future__ import annotations

import gc

import numpy as np
import pytest
import scipy.sparse

from genie3_engine.data.io.sandbox import array_files
from genie3_engine.data.io.sandbox.array_files import ArrayFile, load_array, save_array

VALUES = np.arange(7, dtype=np.float32)


@pytest.fixture
def mapped(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "pieces"))
    (tmp_path / "pieces").mkdir()
    file = ArrayFile(len(VALUES), VALUES.dtype)
    file.append(VALUES[:3])
    file.append(VALUES[3:])
    return file.mapped()


def test_array_file__holds_its_pieces_in_order(mapped):
    np.testing.assert_array_equal(mapped, VALUES)
    assert mapped.dtype == np.float32


def test_array_file__is_removed_with_its_array(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    file = ArrayFile(2, np.int32)
    file.append(np.array([1, 2], dtype=np.int32))
    array = file.mapped()
    assert list(tmp_path.iterdir())
    del array
    gc.collect()
    assert not list(tmp_path.iterdir())


def test_save_array__moves_the_file_of_a_mapped_array(mapped, tmp_path):
    matrix = scipy.sparse.csr_matrix((mapped, np.arange(7), np.array([0, 7])), copy=False)
    save_array(matrix.data, tmp_path / "data.npy")
    assert not list((tmp_path / "pieces").iterdir())
    np.testing.assert_array_equal(load_array(tmp_path / "data.npy"), VALUES)


def test_save_array__writes_a_part_of_a_mapped_array(mapped, tmp_path):
    save_array(mapped[2:], tmp_path / "data.npy")
    np.testing.assert_array_equal(load_array(tmp_path / "data.npy"), VALUES[2:])
    np.testing.assert_array_equal(mapped, VALUES)


def test_load_array__maps_a_large_array_that_may_be_changed(tmp_path, monkeypatch):
    save_array(VALUES, tmp_path / "data.npy")
    monkeypatch.setattr(array_files, "LARGE_BYTES", 8)
    array = load_array(tmp_path / "data.npy")
    (tmp_path / "data.npy").unlink()
    array[0] = 9
    np.testing.assert_array_equal(array, [9, *VALUES[1:]])
