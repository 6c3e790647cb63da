"""The default folders of data sets, runs and uploads: the home."""

from __future__ import annotations

import os
from pathlib import Path

from genie3_engine.jobs import filenames

VARIABLE = "GENIE3_HOME"


def home() -> Path:
    """Return the home of data sets and runs: ``$GENIE3_HOME``, or ``~/.genie3``."""
    chosen = os.environ.get(VARIABLE, "")
    return Path(chosen).expanduser().absolute() if chosen else Path.home() / ".genie3"


def data_folder(home_folder: Path | None = None) -> Path:
    """Return the folder of the stored data sets."""
    return (home_folder or home()) / filenames.DATA


def runs_folder(home_folder: Path | None = None) -> Path:
    """Return the folder of the runs that were given no place of their own."""
    return (home_folder or home()) / filenames.RUNS


def uploads_folder(home_folder: Path | None = None) -> Path:
    """Return the folder of the files that people have sent."""
    return (home_folder or home()) / filenames.UPLOADS
