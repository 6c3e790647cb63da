"""Choice of the run that is evaluated."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from genie3_engine import labels
from genie3_engine.errors import Genie3Error
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


def choose(chosen: RunSummary, done: Sequence[RunSummary]) -> None:
    """Offer the runs that are done."""
    names = {summary.id: _name(summary) for summary in done}
    key = f"accuracy_run_{chosen.id}"  # another choice, another box: none answers for an older one

    def store() -> None:
        state.put(state.RUN, state.value(key))
        state.put(state.GOLD, None)

    st.selectbox(
        "Run",
        list(names),
        index=list(names).index(chosen.id),
        format_func=names.__getitem__,
        key=key,
        on_change=store,
    )


@contextmanager
def errors_by_title(chosen: RunSummary) -> Iterator[None]:
    """Use the run's title in errors about its links."""
    try:
        yield
    except Genie3Error as error:
        for path in (chosen.path / "links.parquet", chosen.path):
            error.message = error.message.replace(str(path), chosen.title)
        raise


def _name(summary: RunSummary) -> str:
    when = labels.age(summary.status.created, time.time())
    return f"{text_format.shorten(summary.title, at_most=50)} · {when}"
