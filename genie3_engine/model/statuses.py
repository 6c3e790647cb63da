"""The state and the progress of a run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class RunState(StrEnum):
    """The state of a run. ``UNKNOWN`` is never stored: the launcher could not be reached."""

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
        """True while a worker is expected to be at work."""
        return self in {RunState.QUEUED, RunState.RUNNING, RunState.STOPPING}

    @property
    def may_change(self) -> bool:
        """True while the state can change: live or unknown."""
        return self.is_live or self is RunState.UNKNOWN

    @property
    def is_resumable(self) -> bool:
        """True when the missing targets can still be computed."""
        return self in {RunState.FAILED, RunState.CANCELLED, RunState.LOST}


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """An error as a run folder keeps it."""

    code: str
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class RunStatus:
    """The status of a run; ``status.json``.

    Parameters
    ----------
    state : RunState
        The state.
    targets_done, targets_total : int
        Targets with links on disk, and targets of this run (of its shard).
    targets_found : int
        Targets that were on disk already when this attempt began.
    step : str
        What the worker is at: starting, reading, preparing, compiling, computing, writing.
    created, started, heartbeat, ended : float or None
        Seconds since the epoch.
    pid, pid_started, boot_id, host : optional
        Which process of which machine writes this file.
    error : ErrorRecord or None
        Why it failed.
    """

    state: RunState
    targets_done: int = 0
    targets_total: int = 0
    targets_found: int = 0
    step: str = ""
    created: float | None = None
    started: float | None = None
    heartbeat: float | None = None
    ended: float | None = None
    pid: int | None = None
    pid_started: float | None = None
    boot_id: str = ""
    host: str = ""
    error: ErrorRecord | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> RunStatus:
        """Rebuild a status from `to_dict`'s values."""
        error = values.get("error")
        return cls(
            **{
                **values,
                "state": RunState(values["state"]),
                "error": None if error is None else ErrorRecord(**error),
            }
        )
