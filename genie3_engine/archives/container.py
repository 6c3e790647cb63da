"""Zip files that are written with the same bytes for the same content, and read with distrust.

A file that is read holds its entries one after another and nothing else: no byte before, between or
after them, no entry inside another, no name twice. Nothing is extracted by this module; a name
never becomes a path here.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from genie3_engine.errors import InputError, RunError
from genie3_engine.jobs.stored_files import open_stored

MOST_ENTRIES = 20_000
MOST_BYTES = 1 << 40  # of all entries, unpacked
MOST_RATIO = 200  # of all bytes unpacked to those of the file
_FREE_BYTES = 64_000_000  # that may be unpacked from the smallest file
_LONGEST_NAME = 200
_DEEPEST = 6
_CHUNK_BYTES = 1 << 20
_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can hold
_MODE = 0o100644 << 16  # a regular file that everyone may read

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s2B5H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_EXTRA_64 = 1
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFFFFFF
_UTF_8 = 0x800
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_PART_OF_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{kind}{i}" for kind in ("com", "lpt") for i in range(10))}
)
CODE = "archive"
_REMEDY = "Ask for the file again; nothing of it was kept."


@dataclass(frozen=True, slots=True)
class Entry:
    """A file inside a container.

    Parameters
    ----------
    name : str
        Its name, with slashes between folders.
    size : int
        Bytes, unpacked.
    """

    name: str
    size: int
    _packed_size: int
    _method: int
    _crc: int
    _head: int  # where its header begins
    _begin: int = 0  # where its data begin


class ContainerWriter:
    """Writes a container.

    Parameters
    ----------
    stream : binary file
        Where to; it must be seekable.
    is_packed : bool
        Whether what is not packed already is compressed.

    Notes
    -----
    Times, permissions and the order are those of the caller's calls alone: the same calls give the
    same bytes, with the same library for compression.
    """

    def __init__(self, stream: BinaryIO, *, is_packed: bool = True) -> None:
        self._zip = zipfile.ZipFile(stream, "w", allowZip64=True)
        self._is_packed = is_packed

    def __enter__(self) -> ContainerWriter:
        """Return the writer."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write the list of the entries, unless there was an error."""
        if kind is None:
            self._zip.close()
        else:
            self._zip.fp = None  # leaves the stream to its owner, as it is

    def add(self, name: str, size: int, chunks: Iterator[bytes]) -> None:
        """Write an entry.

        Parameters
        ----------
        name : str
            Its name.
        size : int
            Its bytes.
        chunks : iterator of bytes
            What it holds.
        """
        info = zipfile.ZipInfo(name, _DATE)
        info.create_system = 3
        info.external_attr = _MODE
        info.file_size = size
        if self._is_packed and not name.endswith(".parquet"):
            info.compress_type = zipfile.ZIP_DEFLATED
        with self._zip.open(info, "w") as file:
            for chunk in chunks:
                file.write(chunk)


