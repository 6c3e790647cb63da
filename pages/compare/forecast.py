"""Forecast of a comparison, before it is started: from pilots on its data."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from genie3_engine import differential, labels, planning
from genie3_engine.differential import ComparisonForecast, ComparisonSpec
from genie3_engine.model import RunSpec
from ui import actions, errors, launchers, places, text_format

_LOOK_SECONDS = 1.0
_KEY = "compare_forecast"


def show(spec: ComparisonSpec) -> None:
    """Show the forecast of a comparison, or offer to make one.

    Parameters
    ----------
    spec : ComparisonSpec
        The comparison as it would start.
    """
    pilots = differential.pilot_specs(spec)
    is_live = _is_live(pilots)
    errors.fragment(_panel, every=_LOOK_SECONDS if is_live else None)(
        spec, pilots, was_live=is_live
    )


def _is_live(pilots: Sequence[RunSpec]) -> bool:
    found = [planning.pilot_status(run) for run in pilots]
    return any(status is not None and status.state.is_live for status in found)


def _panel(spec: ComparisonSpec, pilots: Sequence[RunSpec], *, was_live: bool) -> None:
    """Show the forecast, or that it is being made; look once a second while it is."""
    is_live = _is_live(pilots)
    if was_live and not is_live:
        st.rerun()  # the whole page: this part looks no longer
    with st.container(
        border=True,
        horizontal=True,
        vertical_alignment="center",
        horizontal_alignment="distribute",
        key=_KEY,
    ):
        if is_live:
            st.markdown(":material/schedule: Pilot run: inferring a few random targets…")
            actions.button(
                "Cancel",
                _cancel,
                pilots,
                key=f"{_KEY}_cancel",
                icon=":material/cancel:",
                type="tertiary",
            )
            return
        estimate = differential.find_forecast(spec)
        if estimate is None:
            st.markdown(_unknown(pilots))
        else:
            st.markdown(
                _words(spec, estimate),
                help=" ".join(text_format.plain(each, at_most=400) for each in estimate.sentences),
            )
        pressed = actions.button(
            "Forecast" if estimate is None else "Measure again",
            _start,
            pilots,
            key=f"{_KEY}_measure",
            icon=":material/speed:",
            type="tertiary",
            help="A few random targets of each data set are inferred for some seconds.",
        )
        if pressed:
            st.rerun()  # the whole page: only it can make the panel look again by itself
    info = spec.launcher_info
    if info.figures is not None and estimate is not None:
        launchers.figures(info.figures(spec.launcher_options, estimate))


def _words(spec: ComparisonSpec, estimate: ComparisonForecast) -> str:
    """Return the forecast for this machine in words, or from what that for tasks follows."""
    if not spec.launcher_info.is_this_machine:
        return ":material/schedule: From a few targets that this machine has inferred:"
    return (
        f":material/schedule: **{estimate.words}** {labels.size(estimate.memory_bytes)} of memory."
    )


def _unknown(pilots: Sequence[RunSpec]) -> str:
    """Return what is shown where there is no forecast: why it failed, or what it is."""
    for run in pilots:
        status = planning.pilot_status(run)
        if status is not None and status.error is not None:
            return text_format.plain(places.from_home(status.error.message), at_most=200)
    return "Forecast of time and memory"


def _start(pilots: Sequence[RunSpec]) -> None:
    """Start the pilots that are missing; all where none is, to measure again."""
    missing = [run for run in pilots if planning.find(run) is None]
    for run in missing or pilots:
        planning.start_pilot(run)


def _cancel(pilots: Sequence[RunSpec]) -> None:
    for run in pilots:
        if _is_live([run]):
            planning.cancel_pilot(run)
