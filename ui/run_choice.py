"""Choice of a finished run, by a box and by the address."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from genie3_engine import labels
from genie3_engine.runs import RunSummary
from ui import state, text_format


def chosen_run(done: Sequence[RunSummary]) -> RunSummary:
    """Return the finished run that the address names, the one chosen before, or the newest."""
    asked = state.asked(state.RUN)
    run = state.get(state.RUN)
    chosen = next((summary for summary in done if summary.id == run), None)
    if chosen is None and asked is not None:
        st.warning(
            "This run has no network: it is not done, or it was deleted.",
            icon=":material/search_off:",
        )
    return chosen or done[0]


def choose(
    chosen: RunSummary, done: Sequence[RunSummary], *, page: str, forgets: Sequence[str] = ()
) -> None:
    """Offer the runs that are done.

    Parameters
    ----------
    chosen : RunSummary
        The run that is shown.
    done : sequence of RunSummary
        What is offered.
    page : str
        The page's name, for the widget's key.
    forgets : sequence of str
        Keys of the address that are of one run, and end with another choice.
    """
    names = {summary.id: _name(summary) for summary in done}
    key = f"{page}_run_{chosen.id}"  # another choice, another box: none answers for an older one

    def store() -> None:
        state.put(state.RUN, state.value(key))
        for other in forgets:
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
