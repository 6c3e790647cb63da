"""Formats that are recognised and refused with a remedy."""

from __future__ import annotations

from genie3_engine.data.io.hdf5.safe_file import kind_of
from genie3_engine.data.io.input_file import Source
from genie3_engine.data.io.table import Format

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UNPACK = "Archives are not opened: unpack it, and give the files inside."


OLD_EXCEL = Format(
    "old or encrypted Excel workbook",
    (".xls",),
    lambda source: source.head.startswith(_OLE),
    remedy="Save it as .xlsx, without a password.",
)
OLD_FEATHER = Format(
    "Feather file of version 1",
    (),
    lambda source: source.head.startswith(b"FEA1"),
    remedy="Save it as Feather of version 2, Parquet or CSV.",
)
TAR = Format(
    "tar archive",
    (".tar", ".tgz"),
    lambda source: source.head[257:262] == b"ustar",
    remedy=_UNPACK,
)
HDF5 = Format(
    "HDF5 file of an unknown program",
    (".hdf5",),
    lambda source: bool(kind_of(source)),
    remedy="Write the data as .h5ad or .loom, or as a text table.",
)
NUMPY = Format("NumPy array", (".npy",), lambda source: source.head.startswith(b"\x93NUMPY"))
R_DATA = Format(
    "R data file",
    (".rds", ".rda", ".rdata"),
    lambda source: source.head.startswith((b"X\n\0\0\0", b"RDX", b"A\n", b"RDA")),
)
ZIP = Format(
    "zip archive",
    (".zip", ".npz"),
    lambda source: source.head.startswith(_ZIP),
    remedy=_UNPACK,
)
BZIP2 = Format("bzip2 archive", (".bz2",), lambda s: s.head.startswith(b"BZh"), remedy=_UNPACK)
XZ = Format("xz archive", (".xz",), lambda s: s.head.startswith(b"\xfd7zXZ\0"), remedy=_UNPACK)
ZSTANDARD = Format(
    "Zstandard archive", (".zst",), lambda s: s.head.startswith(b"\x28\xb5\x2f\xfd"), remedy=_UNPACK
)
PDF = Format("PDF document", (".pdf",), lambda source: source.head.startswith(b"%PDF-"))


def _starts(source: Source, *starts: bytes) -> bool:
    head = source.head[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(starts)


_TAGS = (
    *(b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<title", b"<script"),
    *(b"<!--", b"<br", b"<div", b"<p>", b"<b>"),
)
_AGAIN = "Download the file itself: what was saved is the page of a web site, or its error message."
HTML = Format(
    "page of the web (HTML)",
    (".html", ".htm"),
    lambda source: _starts(source, *_TAGS),
    remedy=f"{_AGAIN} A table in it can be opened in a spreadsheet and saved as CSV.",
)
XML = Format("document of XML", (".xml",), lambda s: _starts(s, b"<?xml", b"<error"), remedy=_AGAIN)
JSON = Format(
    "document of JSON",
    (".json",),
    lambda source: _starts(source, b'{"', b"{\n", b"{\r", b"{ ", b"{}", b'[{"', b"[\n", b"[ {"),
    remedy=f"{_AGAIN} A table in it has to be written as CSV or TSV text.",
)
POINTER = Format(
    "pointer of Git LFS or git-annex, in place of the file",
    (),
    lambda source: _starts(
        source, b"version https://git-lfs", b"/annex/objects/", b"../.git/annex"
    ),
    remedy="Fetch the file with `git lfs pull` (or `git annex get`), or download it from its page.",
)

UNSUPPORTED = (
    *(HDF5, OLD_EXCEL, OLD_FEATHER, NUMPY, R_DATA, TAR, ZIP, BZIP2, XZ, ZSTANDARD, PDF),
    *(HTML, XML, JSON, POINTER),
)
