"""Which runs are there, and how far are they?"""

from __future__ import annotations

import streamlit as st

from genie3_engine import runs
from pages.runs import detail, overview
from ui import errors, layout, state

layout.head("Runs", "Every run is a process and a folder of its own: close the page, it goes on.")
found = runs.history()
if not found:
    layout.empty(
        "**No runs yet.** Infer a network, or explore the sample.",
        (layout.DATA, "Choose data", ":material/table:"),
        (layout.HOME, "Try the sample", ":material/science:"),
    )
    st.stop()


was_live = any(summary.status.state.is_live for summary in found)


@st.fragment(run_every=1.0 if was_live else None)
def live() -> None:
    """Show what changes while runs are at work."""
    summaries = runs.history()
    with errors.shown():
        overview.show(summaries)
    if was_live and not any(summary.status.state.is_live for summary in summaries):
        st.rerun()
    chosen = state.get(state.RUN)
    summary = next((each for each in summaries if each.id == chosen), None)
    if summary is None and chosen is not None:
        st.warning("That run is not here. It may have been deleted.", icon=":material/search_off:")
    with errors.shown():
        detail.show(summary or summaries[0])


live()
