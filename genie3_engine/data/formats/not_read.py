"""Which formats are recognised, and refused with a remedy, because nobody reads them?

A format leaves this module for one of its own when it gets its reader.
"""

from __future__ import annotations

from genie3_engine.data.formats.table import Format
from genie3_engine.data.source import Source

_ZIP = b"PK\x03\x04"
_HDF5 = b"\x89HDF\r\n\x1a\n"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _is_excel(source: Source) -> bool:
    start = source.head.startswith
    return start(_ZIP) and (b"[Content_Types].xml" in source.head or b"xl/" in source.head)


EXCEL = Format("Excel workbook", (".xlsx", ".xlsm"), _is_excel)
OLD_EXCEL = Format("old Excel workbook", (".xls",), lambda source: source.head.startswith(_OLE))
ANNDATA = Format(
    "AnnData file",
    (".h5ad",),
    lambda source: source.head.startswith(_HDF5) and source.ending == ".h5ad",
)
LOOM = Format(
    "loom file",
    (".loom",),
    lambda source: source.head.startswith(_HDF5) and source.ending == ".loom",
)
HDF5 = Format(
    "HDF5 file",
    (".h5", ".hdf5"),
    lambda source: source.head.startswith(_HDF5),
)
PARQUET = Format("Parquet file", (".parquet",), lambda source: source.head.startswith(b"PAR1"))
FEATHER = Format("Feather file", (".feather", ".arrow"), lambda s: s.head.startswith(b"ARROW1"))
NUMPY = Format("NumPy array", (".npy",), lambda source: source.head.startswith(b"\x93NUMPY"))
R_DATA = Format(
    "R data file",
    (".rds", ".rda", ".rdata"),
    lambda source: source.head.startswith((b"X\n\0\0\0", b"RDX", b"A\n", b"RDA")),
)
ZIP = Format("zip archive", (".zip", ".npz"), lambda source: source.head.startswith(_ZIP))
BZIP2 = Format("bzip2 archive", (".bz2",), lambda source: source.head.startswith(b"BZh"))
XZ = Format("xz archive", (".xz",), lambda source: source.head.startswith(b"\xfd7zXZ\0"))
ZSTANDARD = Format(
    "Zstandard archive", (".zst",), lambda source: source.head.startswith(b"\x28\xb5\x2f\xfd")
)
PDF = Format("PDF document", (".pdf",), lambda source: source.head.startswith(b"%PDF-"))

NOT_READ = (
    *(EXCEL, OLD_EXCEL, ANNDATA, LOOM, HDF5, PARQUET, FEATHER, NUMPY, R_DATA),
    *(ZIP, BZIP2, XZ, ZSTANDARD, PDF),
)
