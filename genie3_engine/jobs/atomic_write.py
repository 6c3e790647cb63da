"""Write files that appear whole or not at all, and translate errors of the disk."""

from __future__ import annotations

import errno
import json
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from genie3_engine.errors import StorageError
from genie3_engine.jobs import filenames, user_directory
from genie3_engine.jobs.stored_files import read_stored, stored_paths

_RESUME = " What was computed so far is kept: resume the run afterwards."
_CAUSES = {
    errno.ENOSPC: ("the disk is full", "Free some space."),
    errno.EDQUOT: ("your disk quota is used up", "Free some space."),
    errno.EFBIG: (
        "the file would be larger than this system allows",
        "Raise the limit on the size of files (ulimit -f).",
    ),
    errno.EACCES: ("you may not write there", "Choose another folder, or ask for the permission."),
    errno.EPERM: ("you may not write there", "Choose another folder, or ask for the permission."),
    errno.EROFS: ("the disk is read-only", "Choose a folder on another disk."),
    errno.ENOENT: ("its folder is gone", "Choose a folder that exists."),
    errno.ENOTDIR: ("a part of its path is a file, not a folder", "Choose another folder."),
    errno.ENAMETOOLONG: ("the name is too long", "Choose a shorter name."),
}
# DuckDB and Arrow pass the system's message on without its number.
_TEXTS = {os.strerror(number): number for number in _CAUSES}
_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # once there is room, a run may go on
_TEXTS["max_temp_directory_size"] = errno.ENOSPC  # DuckDB, when the disk has no room for its sort


def storage_error(path: Path, cause: BaseException, *, resumable: bool = True) -> StorageError:
    """Return the error that a user reads when ``path`` could not be written.

    Parameters
    ----------
    path : Path
        What was being written.
    cause : BaseException
        An `OSError`, or another library's error that carries the system's message.
    resumable : bool
        Whether it belongs to a run, which goes on once there is room.

    Returns
    -------
    StorageError
        To be raised from ``cause``.
    """
    number = cause.errno if isinstance(cause, OSError) else None
    if number is None:
        number = next((n for text, n in _TEXTS.items() if text in str(cause)), None)
    if number in _CAUSES:
        reason, remedy = _CAUSES[number]
        if number not in _ROOM and user_directory.holds(path):
            remedy = user_directory.REMEDY
    else:
        reason = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
        remedy = "Check the disk."
    if resumable and (number in _ROOM or number not in _CAUSES):
        remedy += _RESUME
    return StorageError(f"{path} could not be written: {reason}.", remedy)


@contextmanager
def storage_errors(path: Path, *, resumable: bool = True) -> Iterator[None]:
    """Turn the system's refusals to write ``path`` into `StorageError`.

    Parameters
    ----------
    path : Path
        What is being written.
    resumable : bool
        Whether it belongs to a run, which goes on once there is room.

    Raises
    ------
    StorageError
        When the system refuses, or the path is shared with the group by another person.
    """
    user_directory.refuse_if_shared(path)
    try:
        yield
    except OSError as error:
        raise storage_error(path, error, resumable=resumable) from error


def needs_room(error: OSError) -> bool:
    """Return whether only a write can have failed so: for want of room, or where none may be."""
    return error.errno in _ROOM or error.errno == errno.EROFS


def scratch_error(cause: OSError) -> StorageError:
    """Return the error that a user reads when a temporary file could not be written.

    Parameters
    ----------
    cause : OSError
        The system's refusal.
    """
    try:
        place = Path(tempfile.gettempdir())
    except OSError:  # no folder may be written
        place = Path("The folder of temporary files ($TMPDIR)")
    return storage_error(place, cause, resumable=False)


@contextmanager
def scratch_errors() -> Iterator[None]:
    """Turn the system's refusals to write a temporary file into `StorageError`.

    Raises
    ------
    StorageError
        When the system refuses; the message names the folder of temporary files.
    """
    try:
        yield
    except OSError as error:
        raise scratch_error(error) from error


