"""Tests of the checks of zip archives."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from genie3_engine.data.prepare import read_expression
from tests.data.io.refusals import refused
from tests.data.io.samples import VALUES, WRITERS


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
