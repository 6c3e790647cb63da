"""Download the parts of a run and merge them into its result."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import CloudError, Genie3Error, RunError
from genie3_engine.jobs import filenames
from genie3_engine.jobs.machine import machine, versions
from genie3_engine.launchers.sagemaker.state import billing
from genie3_engine.model import ErrorRecord, JobState
from genie3_engine.model.statuses import COLLECTING
from genie3_engine.store.timings import side_by_side

if TYPE_CHECKING:
    from genie3_engine.launchers.sagemaker.state import JobRecord, TrainingState
    from genie3_engine.launchers.sagemaker.storage import Bucket
    from genie3_engine.launchers.shared_jobs import SharedJob


_LAUNCHING = {"Starting", "Pending", "LaunchingMLInstances", "PreparingTrainingStack"}
_DOWNLOADING = {"Downloading", "DownloadingTrainingImage"}


def gather(job: SharedJob, record: TrainingState, bucket: Bucket, *, home: Path | None) -> str:
    """Download the parts and write the results of a run, and mark it as done.

    Parameters
    ----------
    job : SharedJob
        The run; no other process asks for it meanwhile.
    record : TrainingState
        What is remembered of it.
    bucket : Bucket
        Where the parts are.
    home : Path or None
        Where the data are stored.

    Returns
    -------
    str
        What is missing and takes another job; empty when the run is done.

    Raises
    ------
    CloudError
        When the bucket cannot be read; nothing is lost by that.
    Exception
        When targets are missing or foreign, the disk is full, or the program has a bug; the run
        has failed then.
    """
    began, started = time.time(), time.monotonic()
    status = job.read_status()
    if status.state is JobState.DONE:
        return ""
    try:
        download_parts(bucket, record.checkpoints, job)
        missing = job.finish(home)
        if missing:
            _require_progress(record, missing)
            return missing
    except CloudError:
        raise
    except Exception as error:
        job.write_status(
            replace(
                status,
                state=JobState.FAILED,
                step=COLLECTING,
                error=_error_record(error),
                ended=began,
            )
        )
        raise
    with suppress(RunError, OSError):
        job.write_timings(timings(record, collecting_seconds=time.monotonic() - started))
    job_ended = record.job.seen.ended if record.job else None
    now = job.read_status()  # what was written may have been counted
    job.write_status(
        replace(
            now,
            state=JobState.DONE,
            step="",
            targets_done=now.targets_total,
            started=status.started,
            heartbeat=time.time(),
            ended=job_ended or time.time(),
            error=None,
        )
    )
    return ""


def _require_progress(record: TrainingState, missing: str) -> None:
    """Refuse to pay for another job where the last one has computed nothing."""
    if missing == record.missing:
        raise RunError(
            f"The last job has computed nothing that was missing ({missing}).",
            "Look at the log, and resume.",
        )


def _error_record(error: Exception) -> ErrorRecord:
    if isinstance(error, Genie3Error):
        return ErrorRecord(error.code, error.message, error.remedy)
    return ErrorRecord(
        "bug",
        f"The result could not be collected: {type(error).__name__}: {error}",
        "Resume the run to try again; nothing is computed again.",
    )


def timings(record: TrainingState, *, collecting_seconds: float) -> dict[str, Any]:
    """Return where a run's time and money went, for ``timings.json``.

    Parameters
    ----------
    record : TrainingState
        What is remembered of the run, its last job ended.
    collecting_seconds : float
        Seconds of downloading and merging.

    Notes
    -----
    Steps of the instances are those of the slowest host: it decides when the job is done. The time
    of SageMaker itself is ``launching``, ``downloading``, ``installing`` and ``uploading``.
    """
    job = record.job
    if job is None:
        return {}
    reports = [host.timings for host in record.hosts if host.timings]
    together = side_by_side(reports) or {"machine": machine(), "versions": versions()}
    steps = dict(together.get("seconds", {}))
    steps.pop("total", None)
    seconds = {**_service_seconds(job, steps), **steps, COLLECTING: collecting_seconds}
    began = job.seen.created or job.submitted
    ended = job.seen.ended or time.time()
    return {
        **together,
        "seconds": {**seconds, "total": max(0.0, ended - began) + collecting_seconds},
        "billing": billing(record, now=ended),
    }


def _service_seconds(job: JobRecord, steps: dict[str, float]) -> dict[str, float]:
    """Return what the service itself took, from the job's phases."""
    spent = {"launching": 0.0, "downloading": 0.0, "installing": 0.0, "uploading": 0.0}
    for name, began, ended in job.seen.phases:
        seconds = max(0.0, (ended or began) - began)
        if name in _LAUNCHING:
            spent["launching"] += seconds
        elif name in _DOWNLOADING:
            spent["downloading"] += seconds
        elif name == "Training":
            spent["installing"] += seconds
        elif name == "Uploading":
            spent["uploading"] += seconds
    spent["installing"] = max(0.0, spent["installing"] - sum(steps.values()))
    return spent


def download_parts(bucket: Bucket, checkpoints: str, job: SharedJob) -> int:
    """Download the parts that are finished, and return how many are new.

    Parameters
    ----------
    bucket : Bucket
        Where they are.
    checkpoints : str
        The beginning of their keys.
    job : SharedJob
        The run, whose folders of parts are made. A part never changes once it is there.

    Raises
    ------
    CloudError
        When the bucket cannot be read.
    StorageError
        When the disk is full or may not be written.
    """
    n_new = 0
    folders = job.part_folders
    for stored in bucket.list(checkpoints):
        place, _, name = stored.key.removeprefix(checkpoints).rpartition("/")
        folder = folders.get(place)
        if folder is None or filenames.PartName.parse(name) is None:
            continue
        path = folder / name
        if path.is_file() and path.stat().st_size == stored.n_bytes:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        try:
            bucket.download(stored.key, path)
        except CloudError as error:
            if error.code == "cloud-gone":
                continue  # cleaned up meanwhile: the merge reports what is missing
            raise
        n_new += 1
    return n_new
