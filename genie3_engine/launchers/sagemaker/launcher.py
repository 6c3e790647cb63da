"""The launcher of runs on Amazon SageMaker."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from genie3_engine.errors import CloudError, Genie3Error, RunError
from genie3_engine.jobs import lifecycle
from genie3_engine.jobs.moments import is_recent
from genie3_engine.launchers import background
from genie3_engine.launchers.base import (
    NOT_DONE,
    Check,
    Cleaned,
    Handle,
    JobView,
    Launcher,
    LaunchPlan,
    LogChunk,
)
from genie3_engine.launchers.exclusive import exclusive
from genie3_engine.launchers.registry import CLOUD, saved_options
from genie3_engine.launchers.sagemaker import errors, setup, training_job
from genie3_engine.launchers.sagemaker.client import session_of
from genie3_engine.launchers.sagemaker.collect import download_parts, gather
from genie3_engine.launchers.sagemaker.options import SageMakerOptions
from genie3_engine.launchers.sagemaker.pricing import cost_text, price_of
from genie3_engine.launchers.sagemaker.state import (
    Collection,
    JobRecord,
    TrainingState,
    load,
    new_key,
    save,
    view_of,
)
from genie3_engine.launchers.sagemaker.status import (
    ask,
    fetch_logs,
    lost,
    only_collecting_failed,
    unknown,
)
from genie3_engine.launchers.sagemaker.storage import Bucket, usable_bucket
from genie3_engine.launchers.sagemaker.submission import Shipment, send, settled, shipment
from genie3_engine.launchers.shared_jobs import SharedJob, open_shared, require_record
from genie3_engine.launchers.shared_run import cargo_of
from genie3_engine.model import ErrorRecord, JobState, RunSpec, RunStatus
from genie3_engine.model.statuses import COLLECTING

POLL_SECONDS = 3.0
START_SECONDS = 60.0
_SECONDS_A_HOST = 0.2  # logs and hosts are asked for one by one, and AWS counts the questions
_PATIENCE = 5  # times longer while there is no answer: each try keeps a page waiting
_UNSUBMITTED = "The run was never submitted."


class SageMakerLauncher(Launcher):
    """Runs each run as one training job of as many instances as its options ask for.

    Parameters
    ----------
    home_folder : Path, optional
        The home whose data sets the runs use; the user's by default.
    poll_seconds : float
        Between two questions about the same run; in between its folder answers.
    """

    name = CLOUD

    def __init__(
        self, home_folder: Path | None = None, *, poll_seconds: float = POLL_SECONDS
    ) -> None:
        self._home = home_folder
        self._poll_seconds = poll_seconds

    def submit(self, run: Path) -> Handle:
        """Upload what is missing and begin a training job; see `Launcher.submit`."""
        folder = open_shared(run)
        status = self._look(folder, is_urgent=True)
        lifecycle.require_startable(folder, status=status)
        with exclusive(folder):
            known = load(folder)
            require_record(folder, known, launcher=self.name)
            record = self._settled(folder.launcher_options, known)
            if (
                record.job is not None
                and record.job.seen.state == "Completed"
                and only_collecting_failed(status)
            ):
                return self._collect_again(folder, record)
            job = self._submit(folder, record)
        return Handle(self.name, job.name)

    def status(self, run: Path) -> RunStatus:
        """Return the status of a run, after a look at its job; see `Launcher.status`."""
        return self._look(open_shared(run))

    def cancel(self, run: Path) -> None:
        """Stop the training job; see `Launcher.cancel`."""
        folder = open_shared(run)
        if not folder.read_status().state.is_live:
            return
        with exclusive(folder):
            record, status = load(folder), folder.read_status()
            require_record(folder, record, launcher=self.name)
            if record is None or record.job is None or not status.state.is_live:
                return
            if status.step == COLLECTING:  # the job has ended, only AWS can refuse the result
                if (refusal := record.collection.refusal) is not None:
                    error = ErrorRecord(**refusal)
                    folder.write_status(replace(status, state=JobState.FAILED, error=error))
                else:
                    record.is_cancelled = True  # no job of a next step
                    save(folder, record)
                return
            training_job.stop(session_of(record.options), record.job.name)
            record.is_cancelled, record.checked = True, 0.0
            save(folder, record)
            folder.write_status(replace(status, state=JobState.STOPPING, step="stopping"))

    def logs(self, run: Path, since: int = 0) -> LogChunk:
        """Return what the hosts have logged, each line with its host; see `Launcher.logs`."""
        folder = open_shared(run)
        with exclusive(folder, wait=False) as is_alone:
            record = load(folder) if is_alone else None
            if record is not None and record.job is not None:
                fetch_logs(folder, record)
                save(folder, record)
        return super().logs(run, since)

    def collect(self, run: Path) -> None:
        """Download and merge the parts of a run that is computed; see `Launcher.collect`."""
        folder = open_shared(run)
        status = self._look(folder, is_urgent=True, gathers=False)
        if status.state is JobState.DONE:
            return
        if status.step != COLLECTING:
            why = f" {status.error.message}" if status.error else ""
            raise RunError(
                f"The run in {run} is not done.{why}",
                "Wait until it is, or resume it.",
                code=NOT_DONE,
            )
        background.wait(folder.path)
        self._gather(folder)
        if not folder.has_result:
            raise RunError(f"The run in {run} is being collected already.", "Wait a moment.")

    def collect_partial(self, run: Path, *, wait: bool = True) -> tuple[int, int]:
        """Download the parts that are finished so far; see `Launcher.collect_partial`."""
        folder = open_shared(run)
        total = folder.read_status().targets_total
        if folder.has_result:
            return total, total
        record = _submitted(folder)
        if wait:
            self._download_parts(folder)
        elif record.collection.is_due(time.time(), pause=self._pause(record)):
            background.begin(folder.path, partial(self._download_parts, folder))
        n_here = folder.n_here()
        if not n_here and (refusal := record.collection.refusal) is not None:
            raise CloudError(**refusal)
        return n_here, total

    def change(self, run: Path, options: Mapping[str, Any]) -> None:
        """Change options, but region and bucket, where the parts are; see `Launcher.change`."""
        folder = open_shared(run)
        with exclusive(folder):
            record = _submitted(folder)
            kept = {name: getattr(record.options, name) for name in ("region", "bucket", "prefix")}
            before = record.options.to_dict()
            record.options = SageMakerOptions.merged(before, {**options, **kept})
            save(folder, record)

    def view(self, run: Path) -> JobView | None:
        """Return the last training job of a run; see `Launcher.view`."""
        return view_of(open_shared(run))

    def checks(self, options: Mapping[str, Any]) -> Iterator[Check]:
        """Check credentials, region, role, bucket and quota; see `Launcher.checks`."""
        return setup.checks(SageMakerOptions.from_dict(options))

    def policy(self, name: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return a least-privilege IAM policy; see `Launcher.policy`."""
        return setup.policy(name, SageMakerOptions.from_dict(options))

    def estimate_cost(self, spec: RunSpec) -> LaunchPlan:
        """Return the training job that a run would be; see `Launcher.estimate_cost`."""
        record = self._settled(spec.launcher_options)
        sent = shipment(cargo_of(spec, self._home), record)
        options = sent.options
        price = price_of(options)
        return LaunchPlan(
            options=options.to_dict(is_whole=True),
            request=sent.request,
            uploads=tuple(
                (item.what, item.key, item.n_bytes, item.is_shared) for item in sent.items
            ),
            destination=f"s3://{options.bucket} in {options.region}",
            instances=(options.instance_type, options.instances),
            is_spot=options.spot,
            usd_an_hour=price.usd_an_hour and price.usd_an_hour * options.instances,
            price_note=price.note,
            cost=cost_text(options, price),
            is_emulator=options.is_emulator,
        )

    def cleanup(self, run: Path, *, shared: bool = False) -> Cleaned:
        """Delete what a run has left in the bucket and in the logs; see `Launcher.cleanup`."""
        return setup.clean(open_shared(run), shared=shared)

    def _settled(
        self, given: Mapping[str, Any], record: TrainingState | None = None
    ) -> TrainingState:
        """Return what is remembered of a run, or what is known of a new one."""
        if record is None:
            saved = saved_options(self.name, home=self._home)
            options = SageMakerOptions.merged(saved, given)
            record = TrainingState(options, new_key())
        record.options = settled(record.options)
        return record

    def _submit(self, folder: SharedJob, record: TrainingState) -> JobRecord:
        """Send what the next job takes, and start it."""
        sent = shipment(folder.cargo(self._home), record)
        price = price_of(record.options)
        job = JobRecord(
            sent.request["TrainingJobName"],
            time.time(),
            record.options.instance_type,
            record.options.instances,
            record.options.spot,
            price.usd_an_hour,
            price.note,
        )
        self._begin(folder, record, sent, job)
        return job

    def _begin(
        self, folder: SharedJob, record: TrainingState, sent: Shipment, job: JobRecord
    ) -> None:
        """Upload, store that the run waits, and start the job."""
        before, now = folder.read_status(), time.time()
        try:
            folder.write_status(
                replace(before, state=JobState.QUEUED, step="uploading", heartbeat=now, error=None)
            )
            send(sent, usable_bucket(record.options))
        except BaseException:
            folder.write_status(before)
            raise
        record.jobs.append(job)
        record.engine, record.is_cancelled, record.refusal = sent.engine, False, None
        record.hosts, record.checked = [], now
        save(folder, record)  # first: a job without a record would cost money unseen
        folder.write_status(
            replace(
                before,
                state=JobState.QUEUED,
                step="launching",
                targets_found=before.targets_done,
                created=before.created or now,
                started=None,
                heartbeat=now,
                ended=None,
                error=None,
            )
        )
        try:
            training_job.start(session_of(record.options), sent.request)
        except Genie3Error as error:
            if error.code == errors.UNREACHABLE:
                return  # it may have begun, and cost money: `status` finds out
            record.jobs.remove(job)
            save(folder, record)
            folder.write_status(before)
            raise

    def _look(
        self, folder: SharedJob, *, is_urgent: bool = False, gathers: bool = True
    ) -> RunStatus:
        """Return the status of a run; the service is asked now and then, or now if urgent."""
        status = folder.read_status()
        if not status.state.is_live:
            return status
        record = load(folder)
        if record is None or record.job is None:
            with exclusive(
                folder, wait=False
            ) as is_alone:  # else another process is about to submit it
                return _unsubmitted(status) if is_alone else status
        pause = self._pause(record)
        if not is_urgent and is_recent(record.checked, pause):
            return _known(status, record)
        with exclusive(folder, wait=is_urgent) as is_alone:
            if not is_alone:
                return _known(status, record)
            status, record = folder.read_status(), load(folder) or record
            if not status.state.is_live:
                return status
            status = ask(folder, status, record, log_pause_seconds=2 * pause)
        if status.step == COLLECTING and gathers and record.collection.is_due(time.time()):
            background.begin(folder.path, partial(self._gather, folder))
        return _known(status, record)

    def _pause(self, record: TrainingState) -> float:
        """Return the seconds between two questions about a run."""
        n_hosts = record.job.n_instances if record.job else 0
        pause = self._poll_seconds + _SECONDS_A_HOST * n_hosts
        return pause * (_PATIENCE if record.refusal else 1)

    def _gather(self, folder: SharedJob) -> None:
        with exclusive(folder), _collection(folder) as record:
            bucket = Bucket(session_of(record.options), record.options.bucket)
            missing = gather(folder, record, bucket, home=self._home)
            if missing and record.is_cancelled:
                cancelled = replace(folder.read_status(), state=JobState.CANCELLED, step="")
                folder.write_status(replace(cancelled, ended=time.time()))
            elif missing:  # the machines compute in steps, and this one is done
                self._go_on(folder, record)
                record.missing = missing

    def _go_on(self, folder: SharedJob, record: TrainingState) -> None:
        """Begin the job of the next step."""
        try:
            self._submit(folder, record)
        except CloudError:
            raise  # it is tried again
        except Genie3Error as error:
            failed = replace(folder.read_status(), state=JobState.FAILED, ended=time.time())
            folder.write_status(replace(failed, error=ErrorRecord.of(error)))
            raise

    def _download_parts(self, folder: SharedJob) -> None:
        with exclusive(folder), _collection(folder) as record:
            bucket = Bucket(session_of(record.options), record.options.bucket)
            download_parts(bucket, record.checkpoints, folder)

    def _collect_again(self, folder: SharedJob, record: TrainingState) -> Handle:
        """Download a computed result again; that needs no job."""
        status = folder.read_status()
        folder.write_status(replace(status, state=JobState.RUNNING, step=COLLECTING, error=None))
        background.begin(folder.path, partial(self._gather, folder))
        return Handle(self.name, record.jobs[-1].name)


def _submitted(folder: SharedJob) -> TrainingState:
    record = load(folder)
    if record is None or record.job is None:
        raise RunError(f"{_UNSUBMITTED[:-1]}: {folder.path}.", "Resume it to submit it.")
    return record


@contextmanager
def _collection(folder: SharedJob) -> Iterator[TrainingState]:
    """Yield what is known of a run, and store whether AWS refuses its collection."""
    record = _submitted(folder)
    record.collection.tried = time.time()
    try:
        yield record
    except CloudError as error:
        record.collection.refuse(error)
        save(folder, record)
        raise
    record.collection = Collection(tried=record.collection.tried)
    save(folder, record)


def _unsubmitted(status: RunStatus) -> RunStatus:
    is_new = is_recent(status.heartbeat or status.created or 0.0, START_SECONDS)
    return status if is_new else lost(status, _UNSUBMITTED, "")


def _known(status: RunStatus, record: TrainingState) -> RunStatus:
    """Return the last answer, or why there was none."""
    refusal = record.refusal
    if status.step == COLLECTING and status.state.is_live:
        refusal = refusal or record.collection.refusal
    return status if refusal is None else unknown(status, refusal)
