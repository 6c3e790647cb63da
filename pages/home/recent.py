"""Which runs were started last?"""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from genie3_engine import runs
from genie3_engine.model import RunState
from genie3_engine.runs import RunSummary
from ui import errors, layout, progress, words

_SHOWN = 6


def show() -> None:
    """Show the last runs as cards, or what to do when there are none."""
    st.subheader("Recent runs", anchor=False)
    was_live = any(summary.status.state.is_live for summary in runs.history())

    @st.fragment(run_every=2.0 if was_live else None)
    def live() -> None:
        with errors.shown():
            found = runs.history()
            _cards(found)
            if was_live and not any(summary.status.state.is_live for summary in found):
                st.rerun()

    live()


def _cards(found: Sequence[RunSummary]) -> None:
    if not found:
        st.caption("None yet. The sample takes a few seconds; your own runs will be listed here.")
        return
    with st.grid(min_column_width=280, key="recent"):
        for summary in found[:_SHOWN]:
            _card(summary)
    if len(found) > _SHOWN:
        st.page_link(layout.RUNS, label=f"All {len(found):,} runs", icon=":material/list:")


def _card(summary: RunSummary) -> None:
    spec, status = summary.spec, summary.status
    with st.container(border=True, height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center"):
            progress.badge(status.state)
            st.caption(words.age(status.created, time.time()))
        st.text(words.shorten(progress.title(spec), at_most=60))
        st.caption(
            f"{words.count(status.targets_total, 'target')} · "
            f"{words.count(spec.forest.n_trees, 'tree')} each"
        )
        page, label, icon = (
            (layout.NETWORK, "Open network", ":material/hub:")
            if status.state is RunState.DONE
            else (layout.RUNS, "Look at the run", ":material/list:")
        )
        st.page_link(page, label=label, icon=icon, query_params={"run": summary.id})
