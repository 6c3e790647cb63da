"""Store uploaded files, so that they can be read again with other options."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from genie3_engine.errors import InputError
from genie3_engine.jobs import admission, atomic_write, filenames
from genie3_engine.jobs.atomic_folder import delete_folder, folder_aside, put_in_place
from genie3_engine.jobs.stored_files import require_stored, stored_paths
from genie3_engine.jobs.user_directory import uploads_folder
from genie3_engine.people.log import Action, record

_ID = re.compile(r"[0-9a-f]{32}")
_UNSAFE = re.compile(r"[^A-Za-z0-9._+-]+")
_LONGEST_FILE_NAME = 120
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Upload:
    """Uploaded files, unchanged.

    Parameters
    ----------
    id : str
        Hash of the content and the names; the folder's name.
    name : str
        What the user calls it: the file's name, or the first of several.
    path : Path
        The file, or the folder that holds them when there are several.
    n_bytes : int
        Size of all files.
    created : float
        Seconds since the epoch.
    """

    id: str
    name: str
    path: Path
    n_bytes: int
    created: float


def keep_upload(
    files: Sequence[tuple[str, BinaryIO]], *, name: str = "", home: Path | None = None
) -> Upload:
    """Store files as they came; the same files are stored once.

    Parameters
    ----------
    files : sequence of (str, binary stream)
        Name and content of each. A name never becomes a path.
    name : str
        What the user calls them together; the first file's name by default.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    Upload
        Where they are.

    Raises
    ------
    InputError
        When there is no file.
    LimitError
        When they are larger than the limits of the server allow; nothing is stored then.
    StorageError
        When the disk is full or may not be written.
    """
    if not files:
        raise InputError("No file was given.", "Choose a file.")
    parent, size = uploads_folder(home), _total_bytes(files)
    admission.require_upload(size, home_folder=home)
    admission.require_room(size, "this upload", parent, home_folder=home)
    with folder_aside(parent) as aside:
        inside = aside / filenames.FILES
        inside.mkdir()
        digest, n_bytes = _copy(files, inside)
        atomic_write.sync(inside)
        atomic_write.write_json(
            aside / filenames.UPLOAD,
            {"name": name or files[0][0], "n_bytes": n_bytes, "created": time.time()},
        )
        is_new = not (parent / digest / filenames.UPLOAD).is_file()
        put_in_place(aside, parent / digest, whole=filenames.UPLOAD)
    kept = open_upload(digest, home=home)
    if is_new:
        record(Action.STORED, f"upload {digest}", text=kept.name)
    return kept


def open_upload(upload: str, *, home: Path | None = None) -> Upload:
    """Return a stored upload.

    Parameters
    ----------
    upload : str
        Its id.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    InputError
        When it is not stored here.
    """
    folder = uploads_folder(home) / upload
    gone = InputError("That upload is not stored here any more.", "Upload the file again.")
    if not _ID.fullmatch(upload):
        raise gone
    try:
        about = atomic_write.read_json(folder / filenames.UPLOAD)
        files = sorted((folder / filenames.FILES).iterdir())
        path = files[0] if len(files) == 1 else folder / filenames.FILES
        for file in files:
            require_stored(file)
        return Upload(
            upload, str(about["name"]), path, int(about["n_bytes"]), float(about["created"])
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise gone from error


def list_uploads(home: Path | None = None) -> list[Upload]:
    """Return the uploads of a home, the user's by default, newest first."""
    found = []
    for about in stored_paths(uploads_folder(home), f"[0-9a-f]*/{filenames.UPLOAD}"):
        with suppress(InputError):
            found.append(open_upload(about.parent.name, home=home))
    return sorted(found, key=lambda upload: (-upload.created, upload.id))


def delete_upload(upload: str, *, home: Path | None = None) -> None:
    """Delete an upload's files; one that is gone already is left so.

    Parameters
    ----------
    upload : str
        Its id.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    StorageError
        When they may not be deleted.
    """
    folder = uploads_folder(home) / upload
    if not _ID.fullmatch(upload):
        return
    with atomic_write.storage_errors(folder, resumable=False):
        is_there = folder.is_dir()
    if is_there:
        delete_folder(folder)
        record(Action.DELETED, f"upload {upload}")


def _total_bytes(files: Sequence[tuple[str, BinaryIO]]) -> int:
    return sum(content.seek(0, os.SEEK_END) for _, content in files)


def _copy(files: Sequence[tuple[str, BinaryIO]], folder: Path) -> tuple[str, int]:
    """Copy files under names of our own spelling; return their hash and size."""
    digest = hashlib.sha256()
    n_bytes = 0
    taken: set[str] = set()
    for given, content in files:
        name = _file_name(given, taken)
        digest.update(f"{name}\n".encode())
        content.seek(0)
        with (folder / name).open("xb") as file:
            while chunk := content.read(_CHUNK_BYTES):
                digest.update(chunk)
                file.write(chunk)
                n_bytes += len(chunk)
            file.flush()
            os.fsync(file.fileno())
    return digest.hexdigest()[:32], n_bytes


def _file_name(given: str, taken: set[str]) -> str:
    """Return a file name without folders, not hidden, with its endings."""
    last = given.replace("\\", "/").rpartition("/")[2]
    name = _UNSAFE.sub("_", last).lstrip("._-")[-_LONGEST_FILE_NAME:] or "txt"
    if "." not in name:
        name = f"upload.{name}" if "." in last else f"{name}.txt"
    while name in taken:
        name = f"x{name}"
    taken.add(name)
    return name
