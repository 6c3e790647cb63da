"""Find out how the jobs of a submission ended: from the queue, accounting, control and output."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.jobs.stored_files import open_stored
from genie3_engine.launchers.slurm import reasons
from genie3_engine.launchers.slurm.asking import ask
from genie3_engine.launchers.slurm.errors import SlurmError
from genie3_engine.launchers.slurm.options import parse_memory
from genie3_engine.launchers.slurm.rows import Ending, Row, deciding, known, parse_tasks

if TYPE_CHECKING:
    from genie3_engine.launchers.slurm.record import Submission

_TAIL_BYTES = 8192
_FIELD = re.compile(r"(?:^| )([A-Za-z/:]+)=(\S*)")
_JOB = re.compile(r"(\d+)(?:_(\[?[\d,:%-]+\]?))?(\.\w+)?")
_EXCEEDED = re.compile(r"exceeded memory limit \((\d+) > (\d+)\)")
_OUTPUTS = (
    (re.compile(r"exceeded memory limit|oom[-_ ]kill", re.I), reasons.OUT_OF_MEMORY),
    (re.compile(r"DUE TO TIME LIMIT"), "TIMEOUT"),
    (re.compile(r"DUE TO NODE FAILURE"), "NODE_FAIL"),
    (re.compile(r"DUE TO PREEMPTION"), reasons.PREEMPTED),
    (re.compile(r"CANCELLED AT"), "CANCELLED"),
)
_BEGINNING = re.compile(r"^Task \d+ of \d+ on ", re.M)  # of each attempt
_ACCOUNTS = "JobID,State,ExitCode,NodeList,MaxRSS,ReqMem"


def read_endings(run: Path, submission: Submission, rows: Sequence[Row]) -> list[Ending]:
    """Return how the tasks of a submission ended, and its merge, as far as that is known.

    Parameters
    ----------
    run : Path
        The run's folder, with the output of its jobs.
    submission : Submission
        Its jobs, of which none is live.
    rows : sequence of Row
        Slurm's queue with the jobs that ended lately.

    Returns
    -------
    list of Ending
        Tasks in order, and the merge at the end; what is unknown is missing. Of several arrays, the
        first that went wrong counts.

    Notes
    -----
    The queue forgets an end after some minutes, many clusters keep no accounts, and both report
    ``FAILED`` for a task that has used up its memory where memory is not confined.
    """
    steps = [_of_array(run, step, rows) for step in submission.steps()]
    merges = [ends.pop(None) for ends in steps if None in ends]
    ends = deciding(steps)
    return [ends[task] for task in range(submission.n_tasks) if task in ends] + merges


def _of_array(run: Path, submission: Submission, rows: Sequence[Row]) -> dict[int | None, Ending]:
    """Return how the tasks of one array ended, and the merge if it follows."""
    ends: dict[int | None, Ending] = {}
    for row in rows:
        if row.job in submission.jobs and row.state in reasons.ENDED:
            task = row.task if row.job == submission.array_job else None
            ends[task] = Ending(task, row.state, row.reason, node=row.node)
    _add(ends, _accounts(submission))
    tasks = [*range(submission.n_tasks), *([None] if submission.merge_job else [])]
    if any(task not in ends or ends[task].exit_code is None for task in tasks):
        _add(ends, _controls(submission))
    for task in tasks:
        if task not in ends or ends[task].state != reasons.DONE:
            _read_output(ends, task, submission.output(run, task))
    return ends


def parse_accounts(text: str, submission: Submission) -> list[Ending]:
    """Return the ends that ``sacct -n -P -o JobID,State,ExitCode,NodeList,MaxRSS,ReqMem`` prints.

    Parameters
    ----------
    text : str
        What it printed. Lines of a job's steps have the memory that it used.
    submission : Submission
        The jobs that were asked for.
    """
    found: dict[int | None, Ending] = {}
    for line in text.splitlines():
        words = [word.strip() for word in line.split("|")]
        named = _JOB.fullmatch(words[0])
        if len(words) != 6 or named is None or named[1] not in submission.jobs:
            continue
        state, _, by = words[1].partition(" by ")
        exit_code, signal = _exit(words[2])
        for task in parse_tasks(named[2] or ""):
            if named[3]:
                peak, before = parse_memory(words[4]), found.get(task)
                if before is not None and peak:
                    peak = max(peak, before.peak_bytes or 0)
                    found[task] = replace(before, peak_bytes=peak)
            elif state in reasons.ENDED:
                found[task] = Ending(
                    task,
                    state,
                    exit_code=exit_code,
                    signal=signal,
                    node=words[3] if words[3] != "None assigned" else "",
                    by=by,
                    limit_bytes=parse_memory(words[5]),
                )
    return list(found.values())


def parse_controls(text: str, submission: Submission) -> list[Ending]:
    """Return the ends that ``scontrol -o show job`` prints, a job on each line.

    Parameters
    ----------
    text : str
        What it printed.
    submission : Submission
        The jobs that were asked for.
    """
    found = []
    for line in text.splitlines():
        fields = dict(_FIELD.findall(line))
        job = fields.get("ArrayJobId") or fields.get("JobId")
        if job not in submission.jobs or fields.get("JobState") not in reasons.ENDED:
            continue
        exit_code, signal = _exit(fields.get("ExitCode", ""))
        for task in parse_tasks(fields.get("ArrayTaskId", "")):
            found.append(
                Ending(
                    task,
                    fields["JobState"],
                    known(fields.get("Reason", "")),
                    exit_code=exit_code,
                    signal=signal,
                    node=known(fields.get("BatchHost") or fields.get("NodeList", "")),
                    limit_bytes=_limit(fields),
                )
            )
    return found


def _accounts(submission: Submission) -> Iterator[Ending]:
    with suppress(SlurmError):  # many clusters have none
        jobs = ",".join(submission.jobs)
        yield from parse_accounts(ask("sacct", "-n", "-P", "-j", jobs, "-o", _ACCOUNTS), submission)


def _controls(submission: Submission) -> Iterator[Ending]:
    for job in submission.jobs:
        with suppress(SlurmError):  # it has been forgotten
            yield from parse_controls(ask("scontrol", "-o", "show", "job", job), submission)


def _add(ends: dict[int | None, Ending], found: Iterable[Ending]) -> None:
    """Add what a second source knows; what the first one knows stays."""
    for each in found:
        before = ends.get(each.task)
        if before is None:
            ends[each.task] = each
            continue
        ends[each.task] = replace(
            each,
            reason=before.reason or each.reason,
            exit_code=each.exit_code if before.exit_code is None else before.exit_code,
            signal=each.signal if before.signal is None else before.signal,
            node=before.node or each.node,
            by=before.by or each.by,
            peak_bytes=before.peak_bytes or each.peak_bytes,
            limit_bytes=before.limit_bytes or each.limit_bytes,
        )


def _read_output(ends: dict[int | None, Ending], task: int | None, path: Path) -> None:
    """Add what the output of a job contains on its end: Slurm's own lines, and no others."""
    text = _last_attempt(_tail(path))
    end = ends.get(task)
    state = next((state for pattern, state in _OUTPUTS if pattern.search(text)), "")
    if not state:
        return
    if end is None:
        ends[task] = end = Ending(task, state)
    elif state == reasons.OUT_OF_MEMORY and end.state in reasons.FAILED | reasons.CANCELLED:
        end = replace(end, state=state)
    exceeded = _EXCEEDED.search(text)
    if exceeded is not None:
        end = replace(end, peak_bytes=int(exceeded[1]), limit_bytes=int(exceeded[2]))
    ends[task] = end


def _last_attempt(text: str) -> str:
    """Return what Slurm wrote since a job began for the last time."""
    begun = 0
    for match in _BEGINNING.finditer(text):
        begun = match.start()
    return "\n".join(line for line in text[begun:].splitlines() if line.startswith("slurmstepd"))


def _tail(path: Path) -> str:
    try:
        with open_stored(path) as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - _TAIL_BYTES))
            return file.read().decode(errors="replace")
    except OSError:
        return ""


def _exit(text: str) -> tuple[int | None, int | None]:
    """Return exit code and signal of ``0:9``."""
    code, _, signal = text.partition(":")
    if not (code.isdecimal() and signal.isdecimal()):
        return None, None
    return int(code), int(signal)


def _limit(fields: Mapping[str, str]) -> int | None:
    """Return the memory that a job could use, of the fields of ``scontrol``."""
    if "MinMemoryNode" in fields:
        return parse_memory(fields["MinMemoryNode"])
    of_core, n_cores = parse_memory(fields.get("MinMemoryCPU", "")), fields.get("NumCPUs", "")
    return of_core * int(n_cores) if of_core and n_cores.isdecimal() else None
