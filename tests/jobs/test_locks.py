"""Tests of locks, on file systems with and without them."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import asdict, replace

import pytest

from genie3_engine.errors import StorageError
from genie3_engine.jobs import locks
from genie3_engine.jobs.locks import FolderLock, locked, try_lock, wait_for_lock
from genie3_engine.jobs.process import process, this_process


@pytest.fixture
def no_locks(monkeypatch):
    def refuse(descriptor, operation):
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)


def write_owner(folder, owner, *, job="", attempt="", age=0.0):
    path = folder / "lock-owner.json"
    values = {**asdict(owner), "job": job, "attempt": attempt, "token": "other"}
    path.write_text(json.dumps(values))
    os.utime(path, (time.time() - age,) * 2)


def elsewhere():
    return replace(this_process(), host="other", boot_id="other")


def ended():
    """A process of this machine that is gone."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    found = process(child.pid)
    child.communicate(b"\n")
    return found


@pytest.mark.parametrize("number", [errno.ESTALE, errno.EIO])
def test_folder_lock__is_held_where_a_network_disk_does_not_answer(tmp_path, monkeypatch, number):
    def fail(*_):
        raise OSError(number, os.strerror(number))

    lock = FolderLock(tmp_path)
    assert not lock.is_held()
    (tmp_path / "lock").touch()
    assert not lock.is_held()
    with monkeypatch.context() as patch:
        patch.setattr(fcntl, "flock", fail)
        assert lock.is_held()
    monkeypatch.setattr(os, "open", fail)
    assert lock.is_held()


def test_folder_lock__is_held_by_one(tmp_path):
    first, second = FolderLock(tmp_path), FolderLock(tmp_path)
    assert not first.is_held()
    assert first.acquire()
    assert not first.is_owner_file
    assert second.is_held()
    assert not second.acquire()
    first.release()
    assert not second.is_held()
    assert second.acquire()
    second.release()


@pytest.mark.usefixtures("no_locks")
class TestWithoutLocks:
    def test_folder_lock__is_a_file_that_names_its_owner(self, tmp_path):
        first, second = FolderLock(tmp_path), FolderLock(tmp_path)
        assert first.acquire()
        assert first.is_owner_file
        assert json.loads((tmp_path / "lock-owner.json").read_text())["pid"] == os.getpid()
        assert second.is_held()
        assert not second.acquire()
        second.release()  # it never had it
        assert second.is_held()
        first.release()
        assert not second.is_held()
        assert not (tmp_path / "lock-owner.json").exists()
        assert second.acquire()
        second.release()

    def test_folder_lock__of_a_killed_process_is_taken_over(self, tmp_path):
        write_owner(tmp_path, ended())
        lock = FolderLock(tmp_path)
        assert lock._read_owner() is not None
        assert lock._owner_path.exists()
        (tmp_path / "lock").touch()
        assert not lock.is_held()
        assert lock.acquire()
        assert [path.name for path in sorted(tmp_path.iterdir())] == ["lock", "lock-owner.json"]
        lock.release()

    def test_folder_lock__of_another_machine_is_taken_over_when_that_is_silent(self, tmp_path):
        write_owner(tmp_path, elsewhere())
        lock = FolderLock(tmp_path)
        assert not lock.acquire()
        write_owner(tmp_path, elsewhere(), age=locks.SILENT_SECONDS + 1)
        (tmp_path / "status.json").touch()  # its heartbeat
        assert not lock.acquire()
        os.utime(tmp_path / "status.json", (0, 0))
        assert lock.acquire()
        lock.release()

    def test_folder_lock__of_an_earlier_attempt_at_the_job_is_taken_over(
        self, tmp_path, monkeypatch
    ):
        monkeypatch.setenv("SLURM_JOB_ID", "12")
        monkeypatch.setenv("SLURM_RESTART_COUNT", "1")
        write_owner(tmp_path, elsewhere(), job="Slurm 13", attempt="0")
        lock = FolderLock(tmp_path)
        assert not lock.acquire()
        write_owner(tmp_path, elsewhere(), job="Slurm 12", attempt="0")
        assert lock.acquire()
        lock.release()

    def test_folder_lock__of_the_same_attempt_on_another_machine_is_held(
        self, tmp_path, monkeypatch
    ):
        """A job of several machines has a process on each."""
        monkeypatch.setenv("SLURM_JOB_ID", "12")
        monkeypatch.delenv("SLURM_RESTART_COUNT", raising=False)
        write_owner(tmp_path, elsewhere(), job="Slurm 12", attempt="0")
        assert not FolderLock(tmp_path).acquire()
        monkeypatch.delenv("SLURM_JOB_ID")
        monkeypatch.setenv("PBS_JOBID", "12")  # which does not count the attempts
        write_owner(tmp_path, elsewhere(), job="PBS 12")
        assert not FolderLock(tmp_path).acquire()

    def test_folder_lock__heeds_a_file_that_is_not_whole_yet(self, tmp_path):
        (tmp_path / "lock-owner.json").touch()
        lock = FolderLock(tmp_path)
        assert not lock.acquire()
        os.utime(tmp_path / "lock-owner.json", (0, 0))
        assert lock.acquire()
        lock.release()

    def test_folder_lock__is_never_taken_from_one_that_was_faster(self, tmp_path):
        write_owner(tmp_path, ended())
        late = FolderLock(tmp_path)
        abandoned = late._read_owner()
        first = FolderLock(tmp_path)
        assert first.acquire()
        late._remove_owner(abandoned)  # it has judged the file that was there before
        assert late.is_held()
        assert not late.acquire()
        first.release()
        assert not (tmp_path / "lock-owner.json").exists()

    def test_folder_lock__may_go_with_its_folder(self, tmp_path):
        folder = tmp_path / "folder"
        folder.mkdir()
        lock = FolderLock(folder)
        assert lock.acquire()
        folder.rename(tmp_path / "renamed")
        lock.release()

    def test_try_lock__tells_that_there_are_none(self, tmp_path):
        with (tmp_path / "file").open("w") as file:
            assert try_lock(file.fileno()) is None
            wait_for_lock(file.fileno())


def test_try_lock__passes_on_other_errors(tmp_path):
    with (tmp_path / "file").open("w") as file:
        descriptor = file.fileno()
    for lock in (try_lock, wait_for_lock):
        with pytest.raises(OSError, match="Bad file descriptor"):
            lock(descriptor)


def test_locked__one_after_the_other(tmp_path):
    order = []

    def work(name):
        with locked(tmp_path / "lock"):
            order.append(name)
            time.sleep(0)
            order.append(name)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert order[::2] == order[1::2]
    assert (tmp_path / "lock").read_bytes() == b""


def test_locked__folder_that_is_not_there(tmp_path):
    with pytest.raises(StorageError, match="its folder is gone"), locked(tmp_path / "no" / "lock"):
        pass
