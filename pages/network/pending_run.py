"""Progress of a run that has no network yet."""

from __future__ import annotations

import time
from dataclasses import replace

import streamlit as st

from genie3_engine.model import JobState, RunStatus
from genie3_engine.runs import RunSummary
from pages.network import partial_network
from ui import cache, errors, layout, live_parts, navigation, progress


def show(summary: RunSummary) -> None:
    """Show how far the run is, or why it stopped; open its network as soon as it is done."""

    def status() -> RunStatus:
        return next(
            (each.status for each in cache.recent_history() if each.id == summary.id),
            summary.status,
        )

    def content() -> object:
        now = status()
        words = progress.sentence(now, now=time.time()) if now.state.is_live else ""
        return now.state, now.error, now.targets_done, words

    def watch() -> None:
        now = status()
        with errors.shown():
            if now.state is JobState.DONE:
                st.rerun()
            with st.container(border=True, key="unfinished"):
                progress.badge(now.state)
                if now.state.is_live:
                    progress.bar(now, now=time.time())
                    st.caption("The network opens here when the run is done.")
                elif now.error is not None:
                    errors.show(now.error)
                layout.page_link(
                    navigation.RUNS,
                    label="Show the run",
                    icon=":material/list:",
                    query_params={"run": summary.id},
                )

            partial_network.show(replace(summary, status=now))

    every = 1.0 if summary.status.state.may_change else None
    live_parts.part(watch, every=every, content=content)()
