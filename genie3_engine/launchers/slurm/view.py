"""Describe the jobs of a run on the cluster: its tasks one by one, and what is charged."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine import labels
from genie3_engine.jobs import filenames
from genie3_engine.jobs.stored_files import open_stored
from genie3_engine.launchers.base import Host, JobView
from genie3_engine.launchers.shared_jobs import open_shared
from genie3_engine.launchers.slurm import reasons
from genie3_engine.launchers.slurm.reports import read_reports
from genie3_engine.launchers.slurm.rows import Ending, Row
from genie3_engine.launchers.slurm.states import Jobs, jobs_of
from genie3_engine.launchers.tasks.hosts import WAITING
from genie3_engine.model import JobState

if TYPE_CHECKING:
    from genie3_engine.launchers.slurm.record import SlurmRecord

_RESTART = re.compile(rb"^Task \d+ of \d+ on [^\n]*, restart (\d+)\.$", re.M)
_TAIL_BYTES = 8192


def view_of(run: Path, record: SlurmRecord, rows: Sequence[Row]) -> JobView | None:
    """Return the jobs of a run; None when it was never submitted.

    Parameters
    ----------
    run : Path
        The run's folder.
    record : SlurmRecord
        What is remembered of it.
    rows : sequence of Row
        Slurm's queue as of the last answer.
    """
    submission = record.submission
    if submission is None:
        return None
    status = open_shared(run).read_status()
    is_done = status.state is JobState.DONE  # which the last look at the queue may not show yet
    jobs = jobs_of(() if is_done else rows, record.endings, submission)
    reports = {host.rank: host for host in read_reports(run, submission)}
    names = [f"task {rank + 1}" for rank in range(submission.n_tasks)]
    total = status.targets_total
    hosts = []
    has_reports = os.path.isdir(run / filenames.TASKS)  # until they are cleaned up
    for rank, name in enumerate(names if has_reports else ()):
        n_targets = len(range(rank, total, submission.n_tasks))
        host = reports.get(rank) or Host(name, rank, "", "", 0, n_targets, None)
        host = _host(host, jobs, submission.output(run, rank))
        if is_done:  # by the job that merges, where tasks have not
            host = replace(host, state=JobState.DONE, step="", targets_done=host.targets_total)
        hosts.append(host)
    return JobView(
        job=submission.array_job or submission.name,
        state="Completed" if is_done else _state(jobs),
        message=_message(jobs, time.time()),
        hosts=tuple(hosts),
        host_names=tuple(names),
        n_interruptions=sum(host.n_restarts for host in hosts),
        n_jobs=len(record.submissions),
        billing=_billing(hosts, record),
        options=record.in_use.to_dict(is_whole=True),
        is_bill_final=not (jobs.is_live or any(host.is_live for host in hosts)),
    )


def _host(host: Host, jobs: Jobs, output: Path) -> Host:
    """Return a task as its own report and Slurm describe it together."""
    row, end = jobs.tasks.get(host.rank), jobs.ends.get(host.rank)
    has_report = host.heartbeat is not None
    begun = has_report or row is None or row.state in reasons.AT_WORK
    host = replace(
        host,
        node=(row and row.node) or (end and end.node) or host.node,
        n_restarts=_n_restarts(output) if begun else 0,
    )
    if row is not None and row.state in reasons.AT_WORK:
        if host.is_live:
            return host
        return replace(host, state=JobState.RUNNING, step="starting")
    if row is not None:
        step = "interrupted" if has_report and host.step != WAITING else "waiting"
        note = reasons.meaning(row.reason)
        return replace(host, state=JobState.QUEUED, step=step, note=note)
    if host.state and not host.is_live:
        return replace(host, step="", note=_how(end, host.state))
    if end is None:
        state = host.state or JobState.QUEUED
        return replace(host, state=state, step=host.step or "waiting")
    state = _ended(end)
    return replace(host, state=state, step="", note=_how(end, state))


def _ended(end: Ending) -> JobState:
    if end.state == reasons.DONE:
        return JobState.DONE
    if end.state in reasons.CANCELLED:
        return JobState.CANCELLED
    return JobState.LOST if end.state in reasons.NODE_FAILED else JobState.FAILED


def _how(end: Ending | None, state: str) -> str:
    """Return how a task ended in Slurm's words, such as ``node fail``, if they add anything."""
    words = "" if end is None else end.state.replace("_", " ").lower()
    return "" if words == state or end is None or end.state == reasons.DONE else words


def _state(jobs: Jobs) -> str:
    """Return the state of all jobs together in a word."""
    states = [row.state for row in jobs.tasks.values()]
    if jobs.merge is not None and not states:
        states = [jobs.merge.state]
    if not states and not jobs.ends:
        return ""
    if not states:
        ends = {end.state for end in jobs.ends.values()} - {reasons.DONE}
        states = sorted(ends) or [reasons.DONE]
    first = min(states, key=lambda state: (state != "RUNNING", state not in reasons.AT_WORK, state))
    return first.replace("_", " ").capitalize()


def _message(jobs: Jobs, now: float) -> str:
    waiting = [row for row in jobs.tasks.values() if row.state not in reasons.AT_WORK]
    if not waiting:
        return ""
    why = {reasons.meaning(row.reason) for row in waiting} - {""}
    text = f"{len(waiting)} of {len(jobs.tasks) + len(jobs.ends)} tasks wait"
    if why:
        text += f": {'; '.join(sorted(why))}"
    start = min((row.start for row in waiting if row.start), default=0.0)
    if start > now:
        text += f". Slurm expects the first to start in {labels.duration(start - now)}"
    return text


def _billing(hosts: Sequence[Host], record: SlurmRecord) -> dict[str, Any]:
    """Return what is charged for the tasks of all submissions."""
    *before, last = (submission.core_seconds for submission in record.submissions)
    now = core_seconds(hosts, record.in_use.n_cores)
    return {
        "core_seconds": sum(before) + max(last, now),
        "n_cores": record.in_use.n_cores,
        "n_tasks": len(hosts),
    }


def core_seconds(hosts: Sequence[Host], n_cores: int) -> float:
    """Return how long tasks have had their cores, all cores together.

    Parameters
    ----------
    hosts : sequence of Host
        The tasks' own reports.
    n_cores : int
        Cores of each.
    """
    return n_cores * sum(_seconds(host) for host in hosts)


def _seconds(host: Host) -> float:
    """Return how long a task has had its cores: attempts that have ended, and the present one."""
    total = float((host.timings or {}).get("seconds", {}).get("total") or 0.0)
    is_reported = total > 0 and (host.step == WAITING or not host.is_live)
    if is_reported or host.started is None or host.heartbeat is None:
        return total
    return total + max(0.0, host.heartbeat - host.started)


def _n_restarts(output: Path) -> int:
    """Return how often a task has begun again, by what it wrote when it began."""
    try:
        changed = output.stat()
    except OSError:
        return 0
    return _restarts_in(output, changed.st_size, changed.st_mtime_ns)


@lru_cache(maxsize=4096)
def _restarts_in(output: Path, size: int, changed: int) -> int:
    del changed
    try:
        with open_stored(output) as file:
            file.seek(max(0, size - _TAIL_BYTES), os.SEEK_SET)
            found = _RESTART.findall(file.read())
    except OSError:
        return 0
    return int(found[-1]) if found else 0
