"""Recognise and read expression files of any format.

To add a format, write a module that makes a `Format` (name, endings, a sniffing function and a
reader that returns a `Table`) and name it in `FORMATS`; a package outside of the program declares
it as an entry point of the group ``genie3.formats``. Help, page and errors follow from there.
Orientation, repeated names and missing values are not the business of a reader.
"""

from __future__ import annotations

import os
from pathlib import Path

from genie3_engine.data.io.input_file import Source, open_source
from genie3_engine.data.io.table import Format, ReadOptions, Table
from genie3_engine.data.io.tenx import matrix_in
from genie3_engine.data.io.unsupported import UNSUPPORTED
from genie3_engine.errors import InputError, OptionError
from genie3_engine.registry import Registry

__all__ = [
    "FORMATS",
    "Format",
    "ReadOptions",
    "Table",
    "format_of",
    "read_file",
    "read_table",
    "readable_endings",
    "readable_names",
    "with_article",
]

_HERE = "genie3_engine.data.io"
_TEXT = "text"
_BUILT_IN = {
    "excel": f"{_HERE}.excel:EXCEL",
    "anndata": f"{_HERE}.hdf5.anndata:ANNDATA",
    "loom": f"{_HERE}.hdf5.loom:LOOM",
    "10x-hdf5": f"{_HERE}.hdf5.tenx:TENX_HDF5",
    "parquet": f"{_HERE}.arrow:PARQUET",
    "feather": f"{_HERE}.arrow:FEATHER",
    "matrix-market": f"{_HERE}.matrix_market:MATRIX_MARKET",
    "gct": f"{_HERE}.gct:GCT",
    "geo-series": f"{_HERE}.geo_series:SERIES_MATRIX",
    _TEXT: f"{_HERE}.text.reader:DELIMITED",
}
FORMATS: Registry[Format] = Registry("file format", group="genie3.formats", built_in=_BUILT_IN)


def readable_names() -> tuple[str, ...]:
    """Return the names of all formats that are read, such as ``Excel workbook``."""
    return tuple(form.name for form in FORMATS.records())


def readable_endings() -> tuple[str, ...]:
    """Return the endings of all files that are read, without a dot."""
    endings = (ending for form in FORMATS.records() for ending in form.endings)
    return (*(ending.removeprefix(".") for ending in endings if ending), "gz")


def all_formats() -> tuple[Format, ...]:
    """Return all formats that are recognised, in the order in which they are tried.

    Formats from outside come first; text, which many other files look like, comes last.
    """
    outside = [FORMATS[name] for name in FORMATS if name not in _BUILT_IN]
    built_in = [FORMATS[name] for name in _BUILT_IN if name != _TEXT]
    return (*outside, *built_in, *UNSUPPORTED, FORMATS[_TEXT])


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
        When no format fits, when the ending belongs to another one, or when the format is not
        supported.
    """
    name, text = source.path.name, FORMATS[_TEXT]
    known = all_formats()
    found = next((form for form in known if form.sniff(source)), None)
    expected = next((form for form in known if source.ending in form.endings), None)
    if expected is not None and expected not in (text, found) and found in (None, text):
        looks = "a text table" if found is text else "binary data"
        raise InputError(
            f"{name} is not {with_article(expected.name)} in spite of its ending; it looks like "
            f"{looks}.",
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
            f"{name} is {with_article(found.name)}, a format that is not read.", found.remedy
        )
    return found


def read_table(source: Source, options: ReadOptions | None = None) -> tuple[Format, Table]:
    """Read a file of any known format.

    Parameters
    ----------
    source : Source
        An open file.
    options : ReadOptions, optional
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
        When a part is wanted that it does not have, or what the format defines.
    """
    options = options or ReadOptions()
    form = format_of(source)
    for kind, wanted in (("sheet", options.sheet), ("layer", options.layer)):
        if wanted is not None and form.part != kind:
            raise OptionError(
                f"{source.path.name} is {with_article(form.name)}, which has no {kind}s.",
                f"Leave the {kind} out.",
            )
    for field in form.fixed:
        if getattr(options, field) != "auto":
            raise OptionError(
                f"--{field.replace('_', '-')} cannot be chosen for {source.path.name}: "
                f"{with_article(form.name)} defines it.",
                "Leave it out. Names of genes are chosen with --gene-names.",
            )
    if form.read is None:
        raise NotImplementedError(form.name)
    return form, form.read(source, options)


def read_file(path: Path | str, options: ReadOptions) -> tuple[str, Table]:
    """Open and read a file, or a folder with the files of 10x.

    Parameters
    ----------
    path : Path or str
        Where it is.
    options : ReadOptions
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
        form, table = read_table(source, options)
        return f"{form.name}, gzip" if source.is_gzip else form.name, table


def with_article(name: str) -> str:
    """Return the name of a format after ``a`` or ``an``."""
    return f"an {name}" if name[0] in "AEIORaeio" and not name.startswith("Ro") else f"a {name}"
