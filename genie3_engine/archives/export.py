"""Write the archive of a run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from genie3_engine.archives import crate, manifest
from genie3_engine.archives.container import (
    MOST_ENTRIES,
    ContainerWriter,
    file_chunks,
    may_unpack,
    unreadable,
)
from genie3_engine.archives.contents import Contents, contents_of
from genie3_engine.archives.deposit import read_deposit
from genie3_engine.archives.manifest import Digest, FileRecord, Manifest
from genie3_engine.datasets.store import dataset_folder
from genie3_engine.errors import RunError
from genie3_engine.jobs.atomic_write import scratch_errors
from genie3_engine.jobs.disk_usage import folder_bytes
from genie3_engine.model import run_title
from genie3_engine.people.log import Action, record
from genie3_engine.store.run_folder import RunFolder

OnBytes = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Archived:
    """What was written into an archive.

    Parameters
    ----------
    manifest : Manifest
        Its files.
    lacks_data : bool
        Whether the run has a data set that is not among them.
    n_bytes : int
        Size of the archive.
    """

    manifest: Manifest
    lacks_data: bool
    n_bytes: int


def archive_run(
    run: Path,
    stream: BinaryIO,
    *,
    with_data: bool = True,
    on_bytes: OnBytes | None = None,
    home: Path | None = None,
) -> Archived:
    """Write the archive of a run into an open file.

    Parameters
    ----------
    run : Path
        The folder of a run that is not at work: done, or stopped and resumable.
    stream : binary file
        Where to, from its present end; it must be seekable and empty.
    with_data : bool
        Whether the data set is a part of it.
    on_bytes : callable, optional
        Called with the bytes written so far and all of them, unpacked.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    Archived
        What it holds.

    Raises
    ------
    RunError
        When there is no run, it is at work or changes meanwhile, or a file cannot be read.
    StorageError
        When the disk is full or may not be written.

    Notes
    -----
    The same run gives the same bytes, whenever and on whichever machine it is archived with the
    same version of this program and of zlib. A megabyte of a file is held in memory at a time.
    """
    with ExitStack() as stack:
        contents = contents_of(run, with_data=with_data, home=home)
        if not RunFolder(run).has_result:  # what can be resumed must not be meanwhile
            stack.enter_context(RunFolder(run).lock())
            contents = contents_of(run, with_data=with_data, home=home)
        if len(contents.files) > MOST_ENTRIES - 2:
            raise RunError(
                f"The run has {len(contents.files):,} files, too many for an archive.",
                "Resume it: a run that is done has few.",
            )
        if not isinstance(getattr(stream, "name", None), str):  # else the caller names the file
            stack.enter_context(scratch_errors())
        for is_packed in (True, False):  # an archive of little but zeros is not packed
            stream.seek(0)
            stream.truncate()
            found = _write(run, contents, stream, is_packed=is_packed, on_bytes=on_bytes, home=home)
            n_bytes = stream.seek(0, 2)
            if may_unpack(sum(each.size for each in found.files.values()), n_bytes):
                break
    record(Action.ARCHIVE_EXPORTED, f"run {run.name}", text=run_title(contents.spec))
    lacks_data = contents.spec.has_data and not contents.dataset
    return Archived(found, lacks_data, n_bytes)


def archived_bytes(
    run: Path,
    *,
    with_data: bool = True,
    on_bytes: OnBytes | None = None,
    home: Path | None = None,
) -> bytes:
    """Return the archive of a run, made in a temporary file; see `archive_run`."""
    with scratch_errors(), tempfile.TemporaryFile() as file:
        archive_run(run, cast("BinaryIO", file), with_data=with_data, on_bytes=on_bytes, home=home)
        file.seek(0)
        return file.read()


def sizes(run: Path, *, home: Path | None = None) -> tuple[int, int]:
    """Return the bytes of a run and of its data set on the disk, which an archive may have at most.

    Parameters
    ----------
    run : Path
        The run's folder.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    tuple of int
        Bytes of the run, and of its data set: 0 where that is not stored, or there is none.
    """
    spec = RunFolder.open(run).spec
    data = folder_bytes(dataset_folder(spec.dataset, home)) if spec.has_data else 0
    return folder_bytes(run), data


def records_of(contents: Contents) -> dict[str, FileRecord]:
    """Return the size and hash of each file that an archive would hold, without writing one."""
    records = {}
    for name, content in contents.files.items():
        digest = Digest()
        for _ in digest.through(_chunks(content)):
            pass
        records[name] = digest.record
    return records


def _write(
    run: Path,
    contents: Contents,
    stream: BinaryIO,
    *,
    is_packed: bool,
    on_bytes: OnBytes | None,
    home: Path | None,
) -> Manifest:
    sizes = {name: _size(content) for name, content in contents.files.items()}
    total, done = sum(sizes.values()), 0
    records: dict[str, FileRecord] = {}

    def counted(chunks: Iterator[bytes]) -> Iterator[bytes]:
        nonlocal done
        for chunk in chunks:
            done += len(chunk)
            if on_bytes is not None:
                on_bytes(min(done, total), total)
            yield chunk

    with ContainerWriter(stream, is_packed=is_packed) as writer:
        for name, content in contents.files.items():
            digest = Digest()
            writer.add(name, sizes[name], counted(digest.through(_chunks(content))))
            records[name] = digest.record
            if records[name].size != sizes[name]:
                raise RunError(f"{name} changed while it was archived.", "Archive the run again.")
        about = crate.crate_of(run, contents, records, read_deposit(run), home=home)
        records[crate.NAME] = _add(writer, crate.NAME, about)
        found = Manifest(contents.run, contents.dataset, records)
        _add(writer, manifest.NAME, found.to_bytes())
    return found


def _add(writer: ContainerWriter, name: str, content: bytes) -> FileRecord:
    digest = Digest()
    writer.add(name, len(content), digest.through([content]))
    return digest.record


def _chunks(content: bytes | Path) -> Iterator[bytes]:
    return iter([content]) if isinstance(content, bytes) else file_chunks(content)


def _size(content: bytes | Path) -> int:
    if isinstance(content, bytes):
        return len(content)
    try:
        return content.stat().st_size
    except OSError as error:
        raise unreadable(content) from error
