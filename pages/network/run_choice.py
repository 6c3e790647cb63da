"""Choice of the run whose network is shown."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from genie3_engine import labels
from genie3_engine.model import JobState
from genie3_engine.runs import RunSummary
from ui import state, text_format


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
    names = {
        summary.id: _name(summary)
        for summary in summaries
        if summary.status.state is JobState.DONE or summary.id == chosen.id
    }

    key = f"network_run_{chosen.id}"  # another choice, another box: none answers for an older one

    def store() -> None:
        state.put(state.RUN, state.value(key))
        for other in (state.GENE, state.TO, state.THRESHOLD, state.HUBS):
            state.put(other, None)

    st.selectbox(
        "Run",
        list(names),
        index=list(names).index(chosen.id),
        format_func=names.__getitem__,
        key=key,
        on_change=store,
    )


def _name(summary: RunSummary) -> str:
    when = labels.age(summary.status.created, time.time())
    return f"{text_format.shorten(summary.title, at_most=50)} · {when}"
