"""Runs page: all runs and the details of one."""

from __future__ import annotations

import streamlit as st

from genie3_engine.runs import RunSummary
from pages.runs import archiving, comparison, detail, filters, overview
from ui import cache, errors, layout, live_parts, navigation, state

_LIVE_SECONDS, _IDLE_SECONDS = 1.0, 3.0

with st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom", key="runs_head"
):
    with st.container(width="content"):
        layout.head(
            "Runs",
            "Every run is a process with its own folder; it continues when the page is closed.",
        )
    archiving.offer_import()
archiving.show_imported()
all_summaries = cache.history()
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
if asked is not None and "/" in asked:  # a network inside a run, chosen on another page
    asked = asked.partition("/")[0]
    state.put(state.RUN, asked)
chosen = next((summary for summary in all_summaries if summary.id == asked), None)
if all_summaries and chosen is None and asked is not None:
    st.warning("This run does not exist. It may have been deleted.", icon=":material/search_off:")
if all_summaries and not shown:
    layout.empty("**No run matches.** Change the search, or show all states.")
if chosen is None and shown:
    chosen = shown[0]
if shown and state.current(filters.COMPARES):
    with errors.shown():
        comparison.show(shown)
    st.stop()


def now() -> tuple[list[RunSummary], list[RunSummary], RunSummary | None]:
    """Return the runs as they are, those that are listed, and the chosen one."""
    every = cache.recent_history()
    listed = [summary for summary in every if run_filter is None or run_filter.matches(summary)]
    return every, listed, next((each for each in every if chosen and each.id == chosen.id), None)


def content() -> object:
    """Return what `live` shows, to compare."""
    every, listed, summary = now()
    is_live = any(each.status.state.is_live for each in every)
    about = None if summary is None else detail.content(summary)
    return bool(every), is_live, overview.content(listed), about


def live() -> None:
    """Show what changes while runs are active; look for new ones otherwise."""
    every, listed, summary = now()
    with errors.shown():
        if listed:
            overview.show(listed, chosen=None if chosen is None else chosen.id)
        if summary is not None:
            detail.head(summary)
        is_live = any(each.status.state.is_live for each in every)
        picked = state.asked(state.RUN)
        has_changed = (
            summary is not None
            and chosen is not None
            and (summary.status.state is not chosen.status.state)
        )
        is_other = picked != asked and chosen is not None and picked != chosen.id
        if is_live != was_live or bool(every) != bool(all_summaries) or has_changed or is_other:
            st.rerun()


live_parts.part(live, every=_LIVE_SECONDS if was_live else _IDLE_SECONDS, content=content)()
if chosen is not None:
    with errors.shown():
        detail.rest(chosen)
