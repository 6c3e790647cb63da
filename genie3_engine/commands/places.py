"""Check the path of an output file."""

from __future__ import annotations

from pathlib import Path

from genie3_engine.errors import OptionError


def refuse_file(path: Path) -> None:
    """Refuse a place where no file can be, before time is spent on it.

    Parameters
    ----------
    path : Path
        What was given with ``-o``.

    Raises
    ------
    OptionError
        When it is a folder, or its folder is not there.
    """
    if path.is_dir():
        raise OptionError(f"{path} is a folder.", "Give a file with -o.")
    if not path.parent.is_dir():
        raise OptionError(f"{path.parent}: there is no such folder.", "Make it, or give another.")
