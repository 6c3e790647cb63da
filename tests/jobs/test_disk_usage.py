from __future__ import annotations

import os

from genie3_engine.jobs.disk_usage import folder_bytes, used_bytes


def old(folder):
    """Make a folder look as if nothing had changed in it for long."""
    os.utime(folder, (1e9, 1e9))


def test_folder_bytes__adds_up_all_files_and_follows_no_link(tmp_path):
    inner = tmp_path / "run" / "parts"
    inner.mkdir(parents=True)
    (inner / "part").write_bytes(b"x" * 300)
    (inner.parent / "links").write_bytes(b"x" * 20)
    (tmp_path / "outside").write_bytes(b"x" * 5000)
    (inner / "link").symlink_to(tmp_path / "outside")
    link_bytes = os.lstat(inner / "link").st_size
    assert folder_bytes(tmp_path / "run") == 320 + link_bytes
    assert folder_bytes(tmp_path / "outside") == 5000
    assert folder_bytes(tmp_path / "nowhere") == 0


def test_folder_bytes__measures_a_folder_again_when_it_has_changed(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 10)
    old(tmp_path)
    assert folder_bytes(tmp_path) == 10
    (tmp_path / "b").write_bytes(b"x" * 5)
    assert folder_bytes(tmp_path) == 15
    os.utime(tmp_path, (1e9 + 1, 1e9 + 1))
    assert folder_bytes(tmp_path) == 15


def test_folder_bytes__looks_at_no_file_of_a_folder_that_is_as_it_was(tmp_path, monkeypatch):
    for number in range(3):
        folder = tmp_path / "runs" / str(number)
        folder.mkdir(parents=True)
        (folder / "links").write_bytes(b"x" * 7)
        old(folder)
    old(tmp_path / "runs")
    assert folder_bytes(tmp_path / "runs") == 21
    monkeypatch.setattr(os, "scandir", None)
    assert folder_bytes(tmp_path / "runs") == 21


def test_used_bytes__leaves_the_people_of_a_server_out(home):
    (home / "people" / "abc").mkdir(parents=True)
    (home / "people" / "abc" / "file").write_bytes(b"x" * 100)
    (home / "file").write_bytes(b"x" * 3)
    assert used_bytes() == 3
    assert used_bytes(home / "people" / "abc") == 100
    assert used_bytes(home / "nowhere") == 0


def test_used_bytes__counts_folders_that_are_links_to_another_disk(home, tmp_path):
    home.mkdir()
    for name in ("runs", "notes"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "links").write_bytes(b"x" * 700)
        (home / name).symlink_to(tmp_path / name)
    assert used_bytes(home) == 700 + os.lstat(home / "notes").st_size
