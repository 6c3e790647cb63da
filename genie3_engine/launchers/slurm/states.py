"""Derive the status of a run from Slurm's queue and the tasks' own reports; nothing is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from genie3_engine.jobs.locks import SILENT_SECONDS
from genie3_engine.labels import size
from genie3_engine.launchers.slurm import reasons
from genie3_engine.launchers.slurm.errors import TIME
from genie3_engine.launchers.slurm.options import slurm_memory
from genie3_engine.launchers.slurm.rows import Ending, Row, deciding
from genie3_engine.launchers.tasks.hosts import WAITING, added_up, step_of
from genie3_engine.model import ErrorRecord, JobState, RunStatus

if TYPE_CHECKING:
    from genie3_engine.launchers.base import Host
    from genie3_engine.launchers.slurm.record import Submission

GRACE_SECONDS = 60.0  # a shared file system may show the last words of a task so late
WAITS_FOREVER = "slurm-waits"
MEMORY = "memory"
CANCELLED = "slurm-cancelled"
OUTPUT = "slurm-output"
WORKER = "worker"
LOST = "lost"
_RESUME = "Resume the run to compute what is missing."
_MEMORY_FACTOR = 1.5  # of what was used up
_LEAST_MEMORY = 256 * 2**20  # less holds no program


@dataclass(frozen=True, slots=True)
class Jobs:
    """What Slurm knows of the jobs of one submission.

    Parameters
    ----------
    tasks : dict of int to Row
        The live tasks of the array, by index.
    merge : Row or None
        The job that merges, while it is live and can still start.
    ends : dict of int to Ending
        How the other tasks ended; those that Slurm no longer knows are missing.
    merge_end : Ending or None
        How the merge ended.
    """

    tasks: Mapping[int, Row]
    merge: Row | None
    ends: Mapping[int, Ending]
    merge_end: Ending | None

    @property
    def is_live(self) -> bool:
        """True while a job waits or is at work."""
        return bool(self.tasks) or self.merge is not None


def jobs_of(rows: Sequence[Row], endings: Sequence[Ending], submission: Submission) -> Jobs:
    """Return what is known of the jobs of a submission; a job that is live has not ended.

    Parameters
    ----------
    rows : sequence of Row
        Of all of the user's jobs, in any order.
    endings : sequence of Ending
        Of this submission.
    submission : Submission
        Its jobs.
    """
    rows = sorted(rows, key=lambda row: (row.job, row.state, row.reason, row.node, row.end or 0.0))
    merging = [row for row in rows if row.job == submission.merge_job]
    tasks: dict[int, Row] = {}
    steps: list[dict[int | None, Ending]] = []
    for job in submission.arrays:
        array = [row for row in rows if row.job == job and row.task is not None]
        live = {row.task: row for row in array if _is_live(row) and not _is_in_vain(row)}
        steps.append({row.task: _ending(row) for row in array if not _is_live(row)})
        tasks = {task: row for task, row in live.items() if task is not None} | tasks
    merge = next((row for row in merging if _is_live(row) and not _is_in_vain(row)), None)
    ends = {task: end for task, end in deciding(steps).items() if task is not None}
    ends |= {each.task: each for each in endings if each.task is not None}
    merge_end = next((each for each in endings if each.task is None), None)
    if merge_end is None and merge is None and merging:
        merge_end = replace(_ending(merging[-1]), task=None)
    ends = {task: end for task, end in ends.items() if task not in tasks}
    return Jobs(tasks, merge, ends, None if merge else merge_end)


def run_status(
    status: RunStatus,
    *,
    rows: Sequence[Row],
    endings: Sequence[Ending],
    hosts: Sequence[Host],
    submission: Submission,
    is_cancelled: bool,
    now: float,
    log_tail: str = "",
) -> RunStatus:
    """Return the status of a run that Slurm has.

    Parameters
    ----------
    status : RunStatus
        As the run's folder has it; the job that merges writes it.
    rows : sequence of Row
        Slurm's queue, in any order; jobs of other runs are ignored.
    endings : sequence of Ending
        How tasks ended, and the merge, as far as it is known.
    hosts : sequence of Host
        The tasks' own reports.
    submission : Submission
        The jobs of the run.
    is_cancelled : bool
        Whether the run was asked to stop from here.
    now : float
        Seconds since the epoch.
    log_tail : str
        Last lines of the log, for a run that is lost.

    Returns
    -------
    RunStatus
        A live state while a job of the run is live, and a minute longer while it is unknown how it
        ended.
    """
    jobs = jobs_of(rows, endings, submission)
    if status.state is JobState.DONE or not (status.state.is_live or jobs.is_live):
        return status
    summed = replace(added_up(status, hosts), error=None, ended=None)
    if jobs.is_live:
        return _live(status, summed, jobs, hosts, is_cancelled=is_cancelled)
    if is_cancelled or status.state is JobState.STOPPING:
        return _ended(replace(summed, state=JobState.CANCELLED), now)
    silent = now - _last_sign(status, rows, hosts, submission)
    if silent < GRACE_SECONDS and _is_unclear(jobs, hosts, submission):
        if not hosts and not jobs.ends:
            return replace(summed, state=JobState.QUEUED, step="waiting")
        return replace(summed, state=JobState.RUNNING, step=step_of(hosts) or "writing")
    ended = _end(summed, jobs, hosts, submission)
    error = ended.error
    if ended.state is JobState.LOST and error is not None and log_tail:
        message = f"{error.message} The log ends with:\n{log_tail}"
        ended = replace(ended, error=replace(error, message=message))
    return _ended(ended, now)


def unanswered(
    status: RunStatus,
    refusal: ErrorRecord,
    *,
    hosts: Sequence[Host],
    is_cancelled: bool,
    now: float,
) -> RunStatus:
    """Return the status of a run while Slurm cannot be asked; it is never stored.

    Parameters
    ----------
    status : RunStatus
        As the run's folder has it.
    refusal : ErrorRecord
        Why Slurm cannot be asked.
    hosts : sequence of Host
        The tasks' own reports.
    is_cancelled : bool
        Whether the run was asked to stop from here.
    now : float
        Seconds since the epoch.
    """
    if not status.state.is_live:
        return status
    summed = added_up(status, hosts)
    newest = max([host.heartbeat or 0.0 for host in hosts if host.is_live], default=0.0)
    if status.state is JobState.RUNNING:  # the merge writes it
        newest = max(newest, status.heartbeat or 0.0)
    if now - newest >= SILENT_SECONDS:
        return replace(summed, state=JobState.UNKNOWN, error=refusal)
    if is_cancelled:
        return replace(summed, state=JobState.STOPPING, step="stopping")
    step = step_of(hosts) or status.step or "writing"
    return replace(summed, state=JobState.RUNNING, step=step)


def _live(
    status: RunStatus,
    summed: RunStatus,
    jobs: Jobs,
    hosts: Sequence[Host],
    *,
    is_cancelled: bool,
) -> RunStatus:
    """Return the status of a run with a live job."""
    if is_cancelled or status.state is JobState.STOPPING:
        return replace(summed, state=JobState.STOPPING, step="stopping")
    tasks = jobs.tasks.values()
    if not tasks:
        step = status.step if status.state is JobState.RUNNING and status.step else "writing"
        merging = [jobs.merge] if jobs.merge is not None else []
        return replace(summed, state=JobState.RUNNING, step=step, error=_forever(merging))
    ranks = {task for task, row in jobs.tasks.items() if not _is_waiting(row)}
    if ranks:
        at_work = [host for host in hosts if host.rank in ranks and host.step != WAITING]
        n_done = sum(host.state == JobState.DONE for host in at_work)
        step = step_of(at_work) or ("writing" if n_done == len(ranks) else "starting")
        return replace(summed, state=JobState.RUNNING, step=step)
    if error := _forever(tasks):
        return replace(summed, state=JobState.QUEUED, step="waiting", error=error)
    begun = {host.rank for host in hosts if host.step != WAITING}  # waiting: for the next array
    if any(_begins_again(row) or task in begun for task, row in jobs.tasks.items()):
        return replace(summed, state=JobState.RUNNING, step="interrupted")
    state = JobState.RUNNING if hosts or jobs.ends else JobState.QUEUED
    return replace(summed, state=state, step="waiting")


def _end(status: RunStatus, jobs: Jobs, hosts: Sequence[Host], submission: Submission) -> RunStatus:
    """Return how a run ended of which no job is live."""
    reports = {host.rank: host for host in hosts}
    ends = [jobs.ends[task] for task in sorted(jobs.ends)]
    computed = {end.task for end in ends if end.state == reasons.DONE}
    computed |= {host.rank for host in hosts if host.state == JobState.DONE}
    if len(computed) >= submission.n_tasks:  # the merge alone is missing
        ends = [] if jobs.merge_end is None else [jobs.merge_end]
        reports = {}
    failed = [host for host in reports.values() if host.state == JobState.FAILED and host.error]
    wrong = [end for end in ends if end.state != reasons.DONE]
    if failed:
        error = ErrorRecord(**(min(failed, key=lambda host: host.rank).error or {}))
        return replace(status, state=JobState.FAILED, error=error)
    for is_so, judge in _JUDGES:
        found = next((end for end in wrong if is_so(end)), None)
        if found is not None:
            return judge(status, found)
    begun = {host.rank for host in hosts}
    completed = [jobs.ends[task] for task in sorted(jobs.ends) if task not in begun]
    silent = next((end for end in completed if end.state == reasons.DONE), None)
    if silent is not None:
        return _silent(status, silent)
    gone = next((task for task in range(submission.n_tasks) if task not in computed), None)
    what = "The job that merges" if gone is None else _called(gone)
    return _lost(status, f"{what} has vanished: Slurm knows no more of it.")


def _out_of_memory(status: RunStatus, end: Ending) -> RunStatus:
    used = max(end.peak_bytes or 0, end.limit_bytes or 0)
    message = f"{_called(end.task)} has used up its memory{_at(end)}"
    figures = []
    if end.peak_bytes:
        figures.append(f"{size(end.peak_bytes)} measured")
    if end.limit_bytes:
        figures.append(f"{size(end.limit_bytes)} requested")
    message += f" ({', '.join(figures)})." if figures else "."
    more = (
        f"Give --memory {slurm_memory(max(_MEMORY_FACTOR * used, _LEAST_MEMORY))}"
        if used
        else "Give more --memory"
    )
    error = ErrorRecord(MEMORY, message, f"{more}, or more --tasks. {_RESUME}")
    return replace(status, state=JobState.FAILED, error=error)


def _out_of_time(status: RunStatus, end: Ending) -> RunStatus:
    error = ErrorRecord(
        TIME,
        f"{_called(end.task)} has reached its longest time (--time){_at(end)}.",
        f"Give more --time, or more --tasks. {_RESUME}",
    )
    return replace(status, state=JobState.FAILED, error=error)


def _was_cancelled(status: RunStatus, end: Ending) -> RunStatus:
    who = f"by the user {end.by}" if end.by else "by another user or program"
    error = ErrorRecord(CANCELLED, f"{_called(end.task)} was cancelled {who}.", _RESUME)
    return replace(status, state=JobState.CANCELLED, error=error)


def _without_output(status: RunStatus, end: Ending) -> RunStatus:
    error = ErrorRecord(
        OUTPUT,
        f"{_called(end.task)} could not start{_at(end)}: the folder of the run cannot be written "
        "there.",
        f"Choose a folder that every node may write. {_RESUME}",
    )
    return replace(status, state=JobState.FAILED, error=error)


def _exited(status: RunStatus, end: Ending) -> RunStatus:
    error = ErrorRecord(
        WORKER,
        f"{_called(end.task)} ended with exit code {end.exit_code}{_at(end)}.",
        f"See the log; a line of --setup may have failed. {_RESUME}",
    )
    return replace(status, state=JobState.FAILED, error=error)


def _silent(status: RunStatus, end: Ending) -> RunStatus:
    """Return the status of a run with a task that Slurm calls completed and that never began."""
    error = ErrorRecord(
        WORKER,
        f"{_called(end.task)} ended{_at(end)} before it computed anything.",
        f"A line of --setup may have ended the script: leave out exit and exec. {_RESUME}",
    )
    return replace(status, state=JobState.FAILED, error=error)


def _died(status: RunStatus, end: Ending) -> RunStatus:
    if end.state in reasons.NODE_FAILED:
        node = f"the node {end.node}" if end.node else "its node"
        return _lost(status, f"{_called(end.task)} has vanished: {node} failed.")
    if end.state == reasons.PREEMPTED:
        return _lost(status, f"{_called(end.task)} was ended{_at(end)}: other jobs took its place.")
    how = f" (signal {end.signal})" if end.signal else ""
    return _lost(status, f"{_called(end.task)} was killed{_at(end)}{how}.")


# The first that holds for any task decides.
_JUDGES: tuple[tuple[Callable[[Ending], bool], Callable[[RunStatus, Ending], RunStatus]], ...] = (
    (lambda end: end.state == reasons.OUT_OF_MEMORY, _out_of_memory),
    (lambda end: end.state in reasons.OUT_OF_TIME, _out_of_time),
    (lambda end: end.state in reasons.CANCELLED, _was_cancelled),
    (lambda end: end.signal == reasons.CANNOT_WRITE, _without_output),
    (lambda end: bool(end.exit_code), _exited),
    (lambda end: bool(end.state), _died),
)


def _lost(status: RunStatus, message: str) -> RunStatus:
    return replace(status, state=JobState.LOST, error=ErrorRecord(LOST, message, _RESUME))


def _ended(status: RunStatus, now: float) -> RunStatus:
    return replace(
        status,
        step="",
        ended=status.heartbeat or now,
        targets_per_second=None,
        expected_end=None,
    )


def _is_unclear(jobs: Jobs, hosts: Sequence[Host], submission: Submission) -> bool:
    """Return whether it is still unknown how a task, or the merge, ended."""
    computed = {host.rank for host in hosts if host.state == JobState.DONE}
    computed |= {task for task, end in jobs.ends.items() if end.state == reasons.DONE}
    if len(computed) >= submission.n_tasks:
        return jobs.merge_end is None or jobs.merge_end.state == reasons.DONE
    known = computed | set(jobs.ends) | {host.rank for host in hosts if host.error}
    return len(known) < submission.n_tasks


def _last_sign(
    status: RunStatus, rows: Sequence[Row], hosts: Sequence[Host], submission: Submission
) -> float:
    """Return when a job of the run was last known to be at work, in seconds since the epoch."""
    heartbeats = [status.heartbeat, *(host.heartbeat for host in hosts)]
    ends = [row.end for row in rows if row.job in submission.jobs and row.state in reasons.ENDED]
    return max([submission.submitted_at, *(each for each in (*heartbeats, *ends) if each)])


def _forever(rows: Iterable[Row]) -> ErrorRecord | None:
    """Return why a job will never start by itself; None where none is so."""
    row = min(
        (row for row in rows if _is_waiting(row) and reasons.never_passes(row.reason)),
        key=lambda row: -1 if row.task is None else row.task,
        default=None,
    )
    if row is None:
        return None
    message = f"Slurm will not start it: {reasons.meaning(row.reason)} ({row.reason})."
    return ErrorRecord(WAITS_FOREVER, message, reasons.remedy(row.reason))


def _ending(row: Row) -> Ending:
    """Return how a job ended, as the queue shows it."""
    return Ending(row.task, row.state, row.reason, node=row.node)


def _is_live(row: Row) -> bool:
    """Return whether a job may still work; states that are not known here are live."""
    return row.state not in reasons.ENDED


def _is_waiting(row: Row) -> bool:
    return row.state in reasons.WAITING or row.state in reasons.WAITING_AGAIN


def _is_in_vain(row: Row) -> bool:
    """Return whether a job waits for others that have failed."""
    return _is_waiting(row) and row.reason == reasons.NEVER_SATISFIED


def _begins_again(row: Row) -> bool:
    return row.state in reasons.WAITING_AGAIN or row.reason == reasons.BEGINS_LATER


def _called(task: int | None) -> str:
    return "The job that merges" if task is None else f"Task {task + 1}"


def _at(end: Ending) -> str:
    return f" on {end.node}" if end.node else ""
