"""Progress of a run that has no network yet."""

from __future__ import annotations

import time
from dataclasses import replace

import streamlit as st

from genie3_engine import runs
from genie3_engine.model import JobState
from genie3_engine.runs import RunSummary
from pages.network import partial_network
from ui import errors, layout, navigation, progress


def show(summary: RunSummary) -> None:
    """Show how far the run is, or why it stopped; open its network as soon as it is done."""

    @st.fragment(run_every=1.0 if summary.status.state.may_change else None)
    def watch() -> None:
        with errors.shown():
            status = runs.status(summary.path)
            if status.state is JobState.DONE:
                st.rerun()
            with st.container(border=True, key="unfinished"):
                progress.badge(status.state)
                if status.state.is_live:
                    progress.bar(status, now=time.time())
                    st.caption("The network opens here when the run is done.")
                elif status.error is not None:
                    errors.show(status.error)
                layout.page_link(
                    navigation.RUNS,
                    label="Show the run",
                    icon=":material/list:",
                    query_params={"run": summary.id},
                )

            partial_network.show(replace(summary, status=status))

    watch()
