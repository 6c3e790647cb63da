"""Check that a folder can be made at a path."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from genie3_engine.errors import RunError
from genie3_engine.jobs.atomic_folder import make_folder
from genie3_engine.jobs.atomic_write import storage_error

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


def refuse_place(path: Path) -> None:
    """Refuse a path that cannot be a folder, before time is spent on it.

    Parameters
    ----------
    path : Path
        A folder, or where one is to be made.

    Raises
    ------
    RunError
        When a file is in the way, a link leads nowhere, or the system takes no such name.
    """
    for place in (path, *path.parents):
        try:
            if place.is_dir():
                return
            if place.exists():
                raise RunError(f"{place} is a file, not a folder.", "Give another --out.")
            if place.is_symlink():
                raise RunError(f"{place} is a link that leads nowhere.", "Give another --out.")
        except OSError as error:
            raise _wrong(place, error) from error


def make_writable(path: Path) -> None:
    """Make a folder that can be written to.

    Parameters
    ----------
    path : Path
        A folder, which may be there already.

    Raises
    ------
    RunError
        When it cannot be made or may not be written.
    StorageError
        When the disk is full.
    """
    try:
        make_folder(path)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise storage_error(path, error) from error
        raise _wrong(path, error) from error


def _wrong(path: Path, cause: OSError) -> RunError:
    refused = storage_error(path, cause)
    return RunError(refused.message, refused.remedy)
