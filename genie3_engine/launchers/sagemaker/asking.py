"""What do the service, the bucket and the logs say of a run, and what is written down of it?"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from genie3_engine.errors import CloudError
from genie3_engine.launchers.sagemaker import jobs, logs, refusals, states
from genie3_engine.launchers.sagemaker.bucket import Bucket
from genie3_engine.launchers.sagemaker.hosts import Host, read_hosts
from genie3_engine.launchers.sagemaker.record import Record, remember
from genie3_engine.launchers.sagemaker.session import forget_sessions, session_of

if TYPE_CHECKING:
    from genie3_engine.model import RunStatus
    from genie3_engine.store.run_folder import RunFolder

TAIL_LINES = 5


def ask(
    folder: RunFolder, status: RunStatus, record: Record, *, log_pause_seconds: float
) -> RunStatus:
    """Ask about a run's job, write down what is said, and return where the run stands.

    Parameters
    ----------
    folder : RunFolder
        The run; this process is alone with it.
    status : RunStatus
        Where it stood; live.
    record : Record
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
        job = jobs.describe(session_of(record.options), job_record.name)
    except CloudError as error:
        return _refused(folder, status, record, error)
    record.refusal = None
    job_record.seen = asdict(job)
    hosts = _hosts(record, job)
    if job.has_ended or record.checked - record.logs_checked > log_pause_seconds:
        fetch_logs(folder, record)
    remember(folder, record)
    now = states.seen(status, job, hosts, is_cancelled=record.is_cancelled)
    if job.has_ended and job.state != "Completed":
        tail = folder.log_tail(TAIL_LINES)
        now = states.ended(now, job, tail, is_cancelled=record.is_cancelled)
    if now != status:
        folder.write_status(now)
    return now


def fetch_logs(folder: RunFolder, record: Record) -> None:
    """Append what the hosts have logged since to the run's log, where it can be read."""
    record.logs_checked = time.time()
    with suppress(CloudError):
        logs.fetch(session_of(record.options), folder, record)


def _hosts(record: Record, job: jobs.Job) -> list[Host]:
    """Return what the hosts say now, or what they said last."""
    if job.training_began is None:
        return []
    bucket = Bucket(session_of(record.options), record.options.bucket)
    found: list[Host] = []
    with suppress(CloudError):
        found = read_hosts(bucket, record.checkpoints, job=job.name, n_hosts=job.n_instances)
    if found:
        record.hosts = [host.to_dict() for host in found]
    return found or [Host(**host) for host in record.hosts]


def _refused(folder: RunFolder, status: RunStatus, record: Record, error: CloudError) -> RunStatus:
    """Say that nobody knows, and why; a job that AWS does not know any more is lost."""
    if error.code == refusals.GONE:
        gone = states.lost(status, error.message, folder.log_tail(TAIL_LINES))
        folder.write_status(replace(gone, ended=status.heartbeat))
        return folder.read_status()
    if error.code in {refusals.EXPIRED, refusals.CREDENTIALS}:
        forget_sessions()  # the user may have logged in again
    record.refusal = {"code": error.code, "message": error.message, "remedy": error.remedy}
    remember(folder, record)
    return states.unknown(status, record.refusal)
