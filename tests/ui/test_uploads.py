from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config

from genie3_engine.errors import InputError
from genie3_engine.people import log
from tests.pages.people import ADA, served
from ui import uploads


def test_keep__stores_the_content_under_a_harmless_name(home):
    upload = uploads.keep([("../../etc/pass wd", io.BytesIO(b"content"))])
    assert upload.path.read_bytes() == b"content"
    assert upload.path.is_relative_to(home / "uploads")
    assert upload.path.name == "pass_wd.txt"
    assert upload.name == "../../etc/pass wd"


def test_keep_text__refuses_nothing(home):
    with pytest.raises(InputError, match="pasted text is empty"):
        uploads.keep_text(" \n", name="pasted table.tsv")


def test_keep_path__copies_a_file_or_a_folders_files(home, tmp_path):
    folder = tmp_path / "tenx"
    folder.mkdir()
    for name in ("matrix.mtx", "genes.tsv"):
        (folder / name).write_text(name)
    assert uploads.keep_path(str(folder / "genes.tsv")).path.name == "genes.tsv"
    upload = uploads.keep_path(str(folder))
    assert sorted(file.name for file in upload.path.iterdir()) == ["genes.tsv", "matrix.mtx"]
    assert upload.name == "tenx"


@pytest.mark.parametrize("path", ["relative.tsv", "/no/such/file", ""])
def test_keep_path__refuses_what_is_no_file(home, path):
    with pytest.raises(InputError):
        uploads.keep_path(path)


@pytest.mark.parametrize("is_inside", [False, True])
def test_keep_path__does_not_wait_for_a_pipe(home, tmp_path, is_inside):
    os.mkfifo(tmp_path / "genes.tsv")
    with pytest.raises(InputError, match="pipe"):
        uploads.keep_path(str(tmp_path if is_inside else tmp_path / "genes.tsv"))


def test_keep_path__says_that_a_folder_may_not_be_listed(home, tmp_path, monkeypatch):
    def refuse(_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        uploads.keep_path(str(tmp_path))


def test_errors_by_name__lets_errors_speak_of_the_users_name(home):
    upload = uploads.keep([("my table.csv", io.BytesIO(b"x"))])
    with pytest.raises(InputError) as raised, uploads.errors_by_name(upload):
        raise InputError(f"{upload.path.name} is empty, see {upload.path}.")
    assert raised.value.message == "my table.csv is empty, see my table.csv."


def test_follow_limit__is_streamlits_too_and_its_changes_are_recorded(home, monkeypatch):
    monkeypatch.setattr(uploads, "_followed", [])
    monkeypatch.setenv("GENIE3_SERVER_HOME", str(home))
    before = st.get_option("server.maxUploadSize")
    home.mkdir()
    try:
        for text, most in (
            ("", before),
            ('[person]\nupload = "20 MB"\n', 20),
            ("[person", 20),
            ("[machine]\nruns = 2\n", before),
        ):
            (home / "limits.toml").write_text(text)
            uploads.follow_limit()
            assert st.get_option("server.maxUploadSize") == most
    finally:
        config.set_option("server.maxUploadSize", before)
    assert [each.text for each in log.entries()] == [
        "One upload: 20 MB",
        "Jobs at work, all people: 2 jobs; One upload: no limit",
    ]


class TestAllowedFolders:
    """Paths on the disk of a server with login."""

    @pytest.fixture
    def folder(self, home, monkeypatch, tmp_path):
        folder = tmp_path / "lab"
        folder.mkdir()
        (folder / "data.tsv").write_text("open")
        (tmp_path / "secret.tsv").write_text("secret")
        with served(home, monkeypatch, folders=(folder,)) as lab, lab.person(ADA):
            yield folder

    def test_keep_path__reads_in_a_folder_that_is_opened(self, folder):
        assert uploads.may_give_paths()
        assert uploads.keep_path(f"{folder}/data.tsv").path.read_text() == "open"

    @pytest.mark.parametrize(
        "path",
        ["../secret.tsv", "link.tsv", "..", "linked", "missing/../../secret.tsv", "../lab2/x"],
    )
    def test_keep_path__leaves_it_by_no_way(self, folder, path):
        (folder / "link.tsv").symlink_to(folder.parent / "secret.tsv")
        (folder / "linked").symlink_to(folder.parent)
        (folder.parent / "lab2").mkdir()
        with pytest.raises(InputError, match="may not be read"):
            uploads.keep_path(f"{folder}/{path}")

    def test_keep_path__follows_no_link_in_a_folder(self, folder):
        (folder / "link.tsv").symlink_to(folder.parent / "secret.tsv")
        with pytest.raises(InputError, match="may not be read"):
            uploads.keep_path(str(folder))

    @pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/environ", "~/.ssh/id_rsa", "/"])
    def test_keep_path__does_not_tell_whether_others_exist(self, folder, path):
        with pytest.raises(InputError, match="may not be read"):
            uploads.keep_path(path)

    def test_keep_path__reads_nothing_where_no_folder_is_opened(self, home, monkeypatch, tmp_path):
        (tmp_path / "data.tsv").write_text("open")
        with served(home, monkeypatch) as lab, lab.person(ADA):
            assert not uploads.may_give_paths()
            with pytest.raises(InputError, match="no files of its own disk"):
                uploads.keep_path(str(tmp_path / "data.tsv"))
