"""Tests that files appear whole or not at all."""

import errno
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from genie3_engine.errors import StorageError
from genie3_engine.jobs import atomic_write

ROOT = Path(__file__).resolve().parents[2]


def test_scratch_errors__name_the_folder_of_temporary_files(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(StorageError) as refused, atomic_write.scratch_errors():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert str(refused.value) == (
        f"{tmp_path} could not be written: the disk is full. Free some space."
    )


class TestWrittenAside:
    def test_written_aside__replaces_the_file_when_whole(self, tmp_path):
        path = tmp_path / "file"
        path.write_text("old")
        with atomic_write.written_aside(path) as aside:
            aside.write_text("new")
            assert path.read_text() == "old"
            assert aside.parent == path.parent
        assert path.read_text() == "new"
        assert os.listdir(tmp_path) == ["file"]

    def test_written_aside__leaves_the_old_file_when_interrupted(self, tmp_path):
        path = tmp_path / "file"
        path.write_text("old")

        def interrupted(aside):
            aside.write_text("half")
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt), atomic_write.written_aside(path) as aside:
            interrupted(aside)
        assert path.read_text() == "old"
        assert os.listdir(tmp_path) == ["file"]

    def test_written_aside__names_a_folder_that_is_gone(self, tmp_path):
        path = tmp_path / "gone" / "file"
        with pytest.raises(StorageError, match="its folder is gone"):
            atomic_write.write_json(path, {})

    def test_write_json__refuses_nan_and_keeps_the_old_file(self, tmp_path):
        path = tmp_path / "file.json"
        atomic_write.write_json(path, {"é": 1})
        with pytest.raises(ValueError, match="JSON compliant"):
            atomic_write.write_json(path, float("nan"))
        assert atomic_write.read_json(path) == {"é": 1}
        assert os.listdir(tmp_path) == ["file.json"]


class TestStorageError:
    @pytest.mark.parametrize(
        ("number", "words"),
        [
            (errno.ENOSPC, "the disk is full"),
            (errno.EDQUOT, "quota"),
            (errno.EFBIG, "larger than this system allows"),
            (errno.EACCES, "may not write"),
            (errno.EROFS, "read-only"),
            (errno.EIO, "Input/output error"),
        ],
    )
    def test_storage_errors__say_what_and_what_to_do(self, number, words):
        path = Path("run/links.parquet")
        with pytest.raises(StorageError, match=words) as caught, atomic_write.storage_errors(path):
            raise OSError(number, os.strerror(number))
        assert caught.value.code == "storage"
        assert str(path) in caught.value.message
        assert caught.value.remedy

    def test_storage_error__finds_the_reason_in_another_librarys_words(self):
        cause = RuntimeError('IO Error: Could not write file "x": No space left on device')
        assert "the disk is full" in atomic_write.storage_error(Path("x"), cause).message

    def test_written_aside__meets_a_disk_that_is_really_full(self):
        full = Path("/dev/full")
        if not full.exists():
            pytest.skip("this system has no /dev/full")
        with (
            pytest.raises(StorageError, match="the disk is full"),
            atomic_write.storage_errors(full),
            full.open("wb", buffering=0) as stream,
        ):
            stream.write(b"x")

    def test_written_aside__meets_a_limit_on_file_sizes(self, tmp_path):
        code = (
            "import sys; from pathlib import Path; from genie3_engine.jobs import atomic_write\n"
            "atomic_write.write_json(Path(sys.argv[1]) / 'file.json', 'x' * 100_000)"
        )
        run = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),
        )
        assert "StorageError" in run.stderr
        assert "larger than this system allows" in run.stderr
        assert os.listdir(tmp_path) == []


class TestNewNames:
    @pytest.fixture(params=["hard links", "no hard links"])
    def file_system(self, request, monkeypatch):
        if request.param == "no hard links":

            def refuse(*_):
                raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

            monkeypatch.setattr(os, "link", refuse)

    @pytest.mark.usefixtures("file_system")
    def test_written_aside__takes_a_new_name(self, tmp_path):
        with atomic_write.written_aside(tmp_path / "part", may_replace=False) as aside:
            aside.write_text("first")
        assert os.listdir(tmp_path) == ["part"]
        assert (tmp_path / "part").read_text() == "first"

    @pytest.mark.usefixtures("file_system")
    def test_written_aside__leaves_a_file_that_it_may_not_replace(self, tmp_path):
        (tmp_path / "part").write_text("first")
        with (
            pytest.raises(FileExistsError),
            atomic_write.written_aside(tmp_path / "part", may_replace=False) as aside,
        ):
            aside.write_text("second")
        assert os.listdir(tmp_path) == ["part"]
        assert (tmp_path / "part").read_text() == "first"


class TestLeftovers:
    def test_remove_leftovers__takes_half_written_files_only(self, tmp_path):
        (tmp_path / ".links.parquet.1-ab.aside").touch()
        (tmp_path / ".status.json.1-ab.aside").touch()
        (tmp_path / "links.parquet").touch()
        removed = atomic_write.remove_leftovers(
            tmp_path, except_ending=".json", older_than_seconds=60
        )
        assert removed == 1
        assert sorted(os.listdir(tmp_path)) == [".status.json.1-ab.aside", "links.parquet"]

    def test_remove_leftovers__takes_a_stale_status_too(self, tmp_path):
        stale = tmp_path / ".status.json.1-ab.aside"
        stale.write_text(json.dumps({}))
        os.utime(stale, (0, 0))
        atomic_write.remove_leftovers(tmp_path, except_ending=".json", older_than_seconds=60)
        assert os.listdir(tmp_path) == []


def test_last_written__changes_when_the_file_is_replaced(tmp_path):
    file = tmp_path / "values.json"
    assert atomic_write.last_written(file) == (0, 0, 0)
    atomic_write.write_json(file, [1])
    first = atomic_write.last_written(file)
    atomic_write.write_json(file, [2])
    assert atomic_write.last_written(file) != first != (0, 0, 0)


def test_read_json__refuses_a_file_that_no_program_of_ours_has_written(tmp_path):
    huge = tmp_path / "status.json"
    huge.touch()
    os.truncate(huge, 10 * 10**9)  # it takes no room
    with pytest.raises(ValueError, match="too large"):
        atomic_write.read_json(huge)
