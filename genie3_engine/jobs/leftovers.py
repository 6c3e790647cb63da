"""Leftovers: what is left of writing, deleting or sorting that was cut short.

One rule decides what may go; the page Storage, the command ``cleanup`` and every automatic removal
follow it.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.disk_usage import folder_bytes
from genie3_engine.jobs.limits import limits_or_none_set
from genie3_engine.jobs.locks import FolderLock, try_lock
from genie3_engine.jobs.stored_files import stored_paths
from genie3_engine.jobs.user_directory import home, server_of

RULE = (
    "Leftovers are files and folders whose writing, deletion or sorting was cut short, and parts of"
    " links that are superseded by the ranked links. They go when they are {age} old and no lock"
    " holds their folder. Results, parts with which a run can be resumed, and what is at work stay."
)
_CUT_SHORT = re.compile(r"\..*\.(aside|deleted|ticket)|\.combine-.*|\.sorting")
_SCRATCH = re.compile(r"genie3-(read|input|genes|pilot|sorting|array)-.*")  # of the machine
# Of a home: it may be a folder that holds other things, too.
_OF_HOME = frozenset(
    {
        *(filenames.DATA, filenames.RUNS, filenames.UPLOADS, filenames.GROUP),
        *("comparisons", "experiments", "forecasts", "links", "page", "pilots", "queue"),
    }
)
_FOLDERS_OF_LOCKS = (filenames.TASKS, filenames.MEMBERS, filenames.REPLICATES)


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file or folder that may go.

    Parameters
    ----------
    path : Path
        Where it is.
    n_bytes : int
        Its size.
    """

    path: Path
    n_bytes: int


def leftovers(home_folder: Path | None = None, *, seconds: float | None = None) -> list[Leftover]:
    """Return what may go of a home; that of the server has the scratch folders of the machine, too.

    Parameters
    ----------
    home_folder : Path, optional
        The home; that of the person at work by default.
    seconds : float, optional
        Age from which leftovers go; the limits' by default, a day where they have none.
    """
    folder = home_folder or home()
    least = limits_or_none_set(folder).leftovers_seconds if seconds is None else seconds
    places = list(_below(folder))
    if server_of(folder) == folder:
        places += _scratch()
    return [Leftover(path, folder_bytes(path)) for path in places if _may_go(path, least)]


def remove_leftovers(
    home_folder: Path | None = None, *, seconds: float | None = None
) -> list[Leftover]:
    """Remove what may go of a home, and return what went; see `leftovers`."""
    found = leftovers(home_folder, seconds=seconds)
    for each in found:
        _remove(each.path)
    return [each for each in found if not os.path.lexists(each.path)]


def remove_leftovers_in(folder: Path) -> None:
    """Remove the leftovers that lie in one folder, before another file is written there."""
    seconds = limits_or_none_set().leftovers_seconds
    for path in stored_paths(folder, ".*"):
        if _CUT_SHORT.fullmatch(path.name) and _may_go(path, seconds):
            _remove(path)


@contextmanager
def being_written(folder: Path) -> Iterator[None]:
    """Keep a folder from being taken for a leftover while the block runs, whatever the clock.

    Parameters
    ----------
    folder : Path
        A folder that is there; it may be renamed meanwhile.

    Raises
    ------
    OSError
        When it cannot be opened.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # a file system that locks no folders: its age decides
            try_lock(descriptor, shared=True)
        yield
    finally:
        os.close(descriptor)


def rule(home_folder: Path | None = None) -> str:
    """Return the rule in words, with the age of the limits of a home."""
    hours = limits_or_none_set(home_folder).leftovers_seconds / 3600.0
    age = f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.0f} hours"
    return RULE.format(age=age)


def _below(home_folder: Path) -> Iterator[Path]:
    """Yield the leftovers in the folders of a home and in those below them that no lock holds."""
    left = [home_folder / name for name in sorted(_OF_HOME)]
    while left:
        try:
            entries = sorted(os.scandir(left.pop()), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            path = Path(entry.path)
            if _CUT_SHORT.fullmatch(entry.name):
                yield path
            elif entry.name == filenames.FILES or not entry.is_dir(follow_symlinks=False):
                continue  # files of people keep the names that people gave to them
            elif not _is_held(path):
                if _has_superseded_parts(path):
                    yield path / filenames.PARTS
                left.append(path)


def _is_held(folder: Path) -> bool:
    """Return whether a process holds a job, or a task, network or evidence inside it."""
    try:
        if not (folder / filenames.STATUS).exists():
            return False
    except PermissionError:
        return True
    inside = [each for name in _FOLDERS_OF_LOCKS for each in stored_paths(folder / name, "*/")]
    return any(FolderLock(each).is_held() for each in (folder, folder / "confidence", *inside))


def _has_superseded_parts(folder: Path) -> bool:
    """Return whether a whole run has its ranked links, and the parts that they were made of.

    The targets are written last, so that they show a complete result. Shards keep their parts.
    """
    parts, targets = folder / filenames.PARTS, folder / filenames.TARGETS
    if not (parts.is_dir() and targets.is_file() and (folder / filenames.LINKS).is_file()):
        return False
    try:
        layout = atomic_write.read_json(folder / filenames.SPEC)["layout"]
        return int(layout["n_shards"]) == 1
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _scratch() -> list[Path]:
    """Return the scratch files and folders that this user's programs have left on the machine."""
    found = []
    with suppress(OSError):
        for entry in os.scandir(tempfile.gettempdir()):
            with suppress(OSError):
                is_own = entry.stat(follow_symlinks=False).st_uid == os.getuid()
                if is_own and _SCRATCH.fullmatch(entry.name):
                    found.append(Path(entry.path))
    return sorted(found)


def _may_go(path: Path, seconds: float) -> bool:
    return _is_old(path, seconds) and not _is_being_written(path)


def _is_being_written(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return try_lock(descriptor) is False
    except OSError:
        return False
    finally:
        os.close(descriptor)


def _is_old(path: Path, seconds: float) -> bool:
    """Return whether nothing in a file or folder was written for so long."""
    try:
        newest = os.lstat(path).st_mtime
        for folder, _, names in os.walk(path):
            newest = max(newest, os.lstat(folder).st_mtime)
            for name in names:
                newest = max(newest, os.lstat(os.path.join(folder, name)).st_mtime)
    except OSError:  # it has just been put in place
        return False
    return time.time() - newest >= seconds


def remove(path: Path) -> None:
    """Remove a file or a folder; raises `StorageError` when the disk refuses."""
    with atomic_write.storage_errors(path, resumable=False):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)
