from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from genie3_engine.jobs.process import (
    NICENESS,
    ProcessId,
    lower_priority,
    process,
    seconds_since_start,
    spawn,
    terminate,
    this_process,
)
from tests.waiting import HANG_SECONDS

ROOT = Path(__file__).resolve().parents[2]

AGES = """
from genie3_engine.jobs.process import seconds_since_start
print(seconds_since_start())
print(seconds_since_start())
"""


def test_seconds_since_start__is_what_the_parent_measures():
    """Also when the date of the machine's start, in whole seconds, is wrong by a second."""
    began = time.perf_counter()
    told = subprocess.run(
        [sys.executable, "-c", AGES], capture_output=True, text=True, check=True, cwd=ROOT
    )
    passed = time.perf_counter() - began
    first, second = map(float, told.stdout.split())
    tick = 1 / os.sysconf("SC_CLK_TCK")
    assert 0.0 < first <= second <= passed + tick


def test_seconds_since_start__does_not_follow_the_date(monkeypatch):
    before = seconds_since_start()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert before <= seconds_since_start() < before + HANG_SECONDS


def test_spawn__gives_jobs_less_priority_than_the_page(home, tmp_path):
    job = spawn("timeit", "-n", "1", "-r", "1", "import signal; signal.pause()", folder=tmp_path)
    try:
        own = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, job.pid) == max(own, NICENESS)
        group = Path(f"/proc/{job.pid}/autogroup")  # the job has a session of its own
        if group.exists() and (told := group.read_text().split()):
            own = (Path("/proc/self/autogroup").read_text().split() or ["0"])[-1]
            assert int(told[-1]) == max(int(own), NICENESS)
    finally:
        terminate(job, grace_seconds=0)


@pytest.mark.parametrize(
    ("own", "written"),
    [("", NICENESS), ("/autogroup-7 nice 0\n", NICENESS), ("/autogroup-7 nice 9\n", 9)],
)
def test_lower_priority__takes_every_group_of_the_parent(tmp_path, own, written):
    """The file of a process of the group that the system began with is empty."""
    job = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        for process_name, text in (("self", own), (str(job.pid), "")):
            (tmp_path / process_name).mkdir()
            (tmp_path / process_name / "autogroup").write_text(text)
        lower_priority(job.pid, tmp_path)
        assert (tmp_path / str(job.pid) / "autogroup").read_text() == str(written)
    finally:
        job.communicate(b"\n")


@pytest.mark.parametrize("text", [None, "something else"])
def test_lower_priority__without_autogroups_is_that_of_the_process(tmp_path, text):
    job = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        if text is not None:
            (tmp_path / "self").mkdir()
            (tmp_path / "self" / "autogroup").write_text(text)
        lower_priority(job.pid, tmp_path)
        assert os.getpriority(os.PRIO_PROCESS, job.pid) >= NICENESS
    finally:
        job.communicate(b"\n")


def test_owner__of_this_process_is_alive_and_here():
    assert this_process().is_alive
    assert this_process().is_here


def test_owner__is_dead_when_its_number_was_given_to_another():
    owner = this_process()
    assert not replace(owner, pid_ticks=owner.pid_ticks - 1).is_alive


def test_owner__is_alive_after_the_clock_was_set():
    owner = this_process()
    assert replace(owner, pid_started=owner.pid_started - 60).is_alive


def test_owner__without_ticks_is_told_by_the_date_of_its_start():
    values = {name: value for name, value in asdict(this_process()).items() if name != "pid_ticks"}
    owner = ProcessId.from_dict(values)
    assert owner.is_alive
    assert not replace(owner, pid_started=owner.pid_started - 60).is_alive


def test_owner__is_read_as_it_is_written():
    assert ProcessId.from_dict(asdict(this_process())) == this_process()


def test_owner__is_dead_after_a_restart_of_the_machine():
    before = replace(this_process(), boot_id="another")
    assert before.is_here
    assert not before.is_alive


def test_owner__on_another_machine_is_not_here():
    afar = replace(this_process(), host="elsewhere", boot_id="another")
    assert not afar.is_here
    assert not afar.is_alive


def test_owner__that_nobody_named_is_not_alive():
    assert not replace(this_process(), pid_started=None, pid_ticks=None).is_alive


def test_owner__that_left_a_zombie_is_dead():
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as child:
        owner = process(child.pid)
        assert owner.is_alive
        child.kill()
        child.stdin.close()
        while owner.is_alive:  # nobody has waited for it: it stays as a zombie
            pass
        assert process(child.pid).pid_started is None
