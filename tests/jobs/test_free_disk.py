from __future__ import annotations

import os
import shutil

import pytest

from genie3_engine.errors import StorageError
from genie3_engine.jobs.free_disk import disk_of, require_free, shortage
from genie3_engine.jobs.limits import FILE


@pytest.fixture
def disk(home, monkeypatch):
    """Return a function that sets how large the disk is, and what of it is free, in MB."""
    home.mkdir()
    usage = shutil.disk_usage(home)

    def put(total, free):
        now = usage._replace(total=int(total * 1e6), free=int(free * 1e6))
        monkeypatch.setattr(shutil, "disk_usage", lambda _: now)

    return put


def test_require_free__leaves_room_on_the_disk(disk, home):
    disk(10_000, 500)
    require_free(399e6, "this upload", home / "new" / "folder")
    with pytest.raises(StorageError) as refused:
        require_free(401e6, "this upload", home)
    assert str(refused.value) == (
        f"The disk with {home} has 500 MB left, 100 MB must stay free, and this upload needs "
        "401 MB. Free some space."
    )
    disk(10_000, 99)
    with pytest.raises(StorageError, match="this run is not begun"):
        require_free(0, "this run", home)


def test_shortage__is_that_of_the_limits_and_at_most_a_tenth_of_the_disk(disk, home):
    disk(10_000, 900)
    assert shortage(home, noun="run") is None
    (home / FILE).write_text('[machine]\nfree_disk = "950 MB"\n')
    found = shortage(home, noun="run")
    assert "has 900 MB left, 950 MB must stay free: the run has stopped" in found.message
    assert "resume the run" in found.remedy
    disk(8_000, 900)
    assert shortage(home, noun="run") is None


def test_shortage__is_none_where_the_disk_gives_no_answer(home, monkeypatch):
    def refuse(_):
        raise OSError

    monkeypatch.setattr(shutil, "disk_usage", refuse)
    assert shortage(home, noun="run") is None
    require_free(1e15, "this upload", home)


def test_shortage__is_none_where_the_folder_cannot_be_looked_at(home):
    home.mkdir()
    assert shortage(home / ("a" * 300), noun="run") is None


def test_disk_of__is_that_of_the_nearest_folder_that_is_there(home, tmp_path):
    assert disk_of(home / "new" / "folder") == os.stat(tmp_path).st_dev
    (tmp_path / "elsewhere").symlink_to("/dev")
    assert disk_of(tmp_path / "elsewhere" / "new folder") == os.stat("/dev").st_dev


def test_disk_of__is_unknown_where_the_system_gives_no_answer(home, monkeypatch):
    def refuse(*_):
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", refuse)
        found = disk_of(home)
    assert found is None
