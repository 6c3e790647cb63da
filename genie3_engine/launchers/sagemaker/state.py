"""State of a run on SageMaker, stored in its folder so that any process can continue."""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import CloudError
from genie3_engine.jobs import atomic_write
from genie3_engine.launchers.base import Host, JobView
from genie3_engine.launchers.sagemaker.options import SageMakerOptions
from genie3_engine.launchers.sagemaker.training_job import Job

if TYPE_CHECKING:
    from genie3_engine.launchers.shared_jobs import SharedJob

FILE = "launcher.json"
_NOT_ASKED = Job("", "")
_FIRST_PAUSE, _LONGEST_PAUSE = 15.0, 900.0  # seconds, after a refused collection


@dataclass(slots=True)
class JobRecord:
    """A training job of a run.

    Parameters
    ----------
    name : str
        Its name.
    submitted : float
        Seconds since the epoch.
    instance_type : str
        Of each host.
    n_instances : int
        How many hosts.
    spot : bool
        Whether they are spot instances.
    usd_an_hour : float or None
        On demand, of one instance; None when unknown.
    price_note : str
        Where that price is from, and of when.
    seen : Job
        The last description of the job; without a state when the service was not asked yet.
    """

    name: str
    submitted: float
    instance_type: str
    n_instances: int
    spot: bool
    usd_an_hour: float | None = None
    price_note: str = ""
    seen: Job = _NOT_ASKED

    def billable_seconds(self, now: float) -> float:
        """Return the seconds of one instance that are paid for: so far, or in all.

        Notes
        -----
        While the job is at work this is the time since the instances began, which for spot
        instances is more than what will be asked for.
        """
        seen = self.seen
        if seen.billable_seconds is not None:
            return float(seen.billable_seconds)
        return max(0.0, (seen.ended or now) - seen.training_began) if seen.training_began else 0.0

    def dollars(self, now: float) -> float | None:
        """Return what was paid for so far; None when the price is unknown."""
        if self.usd_an_hour is None:
            return None
        return self.billable_seconds(now) / 3600 * self.n_instances * self.usd_an_hour


@dataclass(slots=True)
class Collection:
    """Attempts to download what a run has computed.

    Parameters
    ----------
    tried : float
        Time of the last attempt, in seconds since the epoch.
    n_refused : int
        Attempts since the last success that AWS refused.
    refusal : dict or None
        Code, message and remedy of the last refusal.
    """

    tried: float = 0.0
    n_refused: int = 0
    refusal: dict[str, str] | None = None

    def is_due(self, now: float, *, pause: float = 0.0) -> bool:
        """Return whether to try now: each refusal doubles the pause.

        Parameters
        ----------
        now : float
            Seconds since the epoch.
        pause : float
            Seconds between two attempts where none was refused.
        """
        if self.n_refused:
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (self.n_refused - 1))
        return abs(now - self.tried) >= pause  # the clock may have been set back since

    def refuse(self, error: CloudError) -> None:
        """Store the reason of a refusal."""
        self.n_refused += 1
        self.refusal = {"code": error.code, "message": error.message, "remedy": error.remedy}


@dataclass(slots=True)
class TrainingState:
    """What the launcher remembers of a run, in the run's folder; never a secret.

    Parameters
    ----------
    options : SageMakerOptions
        What was chosen; region, role and bucket as they were determined.
    key : str
        The run's own folder in the bucket.
    engine : str
        Hash of the program that was sent.
    jobs : list of JobRecord
        One a submission, the last at the end.
    is_cancelled : bool
        Whether the last job was asked to stop.
    checked : float
        When the service was asked last, in seconds since the epoch.
    refusal : dict or None
        Why it could not be asked: code, message, remedy.
    hosts : list of Host
        The last note of each host.
    logs_read : dict
        From a log stream to where reading goes on.
    logs_checked : float
        When the logs were read last, in seconds since the epoch.
    collection : Collection
        Attempts to download the result, or the parts of it so far.
    missing : str
        What was missing when the result of the last job but one was here; see `SharedJob.finish`.
    """

    options: SageMakerOptions
    key: str = ""
    engine: str = ""
    jobs: list[JobRecord] = field(default_factory=list)
    is_cancelled: bool = False
    checked: float = 0.0
    refusal: dict[str, str] | None = None
    hosts: list[Host] = field(default_factory=list)
    logs_read: dict[str, str] = field(default_factory=dict)
    logs_checked: float = 0.0
    collection: Collection = field(default_factory=Collection)
    missing: str = ""

    @property
    def job(self) -> JobRecord | None:
        """The last job; None before the first."""
        return self.jobs[-1] if self.jobs else None

    @property
    def base(self) -> str:
        """The run's folder in the bucket, as a key."""
        return f"{self.options.prefix}/runs/{self.key}"

    @property
    def checkpoints(self) -> str:
        """Where the parts arrive, as the beginning of their keys."""
        return f"{self.base}/checkpoints/"


