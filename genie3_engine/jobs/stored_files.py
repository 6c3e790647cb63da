"""Open files of a home to read them, whatever lies in their place.

A pipe would keep its reader waiting and a device has no end, so only regular files are opened, and
links to them.
"""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader, BufferedWriter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WITHOUT_WAITING = os.O_NONBLOCK | os.O_CLOEXEC
_PARQUET = b"PAR1"  # the last bytes of such a file
MOST_RECORD_BYTES = 1 << 28  # ten times what the names of a million samples take


def open_stored(path: Path) -> BufferedReader:
    """Open a regular file to read its bytes.

    Parameters
    ----------
    path : Path
        The file, or a link to it.

    Raises
    ------
    OSError
        When it is not there, may not be read, or is a folder, a pipe or a device.
    """
    return os.fdopen(_opened(path, os.O_RDONLY), "rb")


def open_to_append(path: Path) -> BufferedWriter:
    """Open a regular file to add bytes at its end, where it is made when it is missing.

    Parameters
    ----------
    path : Path
        The file, or a link to it.

    Raises
    ------
    OSError
        When it may not be written, or is a folder, a pipe or a device.
    """
    return os.fdopen(_opened(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), "ab")


def require_stored(path: Path) -> Path:
    """Return the path of a regular file, for a library that opens files by their names.

    Parameters
    ----------
    path : Path
        The file, or a link to it.

    Raises
    ------
    OSError
        When it is not there, or is a folder, a pipe or a device.
    """
    _require_regular(path, os.stat(path).st_mode)
    return path


def read_stored(path: Path, *, at_most: int = MOST_RECORD_BYTES) -> bytes:
    """Return what a regular file holds.

    Parameters
    ----------
    path : Path
        The file, or a link to it.
    at_most : int
        Bytes that it may have; by default more than any record of the program has.

    Raises
    ------
    OSError
        As `open_stored`.
    ValueError
        When it is larger; it is not read then.
    """
    with open_stored(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > at_most:
            raise ValueError(f"{path.name} is too large: {size:,} bytes")
        return file.read()


def require_parquet(path: Path) -> Path:
    """Return the path of a file that ends as Parquet files do, before it is read whole.

    Raises
    ------
    OSError
        As `open_stored`.
    ValueError
        When it ends otherwise.
    """
    with open_stored(path) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - len(_PARQUET)))
        if file.read() != _PARQUET:
            raise ValueError(f"{path.name} is not a Parquet file, or is not whole")
    return path


def stored_paths(folder: Path, pattern: str) -> list[Path]:
    """Return the paths below a folder that match a pattern; none where it cannot be read.

    Parameters
    ----------
    folder : Path
        The folder.
    pattern : str
        As `Path.glob` takes it.
    """
    try:
        return list(folder.glob(pattern))
    except OSError:
        return []


def open_matrix(path: Path) -> NDArray[np.float64]:
    """Map a matrix of an ``.npy`` file into memory.

    Parameters
    ----------
    path : Path
        The file, or a link to it.

    Returns
    -------
    numpy.ndarray
        The matrix, read only.

    Raises
    ------
    OSError
        As `open_stored`.
    ValueError
        When it is damaged, or longer than its header states.
    """
    import numpy as np

    try:
        values: Any = np.load(require_stored(path), mmap_mode="r", allow_pickle=False)
    except EOFError as error:
        raise ValueError(f"{path.name} is empty") from error
    except OverflowError as error:
        raise ValueError(f"{path.name} states a size that no file has") from error
    if not isinstance(values, np.memmap):
        raise ValueError(f"{path.name} is not a matrix")
    if values.offset + values.nbytes != path.stat().st_size:
        raise ValueError(f"{path.name} has another size than its header states")
    return values


def _opened(path: Path, flags: int) -> int:
    descriptor = os.open(path, flags | _WITHOUT_WAITING, 0o666)
    try:
        _require_regular(path, os.fstat(descriptor).st_mode)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _require_regular(path: Path, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    number = errno.EISDIR if stat.S_ISDIR(mode) else errno.ENXIO
    reason = os.strerror(number) if stat.S_ISDIR(mode) else "It is a pipe or a device, not a file"
    raise OSError(number, reason, str(path))
