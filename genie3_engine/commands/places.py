"""Check the path of an output file, and write the file."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from genie3_engine.errors import OptionError
from genie3_engine.jobs.atomic_write import storage_errors, written_aside

_WORKBOOKS = frozenset({".xlsx", ".xls", ".ods"})
_GZIP = ".gz"


def refuse_file(path: Path) -> None:
    """Require a path where a file can be written, before time is spent on its content.

    Parameters
    ----------
    path : Path
        What was given with ``-o``.

    Raises
    ------
    OptionError
        When it is a folder or a workbook, or its folder does not exist.
    """
    if path.is_dir():
        raise OptionError(f"{path} is a folder.", "Give a file with -o.")
    if suffix_of(path) in _WORKBOOKS:
        raise OptionError(
            f"{path.name} would be a workbook, and text is written.",
            "Give another ending; Excel opens .csv and .tsv.",
        )
    if not path.parent.is_dir():
        raise OptionError(
            f"{path.parent}: there is no such folder.", "Create it, or give another folder."
        )


def suffix_of(path: Path | None) -> str:
    """Return the ending of a file's name that decides its format, in lower case.

    Examples
    --------
    >>> suffix_of(Path("links.TSV.gz"))
    '.tsv'
    """
    return "" if path is None else Path(path.name.lower().removesuffix(_GZIP)).suffix


def print_or_write(path: Path | None, write: Callable[[IO[bytes]], None]) -> None:
    """Write to a file that is whole whenever it is there, or to standard output.

    Parameters
    ----------
    path : Path or None
        The file, compressed if its name ends in ``.gz``; a pipe or a device is written to as it
        is; None and ``-`` are standard output.
    write : callable
        Writes to an open binary file.

    Raises
    ------
    OptionError
        When the path is a folder, or its folder does not exist.
    StorageError
        When the disk is full or may not be written.
    """
    if path is None or str(path) == "-":
        sys.stdout.flush()
        write(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    refuse_file(path)
    if path.exists() and not path.is_file():
        with storage_errors(path, resumable=False), path.open("wb") as file:
            write(file)
        return
    with written_aside(path, resumable=False) as aside, aside.open("wb") as file:
        if path.name.lower().endswith(_GZIP):
            with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
                write(cast("IO[bytes]", packed))
        else:
            write(file)
