"""Runs page: all runs and the details of one."""

from __future__ import annotations

import streamlit as st

from genie3_engine import runs
from pages.runs import detail, filters, overview
from ui import errors, layout, navigation, state

_LIVE_SECONDS, _IDLE_SECONDS = 1.0, 3.0

layout.head(
    "Runs", "Every run is a process with its own folder; it continues when the page is closed."
)
all_summaries = runs.history()
was_live = any(summary.status.state.is_live for summary in all_summaries)
if not all_summaries:
    layout.empty(
        "**No runs yet.** Infer a network, or explore the sample.",
        (navigation.DATA, "Choose data", ":material/table:"),
        (navigation.HOME, "Try the sample", ":material/science:"),
    )
run_filter = filters.choose(all_summaries) if all_summaries else None
shown = [summary for summary in all_summaries if run_filter is None or run_filter.matches(summary)]
asked = state.get(state.RUN)
chosen = next((summary for summary in all_summaries if summary.id == asked), None)
if all_summaries and chosen is None and asked is not None:
    st.warning("This run does not exist. It may have been deleted.", icon=":material/search_off:")
if all_summaries and not shown:
    layout.empty("**No run matches.** Change the search, or show all states.")
if chosen is None and shown:
    chosen = shown[0]


@st.fragment(run_every=_LIVE_SECONDS if was_live else _IDLE_SECONDS)
def live() -> None:
    """Show what changes while runs are active; look for new ones otherwise."""
    now = runs.history()
    summaries = [summary for summary in now if run_filter is None or run_filter.matches(summary)]
    with errors.shown():
        if summaries:
            overview.show(summaries, chosen=None if chosen is None else chosen.id)
        summary = next((each for each in now if chosen and each.id == chosen.id), None)
        if summary is not None:
            detail.head(summary, now)
        is_live = any(each.status.state.is_live for each in now)
        picked = state.asked(state.RUN)
        has_changed = (
            summary is not None
            and chosen is not None
            and (summary.status.state is not chosen.status.state)
        )
        is_other = picked != asked and chosen is not None and picked != chosen.id
        if is_live != was_live or bool(now) != bool(all_summaries) or has_changed or is_other:
            st.rerun()


live()
if chosen is not None:
    with errors.shown():
        detail.rest(chosen)
