"""Derive the status of a run from its tasks and the queue, and write how it ended."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.errors import RunError
from genie3_engine.jobs.moments import is_recent
from genie3_engine.launchers.exclusive import exclusive
from genie3_engine.launchers.slurm import submission as jobs
from genie3_engine.launchers.slurm.ends import read_endings
from genie3_engine.launchers.slurm.errors import UNREACHABLE, SlurmError
from genie3_engine.launchers.slurm.record import SlurmRecord, Submission, load, save
from genie3_engine.launchers.slurm.reports import read_reports
from genie3_engine.launchers.slurm.states import jobs_of, run_status, unanswered
from genie3_engine.launchers.tasks.hosts import added_up, read_hosts, step_of
from genie3_engine.launchers.tasks.logs import gather_logs
from genie3_engine.model import ErrorRecord, JobState

if TYPE_CHECKING:
    from genie3_engine.launchers.shared_jobs import SharedJob
    from genie3_engine.launchers.slurm.queue import Answer
    from genie3_engine.model import RunStatus

ARRIVAL_SECONDS = 60.0  # until a submission that was not answered is known to be lost
TAIL_LINES = 5
_RESUME = "Resume the run to submit it again."


def seen(folder: SharedJob, record: SlurmRecord, answer: Answer) -> RunStatus:
    """Return the status of a run by what its tasks wrote and Slurm has answered last.

    Parameters
    ----------
    folder : SharedJob
        A run that is live.
    record : SlurmRecord
        What is remembered of it.
    answer : Answer
        Of the queue.

    Notes
    -----
    A run is unknown only when Slurm cannot be asked and its tasks are silent; that is not stored.
    """
    status, submission, now = folder.read_status(), record.submissions[-1], time.time()
    if not status.state.is_live:
        return status
    hosts, is_cancelled = read_reports(folder.path, submission), record.is_cancelled
    refusal = jobs.elsewhere(submission) or answer.refusal
    if refusal is not None:
        return unanswered(status, refusal, hosts=hosts, is_cancelled=is_cancelled, now=now)
    if is_answered(submission, answer):
        found = run_status(
            status,
            rows=answer.rows,
            endings=(),
            hosts=hosts,
            submission=submission,
            is_cancelled=is_cancelled,
            now=now,
        )
        if found.state.is_live:
            return found
    has_begun = hosts or is_answered(submission, answer)
    if has_begun and status.state is JobState.QUEUED:  # the merge has not written its own yet
        status = replace(status, state=JobState.RUNNING, step=step_of(hosts) or "writing")
    if is_cancelled:  # and it is not known yet how it ended
        status = replace(status, state=JobState.STOPPING, step="stopping")
    return added_up(status, hosts)


def is_answered(submission: Submission, answer: Answer) -> bool:
    """Return whether Slurm was asked since the jobs of a submission are known."""
    return bool(submission.array_job) and answer.asked >= submission.submitted_at


def is_due(record: SlurmRecord, answer: Answer) -> bool:
    """Return whether a run needs more than to be looked at.

    That is when Slurm's answer to its submission was lost, it is cancelled, or its jobs have ended.
    """
    submission = record.submissions[-1]
    if answer.refusal is not None or answer.asked < submission.submitted_at:
        return False
    if jobs.elsewhere(submission) is not None:  # and nobody here knows how its jobs end
        return False
    is_at_work = submission.is_complete and _is_live(submission, answer)
    return record.is_cancelled or not is_at_work


def _is_live(submission: Submission, answer: Answer) -> bool:
    return jobs_of(answer.rows, (), submission).is_live


def look_after(folder: SharedJob, answer: Answer, *, home: Path | None) -> None:
    """Do what a run needs; see `is_due`. Slurm is asked, which takes time.

    Parameters
    ----------
    folder : SharedJob
        The run.
    answer : Answer
        Of the queue.
    home : Path or None
        The home; the user's for None.

    Raises
    ------
    SlurmError
        When Slurm refuses or cannot be asked.
    StorageError
        When the run's folder may not be written.
    """
    with exclusive(folder):
        status, record = folder.read_status(), load(folder)
        if not status.state.is_live or record is None or record.submission is None:
            return
        if not is_due(record, answer):
            return
        submission = record.submission
        if not submission.is_complete:
            if not _complete(folder, record, status, home=home):
                return
            submission = record.submissions[-1]
        if not _is_live(submission, answer):
            _write_end(folder, record, status, answer)
        elif record.is_cancelled:
            jobs.cancel(submission)


def _complete(
    folder: SharedJob, record: SlurmRecord, status: RunStatus, *, home: Path | None
) -> bool:
    """Find the jobs of a submission that was not answered; return whether those needed are known.

    A run that is cancelled needs no merge.
    """
    submission = record.submissions[-1] = jobs.find(record.submissions[-1])
    save(folder, record)
    if submission.array_job:
        if not (submission.is_complete or record.is_cancelled):
            try:
                jobs.send(folder, record, home=home)
            except SlurmError as refused:
                if refused.is_unanswered:
                    raise
                failed = replace(status, state=JobState.FAILED, error=ErrorRecord.of(refused))
                _write(folder, status, replace(failed, ended=time.time()))
        return submission.is_complete or record.is_cancelled
    if record.is_cancelled or not is_recent(submission.submitted_at, ARRIVAL_SECONDS):
        never = ErrorRecord(
            UNREACHABLE, "Slurm did not answer when the run was submitted, and has no job of it.",
            _RESUME,
        )  # fmt: skip
        if record.is_cancelled:
            ended = replace(status, state=JobState.CANCELLED, step="", ended=time.time())
        else:
            ended = replace(status, state=JobState.FAILED, error=never, ended=time.time())
        _write(folder, status, ended)
    return False


def _write_end(folder: SharedJob, record: SlurmRecord, status: RunStatus, answer: Answer) -> None:
    """Write how a run ended whose jobs are gone, once that is known."""
    submission = record.submissions[-1]
    endings = read_endings(folder.path, submission, answer.rows)
    gather_logs(folder, record.logs_read)
    ended = run_status(
        status,
        rows=answer.rows,
        endings=endings,
        hosts=read_hosts(folder.path, submission.n_tasks),
        submission=submission,
        is_cancelled=record.is_cancelled,
        now=time.time(),
        log_tail=folder.log_tail(TAIL_LINES),
    )
    record.endings = list(endings)
    save(folder, record)
    if not ended.state.is_live:
        with suppress(SlurmError):  # the merge may still wait for tasks that have failed
            jobs.cancel(submission)
        _write(folder, status, ended)


def _write(folder: SharedJob, before: RunStatus, ended: RunStatus) -> None:
    """Write how a run ended, unless the merge is at work or has written something else."""
    with suppress(RunError), folder.lock():
        if folder.read_status() == before:
            folder.write_status(ended)
            folder.clear_stop()
