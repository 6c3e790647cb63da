"""Speed of a run, and the time until its forests are grown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genie3_engine.model import RunStatus


def targets_per_second(
    status: RunStatus, now: float, *, since: tuple[float, int] | None = None
) -> float | None:
    """Return how fast a run goes.

    Parameters
    ----------
    status : RunStatus
        The run's status.
    now : float
        The moment, in seconds; since the epoch unless ``since`` is given.
    since : (float, int), optional
        An earlier moment by the same clock, and the targets done then; by default the attempt's
        start, and the targets that it found on disk.

    Returns
    -------
    float or None
        Targets per second; None while it is unknown.
    """
    if since is None:
        if status.started is None:
            return None
        since = (status.started, status.targets_found)
    began, done_then = since
    if now <= began or status.targets_done <= done_then:
        return None
    return (status.targets_done - done_then) / (now - began)


def seconds_left(status: RunStatus, per_second: float | None) -> float | None:
    """Return how long the targets that are missing will take.

    Parameters
    ----------
    status : RunStatus
        The run's status.
    per_second : float or None
        `targets_per_second`.

    Returns
    -------
    float or None
        None while it is unknown, and when no target is missing.
    """
    missing = status.targets_total - status.targets_done
    return missing / per_second if per_second and missing > 0 else None
