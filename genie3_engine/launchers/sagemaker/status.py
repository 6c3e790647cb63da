"""Derive the status of a run from its training job and its instances."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from genie3_engine.errors import CloudError, RunError
from genie3_engine.launchers.sagemaker import errors, logs
from genie3_engine.launchers.sagemaker.client import forget_sessions, session_of
from genie3_engine.launchers.sagemaker.errors import reason
from genie3_engine.launchers.sagemaker.state import TrainingState, save
from genie3_engine.launchers.sagemaker.storage import Bucket
from genie3_engine.launchers.sagemaker.training_job import describe
from genie3_engine.launchers.tasks.hosts import added_up, host_of, step_of
from genie3_engine.model import ErrorRecord, JobState, RunStatus
from genie3_engine.model.statuses import COLLECTING

if TYPE_CHECKING:
    from genie3_engine.launchers.base import Host
    from genie3_engine.launchers.sagemaker.training_job import Job
    from genie3_engine.launchers.shared_jobs import SharedJob

WORKER_SAYS = "genie3: "  # begins what a worker writes about its own failure
_HOST = re.compile(r"host-(\d{4,})-of-(\d{4,})\.json")
TAIL_LINES = 5
_RESUME = "Resume the run to compute what is missing."
_STEPS = {
    "Pending": "waiting",
    "Starting": "launching",
    "LaunchingMLInstances": "launching",
    "PreparingTrainingStack": "launching",
    "Downloading": "downloading",
    "DownloadingTrainingImage": "downloading",
    "Interrupted": "interrupted",
    "Restarting": "launching",
    "Updating": "launching",
    "Uploading": "uploading",
    "Stopping": "stopping",
}
_OUT_OF_TIME = {
    "MaxRuntimeExceeded": "The job has reached the longest time it may run (--max-run).",
    "MaxWaitTimeExceeded": "The job has reached the longest time it may wait (--max-wait).",
}


def seen(status: RunStatus, job: Job, hosts: Sequence[Host], *, is_cancelled: bool) -> RunStatus:
    """Return the status of a run while its job is at work, or has been computed.

    Parameters
    ----------
    status : RunStatus
        Where it stood.
    job : Job
        The job as the service describes it.
    hosts : sequence of Host
        The notes of its hosts.
    is_cancelled : bool
        Whether it was asked to stop.
    """
    status = replace(
        added_up(status, hosts), started=job.training_began or status.started, error=None
    )
    if job.state == "Completed":
        return replace(status, state=JobState.RUNNING, step=COLLECTING)
    if job.state == "Stopping" or is_cancelled:
        return replace(status, state=JobState.STOPPING, step="stopping")
    is_training = job.secondary == "Training"
    at_work = step_of(hosts) or "uploading"
    step = at_work if is_training else _STEPS.get(job.secondary, "starting")
    is_begun = job.secondary in {"Training", "Uploading", "Interrupted", "Restarting"}
    return replace(status, state=JobState.RUNNING if is_begun else JobState.QUEUED, step=step)


def ended(status: RunStatus, job: Job, log_tail: str, *, is_cancelled: bool) -> RunStatus:
    """Return how a run has ended whose job has not completed.

    Parameters
    ----------
    status : RunStatus
        What `seen` returns.
    job : Job
        The job, stopped or failed.
    log_tail : str
        The last lines that its hosts have logged.
    is_cancelled : bool
        Whether it was asked to stop.
    """
    status = replace(status, ended=job.ended or status.heartbeat)
    if job.state == "Stopped":
        if job.secondary in _OUT_OF_TIME:
            record = ErrorRecord("cloud-time", _OUT_OF_TIME[job.secondary], f"Give more. {_RESUME}")
            return replace(status, state=JobState.FAILED, error=record)
        return replace(status, state=JobState.CANCELLED, step="", error=None)
    if is_cancelled:
        return replace(status, state=JobState.CANCELLED, step="", error=None)
    _, has_message, message = job.failure.partition(WORKER_SAYS)
    if has_message:
        record = ErrorRecord("worker", message.rpartition(", exit code")[0] or message, _RESUME)
        return replace(status, state=JobState.FAILED, error=record)
    if not job.failure.startswith("AlgorithmError"):
        return failed(status, reason(job.failure))
    return lost(
        status,
        f"An instance was terminated unexpectedly: it was killed, or its memory was used up. "
        f"SageMaker's message: {job.failure}",
        log_tail,
    )


def failed(status: RunStatus, error: CloudError) -> RunStatus:
    """Return the status of a run that has failed for a reason of the service's."""
    record = ErrorRecord(error.code, error.message, error.remedy)
    return replace(status, state=JobState.FAILED, error=record)


