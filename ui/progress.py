"""How does a page show where a run stands?"""

from __future__ import annotations

from typing import Literal, NamedTuple

import streamlit as st

from genie3_engine.model import RunSpec, RunState, RunStatus
from ui import state, words

_Colour = Literal["red", "orange", "blue", "green", "gray"]


class _Look(NamedTuple):
    label: str
    colour: _Colour
    icon: str


_LOOKS = {
    RunState.QUEUED: _Look("Queued", "gray", ":material/schedule:"),
    RunState.RUNNING: _Look("Running", "blue", ":material/play_circle:"),
    RunState.STOPPING: _Look("Stopping", "orange", ":material/stop_circle:"),
    RunState.DONE: _Look("Done", "green", ":material/check_circle:"),
    RunState.FAILED: _Look("Failed", "red", ":material/error:"),
    RunState.CANCELLED: _Look("Cancelled", "gray", ":material/cancel:"),
    RunState.LOST: _Look("Lost", "orange", ":material/link_off:"),
    RunState.UNKNOWN: _Look("Unknown", "gray", ":material/help:"),
}
_STEPS = {
    "starting": "Starting",
    "waiting": "Waiting for its turn",
    "reading": "Reading the data",
    "preparing": "Preparing the data",
    "compiling": "Compiling",
    "computing": "Growing forests",
    "writing": "Ranking the links",
}
_SEEN_ENOUGH_SECONDS = 5.0
_STARTED_AT_ONCE_SECONDS = 60.0


def label(run_state: RunState) -> str:
    """Return a state in a word."""
    return _LOOKS[run_state].label


def badge(run_state: RunState) -> None:
    """Show a state as a word with its icon and colour."""
    look = _LOOKS[run_state]
    st.badge(look.label, icon=look.icon, color=look.colour)


def title(spec: RunSpec) -> str:
    """Return what a run is called: its own name, else its data's, else the data's hash."""
    return spec.name or spec.source or spec.dataset[:12]


def bar(status: RunStatus, *, key: str, now: float) -> None:
    """Show a live run's progress, its step, its speed and when it will be done."""
    share = status.targets_done / status.targets_total if status.targets_total else 0.0
    st.progress(
        min(1.0, share),
        text=sentence(
            status, now=now, seen=state.first_seen(key, status.started, (now, status.targets_done))
        ),
    )


def sentence(status: RunStatus, *, now: float, seen: tuple[float, int] | None = None) -> str:
    """Return a live run's progress in words.

    Parameters
    ----------
    status : RunStatus
        Where it stands.
    now : float
        Seconds since the epoch.
    seen : (float, int), optional
        An earlier moment and the targets done then; a resumed run has done some before it started.
    """
    if status.state is RunState.QUEUED:
        return _STEPS.get(status.step, "Starting")
    if status.state is RunState.STOPPING:
        return "Stopping: the targets that are done stay on disk"
    step = _STEPS.get(status.step, status.step.capitalize()) or "Starting"
    parts = [step]
    if status.targets_total:
        parts.append(f"{status.targets_done:,} of {words.count(status.targets_total, 'target')}")
    rate = _targets_a_second(status, now, seen)
    if rate > 0 and 0 < status.targets_done < status.targets_total:
        parts.append(f"{_speed(rate)}")
        parts.append(
            f"about {words.duration((status.targets_total - status.targets_done) / rate)} left"
        )
    return " · ".join(parts)


def elapsed(status: RunStatus, now: float) -> float | None:
    """Return how many seconds a run has taken so far, or took; None before it starts."""
    if status.started is None:
        return None
    end = now if status.state.is_live else (status.ended or status.heartbeat)
    return None if end is None else max(0.0, end - status.started)


def _speed(rate: float) -> str:
    return f"{rate:.1f} targets/s" if rate >= 1 else f"{60 * rate:.1f} targets/min"


def _targets_a_second(status: RunStatus, now: float, seen: tuple[float, int] | None) -> float:
    if seen is not None and now - seen[0] >= _SEEN_ENOUGH_SECONDS and status.targets_done > seen[1]:
        return (status.targets_done - seen[1]) / (now - seen[0])
    if status.started is None or now <= status.started:
        return 0.0
    if status.started - (status.created or status.started) > _STARTED_AT_ONCE_SECONDS:
        return 0.0  # resumed, perhaps: some targets were done before it started
    return status.targets_done / (now - status.started)
