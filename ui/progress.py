"""Show the state and the progress of a run."""

from __future__ import annotations

from typing import Literal, NamedTuple

import streamlit as st

from genie3_engine import labels
from genie3_engine.eta import COUNTED
from genie3_engine.model import JobState, RunStatus

_Colour = Literal["red", "orange", "blue", "green", "gray"]


class _Look(NamedTuple):
    colour: _Colour
    icon: str


_LOOKS = {
    JobState.QUEUED: _Look("gray", ":material/schedule:"),
    JobState.RUNNING: _Look("blue", ":material/play_circle:"),
    JobState.STOPPING: _Look("orange", ":material/stop_circle:"),
    JobState.DONE: _Look("green", ":material/check_circle:"),
    JobState.FAILED: _Look("red", ":material/error:"),
    JobState.CANCELLED: _Look("gray", ":material/cancel:"),
    JobState.LOST: _Look("orange", ":material/link_off:"),
    JobState.UNKNOWN: _Look("gray", ":material/help:"),
}


def label(run_state: JobState) -> str:
    """Return a state in a word."""
    return labels.STATES[run_state]


def badge(run_state: JobState) -> None:
    """Show a state as a word with its icon and colour."""
    look = _LOOKS[run_state]
    st.badge(labels.STATES[run_state], icon=look.icon, color=look.colour)


def named(step: str) -> str:
    """Return a worker's step in words; empty when there is none."""
    return labels.step(step)


def bar(status: RunStatus, *, now: float) -> None:
    """Show a live run's progress, its step, its speed and when it will be done."""
    done, total = status.counted
    share = done / total if total else 0.0
    st.progress(min(1.0, share), text=sentence(status, now=now))


def sentence(status: RunStatus, *, now: float) -> str:
    """Return a live run's progress in words.

    Parameters
    ----------
    status : RunStatus
        Its status.
    now : float
        Seconds since the epoch.
    """
    if status.state is JobState.QUEUED:
        return labels.step(status.step) or "Starting"
    if status.state is JobState.STOPPING:
        return "Stopping: the targets that are done stay on disk"
    step = labels.step(status.step) or "Starting"
    parts = [step]
    done, total = status.counted
    noun = labels.counted(status.step)
    if total:
        parts.append(f"{done:,} of {labels.count(total, noun)}")
    if status.targets_per_second is not None and status.step in COUNTED:
        parts.append(labels.per_minute(status.targets_per_second, f"{noun}s"))
    left = status.seconds_left(now)
    if left is not None:
        parts.append(f"about {labels.duration(left)} left")
    return " · ".join(parts)


def step(status: RunStatus) -> str:
    """Return what a live run is at, in a word or two; its state when it is not live."""
    is_waiting = status.state is JobState.QUEUED and status.step == "waiting"
    if status.state is JobState.RUNNING or is_waiting:
        return labels.step(status.step) or label(status.state)
    return label(status.state)


def per_minute(status: RunStatus, now: float) -> float | None:
    """Return the targets per minute of a run; None when they are unknown."""
    if status.state.is_live:
        speed = status.targets_per_second
        return None if speed is None else 60 * speed
    seconds = elapsed(status, now)
    computed = status.targets_done - status.targets_found
    if not seconds or computed <= 0:
        return None
    return 60 * computed / seconds


def time_left(status: RunStatus, now: float) -> float | None:
    """Return how many seconds a running run still takes; None when it is unknown."""
    if status.state is not JobState.RUNNING:
        return None
    return status.seconds_left(now)


def elapsed(status: RunStatus, now: float) -> float | None:
    """Return how many seconds a run has taken so far, or took; None before it starts."""
    if status.started is None:
        return None
    end = now if status.state.is_live else (status.ended or status.heartbeat)
    return None if end is None else max(0.0, end - status.started)
