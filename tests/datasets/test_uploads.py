"""Uploads are stored unchanged, once, under harmless names."""

from __future__ import annotations

import errno
import io
import os

import pytest

from genie3_engine.datasets.uploads import delete_upload, keep_upload, open_upload
from genie3_engine.errors import InputError, LimitError, StorageError
from genie3_engine.jobs import user_directory
from genie3_engine.people import log
from genie3_engine.people.log import Action
from tools.faults.disk import RENAME, UNLINK, watched
from tools.faults.failing import FailingDisk
from tools.faults.rights import without_root_rights


def test_keep_upload__stores_the_same_files_once(home):
    first = keep_upload([("a.tsv", io.BytesIO(b"x"))])
    again = keep_upload([("a.tsv", io.BytesIO(b"x"))])
    other = keep_upload([("a.tsv", io.BytesIO(b"y"))])
    assert first.id == again.id != other.id
    assert len(list((home / "uploads").iterdir())) == 2
    assert open_upload(first.id) == again
    assert (first.name, first.n_bytes) == ("a.tsv", 1)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.txt"),
        ("C:\\data\\x.csv", "x.csv"),
        (".hidden", "upload.hidden"),
        ("<b>.tsv.gz", "b_.tsv.gz"),
        ("表.csv", "upload.csv"),
        ("..", "upload.txt"),
        ("x" * 300 + ".csv", "x" * 116 + ".csv"),
    ],
)
def test_keep_upload__takes_no_path_from_a_name(home, given, kept):
    upload = keep_upload([(given, io.BytesIO(b"x"))])
    assert upload.path.name == kept
    assert upload.path.resolve().is_relative_to((home / "uploads").resolve())
    assert upload.name == given


def test_keep_upload__keeps_several_files_in_a_folder(home):
    upload = keep_upload([("m.mtx", io.BytesIO(b"1")), ("x/m.mtx", io.BytesIO(b"2"))])
    assert sorted(file.name for file in upload.path.iterdir()) == ["m.mtx", "xm.mtx"]


@pytest.mark.parametrize("upload", ["", "..", "0" * 31, "f" * 32, "../data"])
def test_open_upload__refuses_what_is_not_there(home, upload):
    with pytest.raises(InputError, match="not stored here"):
        open_upload(upload)


def test_delete_upload__takes_the_files_along(home):
    upload = keep_upload([("a.tsv", io.BytesIO(b"x"))])
    delete_upload(upload.id)
    delete_upload("../data")
    assert list((home / "uploads").iterdir()) == []


def test_delete_upload__in_a_folder_that_is_closed_is_refused_in_words(home):
    upload = keep_upload([("a.tsv", io.BytesIO(b"x"))])
    (home / "uploads").chmod(0)
    try:
        with without_root_rights(), pytest.raises(StorageError, match=f"uploads/{upload.id}"):
            delete_upload(upload.id)
    finally:
        (home / "uploads").chmod(0o700)
    assert open_upload(upload.id) == upload


def test_delete_upload__that_the_disk_refuses_leaves_it_whole(home, monkeypatch):
    monkeypatch.setenv(user_directory.SERVER_VARIABLE, str(home))
    files = [("a.tsv", io.BytesIO(b"x")), ("b.tsv", io.BytesIO(b"y"))]
    upload = keep_upload(files)
    disk = FailingDisk(errno.EROFS, at=1, kinds={RENAME, UNLINK})
    with watched(home, disk), pytest.raises(StorageError, match="read-only"):
        delete_upload(upload.id)
    assert open_upload(upload.id) == upload
    assert len(os.listdir(upload.path)) == 2
    delete_upload(upload.id)
    delete_upload(upload.id)
    assert [entry.action for entry in log.entries()] == [Action.STORED, Action.DELETED]


def test_keep_upload__beyond_the_limit_is_refused_before_anything_is_stored(home):
    home.mkdir()
    (home / "limits.toml").write_text('[person]\nupload = "1 kB"\n')
    files = [("a.tsv", io.BytesIO(b"x" * 600)), ("b.tsv", io.BytesIO(b"x" * 600))]
    with pytest.raises(LimitError, match=r"has 1.2 kB; an upload may have 1.0 kB here"):
        keep_upload(files)
    assert not (home / "uploads").exists()
    assert keep_upload(files[:1]).n_bytes == 600
