"""Which file formats are there, and which one is this file?

To add a format, write a module beside this one that makes a `Format` (name, endings, a sniffing
function and a reader that returns a `Table`) and name it in `FORMATS`; the first whose sniffing
function says yes reads the file. The lists of the page and of the command line follow from there.
Orientation, repeated names and missing values are not a reader's business.
"""

from __future__ import annotations

import os
from pathlib import Path

from genie3_engine.data.io.arrow import FEATHER, PARQUET
from genie3_engine.data.io.excel import EXCEL
from genie3_engine.data.io.gct import GCT
from genie3_engine.data.io.geo_series import SERIES_MATRIX
from genie3_engine.data.io.hdf5.anndata import ANNDATA
from genie3_engine.data.io.hdf5.loom import LOOM
from genie3_engine.data.io.hdf5.tenx import TENX_HDF5
from genie3_engine.data.io.input_file import Source, open_source
from genie3_engine.data.io.matrix_market import MATRIX_MARKET
from genie3_engine.data.io.table import Asked, Format, Table
from genie3_engine.data.io.tenx_folder import matrix_in
from genie3_engine.data.io.text.reader import DELIMITED
from genie3_engine.data.io.unsupported import HDF5, NOT_READ
from genie3_engine.errors import InputError, OptionError

FORMATS: tuple[Format, ...] = (
    *(EXCEL, ANNDATA, LOOM, TENX_HDF5, HDF5, PARQUET, FEATHER),
    *NOT_READ,
    *(MATRIX_MARKET, GCT, SERIES_MATRIX, DELIMITED),
)
READABLE = tuple(form for form in FORMATS if form.read is not None)
READABLE_NAMES = tuple(form.name for form in READABLE)
READABLE_ENDINGS = (
    *(ending.removeprefix(".") for form in READABLE for ending in form.endings if ending),
    "gz",
)

__all__ = [
    "FORMATS",
    "READABLE",
    "READABLE_ENDINGS",
    "READABLE_NAMES",
    "Asked",
    "Format",
    "Table",
    "format_of",
    "read_file",
    "read_table",
]


def format_of(source: Source) -> Format:
    """Recognise a file's format by its content; the ending is only checked against it.

    Parameters
    ----------
    source : Source
        An open file.

    Returns
    -------
    Format
        A format that can be read.

    Raises
    ------
    InputError
        When no format fits, when the ending promises another one, or when nobody reads it.
    """
    name = source.path.name
    found = next((form for form in FORMATS if form.sniff(source)), None)
    promised = next((form for form in FORMATS if source.ending in form.endings), None)
    is_promised = promised in (None, DELIMITED, found)
    if not is_promised and promised is not None and (found is None or found is DELIMITED):
        looks = "binary data" if found is None else f"a {found.name}"
        raise InputError(
            f"{name} is no {promised.name} in spite of its ending; it looks like {looks}.",
            "Give it the ending that belongs to its content (.csv or .tsv for text), or export "
            "it again.",
        )
    if found is None:
        raise InputError(
            f"{name} is a binary file of an unknown kind.",
            "Save the expression matrix as CSV or TSV text.",
        )
    if found.read is None:
        raise InputError(
            f"{name} is {_with_article(found.name)}, a format that is not read.", found.remedy
        )
    return found


def read_table(source: Source, asked: Asked | None = None) -> tuple[Format, Table]:
    """Read a file of any known format.

    Parameters
    ----------
    source : Source
        An open file.
    asked : Asked, optional
        Which part is wanted.

    Returns
    -------
    Format
        What it is.
    Table
        What is in it.

    Raises
    ------
    InputError
        When it cannot be read; see `format_of` and the formats' readers.
    OptionError
        When a part is wanted that it does not have.
    """
    asked = asked or Asked()
    form = format_of(source)
    for kind, wanted in (("sheet", asked.sheet), ("layer", asked.layer)):
        if wanted is not None and form.part != kind:
            raise OptionError(
                f"{source.path.name} is {_with_article(form.name)}, which has no {kind}s.",
                f"Leave the {kind} out.",
            )
    if form.read is None:
        raise NotImplementedError(form.name)
    return form, form.read(source, asked)


def read_file(path: Path | str, asked: Asked) -> tuple[str, Table]:
    """Open and read a file, or a folder with the files of 10x.

    Parameters
    ----------
    path : Path or str
        Where it is.
    asked : Asked
        Which part is wanted.

    Returns
    -------
    str
        The format's name, with ``, gzip`` when the file is compressed.
    Table
        What is in it.

    Raises
    ------
    InputError, OptionError
        As `read_table`.
    """
    path = Path(path)
    if os.path.isdir(path):  # False, where Path would raise, for what cannot be a path
        path = matrix_in(path)
    with open_source(path) as source:
        form, table = read_table(source, asked)
        return f"{form.name}, gzip" if source.is_gzip else form.name, table


def _with_article(name: str) -> str:
    return f"an {name}" if name[0] in "AEIORaeio" and not name.startswith("Ro") else f"a {name}"