def lost(status: RunStatus, why: str, log_tail: str) -> RunStatus:
    """Return the status of a run whose worker has vanished."""
    message = why + (f" The log ends with:\n{log_tail}" if log_tail else "")
    return replace(status, state=JobState.LOST, error=ErrorRecord("lost", message, _RESUME))


def unknown(status: RunStatus, refusal: dict[str, str]) -> RunStatus:
    """Return the status of a run whose service cannot be reached; it is never stored."""
    return replace(status, state=JobState.UNKNOWN, error=ErrorRecord(**refusal))


def only_collecting_failed(status: RunStatus) -> bool:
    """Return whether only the collection of the result failed, and no part of it is missing."""
    error = status.error
    return status.step == COLLECTING and error is not None and error.code != RunError.code


def read_hosts(bucket: Bucket, checkpoints: str, *, job: str, n_hosts: int) -> list[Host]:
    """Return the notes of the hosts of a job, by rank; those without one are left out.

    Parameters
    ----------
    bucket : Bucket
        Where they write them.
    checkpoints : str
        The beginning of their files' keys.
    job : str
        The job; notes of hosts of an earlier job do not count.
    n_hosts : int
        How many there are.

    Raises
    ------
    CloudError
        When the bucket cannot be read.
    """
    found = []
    for stored in bucket.list(f"{checkpoints}host-"):
        named = _HOST.fullmatch(stored.key.removeprefix(checkpoints))
        if named is None or int(named[2]) != n_hosts:
            continue
        host = _read(bucket, stored.key, rank=int(named[1]), job=job)
        if host is not None:
            found.append(host)
    return sorted(found, key=lambda host: host.rank)


def _read(bucket: Bucket, key: str, *, rank: int, job: str) -> Host | None:
    """Read a host's note; None when that is of another job, or cannot be read."""
    try:
        values = json.loads(bucket.read(key))
        status = values["status"] or {}
        if values.get("job") not in ("", None, job):
            return None
        name, timings = str(values["host"]), values.get("timings")
        return host_of(status, name=name, rank=rank, timings=timings)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def ask(
    folder: SharedJob, status: RunStatus, record: TrainingState, *, log_pause_seconds: float
) -> RunStatus:
    """Ask about a run's job, store the answer, and return the run's status.

    Parameters
    ----------
    folder : SharedJob
        The run; this process is alone with it.
    status : RunStatus
        Where it stood; live.
    record : TrainingState
        What is remembered of it; changed.
    log_pause_seconds : float
        Between two looks at the logs, while the job is at work.

    Returns
    -------
    RunStatus
        ``unknown``, which is not written down, when the service cannot be asked. What cannot be
        read of the bucket and the logs is read the next time: the job's own state is known.
    """
    job_record = record.job
    if job_record is None:
        return status
    record.checked = time.time()
    try:
        job = describe(session_of(record.options), job_record.name)
    except CloudError as error:
        return _refused(folder, status, record, error)
    record.refusal = None
    job_record.seen = job
    hosts = _hosts(record, job)
    if job.has_ended or abs(record.checked - record.logs_checked) > log_pause_seconds:
        fetch_logs(folder, record)
    save(folder, record)
    now = seen(status, job, hosts, is_cancelled=record.is_cancelled)
    if job.has_ended and job.state != "Completed":
        tail = folder.log_tail(TAIL_LINES)
        now = ended(now, job, tail, is_cancelled=record.is_cancelled)
    if now != status:
        folder.write_status(now)
    return now


def fetch_logs(folder: SharedJob, record: TrainingState) -> None:
    """Append what the hosts have logged since to the run's log, where it can be read."""
    record.logs_checked = time.time()
    with suppress(CloudError):
        logs.fetch(session_of(record.options), folder, record)


def _hosts(record: TrainingState, job: Job) -> list[Host]:
    """Return the present notes of the hosts, or their last ones."""
    if job.training_began is None:
        return []
    bucket = Bucket(session_of(record.options), record.options.bucket)
    with suppress(CloudError):
        found = read_hosts(bucket, record.checkpoints, job=job.name, n_hosts=job.n_instances)
        record.hosts = found or record.hosts
    return record.hosts


def _refused(
    folder: SharedJob, status: RunStatus, record: TrainingState, error: CloudError
) -> RunStatus:
    """Return UNKNOWN with the reason; LOST if the job no longer exists."""
    if error.code == errors.GONE:
        gone = lost(status, error.message, folder.log_tail(TAIL_LINES))
        folder.write_status(replace(gone, ended=status.heartbeat))
        return folder.read_status()
    if error.code in {errors.EXPIRED, errors.CREDENTIALS}:
        forget_sessions()  # the user may have logged in again
    record.refusal = {"code": error.code, "message": error.message, "remedy": error.remedy}
    save(folder, record)
    return unknown(status, record.refusal)
