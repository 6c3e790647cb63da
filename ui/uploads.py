"""Store uploaded files."""

from __future__ import annotations

import io
import math
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import streamlit as st
from streamlit import config

from genie3_engine import runs
from genie3_engine.errors import Genie3Error, InputError
from genie3_engine.people import log
from genie3_engine.runs import Upload
from ui import server_settings, text_format

LISTS = ("csv", "tsv", "txt", "tab", "xlsx", "gz")
_LONGEST_NAME = 200
_MIB = 1 << 20
_LARGEST_PASTE = 20_000_000
_MOST = "server.maxUploadSize"
_followed: list[Any] = []  # the limits at the last look
_lock = threading.Lock()


def keep(files: Sequence[tuple[str, BinaryIO]]) -> Upload:
    """Store files as they came; a name never becomes a path."""
    return runs.keep_upload(files, name=text_format.shorten(files[0][0], at_most=_LONGEST_NAME))


def keep_text(text: str, *, name: str) -> Upload:
    """Store pasted text as a file.

    Raises
    ------
    InputError
        When there is none, or too much to paste.
    """
    if not text.strip():
        raise InputError(
            "The pasted text is empty.", "Copy cells from a spreadsheet and paste them."
        )
    if len(text) > _LARGEST_PASTE:
        raise InputError("The pasted text is too long.", "Save it as a file and upload it.")
    return runs.keep_upload([(name, io.BytesIO(text.encode()))], name=name)


def keep_path(path: str) -> Upload:
    """Store a copy of a file, or of a folder's files, that lie on the server's own disk.

    Raises
    ------
    InputError
        When there is no such file, or it may not be read: by the system, or by the server's
        settings, where people log in.
    """
    if not may_give_paths():
        raise InputError("This server reads no files of its own disk.", "Upload the file.")
    place = Path(path.strip()).expanduser()
    if not place.is_absolute():
        raise InputError("The path is not absolute.", "Enter the full path, such as /data/x.tsv.")
    if server_settings.has_login():
        place = _allowed(place)
    opened: list[tuple[str, BinaryIO]] = []
    try:
        files = sorted(place.iterdir()) if place.is_dir() else [place]
        for file in files:
            if not file.is_dir():
                # A link in the folder may lead out of it.
                real = _allowed(file) if server_settings.has_login() else file
                opened.append((file.name, runs.open_stored(real)))
        if not opened:
            raise InputError(f"There is no file in {place}.", "Check the path.")
        return runs.keep_upload(opened, name=text_format.shorten(place.name, at_most=_LONGEST_NAME))
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise InputError(f"{place} cannot be read: {reason}.", "Check the path.") from error
    finally:
        for _, stream in opened:
            stream.close()


def _allowed(path: Path) -> Path:
    """Return where a path leads, if that is in a folder that the server's settings open to all."""
    real = Path(os.path.realpath(path))
    folders = [Path(os.path.realpath(each)) for each in server_settings.settings().folders]
    if not any(real.is_relative_to(folder) for folder in folders):
        raise InputError(  # the same whether it exists or not
            "Files there may not be read.",
            f"Give a path in {' or '.join(map(str, folders))}, or upload the file.",
        )
    return real


def may_give_paths() -> bool:
    """Return whether paths on the server's disk may be given.

    Only people on this very machine may do so; where people log in, paths lead to the folders that
    the server's settings open to them.
    """
    if server_settings.has_login():
        return bool(server_settings.settings().folders)
    return st.get_option("server.address") in {"localhost", "127.0.0.1", "::1"}


@cache
def _configured() -> int:
    """Return the largest upload in MiB where there is no limit, as the configuration gives it."""
    return int(config.get_option(_MOST))


def follow_limit() -> None:
    """Make Streamlit refuse uploads beyond the limit of the server before they are sent.

    Asked again and again, so that changed limits hold without a new start; their change is
    recorded. A damaged file of limits changes nothing: then no upload is stored at all.
    """
    with suppress(Genie3Error), _lock:
        limits = runs.server_limits()
        if limits in _followed:
            return
        most = limits.upload_bytes
        mebibytes = _configured()
        config.set_option(_MOST, mebibytes if most is None else math.ceil(most / _MIB))
        rows = [dict(runs.limit_rows(each)) for each in (*_followed, limits)]
        _followed[:] = [limits]
        if len(rows) > 1:
            changed = [
                f"{label}: {value}" for label, value in rows[1].items() if rows[0][label] != value
            ]
            log.record(log.Action.LIMITS_CHANGED, text="; ".join(changed), who=log.machine_user())


@contextmanager
def errors_by_name(upload: Upload) -> Iterator[None]:
    """Use the user's name of an upload in errors about it."""
    try:
        yield
    except Genie3Error as error:
        named = error.message.replace(str(upload.path), upload.name)
        error.message = (
            named if upload.path.is_dir() else named.replace(upload.path.name, upload.name)
        )
        raise
