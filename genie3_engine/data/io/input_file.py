"""Open input files: paths, pipes or bytes, plain or gzip, in any encoding."""

from __future__ import annotations

import errno
import gzip
import io
import os
import shutil
import stat
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from genie3_engine.errors import InputError
from genie3_engine.jobs.atomic_write import needs_room, scratch_error

HEAD_BYTES = 1 << 16
_GZIP = b"\x1f\x8b"
_SURELY_FINE = 64 << 20
_BOMB_RATIO = 300
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """An open file, decompressed.

    Parameters
    ----------
    path : Path
        Where it is.
    stream : BinaryIO
        Its bytes from the start, seekable, decompressed.
    head : bytes
        The first 64 KiB of them.
    is_gzip : bool
        True when the file is compressed, whatever its ending.
    memo : dict of str to object
        Detected properties, cached.
    """

    path: Path
    stream: BinaryIO
    head: bytes
    is_gzip: bool
    memo: dict[str, Any] = field(default_factory=dict)

    @property
    def ending(self) -> str:
        """Return the file's ending in lower case without ``.gz``, such as ``.tsv``."""
        name = self.path.name.lower()
        return Path(name.removesuffix(".gz")).suffix

    @property
    def encoding(self) -> str:
        """Return the text encoding that the byte-order mark names; UTF-8 without one.

        UTF-16 without a mark is recognised by every other byte being zero.
        """
        return _encoding_of(self.head)

    @contextmanager
    def text(self, encoding: str | None = None) -> Iterator[TextIO]:
        """Give the file as text; Windows and old Mac line ends become plain ones."""
        self.stream.seek(0)
        wrapper = io.TextIOWrapper(self.stream, encoding=encoding or self.encoding, newline=None)
        try:
            yield wrapper
        finally:
            if not self.stream.closed:  # as when an abandoned iterator ends after the file
                wrapper.detach()

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """Give the path of the decompressed file, for libraries that want a path."""
        if not self.is_gzip and self.path.is_file():
            yield self.path
            return
        if "copy" not in self.memo:
            self.stream.seek(0)
            with tempfile.NamedTemporaryFile(prefix="genie3-input-", delete=False) as copy:
                self.memo["copy"] = copy.name
                shutil.copyfileobj(self.stream, copy, 1 << 20)
        yield Path(self.memo["copy"])


class _Decompressed(gzip.GzipFile):
    """A gzip file that is refused once it grows beyond what any table compresses to."""

    def __init__(self, name: str, raw: BinaryIO) -> None:
        super().__init__(fileobj=raw)
        self._name = name
        self._raw = raw
        self._n_bytes = 0

    def read(self, size: int | None = -1) -> bytes:
        """Decompress some bytes, and compare how many came of how few."""
        return self._counted(super().read(size))

    def read1(self, size: int = -1) -> bytes:
        """Do the same in one step."""
        return self._counted(super().read1(size))

    def _counted(self, content: bytes) -> bytes:
        self._n_bytes = max(self._n_bytes, self.tell())
        if self._n_bytes > _SURELY_FINE and self._n_bytes > _BOMB_RATIO * self._raw.tell():
            raise InputError(
                f"{self._name} grows more than {_BOMB_RATIO:,} times when it is decompressed, as "
                "no table does.",
                "Decompress it yourself if you trust it.",
                code="bomb",
            )
        return content


@contextmanager
def open_source(
    file: Path | str | bytes,
    *,
    name: str = "",
    content: str = "a row of names and rows of numbers",
) -> Iterator[Source]:
    """Open a file for reading, decompressing it on the way.

    Parameters
    ----------
    file : Path, str or bytes
        A file, plain or gzip, or a pipe, which is read into memory; or the content itself.
    name : str
        What to call it in messages; the file's name by default.
    content : str
        What it should contain, for the message when it is empty.

    Yields
    ------
    Source
        The open file.

    Raises
    ------
    InputError
        When it is missing, a directory, empty, not readable, or a damaged gzip file; the last
        also while the caller reads on.
    """
    if isinstance(file, bytes):
        path = Path(name or "The file")
        opened: AbstractContextManager[BinaryIO] = nullcontext(io.BytesIO(file))
    else:
        path = Path(file)
        opened = _open_bytes(path)
        path = path.with_name(name) if name else path
    with opened as raw:
        is_gzip = raw.read(len(_GZIP)) == _GZIP
        raw.seek(0)
        stream: BinaryIO = _Decompressed(path.name, raw) if is_gzip else raw  # type: ignore[assignment]
        with _damage_explained(path), stream:
            head = stream.read(HEAD_BYTES)
            stream.seek(0)
            if not head:
                raise InputError(f"{path.name} is empty.", f"Give a file with {content}.")
            source = Source(path, stream, head, is_gzip)
            try:
                yield source
            finally:
                if "copy" in source.memo:
                    Path(source.memo["copy"]).unlink(missing_ok=True)


