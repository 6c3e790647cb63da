from __future__ import annotations

import threading

import pytest

from genie3_engine.launchers.slurm import reports
from genie3_engine.launchers.slurm.record import Submission
from genie3_engine.launchers.slurm.reports import MANY_TASKS, read_reports
from tests.waiting import wait_until

FEW, MANY = (Submission("1", "2", n, 0.0, "a") for n in (MANY_TASKS, MANY_TASKS + 1))


@pytest.fixture
def clock(monkeypatch):
    """Return a list with the time, which stands still unless a test moves it."""
    now = [1000.0]
    monkeypatch.setattr(reports.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def reader(monkeypatch):
    """Count how often reports are read; they may be withheld."""

    class Reader:
        def __init__(self):
            self.n_read = 0
            self.may_read = threading.Event()
            self.may_read.set()

        def __call__(self, run, n_tasks):
            self.may_read.wait()
            self.n_read += 1
            return [self.n_read]

    reader = Reader()
    monkeypatch.setattr(reports, "read_hosts", reader)
    return reader


def test_read_reports__of_few_tasks_are_read_each_time(reader, clock, tmp_path):
    assert read_reports(tmp_path, FEW) == [1]
    assert read_reports(tmp_path, FEW) == [2]


def test_read_reports__of_many_tasks_are_read_every_ten_seconds(reader, clock, tmp_path):
    for _ in range(100):
        assert read_reports(tmp_path, MANY) == [1]
    clock[0] += 11
    reader.may_read.clear()
    assert [read_reports(tmp_path, MANY) for _ in range(3)] == [[1]] * 3  # none waits
    reader.may_read.set()
    wait_until(lambda: read_reports(tmp_path, MANY) == [2])
    assert reader.n_read == 2


def test_read_reports__of_another_submission_are_read_immediately(reader, clock, tmp_path):
    read_reports(tmp_path, MANY)
    assert read_reports(tmp_path, Submission("3", "4", MANY_TASKS + 1, 9.0, "b")) == [2]