class ContainerReader:
    """The entries of a container.

    Parameters
    ----------
    stream : binary file
        The container; it must be seekable.

    Raises
    ------
    InputError
        When it is not a container, is damaged, or holds what it must not.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        try:
            self._size = stream.seek(0, 2)
            self.entries: Mapping[str, Entry] = self._read_entries()
        except (OSError, struct.error, UnicodeDecodeError, OverflowError) as error:
            raise damaged("it ends too early") from error

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield what an entry holds, a megabyte at most at a time.

        Raises
        ------
        InputError
            When it is damaged, or longer than stated.
        """
        entry = self.entries[name]
        crc, n_bytes = 0, 0
        for chunk in self._unpacked(entry):
            n_bytes += len(chunk)
            if n_bytes > entry.size:
                raise damaged(f"{name} is longer than stated")
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if n_bytes != entry.size or crc != entry._crc:
            raise damaged(f"{name} does not hold what was written")

    def read(self, name: str, *, at_most: int) -> bytes:
        """Return what an entry holds; raises `InputError` as `chunks`, and when it is too long."""
        if self.entries[name].size > at_most:
            raise refused(f"{name} has {self.entries[name].size:,} bytes, and {at_most:,} may be")
        return b"".join(self.chunks(name))

    def _unpacked(self, entry: Entry) -> Iterator[bytes]:
        packed = self._bytes_at(entry._begin, entry._packed_size)
        if entry._method == zipfile.ZIP_STORED:
            yield from packed
            return
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for chunk in packed:
                yield unpacker.decompress(chunk, _CHUNK_BYTES)
                while unpacker.unconsumed_tail:
                    yield unpacker.decompress(unpacker.unconsumed_tail, _CHUNK_BYTES)
            while not unpacker.eof and (rest := unpacker.decompress(b"", _CHUNK_BYTES)):
                yield rest
        except zlib.error as error:
            raise damaged(f"{entry.name} cannot be unpacked") from error
        if not unpacker.eof or unpacker.unused_data:
            raise damaged(f"{entry.name} cannot be unpacked")

    def _bytes_at(self, begin: int, length: int) -> Iterator[bytes]:
        while length:
            self._stream.seek(begin)
            chunk = self._stream.read(min(length, _CHUNK_BYTES))
            if not chunk:
                raise damaged("it ends too early")
            begin, length = begin + len(chunk), length - len(chunk)
            yield chunk

    def _exactly(self, begin: int, length: int) -> bytes:
        if begin < 0 or begin + length > self._size:
            raise damaged("it ends too early")
        return b"".join(self._bytes_at(begin, length))

    def _read_entries(self) -> dict[str, Entry]:
        n_entries, begin, end = self._list_place()
        listed = self._exactly(begin, end - begin)
        entries, at = [], 0
        for _ in range(n_entries):
            entry, at = _listed_entry(listed, at)
            entries.append(entry)
        if at != len(listed):
            raise damaged("its list of files is not whole")
        _refuse_names([entry.name for entry in entries])
        _refuse_size(sum(entry.size for entry in entries), self._size)
        place, found = 0, {}
        for entry in sorted(entries, key=lambda each: each._head):
            if entry._head != place:
                raise refused("its files overlap, or there is something between them")
            found[entry.name] = self._located(entry)
            place = found[entry.name]._begin + entry._packed_size
        if place != begin:
            raise refused("there is something between its files and their list")
        return found

    def _list_place(self) -> tuple[int, int, int]:
        """Return the number of the entries, and where their list begins and ends."""
        end = self._size - _END.size
        if end < 0 or self._exactly(0, 4) != b"PK\x03\x04":
            raise refused("it is not an archive of a run")
        signature, disk, first, here, n_entries, size, begin, comment = _END.unpack(
            self._exactly(end, _END.size)
        )
        if signature != b"PK\x05\x06" or comment:
            raise damaged("its end is missing, or something follows it")
        if disk or first or here != n_entries:
            raise refused("it is a part of an archive of several files")
        is_large = (
            end >= _LOCATOR_64.size and self._exactly(end - _LOCATOR_64.size, 4) == b"PK\x06\x07"
        )
        if is_large or n_entries == _FULL_16 or _FULL_32 in (size, begin):
            end -= _LOCATOR_64.size + _END_64.size
            record = _END_64.unpack(self._exactly(end, _END_64.size))
            located = _LOCATOR_64.unpack(self._exactly(end + _END_64.size, _LOCATOR_64.size))
            n_entries, size, begin = record[7:10]
            is_sound = record[0] == b"PK\x06\x06" and record[1] == _END_64.size - 12
            if not is_sound or located != (b"PK\x06\x07", 0, end, 1) or record[6] != n_entries:
                raise damaged("its end is not whole")
        if n_entries > MOST_ENTRIES:
            raise refused(f"it holds {n_entries:,} files, and {MOST_ENTRIES:,} may be")
        if begin + size != end or size > n_entries * (_CENTRAL.size + _LONGEST_NAME + 32):
            raise damaged("its list of files is not at its end")
        return n_entries, begin, end

    def _located(self, entry: Entry) -> Entry:
        """Return an entry with the place of its data, once its header agrees with the list."""
        head = _LOCAL.unpack(self._exactly(entry._head, _LOCAL.size))
        signature, _, flags, method, _, _, crc, packed, size, n_name, n_extra = head
        tail = self._exactly(entry._head + _LOCAL.size, n_name + n_extra)
        sizes = _large_numbers(tail[n_name:], [size, packed])
        is_same = (
            signature == b"PK\x03\x04"
            and tail[:n_name] == entry.name.encode()
            and flags in (0, _UTF_8)
            and (method, crc) == (entry._method, entry._crc)
            and sizes == [entry.size, entry._packed_size]
        )
        if not is_same:
            raise damaged(f"{entry.name} is listed as another file than it is")
        return replace(entry, _begin=entry._head + _LOCAL.size + n_name + n_extra)


