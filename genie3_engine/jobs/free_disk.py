"""The room of a disk that jobs, uploads and archives leave free."""

from __future__ import annotations

import math
import os
import shutil
from pathlib import Path

from genie3_engine import labels
from genie3_engine.errors import StorageError
from genie3_engine.jobs.limits import limits_or_none_set

_LARGEST_SHARE = 0.1  # of a disk, which may be smaller than what is to stay free
_REMEDY = "Free some space."


def require_free(
    n_bytes: float, what: str, folder: Path, *, home_folder: Path | None = None
) -> None:
    """Refuse to store what would fill the disk.

    Parameters
    ----------
    n_bytes : float
        What it will take; 0 where that is not known.
    what : str
        What it is, such as ``this upload``.
    folder : Path
        Where it is to be stored; the folder may not be there yet.
    home_folder : Path, optional
        The home, whose limits hold; that of the person at work by default.

    Raises
    ------
    StorageError
        When less than what is to stay free would be left.
    """
    free, least = _room(folder, home_folder)
    if n_bytes + least > free:
        needs = f"{what} needs {labels.size(n_bytes)}" if n_bytes else f"{what} is not begun"
        raise StorageError(f"{_left(folder, free, least)}, and {needs}.", _REMEDY)


def disk_of(folder: Path) -> int | None:
    """Return the number that the system gives to the disk of a folder.

    Parameters
    ----------
    folder : Path
        The folder; it may not be there yet.

    Returns
    -------
    int or None
        The same for folders on one disk; None where the system gives no answer.
    """
    try:
        return os.stat(_nearest(folder)).st_dev
    except OSError:
        return None


def shortage(folder: Path, *, noun: str) -> StorageError | None:
    """Return why a job that is at work stops: its disk is nearly full; None while it is not.

    Parameters
    ----------
    folder : Path
        The job's folder.
    noun : str
        What the user calls the job.
    """
    free, least = _room(folder, None)
    if free >= least:
        return None
    return StorageError(
        f"{_left(folder, free, least)}: the {noun} has stopped before it is full.",
        f"{_REMEDY} What was computed so far is kept: resume the {noun} afterwards.",
    )


def _left(folder: Path, free: float, least: float) -> str:
    return (
        f"The disk with {folder} has {labels.size(free)} left, {labels.size(least)} must stay free"
    )


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that is there."""
    return next((each for each in (folder, *folder.parents) if os.path.isdir(each)), folder)


def _room(folder: Path, home_folder: Path | None) -> tuple[float, float]:
    """Return what is free on a disk, and what is to stay free; all where it gives no answer."""
    try:
        total, _, free = shutil.disk_usage(_nearest(folder))
    except OSError:
        return math.inf, 0.0
    least = limits_or_none_set(home_folder).free_disk_bytes
    return free, min(least, _LARGEST_SHARE * total)
