"""What does a training job's state say of the run?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from genie3_engine.errors import CloudError, RunError
from genie3_engine.launchers.sagemaker.gathering import COLLECTING
from genie3_engine.launchers.sagemaker.hosts import step_of
from genie3_engine.launchers.sagemaker.refusals import reason
from genie3_engine.model import ErrorRecord, RunState, RunStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genie3_engine.launchers.sagemaker.hosts import Host
    from genie3_engine.launchers.sagemaker.jobs import Job

WORKER_SAYS = "genie3: "  # begins what a worker writes about its own failure
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
    """Return where a run stands while its job is at work, or has been computed.

    Parameters
    ----------
    status : RunStatus
        Where it stood.
    job : Job
        The job as the service describes it.
    hosts : sequence of Host
        What its hosts say.
    is_cancelled : bool
        Whether somebody has asked it to stop.
    """
    n_done = sum(host.targets_done for host in hosts)
    status = replace(
        status,
        targets_done=max(n_done, status.targets_done) if n_done or hosts else status.targets_done,
        started=job.training_began or status.started,
        heartbeat=max([host.heartbeat or 0.0 for host in hosts], default=0.0) or status.heartbeat,
        error=None,
    )
    if job.state == "Completed":
        return replace(status, state=RunState.RUNNING, step=COLLECTING)
    if job.state == "Stopping" or is_cancelled:
        return replace(status, state=RunState.STOPPING, step="stopping")
    step = step_of(hosts) if job.secondary == "Training" else _STEPS.get(job.secondary, "starting")
    is_begun = job.secondary in {"Training", "Uploading", "Interrupted", "Restarting"}
    return replace(status, state=RunState.RUNNING if is_begun else RunState.QUEUED, step=step)


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
        Whether somebody has asked it to stop.
    """
    status = replace(status, ended=job.ended or status.heartbeat)
    if job.state == "Stopped":
        if job.secondary in _OUT_OF_TIME:
            record = ErrorRecord("cloud-time", _OUT_OF_TIME[job.secondary], f"Give more. {_RESUME}")
            return replace(status, state=RunState.FAILED, error=record)
        return replace(status, state=RunState.CANCELLED, step="", error=None)
    if is_cancelled:
        return replace(status, state=RunState.CANCELLED, step="", error=None)
    _, is_told, told = job.failure.partition(WORKER_SAYS)
    if is_told:
        record = ErrorRecord("worker", told.rpartition(", exit code")[0] or told, _RESUME)
        return replace(status, state=RunState.FAILED, error=record)
    if not job.failure.startswith("AlgorithmError"):
        return failed(status, reason(job.failure))
    return lost(
        status,
        f"A host of the training job died without a word: it was killed, or its memory was used "
        f"up. SageMaker says: {job.failure}",
        log_tail,
    )


def failed(status: RunStatus, error: CloudError) -> RunStatus:
    """Return the status of a run that has failed for a reason of the service's."""
    record = ErrorRecord(error.code, error.message, error.remedy)
    return replace(status, state=RunState.FAILED, error=record)


def lost(status: RunStatus, why: str, log_tail: str) -> RunStatus:
    """Return the status of a run whose worker has vanished."""
    message = why + (f" The log ends with:\n{log_tail}" if log_tail else "")
    return replace(status, state=RunState.LOST, error=ErrorRecord("lost", message, _RESUME))


def unknown(status: RunStatus, refusal: dict[str, str]) -> RunStatus:
    """Return the status of a run that nobody could be asked about; it is never stored."""
    return replace(status, state=RunState.UNKNOWN, error=ErrorRecord(**refusal))


def only_collecting_failed(status: RunStatus) -> bool:
    """Return whether only the collection of the result failed, and no part of it is missing."""
    error = status.error
    return status.step == COLLECTING and error is not None and error.code != RunError.code
