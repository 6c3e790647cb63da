from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from genie3_engine.errors import LimitError, StorageError
from genie3_engine.jobs import admission
from genie3_engine.jobs.limits import FILE, Limits
from genie3_engine.jobs.turns import Claim

GB = 1e9


@pytest.fixture
def limited(home):
    home.mkdir()
    (home / FILE).write_text(
        '[machine]\nruns = 3\ncores = 8\nmemory = "32 GB"\n'
        '[person]\nwaiting = 2\ncores = 4\nmemory = "16 GB"\n'
        'disk = "1 kB"\nupload = "200 MB"\n'
    )
    return home


@pytest.mark.usefixtures("home")
def test_require__without_limits_refuses_nothing():
    admission.require_job(Claim(n_cores=10_000, memory_bytes=1e18), 10_000)
    admission.require_upload(1_000)
    admission.require_room(lambda: 1 / 0, "this", Path("/"))


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize(
    ("claim", "n_waiting", "words"),
    [
        (Claim(n_cores=5), 0, "would keep 5 cores busy; a person may use 4 here"),
        (Claim(memory_bytes=20 * GB), 0, "up to 20 GB .* a person may use 16 GB"),
        (Claim(), 2, "2 jobs of yours wait already"),
    ],
)
def test_require_job__says_which_limit_how_much_and_what_to_do(claim, n_waiting, words):
    admission.require_job(Claim(n_cores=4, memory_bytes=16 * GB), 1)
    with pytest.raises(LimitError, match=words) as refused:
        admission.require_job(claim, n_waiting)
    assert "administrator" in refused.value.remedy


def test_require_job__that_no_machine_of_this_size_can_hold_is_refused(home):
    home.mkdir()
    (home / FILE).write_text("[machine]\nruns = 2\n")
    with pytest.raises(LimitError, match=r"needs up to 1000000.0 TB of memory.* this machine has"):
        admission.require_job(Claim(memory_bytes=1e18), 0)
    (home / FILE).write_text('[machine]\ncores = 2\nmemory = "1 GB"\n')
    with pytest.raises(LimitError, match="all people together may use 2 here"):
        admission.require_job(Claim(n_cores=3), 0)


def test_require__a_damaged_file_refuses_what_is_new(home):
    home.mkdir()
    (home / FILE).write_text("[person")
    for ask in (lambda: admission.require_job(Claim(), 0), lambda: admission.require_upload(1)):
        with pytest.raises(LimitError, match="cannot be read"):
            ask()


def test_require_upload__names_the_limit_that_is_reached(limited):
    with pytest.raises(LimitError, match="has 300 MB; an upload may have 200 MB here"):
        admission.require_upload(300_000_000)


def test_require_room__names_the_limit_that_is_reached(limited):
    used = (limited / FILE).stat().st_size
    admission.require_room(1000 - used, "this upload", limited)
    with pytest.raises(LimitError, match=r"of the 1.0 kB that a person may use") as refused:
        admission.require_room(1001 - used, "this upload", limited)
    assert "Storage" in refused.value.remedy


def test_require_room__is_that_of_the_disk_on_which_the_files_will_be(home, tmp_path, monkeypatch):
    """A folder of the home may be a link to another disk."""
    usage = shutil.disk_usage(tmp_path)
    (other := tmp_path / "other").mkdir()
    home.mkdir()
    (home / "runs").symlink_to(other)
    n_bytes = {True: 500_000_000, False: 10**12}

    def free(place):
        return usage._replace(total=10**13, free=n_bytes[Path(place).resolve() == other])

    monkeypatch.setattr(shutil, "disk_usage", free)
    admission.require_room(600e6, "this data set", home / "data")
    with pytest.raises(StorageError, match=r"/runs has 500 MB left"):
        admission.require_room(600e6, "this run", home / "runs")


def test_require_rooms__is_that_of_each_disk_and_of_all_files_on_it(home, monkeypatch):
    usage = shutil.disk_usage(home.parent)
    free = {"runs": 600e6, "data": 5e9}
    on_two_disks = {"runs": 1, "data": 2}
    monkeypatch.setattr(admission, "disk_of", lambda folder: on_two_disks[folder.name])
    for name in free:
        (home / name).mkdir(parents=True)
    monkeypatch.setattr(
        shutil, "disk_usage", lambda place: usage._replace(total=10**13, free=free[place.name])
    )
    needed = {home / "runs": 400e6, home / "data": 4e9}
    admission.require_rooms(needed, "this archive")
    with pytest.raises(StorageError, match=r"/runs has 600 MB left.* needs 700 MB"):
        admission.require_rooms({**needed, home / "runs": 700e6}, "this archive")
    with pytest.raises(StorageError, match=r"/data has 5.0 GB left.* needs 5.0 GB"):
        admission.require_rooms({**needed, home / "data": 4.98e9}, "this archive")
    monkeypatch.setattr(admission, "disk_of", lambda _: 1)
    free["runs"] = free["data"] = 4.4e9
    with pytest.raises(StorageError, match=r"/runs has 4.4 GB left.* needs 4.4 GB"):
        admission.require_rooms(needed, "this archive")


def test_require_rooms__keeps_to_the_limit_with_all_files(limited):
    left = 1000 - (limited / FILE).stat().st_size
    rooms = {limited / "runs": left - 10, limited / "data": 10}
    admission.require_rooms(rooms, "this archive", home_folder=limited)
    rooms[limited / "data"] += 1
    with pytest.raises(LimitError, match=f"this archive needs {left + 1} bytes more"):
        admission.require_rooms(rooms, "this archive", home_folder=limited)


class TestWaitsFor:
    limits = Limits(machine_runs=3, machine_cores=8, machine_memory_bytes=32 * GB)
    one = Claim(person="a", n_cores=4, memory_bytes=20 * GB)

    def test_waits_for__a_job_alone_begins(self):
        assert admission.waits_for(Claim(n_cores=99, memory_bytes=1e15), [], self.limits) is None

    def test_waits_for__the_number_of_jobs(self):
        assert admission.waits_for(Claim(), [Claim()] * 3, self.limits) == ""
        assert admission.waits_for(Claim(), [Claim()], Limits()) == ""

    def test_waits_for__cores_and_memory_with_numbers(self):
        assert admission.waits_for(Claim(n_cores=4), [self.one], self.limits) is None
        reason = admission.waits_for(Claim(n_cores=5), [self.one], self.limits)
        assert reason == "It waits for cores: it takes 5, and jobs at work take 4 of 8."
        reason = admission.waits_for(Claim(memory_bytes=13 * GB), [self.one], self.limits)
        assert reason == (
            "It waits for memory: it needs up to 13 GB, and jobs at work may hold 20 GB of 32 GB."
        )

    def test_is_held_back__by_the_limits_of_its_own_person_only(self):
        limits = Limits(machine_runs=9, runs=2, cores=6, memory_bytes=30 * GB)
        assert admission.is_held_back(Claim(person="b"), [self.one] * 5, limits) is None
        mine = Claim(person="a", n_cores=3)
        assert "jobs of yours at work take 4 of 6" in admission.is_held_back(
            mine, [self.one], limits
        )
        mine = Claim(person="a", memory_bytes=11 * GB)
        assert "20 GB of 30 GB" in admission.is_held_back(mine, [self.one], limits)
        small = Claim(person="a")
        assert admission.is_held_back(small, [self.one], limits) is None
        reason = admission.is_held_back(small, [small, small], limits)
        assert reason == "A person may have 2 jobs at work here."
