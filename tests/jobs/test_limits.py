from __future__ import annotations

import os

import pytest

from genie3_engine.errors import LimitError
from genie3_engine.jobs.limits import (
    FILE,
    LIMITS,
    Limits,
    limit_rows,
    limits_of,
    limits_or_none_set,
)

LAB = """\
[machine]
runs = 2
cores = "16 cores"
memory = "56 GB"
free_disk = "20 GB"

[person]
runs = 1
waiting = 20
cores = 8
memory = "1.5 GiB"
disk = "100 GB"
upload = "500 MB"

[cleaning]
leftovers = "12 hours"
unused_uploads = "30 days"
"""


@pytest.fixture
def write(home):
    home.mkdir()

    def write(text):
        (home / FILE).write_text(text)

    return write


def test_limits_of__a_home_without_the_file_sets_none(home):
    assert limits_of() == Limits()
    assert not limits_of().are_set
    assert limits_of().cores_of_a_job is None


def test_limits_of__reads_every_value_with_its_unit(write):
    write(LAB)
    assert limits_of() == Limits(
        machine_runs=2,
        machine_cores=16,
        machine_memory_bytes=56e9,
        free_disk_bytes=20e9,
        runs=1,
        waiting=20,
        cores=8,
        memory_bytes=1.5 * 2**30,
        disk_bytes=100e9,
        upload_bytes=500e6,
        leftovers_seconds=12 * 3600,
        unused_uploads_seconds=30 * 86_400,
    )
    assert limits_of().cores_of_a_job == 8


def test_limits_of__a_persons_home_are_the_servers(write, home):
    write(LAB)
    assert limits_of(home / "people" / "abc").runs == 1
    assert limits_of(home.parent / "other") == Limits()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[person]\nupload = 500\n", 'upload is 500: give a number with a unit, such as "500 MB"'),
        ('[person]\nupload = "500"', "with a unit"),
        ('[person]\ndisk = "0 GB"', "with a unit"),
        ('[person]\ndisk = "5 parsecs"', "with a unit"),
        ('[cleaning]\nleftovers = "5 GB"', "30 days"),
        ("[person]\nruns = 0", "a whole number of jobs from 1"),
        ("[person]\nruns = true", "a whole number"),
        ('[person]\ncores = "2.5 cores"', "a whole number"),
        ("[person]\nspeed = 3", r"\[person\] speed is not a limit; there are \[machine\] runs"),
        ("runs = 3", "'runs' is in no section"),
        ("[person\nruns = 3", "line 1"),
        ("\0", "Found invalid|Invalid"),
        ("#" * 200_000, "too large"),
    ],
)
def test_limits_of__a_damaged_file_is_one_sentence(write, home, text, reason):
    write(text)
    with pytest.raises(LimitError, match=reason) as refused:
        limits_of()
    assert "\n" not in str(refused.value)
    assert limits_or_none_set() == Limits()


def test_limits_of__a_file_that_is_none_is_refused(home):
    (home / FILE).mkdir(parents=True)
    with pytest.raises(LimitError, match="directory"):
        limits_of()
    (home / FILE).rmdir()
    (home / FILE).write_bytes(os.urandom(100) + b"\xff")
    with pytest.raises(LimitError):
        limits_of()


def test_limits_of__notices_a_change(write):
    write("[person]\nruns = 1\n")
    assert limits_of().runs == 1
    write("[person]\nruns = 12\n")
    assert limits_of().runs == 12


def test_limit_rows__describe_every_limit(write):
    write(LAB)
    rows = dict(limit_rows(limits_of()))
    assert len(rows) == len(LIMITS)
    assert rows["Disk, each person"] == "100 GB"
    assert rows["Cores of jobs at work, each person"] == "8 cores"
    assert rows["Leftovers go after"] == "12 h"
    assert dict(limit_rows(Limits()))["One upload"] == "no limit"
    assert [label for label, _ in limit_rows(Limits(), only_set=True)] == [
        "Jobs at work, all people",
        "Disk that stays free",
        "Leftovers go after",
    ]
