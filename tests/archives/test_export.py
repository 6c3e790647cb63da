from __future__ import annotations

import errno
import io

import pytest

from genie3_engine.archives import archive_run, archived_bytes, export, sizes
from genie3_engine.archives.container import ContainerReader, ContainerWriter
from genie3_engine.archives.contents import contents_of
from genie3_engine.archives.manifest import Manifest
from genie3_engine.errors import RunError, StorageError
from genie3_engine.jobs.locks import FolderLock
from tests.archives.conftest import archived
from tests.archives.packing import unpacked
from tests.simulated_networks import tiny_run


def test_archive__lists_its_files_and_has_the_same_bytes_again(archive, first):
    files = unpacked(archive)
    manifest = Manifest.from_bytes(files.pop("manifest.json"))
    assert manifest.files.keys() == files.keys()
    assert manifest.run == first.name
    assert archived(first) == archive
    assert export.records_of(contents_of(first)).items() <= manifest.files.items()


def test_archive__is_written_into_a_file_without_a_name(archive, first):
    assert archived_bytes(first) == archive


def test_archive__on_a_full_disk_is_refused_in_words(first, monkeypatch):
    def full(self, name, size, chunks):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ContainerWriter, "add", full)
    with pytest.raises(StorageError, match="the disk is full"):
        archived(first)


def test_sizes__are_those_of_the_run_and_its_data(first):
    of_run, of_data = sizes(first)
    assert of_run > (first / "links.parquet").stat().st_size
    assert of_data > 0


def test_archive__shows_its_progress(first):
    seen = []
    archive_run(first, io.BytesIO(), on_bytes=lambda done, all_: seen.append(done / all_))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_archive__of_little_but_zeros_can_be_imported(first, monkeypatch):
    monkeypatch.setattr(export, "may_unpack", lambda n_bytes, packed: packed > n_bytes)
    content = archived(first)
    assert unpacked(content) == unpacked(archived(first))
    assert ContainerReader(io.BytesIO(content)).entries["data/values.npy"]._method == 0


def test_archive__of_a_run_that_is_resumed_meanwhile_is_refused(tmp_path, home):
    run = tiny_run(tmp_path / "run")
    lock = FolderLock(run.path)
    assert lock.acquire()
    try:
        with pytest.raises(RunError):
            archived(run.path)
    finally:
        lock.release()
    assert archived(run.path)


def test_archive__of_a_file_that_changes_meanwhile_is_refused(first, monkeypatch):
    monkeypatch.setattr(export, "file_chunks", lambda path: iter([b"other"]))
    with pytest.raises(RunError, match="changed while"):
        archived(first)
