"""Choice of the run whose network is shown."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from genie3_engine.model import JobState
from genie3_engine.runs import RunSummary
from ui import run_choice, state


def chosen_run(summaries: Sequence[RunSummary]) -> RunSummary:
    """Return the run that the address names, the one chosen before, or the newest that is done."""
    by_id = {summary.id: summary for summary in summaries}
    done = [summary for summary in summaries if summary.status.state is JobState.DONE]
    newest = (done or list(summaries))[0]
    is_asked = state.asked(state.RUN) is not None
    run = state.get(state.RUN)
    if run is None:
        return newest
    if run not in by_id:
        st.warning(
            "This run does not exist. It may have been deleted.", icon=":material/search_off:"
        )
        return newest
    if not is_asked and by_id[run].status.state.is_resumable:
        return newest  # the one remembered from earlier has no network to show
    return by_id[run]


def choose(chosen: RunSummary, summaries: Sequence[RunSummary]) -> None:
    """Offer the runs that are done, and the chosen one."""
    offered = [
        summary
        for summary in summaries
        if summary.status.state is JobState.DONE or summary.id == chosen.id
    ]
    forgets = (state.VIEW, state.GENE, state.TO, state.THRESHOLD, state.HUBS)
    run_choice.choose(chosen, offered, page="network", forgets=forgets)
