"""Check the path of an output file."""

from __future__ import annotations

from pathlib import Path

from genie3_engine.errors import OptionError


def refuse_file(path: Path) -> None:
    """Require a path where a file can be written, before time is spent on its content.

    Parameters
    ----------
    path : Path
        What was given with ``-o``.

    Raises
    ------
    OptionError
        When it is a folder, or its folder does not exist.
    """
    if path.is_dir():
        raise OptionError(f"{path} is a folder.", "Give a file with -o.")
    if not path.parent.is_dir():
        raise OptionError(
            f"{path.parent}: there is no such folder.", "Create it, or give another folder."
        )