def _listed_entry(listed: bytes, at: int) -> tuple[Entry, int]:
    """Return an entry of the list, and where the next one begins."""
    head = _CENTRAL.unpack_from(listed, at)
    signature, _, _, _, flags, method, _, _, crc, packed, size = head[:11]
    n_name, n_extra, n_comment, disk, _, attributes, begin = head[11:]
    at += _CENTRAL.size
    raw, extra = listed[at : at + n_name], listed[at + n_name : at + n_name + n_extra]
    if signature != b"PK\x01\x02" or len(raw) + len(extra) != n_name + n_extra:
        raise damaged("its list of files is not whole")
    if n_name > _LONGEST_NAME or not raw.isascii():
        raise refused("the name of a file in it is not one that an archive of a run has")
    name = raw.decode("ascii")
    kind = attributes >> 28
    if kind not in (0, 0o10):
        raise refused(f"{shown(name)} is a link, a folder or a device, not a file")
    if flags not in (0, _UTF_8) or disk or n_comment:
        raise refused(f"{shown(name)} is encrypted, or packed in another way than files of runs")
    if method not in _METHODS:
        raise refused(f"{shown(name)} is compressed in another way than files of runs")
    size, packed, begin = _large_numbers(extra, [size, packed, begin])
    if method == zipfile.ZIP_STORED and size != packed:
        raise damaged(f"{shown(name)} has two sizes")
    return Entry(name, size, packed, method, crc, begin), at + n_name + n_extra


def _large_numbers(extra: bytes, numbers: list[int]) -> list[int]:
    """Return numbers, in place of those too large for 32 bits what the extra field has."""
    if not extra:
        return numbers
    kind, length = struct.unpack_from("<2H", extra)
    if kind != _EXTRA_64 or length != len(extra) - 4 or length % 8:
        raise refused("a file in it has properties that files of runs do not have")
    large = iter(struct.unpack_from(f"<{length // 8}Q", extra, 4))
    try:
        found = [next(large) if number == _FULL_32 else number for number in numbers]
    except StopIteration:
        raise damaged("the size of a file is missing") from None
    if next(large, None) is not None:
        raise damaged("a file has a size too many")
    return found


def _refuse_names(names: list[str]) -> None:
    """Refuse names that are not plain relative paths, and those that meet in one place."""
    folders = set()
    for name in names:
        parts = name.split("/")
        is_plain = all(
            _PART_OF_NAME.fullmatch(part)
            and not part.endswith(".")
            and part.split(".")[0].lower() not in _DEVICES
            for part in parts
        )
        if not is_plain or len(parts) > _DEEPEST:
            raise refused(f"{shown(name)} is not a name of a file of a run")
        folders |= {"/".join(parts[:depth]).lower() for depth in range(1, len(parts))}
    lower = [name.lower() for name in names]
    if len(set(lower)) < len(names) or folders & set(lower):
        raise refused("two files in it have the same name")


def _refuse_size(n_bytes: int, packed: int) -> None:
    if n_bytes > MOST_BYTES:
        raise refused(f"its files have {n_bytes:,} bytes, and {MOST_BYTES:,} may be")
    if not may_unpack(n_bytes, packed):
        raise refused(
            f"it would unpack {packed:,} bytes to {n_bytes:,}, more than {MOST_RATIO} times as many"
        )


def may_unpack(n_bytes: int, packed: int) -> bool:
    """Return whether a container of a size may hold so many bytes, unpacked."""
    return n_bytes <= max(_FREE_BYTES, MOST_RATIO * packed)


def file_chunks(path: Path) -> Iterator[bytes]:
    """Yield what a file holds, a megabyte at a time; raises `RunError` when it cannot be read."""
    try:
        with open_stored(path) as file:
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk
    except OSError as error:
        raise unreadable(path) from error


def unreadable(path: Path) -> RunError:
    """Return the error for a file that cannot be put into an archive."""
    return RunError(f"{path} cannot be read.", "Delete it, or restore it.")


def shown(name: str) -> str:
    """Return a name from a container, as it can be shown."""
    return repr(name[:60])


def damaged(what: str) -> InputError:
    """Return the error for an archive that is not as it was written."""
    return InputError(f"The archive is damaged: {what}.", _REMEDY, code=CODE)


def refused(what: str) -> InputError:
    """Return the error for an archive that holds what it must not."""
    return InputError(f"The archive cannot be imported: {what}.", _REMEDY, code=CODE)
