from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from genie3_engine.jobs.stored_files import (
    open_matrix,
    open_stored,
    open_to_append,
    read_stored,
    require_stored,
    stored_paths,
)
from tools.faults.rights import without_root_rights


@pytest.fixture
def matrix(tmp_path):
    """A file with a matrix."""
    file = tmp_path / "values.npy"
    np.save(file, np.arange(6.0).reshape(2, 3))
    return file


@pytest.fixture(params=["pipe", "device", "folder", "loop", "missing"])
def other(request, tmp_path):
    """What is not a file, and would keep a reader waiting or never end."""
    path = tmp_path / "other"
    if request.param == "pipe":
        os.mkfifo(path)
    elif request.param == "device":
        path.symlink_to("/dev/zero")
    elif request.param == "folder":
        path.mkdir()
    elif request.param == "loop":
        path.symlink_to(path.name)
    return path


@pytest.mark.parametrize(
    "read", [open_stored, read_stored, require_stored, open_matrix, open_to_append]
)
def test_stored_files__are_nothing_but_files(other, read):
    if read is open_to_append and not os.path.lexists(other):
        return
    with pytest.raises(OSError, match=other.name):
        read(other)


def test_stored_files__may_be_linked(tmp_path, matrix):
    link = tmp_path / "link"
    link.symlink_to(matrix)
    with open_stored(link) as file:
        assert file.read() == matrix.read_bytes()
    assert require_stored(link) == link
    assert open_matrix(link).tolist() == [[0, 1, 2], [3, 4, 5]]


def test_open_to_append__adds(tmp_path):
    for text in (b"one", b"two"):
        with open_to_append(tmp_path / "log") as log:
            log.write(text)
    assert (tmp_path / "log").read_bytes() == b"onetwo"


def test_read_stored__reads_nothing_that_is_too_large(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"12345")
    assert read_stored(file, at_most=5) == b"12345"
    with pytest.raises(ValueError, match=r"file is too large: 5 bytes"):
        read_stored(file, at_most=4)


def test_stored_paths__are_none_where_the_folder_cannot_be_read(tmp_path):
    inside = tmp_path / "folder" / "inside"
    inside.mkdir(parents=True)
    (inside / "a.json").touch()
    assert stored_paths(inside, "*.json") == [inside / "a.json"]
    inside.parent.chmod(0)
    try:
        with without_root_rights():
            assert stored_paths(inside, "*.json") == []
    finally:
        inside.parent.chmod(0o700)


class TestOpenMatrix:
    @pytest.mark.parametrize("size", [0, 7, 100, 170, 200, 10**10])
    def test_open_matrix__refuses_another_size(self, matrix, size):
        os.truncate(matrix, size)  # sparse: it takes no room
        with pytest.raises(ValueError, match=r"."):
            open_matrix(matrix)

    def test_open_matrix__refuses_a_size_that_no_file_has(self, matrix):
        content = matrix.read_bytes().replace(b"3), }" + b" " * 30, b"3" + b"0" * 30 + b"), }")
        matrix.write_bytes(content)
        with pytest.raises(ValueError, match="no file has"):
            open_matrix(matrix)

    def test_open_matrix__refuses_an_archive_of_arrays(self, tmp_path):
        file = tmp_path / "arrays.npy"
        with file.open("wb") as stream:
            np.savez(stream, a=np.zeros(2))
        with pytest.raises(ValueError, match="not a matrix"):
            open_matrix(file)


def test_matrix__is_closed_when_it_is_no_longer_used(matrix):
    before = len(list(Path("/proc/self/fd").iterdir()))
    open_matrix(matrix)
    assert len(list(Path("/proc/self/fd").iterdir())) <= before
