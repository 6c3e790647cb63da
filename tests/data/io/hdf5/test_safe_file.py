"""Tests of opening HDF5 files that may be hostile."""

from __future__ import annotations

import gzip
import os

import h5py

from genie3_engine.data.prepare import read_expression
from tests.data.io.refusals import refused
from tests.data.io.samples import GENES, VALUES


def linked(path, link):
    with h5py.File(path, "a") as root:
        del root["matrix"]
        root["matrix"] = link


def test_hdf5__follows_no_link_to_another_file(loom, tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as other:
        other["m"] = VALUES
    linked(loom, h5py.ExternalLink("secret.h5", "/m"))
    refused(loom, "link", "cells.loom: 'matrix' is a link to another place")


def test_hdf5__follows_no_soft_link(loom):
    linked(loom, h5py.SoftLink("/layers/counts"))
    refused(loom, "link", "'matrix' is a link")


def test_hdf5__reads_no_data_kept_in_another_file(loom, tmp_path):
    secret = tmp_path / "secret.bin"
    secret.write_bytes(VALUES.tobytes())
    with h5py.File(loom, "a") as root:
        del root["matrix"]
        stored = [(str(secret), 0, h5py.h5f.UNLIMITED)]
        root.create_dataset("matrix", VALUES.shape, "f8", external=stored)
    refused(loom, "link", "'matrix' keeps its data in other files")


def test_hdf5__reads_no_virtual_data(loom, tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as other:
        other["m"] = VALUES
    layout = h5py.VirtualLayout(VALUES.shape, "f8")
    layout[:] = h5py.VirtualSource(str(tmp_path / "secret.h5"), "m", VALUES.shape)
    with h5py.File(loom, "a") as root:
        del root["matrix"]
        root.create_virtual_dataset("matrix", layout)
    refused(loom, "link", "'matrix' keeps its data in other files")


def test_hdf5__makes_no_room_for_what_is_not_there(loom):
    with h5py.File(loom, "a") as root:
        del root["row_attrs/Gene"]
        root.create_dataset("row_attrs/Gene", (10,), h5py.string_dtype(length=1 << 24))
    refused(loom, "bomb", "Gene claims")


def test_hdf5__refuses_a_huge_matrix(loom):
    with h5py.File(loom, "a") as root:
        del root["matrix"]
        chunks = (1 << 14, 1 << 13)
        root.create_dataset("matrix", (10, 6), "f8", chunks=chunks, maxshape=(None, None))
    refused(loom, "too-large", "pieces of 1,073,741,824 bytes")


def test_hdf5__refuses_objects(loom):
    with h5py.File(loom, "a") as root:
        del root["row_attrs"]
        root.create_dataset("row_attrs/Gene", (10,), h5py.ref_dtype)
    refused(loom, "input", "no names for its 10 genes")


def test_hdf5__leaves_no_copy_behind(loom, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    packed = tmp_path / "cells.loom.gz"
    packed.write_bytes(gzip.compress(loom.read_bytes()))
    before = set(os.listdir(tmp_path))
    assert read_expression(packed)[0].genes == GENES
    assert set(os.listdir(tmp_path)) == before
