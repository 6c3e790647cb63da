"""What is known of a run on SageMaker, without asking again?"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from genie3_engine.launchers.sagemaker.gathering import billing
from genie3_engine.launchers.sagemaker.hosts import Host
from genie3_engine.launchers.sagemaker.record import recall

if TYPE_CHECKING:
    from genie3_engine.launchers.sagemaker.options import SageMakerOptions
    from genie3_engine.store.run_folder import RunFolder


@dataclass(frozen=True, slots=True)
class CloudView:
    """A run on SageMaker, as the service and the hosts described it last.

    Parameters
    ----------
    job : str
        The last training job's name.
    state, secondary, message : str
        As the service says them; empty when it was not asked yet.
    hosts : tuple of Host
        What each instance says of itself, by rank; those that have not begun are not there yet.
    n_hosts : int
        How many instances there are to be.
    n_interruptions : int
        How often spot instances were taken away.
    n_jobs : int
        Jobs of this run so far: one, and one a resumption.
    billing : dict
        See `gathering.billing`: billable seconds of all instances, dollars, price and its date.
    is_bill_final : bool
        True when the service has said what it asks for.
    checked : float or None
        When the service was asked last, in seconds since the epoch.
    options : SageMakerOptions
        What was chosen.
    console_url : str
        The job's page at AWS; empty for the emulator.
    is_emulator : bool
        True when nothing of this happened at AWS.
    """

    job: str
    state: str
    secondary: str
    message: str
    hosts: tuple[Host, ...]
    n_hosts: int
    n_interruptions: int
    n_jobs: int
    billing: dict[str, Any]
    is_bill_final: bool
    checked: float | None
    options: SageMakerOptions
    console_url: str
    is_emulator: bool


def view_of(folder: RunFolder) -> CloudView | None:
    """Return what is known of a run; None when it was never submitted to SageMaker."""
    record = recall(folder)
    if record is None or record.job is None:
        return None
    job, options = record.job, record.options
    url = (
        ""
        if options.is_emulator
        else f"https://{options.region}.console.aws.amazon.com/sagemaker/home"
        f"?region={options.region}#/jobs/{job.name}"
    )
    return CloudView(
        job=job.name,
        state=job.state,
        secondary=str(job.seen.get("secondary", "")),
        message=str(job.seen.get("message", "")),
        hosts=tuple(Host(**host) for host in record.hosts),
        n_hosts=job.n_instances,
        n_interruptions=int(job.seen.get("n_interruptions", 0)),
        n_jobs=len(record.jobs),
        billing=billing(record, now=time.time()),
        is_bill_final=all(each.seen.get("billable_seconds") is not None for each in record.jobs),
        checked=record.checked or None,
        options=options,
        console_url=url,
        is_emulator=options.is_emulator,
    )


def log_of(folder: RunFolder, host: str, n_lines: int) -> str:
    """Return the last lines of one host in the run's log.

    Parameters
    ----------
    folder : RunFolder
        The run.
    host : str
        Such as ``algo-2``.
    n_lines : int
        Lines at most.
    """
    begin = f"[{host}] "
    lines = folder.log_tail(20_000).splitlines()
    found = [line.removeprefix(begin) for line in lines if line.startswith(begin)]
    return "\n".join(found[-n_lines:])
