"""Make folders that survive a power cut, and folders that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.leftovers import being_written, remove_leftovers_in

_NAME_LENGTH = 59  # characters, of up to four bytes each, of its name in that of its leftover


def make_folder(path: Path) -> None:
    """Make a folder, and those that it lies in, so that a power cut does not lose them.

    Parameters
    ----------
    path : Path
        The folder, which may be there already.

    Raises
    ------
    OSError
        When the system refuses.
    """
    missing = []
    for place in (path, *path.parents):
        if place.is_dir():
            break
        missing.append(place)
    path.mkdir(parents=True, exist_ok=True)
    for place in missing:
        with suppress(PermissionError):  # a folder may be writable and not readable
            atomic_write.sync(place.parent)


@contextmanager
def folder_aside(parent: Path) -> Iterator[Path]:
    """Make a folder under a hidden name, which `put_in_place` renames once it is whole.

    Parameters
    ----------
    parent : Path
        Where; made as well.

    Yields
    ------
    Path
        Where to write: files by `atomic_write.written_aside`, or synchronised by the block. It is
        removed at the end unless it was put in place.

    Raises
    ------
    StorageError
        When the disk is full or may not be written.

    Notes
    -----
    The folder is locked meanwhile: it is not taken for a leftover, whatever the clock shows.
    """
    aside = parent / f".{secrets.token_hex(8)}{filenames.ASIDE}"
    try:
        with ExitStack() as stack:
            stack.enter_context(atomic_write.storage_errors(parent, resumable=False))
            make_folder(parent)
            remove_leftovers_in(parent)
            aside.mkdir()
            stack.enter_context(being_written(aside))
            yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def delete_folder(path: Path, *, resumable: bool = False) -> None:
    """Delete a folder: under its name it is whole or gone, whatever happens.

    Parameters
    ----------
    path : Path
        The folder.
    resumable : bool
        Whether it belongs to a run, which goes on once there is room.

    Raises
    ------
    StorageError
        When it may not be deleted; it is then as it was.

    Notes
    -----
    It is renamed first. What of it cannot be removed then is a leftover.
    """
    doomed = path.with_name(f".{path.name[:_NAME_LENGTH]}.{secrets.token_hex(4)}.deleted")
    with atomic_write.storage_errors(path, resumable=resumable):
        os.rename(path, doomed)
    shutil.rmtree(doomed, ignore_errors=True)


def put_in_place(aside: Path, folder: Path, *, whole: str) -> None:
    """Rename a folder that is whole, and wait until that is on disk.

    Parameters
    ----------
    aside : Path
        As `folder_aside` made it.
    folder : Path
        Its name. When there is such a folder already, it is the same, and stays.
    whole : str
        The name of a file that every such folder holds.

    Raises
    ------
    StorageError
        When the disk is full or may not be written.
    """
    with atomic_write.storage_errors(folder, resumable=False):
        atomic_write.sync(aside)
        try:
            os.rename(aside, folder)
        except OSError:
            if not (folder / whole).is_file():
                raise
        atomic_write.sync(folder.parent)
