"""The state of a job, as its folder stores it in ``status.json``."""

from __future__ import annotations

from dataclasses import KW_ONLY, asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Self

from genie3_engine.errors import Genie3Error
from genie3_engine.jobs.process import ProcessId
from genie3_engine.jobs.record_kinds import require_kinds


class JobState(StrEnum):
    """The state of a job. ``UNKNOWN`` is never stored: the place of the job cannot be asked."""

    QUEUED = "queued"
    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"
    UNKNOWN = "unknown"

    @property
    def is_live(self) -> bool:
        """True while a process is expected to be at work."""
        return self in {JobState.QUEUED, JobState.RUNNING, JobState.STOPPING}

    @property
    def may_change(self) -> bool:
        """True while a later look can find something new: live, or unknown."""
        return self.is_live or self is JobState.UNKNOWN

    @property
    def is_resumable(self) -> bool:
        """True when what is missing can still be done."""
        return self in {JobState.FAILED, JobState.CANCELLED, JobState.LOST}


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """An error as a job's folder stores it.

    Parameters
    ----------
    code : str
        A stable word for the kind of error.
    message, remedy : str
        What happened, and what to do.
    """

    code: str
    message: str
    remedy: str = ""

    @classmethod
    def of(cls, error: Genie3Error) -> ErrorRecord:
        """Return the record of an error."""
        return cls(error.code, error.message, error.remedy)


@dataclass(frozen=True, slots=True)
class JobStatus:
    """The progress and the state of a job.

    Parameters
    ----------
    state : JobState
        The state.
    step : str
        The step that is under way; empty when the job has ended.
    created, started, heartbeat, ended : float or None
        Seconds since the epoch.
    owner : ProcessId or None
        The process that writes the status; None before the first.
    error : ErrorRecord or None
        Why the job failed, or why its place cannot be asked.

    Notes
    -----
    The file holds the owner's fields at the top level, as version 0.1.0 wrote them.
    """

    state: JobState
    _: KW_ONLY
    step: str = ""
    created: float | None = None
    started: float | None = None
    heartbeat: float | None = None
    ended: float | None = None
    owner: ProcessId | None = None
    error: ErrorRecord | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        values = asdict(self)
        owner = values.pop("owner")
        none = {"pid": None, "pid_started": None, "boot_id": "", "host": "", "pid_ticks": None}
        return values | (none if owner is None else owner)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Rebuild a status from `to_dict`'s values; what a later version adds is left out.

        Raises
        ------
        KeyError, TypeError, ValueError
            When the values are not those of a status.
        """
        error = values.get("error")
        known = {field.name for field in fields(cls)}
        require_kinds(cls, values)
        if error is not None:
            require_kinds(ErrorRecord, error)
        return cls(
            **{
                **{name: value for name, value in values.items() if name in known},
                "state": JobState(values["state"]),
                "owner": ProcessId.from_dict(values),
                "error": None if error is None else ErrorRecord(**error),
            }
        )
