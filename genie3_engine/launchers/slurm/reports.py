"""Read what the tasks of a run report, without a delay where they are many."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.launchers.tasks.hosts import read_hosts

if TYPE_CHECKING:
    from genie3_engine.launchers.base import Host
    from genie3_engine.launchers.slurm.record import Submission

MANY_TASKS = 64  # a file of each is read; on a network file system that takes a millisecond
PAUSE_SECONDS = 10.0  # tasks write as often


@dataclass(slots=True)
class _Reading:
    submission: Submission
    hosts: list[Host]
    read: float  # of the monotonic clock
    lock: threading.Lock = field(default_factory=threading.Lock)  # held while they are read again


_readings: dict[Path, _Reading] = {}


def read_reports(run: Path, submission: Submission) -> list[Host]:
    """Return how the tasks of a submission are, by rank; see `read_hosts`.

    Parameters
    ----------
    run : Path
        The run's folder.
    submission : Submission
        Its jobs.

    Notes
    -----
    The reports of more than 64 tasks are up to ten seconds old: they are read again in the
    background, except for the first time.
    """
    if submission.n_tasks <= MANY_TASKS:
        return read_hosts(run, submission.n_tasks)
    reading = _readings.get(run)
    if reading is None or reading.submission != submission:
        hosts = read_hosts(run, submission.n_tasks)
        reading = _readings[run] = _Reading(submission, hosts, time.monotonic())
    elif time.monotonic() - reading.read > PAUSE_SECONDS and reading.lock.acquire(blocking=False):
        threading.Thread(target=_renew, args=(run, reading), daemon=True, name="reports").start()
    return reading.hosts


def _renew(run: Path, reading: _Reading) -> None:
    try:
        reading.hosts = read_hosts(run, reading.submission.n_tasks)
    finally:
        reading.read = time.monotonic()
        reading.lock.release()
