"""How much of the disk folders take.

A folder's own files are measured again only when its time has changed: files are written aside and
renamed, which changes the time of their folder. What is appended to a log meanwhile is not counted.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from genie3_engine.jobs import filenames
from genie3_engine.jobs.user_directory import home

# A file system's clock may tick every two seconds: what was changed within the last ticks is
# measured again.
_TICKS_SECONDS = 5.0
_MAY_BE_ELSEWHERE = frozenset({filenames.DATA, filenames.RUNS, filenames.UPLOADS})


def folder_bytes(path: Path) -> int:
    """Return the size of all files below a folder; links are not followed.

    Parameters
    ----------
    path : Path
        A folder, or a file; 0 when there is neither.
    """
    try:
        facts = os.lstat(path)
    except OSError:
        return 0
    if not os.path.isdir(path) or os.path.islink(path):
        return facts.st_size
    return _below(os.fspath(path), facts.st_mtime_ns)


def used_bytes(home_folder: Path | None = None) -> int:
    """Return what a home takes, without the homes of a server's people below it.

    Its folders of data, runs and uploads may be links to other disks.

    Parameters
    ----------
    home_folder : Path, optional
        The home; that of the person at work by default.
    """
    folder = home_folder or home()
    try:
        names = os.listdir(folder)
    except OSError:
        return 0
    places = (folder / name for name in names if name != filenames.PEOPLE)
    return sum(folder_bytes(_place(each)) for each in places)


def _place(path: Path) -> Path:
    """Return where a folder of a home is: it may be a link to another disk."""
    is_there = path.name in _MAY_BE_ELSEWHERE and os.path.isdir(path)
    return Path(os.path.realpath(path)) if is_there else path


def _below(top: str, changed: int) -> int:
    total, left = 0, [(top, changed)]
    while left:
        folder, changed = left.pop()
        is_settled = time.time_ns() - changed > _TICKS_SECONDS * 1e9
        size, folders = _content(folder, changed) if is_settled else _look(folder)
        total += size
        for name in folders:
            path = os.path.join(folder, name)
            with suppress(OSError):  # deleted since
                left.append((path, os.lstat(path).st_mtime_ns))
    return total


def _look(folder: str) -> tuple[int, tuple[str, ...]]:
    """Return the size of a folder's own files, and its folders."""
    size, folders = 0, []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            else:
                size += entry.stat(follow_symlinks=False).st_size
    return size, tuple(folders)


@lru_cache(maxsize=100_000)
def _content(folder: str, changed: int) -> tuple[int, tuple[str, ...]]:
    return _look(folder)
