"""A disk that fails, and a power cut."""

from __future__ import annotations

import errno
import os
from random import Random

import pytest

from genie3_engine.errors import StorageError
from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.atomic_folder import folder_aside, make_folder, put_in_place
from tools.faults.disk import watched
from tools.faults.failing import FailingDisk
from tools.faults.power import Recorder, cut_power

OLD = {"old.txt": b"old", "gone.txt": b"gone"}


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


def cut_after(act, tmp_path, seed):
    """Make changes in a folder, cut the power, and return the files that are left."""
    root, recorded = tmp_path / f"root-{seed}", tmp_path / f"recorded-{seed}"
    root.mkdir()
    (root / "old.txt").write_text("old")
    (root / "gone.txt").write_text("gone")
    with watched(root, Recorder(recorded)):
        act(root)
    cut_power(recorded, Random(seed))
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*.txt")}


def test_cut_power__keeps_what_was_synchronised(tmp_path):
    def act(root):
        make_folder(root / "a" / "b")
        with atomic_write.written_aside(root / "a" / "b" / "x.txt") as aside:
            aside.write_text("whole")

    for seed in range(20):
        assert cut_after(act, tmp_path, seed) == {"a/b/x.txt": b"whole", **OLD}


def test_cut_power__keeps_a_folder_that_was_put_in_place(tmp_path):
    def act(root):
        with folder_aside(root / "data") as aside:
            with atomic_write.written_aside(aside / "x.txt") as inside:
                inside.write_text("whole")
            put_in_place(aside, root / "data" / "one", whole="x.txt")

    for seed in range(20):
        assert cut_after(act, tmp_path, seed) == {"data/one/x.txt": b"whole", **OLD}


def test_cut_power__may_lose_whatever_was_not_synchronised(tmp_path):
    def act(root):
        (root / "new.txt").write_text("new")
        os.replace(root / "new.txt", root / "old.txt")
        (root / "gone.txt").unlink(missing_ok=True)

    left = [cut_after(act, tmp_path, seed) for seed in range(60)]
    assert OLD in left
    assert {"old.txt": b"new"} in left
    assert any(files.get("old.txt") in {b"", b"\0\0\0"} for files in left)


def test_failing_disk__refuses_each_change_once(root):
    def write():
        atomic_write.write_json(root / "x.json", {"a": 1})

    counted = FailingDisk(errno.EIO)
    with watched(root, counted):
        write()
    assert counted.n_changes == 5  # create, write, synchronise, rename, synchronise the folder
    for at in range(1, counted.n_changes + 1):
        with watched(root, FailingDisk(errno.EIO, at=at)), pytest.raises(StorageError):
            write()
        assert (root / "x.json").read_text() == '{\n "a": 1\n}\n'
        assert [file.name for file in root.iterdir()] == ["x.json"]


def test_failing_disk__may_go_on_refusing(root):
    disk = FailingDisk(errno.ENOSPC, at=2, lasting=True)
    with watched(root, disk):
        for _ in range(2):
            with pytest.raises(StorageError, match="the disk is full"):
                atomic_write.write_json(root / "x.json", {})
    assert disk.refused is not None
    assert not list(root.iterdir())
