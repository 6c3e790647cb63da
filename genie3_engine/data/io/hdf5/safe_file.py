"""Open HDF5 files that may be damaged, huge, or refer to other files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.io.input_file import Source
from genie3_engine.data.io.sandbox.client import answer
from genie3_engine.data.io.size_limits import check_declared
from genie3_engine.errors import InputError

HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
Node: TypeAlias = Any  # h5py.Group or h5py.Dataset; h5py has no types
Numbers: TypeAlias = NDArray[Any]
_CHUNK_BYTES = 512 << 20
# What h5py raises where the library refuses: an error of HDF5's, a type that numpy does not know,
# text that is not UTF-8, a number that is too large.
_DAMAGE = (OSError, RuntimeError, KeyError, ValueError, TypeError, OverflowError, MemoryError)


@contextmanager
def opened(source: Source) -> Iterator[Node]:
    """Open an HDF5 file; what goes wrong with it becomes an InputError.

    Parameters
    ----------
    source : Source
        The file, plain or gzip.

    Yields
    ------
    h5py.File
        Its root.

    Raises
    ------
    InputError
        When the file is damaged.
    """
    import h5py

    try:
        with source.on_disk() as path, h5py.File(path, "r") as root:
            yield root
    except _DAMAGE as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(
            f"{source.path.name} is damaged, or not an HDF5 file as its program writes it: "
            f"{reason[:200]}.",
            "Copy or export the file again.",
        ) from error


def kind_of(source: Source) -> str:
    """Return which program's HDF5 file this is by what it has at its top.

    Parameters
    ----------
    source : Source
        An open file.

    Returns
    -------
    str
        ``anndata``, ``loom``, ``10x``, ``other``, or nothing when it is not an HDF5 file. A damaged
        one goes by its ending.

    Raises
    ------
    InputError
        With the code ``busy`` when the machine gave the reading process too little time.
    """
    if not source.head.startswith(HDF5_MAGIC):
        return ""
    if "kind" not in source.memo:
        try:
            found = str(answer(source, "hdf5.safe_file", "top_of"))
        except InputError as error:
            if error.code == "busy":  # nothing is known about the file
                raise
            found = "other"
        if found == "other":
            by_ending = {".h5ad": "anndata", ".loom": "loom", ".h5": "10x"}
            found = by_ending.get(source.ending, found)
        source.memo["kind"] = found
    return str(source.memo["kind"])


def top_of(source: Source) -> str:
    """Return the kind of an undamaged file; `kind_of` calls this in the separate process."""
    with opened(source) as root:
        names = set(root)
    if {"matrix", "row_attrs"} <= names:
        return "loom"
    if {"obs", "var"} <= names:
        return "anndata"
    return "10x" if "matrix" in names else "other"


def child(group: Node, name: str) -> Node | None:
    """Return what a group holds under a name; None when there is nothing.

    Parameters
    ----------
    group : h5py.Group
        Where to look.
    name : str
        One name, no path.

    Raises
    ------
    InputError
        When it is a link to another place, or data kept outside of the file: a file that
        is received from others must not make this machine read its other files.
    """
    import h5py

    if not isinstance(group, h5py.Group):
        return None
    link = group.get(name, getlink=True)
    if link is None:
        return None
    node = group[name] if isinstance(link, h5py.HardLink) else None
    is_outside = isinstance(node, h5py.Dataset) and (node.is_virtual or bool(node.external))
    if node is None or is_outside:
        what = "is a link to another place" if node is None else "keeps its data in other files"
        raise InputError(
            f"{file_of(group)}: '{name}' {what}, which is not followed.",
            "Write the file with its data inside.",
            code="link",
        )
    return node


def file_of(node: Node) -> str:
    """Return the name of the file that something is in, for messages."""
    return str(node.file.filename).rpartition("/")[2]


def is_numbers(node: Node | None, *, n_axes: int) -> bool:
    """Return whether this is a data set of numbers with so many axes."""
    import h5py

    return isinstance(node, h5py.Dataset) and node.ndim == n_axes and node.dtype.kind in "fiub"


def sequence(node: Node | None, what: str, *, dtype: type = np.float64) -> Numbers:
    """Read numbers in a row, converted on the way.

    Parameters
    ----------
    node : h5py.Dataset
        One axis.
    what : str
        What it is, for messages.
    dtype : type
        Of the result.

    Returns
    -------
    (n,) array
        The numbers.

    Raises
    ------
    InputError
        When it is something else, or too large.
    """
    node = row_of_numbers(node, what)
    numbers = np.empty(node.shape, dtype=dtype)
    if numbers.size:
        node.read_direct(numbers)
    return numbers


def row_of_numbers(node: Node | None, what: str) -> Node:
    """Return the node when it is a row of numbers that may be read.

    Parameters
    ----------
    node : h5py.Dataset or None
        The node.
    what : str
        What it is, for messages.

    Raises
    ------
    InputError
        When it is something else, or too large.
    """
    if node is None or not is_numbers(node, n_axes=1):
        raise InputError(f"The file lacks {what}, a row of numbers.", "Export the file again.")
    check(node, what)
    return node


def texts(node: Node, what: str) -> list[str]:
    """Read texts, or numbers as texts, without space around them.

    Parameters
    ----------
    node : h5py.Dataset
        One axis, of strings, fixed or variable in length, or of numbers.
    what : str
        What it is, for messages.

    Raises
    ------
    InputError
        When it is something else, or too large.
    """
    import h5py

    if not isinstance(node, h5py.Dataset) or node.ndim != 1:
        raise InputError(f"The file has no list where {what} should be.", "Export the file again.")
    check(node, what)
    if h5py.check_string_dtype(node.dtype) is not None:
        return [
            (cell.decode("utf-8") if isinstance(cell, bytes) else str(cell)).strip()
            for cell in node[:]
        ]
    if node.dtype.kind not in "iufb":
        raise InputError(f"The file has {what} of the type {node.dtype}.", "Export it as text.")
    return [str(value) for value in node[:].tolist()]


def check(node: Node, what: str) -> None:
    """Refuse a data set that is too large, or larger than what is stored for it.

    Parameters
    ----------
    node : h5py.Dataset
        The data set.
    what : str
        What it is, for messages.

    Raises
    ------
    InputError
        As `check_declared`.
    """
    n_bytes = int(np.prod([int(n) for n in node.shape], dtype=object)) * max(node.dtype.itemsize, 8)
    check_declared(file_of(node), what, n_bytes, stored=node.id.get_storage_size())
    check_chunks(node, what)


def check_chunks(node: Node, what: str) -> None:
    """Refuse a data set whose pieces alone are too large.

    Parameters
    ----------
    node : h5py.Dataset
        The data set.
    what : str
        What it is, for messages.

    Raises
    ------
    InputError
        With the code ``too-large``.
    """
    chunks = node.chunks or ()
    n_bytes = int(np.prod([int(n) for n in chunks], dtype=object)) * node.dtype.itemsize
    if n_bytes > _CHUNK_BYTES:
        raise InputError(
            f"{file_of(node)}: {what} comes in pieces of {n_bytes:,} bytes.",
            "Write the file with smaller chunks.",
            code="too-large",
        )
