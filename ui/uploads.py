"""Where does a file that somebody sends stay until it is read?"""

from __future__ import annotations

import atexit
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import streamlit as st

from genie3_engine.errors import Genie3Error

ENDINGS = ("csv", "tsv", "txt", "tab", "gz")


@st.cache_resource(show_spinner=False)
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="genie3-uploads-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def keep(content: BinaryIO, *, name: str) -> Path:
    """Write an upload to a file of our own naming, kept until the server ends.

    Parameters
    ----------
    content : BinaryIO
        The upload.
    name : str
        What the user calls it; only a known ending is taken from it, never a path.
    """
    lower = name.lower()
    packed = ".gz" if lower.endswith(".gz") else ""
    ending = lower.removesuffix(".gz").rpartition(".")[2]
    path = _folder() / f"{secrets.token_hex(8)}.{ending if ending in ENDINGS else 'txt'}{packed}"
    content.seek(0)
    with path.open("xb") as file:
        shutil.copyfileobj(content, file, 1 << 20)
    return path


@contextmanager
def called(name: str, path: Path) -> Iterator[None]:
    """Let errors about a kept file speak of it by the user's name."""
    try:
        yield
    except Genie3Error as error:
        error.message = error.message.replace(str(path), name).replace(path.name, name)
        raise
