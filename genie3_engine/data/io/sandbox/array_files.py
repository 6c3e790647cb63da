"""Keep large arrays in files: written in pieces, mapped when read, moved without a copy."""

from __future__ import annotations

import mmap
import os
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
LARGE_BYTES = 16 << 20
_MAPPED_BYTES = 1 << 20  # what is mapped needs no fresh memory


class ArrayFile:
    """An array of one axis in a temporary file, filled from its start.

    Parameters
    ----------
    length : int
        Number of values.
    dtype : data-type
        Their type.
    """

    def __init__(self, length: int, dtype: Any) -> None:  # noqa: ANN401 - as numpy
        handle, name = tempfile.mkstemp(prefix="genie3-array-", suffix=".npy")
        self.path = Path(name)
        self._stream = os.fdopen(handle, "wb")
        header = {
            "descr": np.lib.format.dtype_to_descr(np.dtype(dtype)),
            "fortran_order": False,
            "shape": (length,),
        }
        np.lib.format.write_array_header_1_0(self._stream, header)

    def append(self, piece: Array) -> None:
        """Write the next values."""
        self._stream.write(piece.data)

    def mapped(self) -> Array:
        """Return the array, read-only; the file is removed with it, unless it was moved."""
        self._stream.close()
        array: Array = np.load(self.path, mmap_mode="r", allow_pickle=False)
        weakref.finalize(array, self.path.unlink, missing_ok=True)
        return array


def pieces(matrix: Any, length: int = 1 << 22) -> Iterator[slice]:  # noqa: ANN401 - scipy
    """Yield where the entries of a sparse matrix lie, some at a time.

    Parameters
    ----------
    matrix : scipy.sparse.csr_matrix or csc_matrix
        Its arrays may be mapped: what was read of them is then dropped from memory.
    length : int
        Entries at a time.
    """
    for first in range(0, matrix.nnz, length):
        yield slice(first, first + length)
        forget(matrix.data)
        forget(matrix.indices)


def forget(array: Array) -> None:
    """Drop what was read of a mapped array from memory; it stays in its file."""
    mapped = _mapped(array)
    if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
        mapped.base.madvise(mmap.MADV_DONTNEED)


def _mapped(array: Array) -> Any:  # noqa: ANN401 - numpy.memmap, which hides its map
    """Return the mapped array that an array is a view of; None where there is none."""
    whole: Any = None
    part: Any = array
    while part is not None:  # a view keeps what it is a view of
        whole = part if isinstance(part, np.memmap) else whole
        part = getattr(part, "base", None)
    return whole


def save_array(array: Array, path: Path) -> None:
    """Write an array as .npy; the file of a mapped one is moved.

    Parameters
    ----------
    array : array
        Of any type of number.
    path : Path
        Where to, in the folder for temporary files.
    """
    whole = _mapped(array)
    is_whole = whole is not None and (
        (whole.ctypes.data, whole.nbytes, whole.dtype)
        == (array.ctypes.data, array.nbytes, array.dtype)
    )
    if is_whole and whole.filename:
        os.replace(whole.filename, path)
    else:
        np.save(path, array, allow_pickle=False)


def load_array(path: Path) -> Array:
    """Read an array; a large one is mapped, may be changed, and outlives its file."""
    is_large = path.stat().st_size > _MAPPED_BYTES
    array: Array = np.load(path, mmap_mode="r+" if is_large else None, allow_pickle=False)
    return array
