"""What the scheduler of a cluster states in the environment of its jobs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Scheduler:
    """A scheduler, by the variables that it sets.

    Parameters
    ----------
    label : str
        Its name for people.
    job : tuple of str
        The variables that together name a job, or a task of an array job; all are set in each.
    cores : tuple of str
        The variables that hold the cores of the job on its machine; the first that is set counts.
    attempt : str
        The variable that counts how often the job has begun again, which may be missing before the
        first time; empty where there is none.
    """

    label: str
    job: tuple[str, ...]
    cores: tuple[str, ...]
    attempt: str = ""


SCHEDULERS = (
    Scheduler(
        "Slurm",
        ("SLURM_JOB_ID",),
        ("SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE"),
        attempt="SLURM_RESTART_COUNT",
    ),
    Scheduler("PBS", ("PBS_JOBID",), ("NCPUS", "PBS_NUM_PPN")),
    Scheduler("Grid Engine", ("JOB_ID", "SGE_TASK_ID"), ("NSLOTS",), attempt="RESTARTED"),
    Scheduler("LSF", ("LSB_JOBID", "LSB_JOBINDEX"), ("LSB_DJOB_NUMPROC",)),
)
_SCRATCH = ("SLURM_TMPDIR", "TMPDIR")


def scheduled_cores() -> int | None:
    """Return the cores that a scheduler has given to this job; None outside a job."""
    scheduler = _scheduler()
    for name in () if scheduler is None else scheduler.cores:
        value = os.environ.get(name, "")
        if value.isdecimal() and int(value) > 0:
            return int(value)
    return None


def scheduled_job() -> str:
    """Return what a scheduler calls this job or task, such as ``Slurm 12``; empty outside a job."""
    scheduler = _scheduler()
    if scheduler is None:
        return ""
    return " ".join([scheduler.label, *(os.environ[name] for name in scheduler.job)])


def scheduled_attempt() -> str:
    """Return which attempt at its job this is, such as ``0``; empty where that is unknown."""
    scheduler = _scheduler()
    if scheduler is None or not scheduler.attempt:
        return ""
    return os.environ.get(scheduler.attempt, "0")


def scheduled_scratch() -> Path | None:
    """Return the folder that a scheduler has given to this job for temporary files, if any."""
    if _scheduler() is None:
        return None
    folders = (Path(os.environ[name]) for name in _SCRATCH if os.environ.get(name))
    return next((each for each in folders if each.is_dir() and os.access(each, os.W_OK)), None)


def _scheduler() -> Scheduler | None:
    """Return the scheduler whose job this process belongs to."""
    for each in SCHEDULERS:
        if all(os.environ.get(name) for name in each.job):
            return each
    return None
