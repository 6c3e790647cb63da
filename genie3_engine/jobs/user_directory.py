"""The default folders of data sets, runs and uploads: the home."""

from __future__ import annotations

import os
from pathlib import Path

from genie3_engine.errors import StorageError
from genie3_engine.jobs import filenames

VARIABLE = "GENIE3_HOME"
REMEDY = f"Set {VARIABLE} to a folder that can be written."


def home() -> Path:
    """Return the home of data sets and runs: ``$GENIE3_HOME``, or ``~/.genie3``.

    Raises
    ------
    StorageError
        When the user has no home folder and the variable is not set.
    """
    try:
        chosen = os.environ.get(VARIABLE, "")
        return Path(chosen).expanduser().absolute() if chosen else Path.home() / ".genie3"
    except RuntimeError as error:
        raise StorageError("There is no home folder for data sets and runs.", REMEDY) from error


def holds(path: Path) -> bool:
    """Return whether a path is the home or lies in it."""
    try:
        return path.absolute().is_relative_to(home())
    except StorageError:
        return False


def data_folder(home_folder: Path | None = None) -> Path:
    """Return the folder of the stored data sets."""
    return (home_folder or home()) / filenames.DATA


def runs_folder(home_folder: Path | None = None) -> Path:
    """Return the folder of the runs that were given no place of their own."""
    return (home_folder or home()) / filenames.RUNS


def uploads_folder(home_folder: Path | None = None) -> Path:
    """Return the folder of the files that people have sent."""
    return (home_folder or home()) / filenames.UPLOADS
