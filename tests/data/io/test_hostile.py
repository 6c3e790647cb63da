"""Tests that hostile files are refused."""

from __future__ import annotations

import gzip
import io
import os
import zipfile

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from genie3_engine.data.prepare import read_expression, read_raw
from genie3_engine.errors import InputError
from tests.data.io.samples import GENES, SAMPLES, VALUES, WRITERS


def refused(path, code, pattern):
    with pytest.raises(InputError, match=pattern) as caught:
        read_expression(path)
    assert caught.value.code == code
    assert caught.value.remedy
    assert len(str(caught.value).splitlines()) == 1


@pytest.fixture
def loom(tmp_path):
    path = tmp_path / "cells.loom"
    WRITERS["loom"][1](path)
    return path


def test_gzip__refuses_a_bomb(tmp_path):
    path = tmp_path / "bomb.tsv.gz"
    with gzip.open(path, "wb", compresslevel=9) as out:
        for _ in range(100):
            out.write(b"0\t" * (1 << 19))
    refused(path, "bomb", "grows more than 300 times")


def rezipped(path, changes):
    """Return the workbook with other contents of some members."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(path) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in dict.fromkeys([*old.namelist(), *changes]):
            content = old.read(name) if name in old.namelist() else b""
            new.writestr(name, changes[name](content) if name in changes else content)
    path.write_bytes(packed.getvalue())


SHEET = "xl/worksheets/sheet2.xml"
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
HOSTILE_BOOKS = {
    "bomb": ("bomb", "grows to", {"xl/media/a.bin": lambda _: bytes(80 << 20)}),
    "path up": ("archive", "points out", {"../../etc/passwd": lambda _: b"x"}),
    "absolute path": ("archive", "points out", {"/etc/passwd": lambda _: b"x"}),
    "Windows path": ("archive", "points out", {"..\\x": lambda _: b"x"}),
    "entities": (
        "archive",
        "XML entities",
        {SHEET: lambda old: old.replace(b"<worksheet", ENTITIES + b"<worksheet", 1)},
    ),
    "entities after a long comment": (
        "archive",
        "XML entities",
        {
            SHEET: lambda old: old.replace(
                b"<worksheet", b"<!--" + b" " * 70_000 + b"-->" + ENTITIES + b"<worksheet", 1
            )
        },
    ),
    "far row": (
        "bomb",
        "too far apart",
        {SHEET: lambda old: old.replace(b'<row r="12"', b'<row r="999999999"', 1)},
    ),
}


@pytest.mark.parametrize("case", HOSTILE_BOOKS)
def test_excel__refuses_a_hostile_workbook(case, tmp_path):
    code, pattern, changes = HOSTILE_BOOKS[case]
    path = tmp_path / "book.xlsx"
    WRITERS["xlsx"][1](path)
    rezipped(path, changes)
    refused(path, code, pattern)


def test_excel__ignores_a_size_that_is_a_lie(tmp_path):
    path = tmp_path / "book.xlsx"
    WRITERS["xlsx"][1](path)
    lie = b'<dimension ref="A1:XFD1048576"/>'
    rezipped(path, {SHEET: lambda old: old.replace(b"<sheetViews>", lie + b"<sheetViews>", 1)})
    np.testing.assert_array_equal(read_expression(path)[0].values, VALUES)


@pytest.mark.parametrize("formula", ["=1+1", "=SUM(C4:C9)", '=HYPERLINK("http://x")'])
@pytest.mark.parametrize("cell", ["C5", "A6", "C3"])
def test_excel__refuses_formulas(formula, cell, tmp_path):
    import openpyxl

    path = tmp_path / "book.xlsx"
    WRITERS["xlsx"][1](path)
    book = openpyxl.load_workbook(path)
    book["expression"][cell] = formula
    book.save(path)
    refused(path, "formula", rf"the cell {cell} of the sheet 'expression' holds the formula =")


def test_excel__reads_numbers_as_text_and_dates(tmp_path):
    import datetime

    import openpyxl

    path = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    for row in (["gene", "S1", "S2"], [datetime.datetime(2026, 9, 1), "5.5", 2], ["MYC", 1, 2]):
        book.active.append(row)
    book.active.append(["SOX2", 0.125, 3])
    book.save(path)
    expression, _ = read_expression(path)
    assert expression.genes == ("2026-09-01", "MYC", "SOX2")
    assert expression.values[:, 0].tolist() == [5.5, 1, 0.125]


def test_excel__warns_of_nothing_and_leaves_no_file_open(tmp_path):
    path = tmp_path / "not.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes(300))
    refused(path, "input", "is damaged, or no Excel workbook")


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


def test_arrow__refuses_objects_and_other_types(tmp_path):
    path = tmp_path / "odd.parquet"
    columns = {"gene": list(GENES), "blob": [b"x"] * len(GENES), "s": VALUES[:, 0]}
    pq.write_table(pa.table(columns), path)
    refused(path, "input", "the column 'blob' has the type binary")


def test_arrow__loads_no_python_objects(tmp_path):
    class Danger(pa.ExtensionType):
        def __init__(self):
            super().__init__(pa.float64(), "danger")

        def __arrow_ext_serialize__(self):
            return b"x"

        @classmethod
        def __arrow_ext_deserialize__(cls, _storage, _serialized):
            raise RuntimeError("code of the file was run")

    path = tmp_path / "danger.feather"
    values = pa.ExtensionArray.from_storage(Danger(), pa.array(VALUES[:, 0]))
    table = pa.table({"gene": list(GENES), "a": values, "b": VALUES[:, 1]})
    with pa.OSFile(str(path), "wb") as out, pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table)
    try:
        expression, _ = read_raw(path)
    except InputError:
        return
    assert expression.genes == GENES


def test_matrix_market__makes_no_room_for_entries_that_are_not_there(tmp_path):
    path = tmp_path / "a.mtx"
    (tmp_path / "genes.tsv").write_text("\n".join(GENES))
    path.write_text("%%MatrixMarket matrix coordinate real general\n10 6 60\n1 1 1\n")
    refused(path, "input", "60 entries, and has 1")
    path.write_text("%%MatrixMarket matrix coordinate real general\n10 6 99999999999999\n1 1 1\n")
    refused(path, "too-large", "GB")
    path.write_text("%%MatrixMarket matrix coordinate real general\n10 6 1\n11 1 1\n")
    refused(path, "input", "outside")
    path.write_text("%%MatrixMarket matrix coordinate complex general\n10 6 1\n1 1 1 1\n")
    refused(path, "input", "complex")


def test_archives__are_not_opened(tmp_path):
    import tarfile

    table = tmp_path / "x.tsv"
    table.write_text("\t".join(SAMPLES))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(table, "../../x.tsv")
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        archive.add(table, "../x.tsv")
    for name, kind in (("a.zip", "zip"), ("a.tar.gz", "tar")):
        with pytest.raises(InputError, match=f"{kind} archive") as caught:
            read_expression(tmp_path / name)
        assert "unpack" in caught.value.remedy


def test_hdf5__leaves_no_copy_behind(loom, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    packed = tmp_path / "cells.loom.gz"
    packed.write_bytes(gzip.compress(loom.read_bytes()))
    before = set(os.listdir(tmp_path))
    assert read_expression(packed)[0].genes == GENES
    assert set(os.listdir(tmp_path)) == before