def is_binary(head: bytes) -> bool:
    """Return whether the start of a file cannot be text."""
    if _encoding_of(head) != "utf-8":
        return False
    controls = head.translate(None, delete=bytes(range(0x20, 0x100)) + b"\t\n\v\f\r\x1a\x1b")
    return b"\0" in head or len(controls) * 100 > len(head)


def _encoding_of(head: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    start = head[:1024]
    n_pairs = len(start) // 2
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = start[offset::2].count(0), start[1 - offset :: 2].count(0)
        if n_pairs >= 4 and zeros > 0.9 * n_pairs and others == 0:
            return encoding
    return "utf-8"


def undecodable(source: Source, error: UnicodeError, *, after_line: int = 0) -> InputError:
    """Return the error for bytes that are not text in the file's encoding.

    Parameters
    ----------
    source : Source
        The file.
    error : UnicodeError
        The decoder's message.
    after_line : int
        How many lines were read before.

    Returns
    -------
    InputError
        To be raised.
    """
    what = "has bytes"
    if isinstance(error, UnicodeDecodeError) and error.start < len(error.object):
        before, byte = error.object[: error.start], error.object[error.start]
        line = after_line + 1 + before.count(b"\n")
        what = f"has the byte 0x{byte:02x} in line {line:,}"
    name = source.encoding.removesuffix("-sig").upper()
    return InputError(
        f"{source.path.name} {what}, which is not {name} text.",
        "Save the file with the encoding UTF-8.",
    )


@contextmanager
def _open_bytes(path: Path) -> Iterator[BinaryIO]:
    try:
        raw = _opened(path)
    except FileNotFoundError as error:
        raise InputError(
            f"There is no file {_shown(path)}.", "Check the path and the spelling of its name."
        ) from error
    except IsADirectoryError as error:
        raise InputError(
            f"{path} is a folder, not a file.",
            "Give the path of the file inside it; a folder of 10x needs matrix.mtx, features.tsv "
            "and barcodes.tsv.",
        ) from error
    except PermissionError as error:
        raise InputError(
            f"{path} may not be read by you.", "Change the file's permissions or copy it."
        ) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"{path} cannot be opened: {reason}.", "Check the path.") from error
    with raw:
        yield raw


def _shown(path: Path) -> str:
    return str(path) if str(path).isprintable() else repr(str(path))


def _opened(path: Path) -> BinaryIO:
    if path.is_dir():
        raise IsADirectoryError(path)
    if not os.path.lexists(path) and not path.exists():
        raise FileNotFoundError(path)
    kind = path.stat().st_mode
    if stat.S_ISCHR(kind) or stat.S_ISBLK(kind):  # it may have no end; a pipe ends
        raise OSError(errno.ENXIO, "it is a device, not a file")
    raw = path.open("rb")
    if raw.seekable():
        return raw
    with raw:
        return io.BytesIO(raw.read())


@contextmanager
def _damage_explained(path: Path) -> Iterator[None]:
    try:
        yield
    except EOFError as error:
        raise InputError(
            f"{path.name} ends in the middle of its gzip data.",
            "The file is truncated: copy or download it again.",
        ) from error
    except (zlib.error, gzip.BadGzipFile) as error:
        raise InputError(
            f"{path.name} is damaged: its gzip data cannot be decompressed.",
            "Copy or download the file again.",
        ) from error
    except OSError as error:
        if needs_room(error):
            raise scratch_error(error) from error
        reason = error.strerror or str(error)
        raise InputError(
            f"{path.name} cannot be read: {reason}.", "Check the disk, or copy the file."
        ) from error
