"""Read what Slurm's programs report of jobs: the rows of its queue, and how jobs ended."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from genie3_engine.launchers.slurm.reasons import DONE

FORMAT = "%F|%K|%T|%S|%r|%N|%e"  # of squeue, for `parse_rows`
_RANGE = re.compile(r"(\d+)(?:-(\d+)(?::(\d+))?)?")
_NOTHING = {"", "None", "N/A", "(null)"}


@dataclass(frozen=True, slots=True)
class Row:
    """A job, or a task of a job array, as ``squeue`` reports it.

    Parameters
    ----------
    job : str
        Number of the job; a task has that of its array.
    task : int or None
        Index in the array; None for a job without tasks.
    state : str
        Such as ``PENDING`` or ``RUNNING``.
    reason : str
        Why it waits or how it failed, in Slurm's word; empty where there is none.
    node : str
        Where it runs or ran; empty before it has started.
    end : float or None
        When it ended, or must end, in seconds since the epoch.
    start : float or None
        When it started, or should start as Slurm expects now, in seconds since the epoch.
    """

    job: str
    task: int | None
    state: str
    reason: str = ""
    node: str = ""
    end: float | None = None
    start: float | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job, or a task of a job array, ended.

    Parameters
    ----------
    task : int or None
        Index in the array; None for a job without tasks.
    state : str
        Such as ``COMPLETED`` or ``NODE_FAIL``.
    reason : str
        In Slurm's word, such as ``TimeLimit``; empty where there is none.
    exit_code, signal : int or None
        Of its script; None where that is unknown.
    node : str
        Where it ran; empty where that is unknown.
    by : str
        Who cancelled it: a user's number; empty where that is unknown.
    peak_bytes, limit_bytes : int or None
        Memory that it used at most, and that it could use; None where that is unknown.
    """

    task: int | None
    state: str
    reason: str = ""
    exit_code: int | None = None
    signal: int | None = None
    node: str = ""
    by: str = ""
    peak_bytes: int | None = None
    limit_bytes: int | None = None


def deciding(steps: Sequence[Mapping[int | None, Ending]]) -> dict[int | None, Ending]:
    """Return how the tasks ended of job arrays of which each waits for the one before.

    Parameters
    ----------
    steps : sequence of mapping
        The ends of each array by task, as far as they are known.

    Returns
    -------
    dict
        Those of the first array that went wrong, whose followers were cancelled for it; otherwise
        those of the last one of which any is known.
    """
    known_ends = [ends for ends in steps if ends]
    wrong = (ends for ends in known_ends if any(end.state != DONE for end in ends.values()))
    return dict(next(wrong, known_ends[-1] if known_ends else {}))


def parse_rows(text: str) -> list[Row]:
    """Return the rows of ``squeue -h -o FORMAT``, with times in seconds since the epoch.

    Parameters
    ----------
    text : str
        What it printed. A line of another form is left out. Tasks of an array that wait may share
        a line, such as ``0-5%3``; each has a row here.

    Examples
    --------
    >>> [(row.task, row.reason) for row in parse_rows("7|2-3%1|PENDING|N/A|Resources||N/A")]
    [(2, 'Resources'), (3, 'Resources')]
    """
    rows = []
    for line in text.splitlines():
        first = line.split("|", 4)
        last = first[-1].rsplit("|", 2)
        if len(first) < 5 or len(last) < 3 or not first[0].strip():
            continue
        job, tasks, state, start, _ = (word.strip() for word in first)
        reason, node, end = (word.strip() for word in last)
        times = seconds_of(end), seconds_of(start)
        for task in parse_tasks(tasks):
            rows.append(Row(job, task, state, known(reason), known(node), *times))
    return rows


def parse_tasks(text: str) -> list[int | None]:
    """Return the indices of an array's tasks; None alone for a job without tasks.

    Parameters
    ----------
    text : str
        As Slurm writes them, such as ``3``, ``0-5%3``, ``[1,4-9:2]`` or ``N/A``.

    Examples
    --------
    >>> parse_tasks("1,4-9:2%3")
    [1, 4, 6, 8]
    """
    if text in _NOTHING:
        return [None]
    found: list[int | None] = []
    for part in text.strip("[]").partition("%")[0].split(","):
        match = _RANGE.fullmatch(part)
        if match is not None:
            first = int(match[1])
            found += range(first, int(match[2] or first) + 1, max(1, int(match[3] or 1)))
    return found


def seconds_of(text: str) -> float | None:
    """Return a time as seconds since the epoch; None where Slurm knows none."""
    return float(text) if text.isdecimal() else None


def known(text: str) -> str:
    """Return a word of Slurm's; empty for one that means none."""
    return "" if text in _NOTHING else text
