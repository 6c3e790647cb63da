"""Tests of checks of paths."""

import errno
import os
from pathlib import Path

import pytest

from genie3_engine.errors import RunError, StorageError
from genie3_engine.jobs.path_checks import make_writable, refuse_place


def test_refuse_place__takes_what_is_there_or_can_be(tmp_path):
    refuse_place(tmp_path)
    refuse_place(tmp_path / "new" / "run")
    refuse_place(Path("new"))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("path", ["file", "file/run", "file/a/run"])
def test_refuse_place__names_the_file_in_the_way(tmp_path, path):
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"/file is a file, not a folder"):
        refuse_place(tmp_path / path)


@pytest.mark.parametrize("path", ["link", "link/run"])
def test_refuse_place__refuses_a_link_that_leads_nowhere(tmp_path, path):
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    with pytest.raises(RunError, match="leads nowhere"):
        refuse_place(tmp_path / path)


def test_refuse_place__refuses_a_name_that_no_folder_can_have(tmp_path):
    with pytest.raises(RunError, match="name is too long"):
        refuse_place(tmp_path / ("x" * 300))
    with pytest.raises(RunError, match="name is too long"):
        make_writable(tmp_path / "new" / ("x" * 300))


def test_make_writable__makes_a_folder_or_leaves_it(tmp_path):
    for _ in range(2):
        make_writable(tmp_path / "new" / "run")
    assert (tmp_path / "new" / "run").is_dir()


def test_make_writable__refuses_a_folder_that_may_not_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(RunError, match="may not write there"):
        make_writable(tmp_path)


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, StorageError), (errno.EROFS, RunError)]
)
def test_make_writable__tells_a_full_disk_from_a_wrong_place(tmp_path, monkeypatch, number, kind):
    def refuse(*args, **options):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(kind, match="could not be written"):
        make_writable(tmp_path / "run")
