"""Folders that appear whole or not at all."""

from __future__ import annotations

import errno
import os

import pytest

from genie3_engine.errors import StorageError
from genie3_engine.jobs import leftovers
from genie3_engine.jobs.atomic_folder import (
    delete_folder,
    folder_aside,
    make_folder,
    put_in_place,
)
from tests.clock import Clock
from tools.faults.disk import RENAME, UNLINK, watched
from tools.faults.failing import FailingDisk


def stored(parent, name, content="x"):
    with folder_aside(parent) as aside:
        (aside / "whole.txt").write_text(content)
        put_in_place(aside, parent / name, whole="whole.txt")


def test_put_in_place__keeps_the_folder_that_was_first(tmp_path):
    stored(tmp_path / "data", "one")
    stored(tmp_path / "data", "one", "y")
    assert (tmp_path / "data" / "one" / "whole.txt").read_text() == "x"
    assert os.listdir(tmp_path / "data") == ["one"]


def test_folder_aside__leaves_nothing_after_an_error(tmp_path):
    with pytest.raises(ZeroDivisionError), folder_aside(tmp_path / "data"):
        raise ZeroDivisionError
    refused = pytest.raises(StorageError, match=r"data could not be written")
    with refused, folder_aside(tmp_path / "data") as aside:
        (aside / "no" / "such").mkdir()
    assert not os.listdir(tmp_path / "data")


def test_folder_aside__survives_a_clock_that_jumps_ahead(tmp_path, monkeypatch):
    """A write under way is not taken for one that was killed long ago; those are removed."""
    clock = Clock(1e9)
    monkeypatch.setattr(leftovers.time, "time", clock)
    killed = tmp_path / ".0123456789abcdef.aside"
    killed.mkdir()
    with folder_aside(tmp_path) as aside:
        os.utime(killed, (1e9, 1e9))
        os.utime(aside, (1e9, 1e9))
        clock.advance(-10 * 365 * 86400)
        stored(tmp_path, "one")
        assert killed.exists()
        clock.advance(20 * 365 * 86400)
        stored(tmp_path, "two")
        assert aside.exists()
        assert not killed.exists()


def test_delete_folder__leaves_it_whole_or_gone(tmp_path, monkeypatch):
    stored(tmp_path / "data", "one")
    refused = pytest.raises(StorageError, match="one could not be written: the disk is read-only")
    with watched(tmp_path, FailingDisk(errno.EROFS, at=1, kinds={RENAME})), refused:
        delete_folder(tmp_path / "data" / "one")
    assert (tmp_path / "data" / "one" / "whole.txt").exists()
    with watched(tmp_path, FailingDisk(errno.EIO, at=1, kinds={UNLINK})):
        delete_folder(tmp_path / "data" / "one")
    (left,) = os.listdir(tmp_path / "data")
    assert leftovers._CUT_SHORT.fullmatch(left)


def test_delete_folder__of_the_longest_name(tmp_path):
    folder = tmp_path / ("é" * 127)
    folder.mkdir()
    delete_folder(folder)
    assert os.listdir(tmp_path) == []


def test_make_folder__makes_what_it_lies_in(tmp_path):
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        make_folder(tmp_path / "file" / "c")
