"""Details of one run: progress, actions, settings, timings, log."""

from __future__ import annotations

import time

import streamlit as st

from genie3_engine import labels, runs
from genie3_engine.model import JobState
from genie3_engine.runs import RunSummary
from pages.runs import actions, cloud, combination, run_details
from ui import cache, confidence, errors, live_parts, places, progress, sharing, text_format

_LOG_LINES = 200
_LOG_SECONDS = 2.0


def head(summary: RunSummary) -> None:
    """Show the progress of a run and its actions."""
    status = summary.status
    with st.container(border=True, key="detail"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(text_format.plain(summary.title), anchor=False, width="content")
            progress.badge(status.state)
        if status.state.is_live:
            progress.bar(status, now=time.time())
        caption = _caption(summary)
        if caption:
            st.caption(caption)
        if status.error is not None:
            errors.show(status.error)
        if owner := sharing.owner_line(summary.path):
            st.caption(owner)
        cloud.show(summary)
        actions.main(summary)


def content(summary: RunSummary) -> object:
    """Return what `head` shows, to compare."""
    status = summary.status
    return (
        summary.title,
        status.state,
        progress.sentence(status, now=time.time()) if status.state.is_live else "",
        _caption(summary),
        status.error,
        cloud.job_of(summary),
    )


def _caption(summary: RunSummary) -> str:
    status = summary.status
    if status.state.is_live:
        return _queue(summary) if status.step == "waiting" else ""
    if status.state is JobState.DONE:
        return _done(summary, time.time())
    return _kept(summary)


def _queue(summary: RunSummary) -> str:
    place = runs.place_in_queue(summary.path)
    if place is None:
        return ""
    return f"{place.words} The queue does not need this page or its server.".strip()


def _kept(summary: RunSummary) -> str:
    status = summary.status
    if not status.targets_done:
        return "The run ended before its first target was done."
    total = labels.count(status.targets_total, "target")
    return f"{status.targets_done:,} of {total} are stored and kept."


def _done(summary: RunSummary, now: float) -> str:
    status = summary.status
    seconds = progress.elapsed(status, now)
    parts = [labels.count(status.targets_total, "target")]
    if seconds is not None:
        parts.append(f"in {labels.duration(seconds)}")
    speed = progress.per_minute(status, now)
    if speed is not None:
        parts.append(f"· {labels.per_minute(speed / 60, 'targets')}")
    return " ".join(parts) + f" · ended {labels.age(status.ended, now)}"


def rest(summary: RunSummary) -> None:
    """Show what stays as it is: what a run is called, its settings, timings and methods."""
    actions.others(summary)
    if summary.status.state is JobState.DONE and not sharing.is_read_only():
        confidence.show(summary)
    labels = summary.labels
    if labels.tags:
        with st.container(horizontal=True, gap="xsmall", key="tags"):
            for tag in labels.tags:
                st.badge(text_format.plain(tag), color="gray")
    if labels.note:
        st.caption(text_format.plain(labels.note, at_most=2_000))
    combination.open_inside(summary)
    for note in cache.notes(summary):
        st.info(note, icon=":material/info:")
    timings, settings, methods, log = st.tabs(
        ["Timings", "Settings", "Methods", "Log"], key="facts"
    )
    with timings:
        run_details.timings(summary)
        run_details.forecast(summary)
    with settings:
        run_details.settings(summary.spec, summary.path)
        combination.networks(summary)
    with methods:
        run_details.methods(summary)
    with log:
        _log(summary)


def _log(summary: RunSummary) -> None:
    if cloud.logs(summary):
        return

    def text() -> str:
        return places.from_home(runs.log_tail(summary.path, n_lines=_LOG_LINES))

    def tail() -> None:
        st.code(text() or "The log is empty.", language=None, height=320, wrap_lines=True)

    every = _LOG_SECONDS if summary.status.state.may_change else None
    live_parts.part(tail, every=every, content=text)()