def new_key() -> str:
    """Return a name for a run's folder in the bucket; it reveals nothing about the run."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"


def save(folder: SharedJob, record: TrainingState) -> None:
    """Write what is known of a run; raises `StorageError` when the disk refuses."""
    values = {**asdict(record), "options": record.options.to_dict()}
    atomic_write.write_json(folder.path / FILE, {"launcher": "sagemaker", **values})


def load(folder: SharedJob) -> TrainingState | None:
    """Return what is known of a run; None when it was never submitted."""
    try:
        values = atomic_write.read_json(folder.path / FILE)
        if values.pop("launcher") != "sagemaker":
            return None
        values["options"] = SageMakerOptions.from_dict(values["options"])
        values["jobs"] = [_job_record(job) for job in values["jobs"]]
        values["hosts"] = [Host(**host) for host in values["hosts"]]
        values["collection"] = Collection(**values.get("collection", {}))
        return TrainingState(**values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _job_record(values: dict[str, Any]) -> JobRecord:
    seen = {"name": values["name"], "state": "", **values["seen"]}
    phases = tuple(tuple(phase) for phase in seen.get("phases", ()))
    return JobRecord(**{**values, "seen": Job(**{**seen, "phases": phases})})


def billing(record: TrainingState, *, now: float) -> dict[str, Any]:
    """Return what a run has cost so far, all its jobs together.

    Parameters
    ----------
    record : TrainingState
        What is remembered of it.
    now : float
        Seconds since the epoch.

    Returns
    -------
    dict
        ``billable_seconds`` of all instances together, ``dollars`` (None when a price is unknown;
        of spot instances exact once the job has ended), instances, type, prices and their date.
    """
    dollars = [job.dollars(now) for job in record.jobs]
    last = record.job
    return {
        "billable_seconds": sum(job.billable_seconds(now) * job.n_instances for job in record.jobs),
        "dollars": None if None in dollars else sum(each or 0.0 for each in dollars),
        "n_jobs": len(record.jobs),
        "instance_type": last.instance_type if last else "",
        "n_instances": last.n_instances if last else 0,
        "spot": last.spot if last else False,
        "usd_an_hour": last.usd_an_hour if last else None,
        "price_note": last.price_note if last else "",
        "is_emulator": record.options.is_emulator,
    }


def view_of(folder: SharedJob) -> JobView | None:
    """Return what is known of a run; None when it was never submitted to SageMaker."""
    record = load(folder)
    if record is None or record.job is None:
        return None
    job, options = record.job, record.options
    url = (
        ""
        if options.is_emulator
        else f"https://{options.region}.console.aws.amazon.com/sagemaker/home"
        f"?region={options.region}#/jobs/{job.name}"
    )
    return JobView(
        job=job.name,
        state=job.seen.state,
        secondary=job.seen.secondary,
        message=job.seen.message,
        hosts=tuple(record.hosts),
        host_names=tuple(f"algo-{i + 1}" for i in range(job.n_instances)),
        n_interruptions=job.seen.n_interruptions,
        n_jobs=len(record.jobs),
        billing=billing(record, now=time.time()),
        is_bill_final=all(each.seen.billable_seconds is not None for each in record.jobs),
        url=url,
        is_emulator=options.is_emulator,
    )
