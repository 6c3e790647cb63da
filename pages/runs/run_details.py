"""Settings, timings, forecast and methods of a run."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from genie3_engine import labels, planning, runs
from genie3_engine.model import JobState, RunSpec
from genie3_engine.runs import RunSummary, run_table
from genie3_engine.runs import timing_figure as figures
from ui import cache, charts

_NO_MISS = 0.005


def settings(spec: RunSpec, run: Path) -> None:
    """Show the settings of a run, with what was decided for its last submission."""
    rows = [
        *run_table.described(spec, run),
        ("Created", spec.created.replace("T", " ").replace("+00:00", " UTC")),
    ]
    table = pd.DataFrame(rows, columns=["Setting", "Value"])
    st.dataframe(table, hide_index=True, height="content", key="settings")


def timings(summary: RunSummary) -> None:
    """Show the time of each step as one bar."""
    measured = runs.timings(summary.path)
    seconds = figures.phase_seconds((measured or {}).get("seconds", {}))
    if measured is None or not seconds:
        is_done = summary.status.state is JobState.DONE
        st.caption(
            "This example network was computed in advance."
            if is_done
            else "Timings are available when the run has ended."
        )
        return
    total = sum(seconds.values())
    was_resumed = summary.status.targets_found > 0
    longest = max(seconds, key=lambda name: seconds[name])
    share = seconds[longest] / total
    part = "most of it" if share > 0.5 else "the longest step"
    st.caption(
        f"{labels.duration(total)} in all, {part} {longest.lower()} ({100 * share:.0f} %)."
        + (" This is the last attempt; the run was resumed." if was_resumed else "")
    )
    charts.show(
        figures.timings_figure({"Time": measured["seconds"]}, dark=charts.is_dark()),
        key="timings_bar",
        name=f"timings-{summary.id}",
        numbers=pd.DataFrame({"step": list(seconds), "seconds": list(seconds.values())}),
        alt=", ".join(f"{name}: {labels.duration(value)}" for name, value in seconds.items()),
    )


def forecast(summary: RunSummary) -> None:
    """Show the forecast next to the time that the run took; nothing without a forecast."""
    outcome = planning.outcome_of(summary.path)
    if outcome is None:
        return
    miss = outcome.seconds / outcome.forecast_seconds - 1.0
    how = (
        "as forecast"
        if abs(miss) < _NO_MISS
        else f"{abs(miss):.0%} {'more' if miss > 0 else 'less'}"
    )
    within = "within" if outcome.is_covered else "outside"
    apart = ", start-up apart" if outcome.thread_ratio is None else ""  # a cloud run's is in it
    text = (
        f"**Forecast** {labels.duration(outcome.forecast_seconds)}"
        f" ({labels.duration(outcome.low_seconds)} to "
        f"{labels.duration(outcome.high_seconds)});"
        f" it took {labels.duration(outcome.seconds)}{apart}: {how}, {within} the interval."
    )
    if outcome.forecast_bytes and outcome.bytes_held:
        text += (
            f" Memory: {labels.size(outcome.forecast_bytes)} forecast,"
            f" {labels.size(outcome.bytes_held)} used."
        )
    st.caption(text, help="The next forecasts learn from it.")


def methods(summary: RunSummary) -> None:
    """Show a paragraph for a paper, with what was done and whom to cite."""
    st.caption("For the methods section of a paper; copy it with the button on the right.")
    st.code(cache.methods(summary), language=None, wrap_lines=True)