@contextmanager
def written_aside(
    path: Path, *, resumable: bool = True, may_replace: bool = True
) -> Iterator[Path]:
    """Write a file under another name, and rename it once it is whole and on disk.

    Parameters
    ----------
    path : Path
        Where the file appears.
    resumable : bool
        Whether it belongs to a run, which goes on once there is room.
    may_replace : bool
        Whether a file that is there already is replaced.

    Yields
    ------
    Path
        Where to write, in the same folder.

    Raises
    ------
    StorageError
        When the disk is full or may not be written; ``path`` is then as it was.
    FileExistsError
        When there is a file at ``path`` that may not be replaced.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}{filenames.ASIDE}")
    is_taken = False
    with storage_errors(path, resumable=resumable):
        try:
            yield aside
            sync(aside)
            if may_replace:
                os.replace(aside, path)
            else:
                is_taken = not _rename_to_new(aside, path)
        except BaseException:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
            raise
        sync(path.parent)
    if is_taken:
        raise FileExistsError(path)


def write_json(path: Path, values: object) -> None:
    """Write plain values as a JSON file that is whole whenever it is there.

    Parameters
    ----------
    path : Path
        The file; one that is there already is replaced.
    values : object
        Plain values, without NaN or infinity.

    Raises
    ------
    StorageError
        When the disk is full or may not be written.
    """
    text = json.dumps(values, indent=1, allow_nan=False, ensure_ascii=False)
    with written_aside(path) as aside:
        aside.write_text(text + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:  # noqa: ANN401 -- JSON is any value
    """Read a JSON file; `FileNotFoundError` and `ValueError` are left to the caller."""
    content = read_stored(path)
    try:
        return json.loads(content.decode("utf-8"))
    except RecursionError as error:
        raise ValueError(f"{path.name} is nested too deeply") from error


def last_written(file: Path) -> tuple[int, int, int]:
    """Return what changes whenever a file is replaced; zeros when it is not there."""
    try:
        facts = file.stat()
    except OSError:
        return (0, 0, 0)
    return (facts.st_mtime_ns, facts.st_ino, facts.st_size)


def remove_leftovers(
    folder: Path, *, starting: str = "", except_ending: str = "", older_than_seconds: float = 0
) -> int:
    """Remove what killed writers left aside in a folder; only the holder of its lock may call this.

    Parameters
    ----------
    folder : Path
        The folder; its subfolders are left alone.
    starting : str
        Starts the names of the files whose leftovers are meant.
    except_ending : str
        Ends the names of files that others write too, all of them when empty: a fresh leftover may
        be a write under way.
    older_than_seconds : float
        Age from which a leftover of such a file goes too.

    Returns
    -------
    int
        Files removed.
    """
    n_removed = 0
    for aside in stored_paths(folder, f".{starting}*{filenames.ASIDE}"):
        written = aside.name.rsplit(".", 2)[0]
        if older_than_seconds and written.endswith(except_ending):
            with suppress(OSError):
                if time.time() - aside.stat().st_mtime < older_than_seconds:
                    continue
        with suppress(OSError):
            aside.unlink()
            n_removed += 1
    return n_removed


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk, where the file system can confirm it.

    Raises
    ------
    OSError
        When the system refuses.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP, errno.EROFS}:
            raise
    finally:
        os.close(descriptor)


def _rename_to_new(aside: Path, path: Path) -> bool:
    """Rename a file unless another has the name, and return whether it got it.

    Of several writers, on several machines, exactly one gets the name; the files of the others are
    removed.
    """
    try:
        os.link(aside, path)
    except FileExistsError:
        aside.unlink()
        return False
    except OSError:  # a file system without hard links: an empty file reserves the name
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            aside.unlink()
            return False
        os.replace(aside, path)
        return True
    aside.unlink()
    return True
