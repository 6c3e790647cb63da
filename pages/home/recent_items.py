"""Cards of the most recent runs."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from genie3_engine import labels
from genie3_engine.model import METHODS, ForestSpec, JobState
from genie3_engine.runs import RunSummary
from ui import cache, errors, layout, live_parts, navigation, progress, text_format

_SHOWN = 6
_LIVE_SECONDS, _IDLE_SECONDS = 2.0, 5.0


def show() -> None:
    """Show the last runs as cards, or the steps of the program when there are none."""
    was_live = _is_any_live(cache.history())

    def live() -> None:
        with errors.shown():
            summaries = cache.recent_history()
            if summaries:
                _cards(summaries)
            else:
                _steps()
            if was_live != _is_any_live(summaries):
                st.rerun()

    every = _LIVE_SECONDS if was_live else _IDLE_SECONDS
    live_parts.part(live, every=every, content=_content)()


def _content() -> object:
    """Return what the cards show, to compare."""
    summaries, now = cache.recent_history(), time.time()
    cards = [
        (
            each.id,
            each.title,
            each.status.state,
            labels.age(each.status.created, now),
            progress.sentence(each.status, now=now) if each.status.state.is_live else "",
        )
        for each in summaries[:_SHOWN]
    ]
    return _is_any_live(summaries), len(summaries), cards


def _is_any_live(summaries: Sequence[RunSummary]) -> bool:
    return any(summary.status.state.is_live for summary in summaries)


def _steps() -> None:
    """Show the steps of the program to a new user."""
    st.subheader("How it works", anchor=False)
    steps = (
        (":material/table:", "Data", "Upload a table; format and problems are detected."),
        (":material/checklist:", "Regulators", "Take the list that is proposed, or your own."),
        (":material/tune:", "Infer", "Use a preset, or choose every setting yourself."),
        (":material/list:", "Runs", "Follow the progress, or close the page: the run continues."),
        (":material/hub:", "Network", "Search, filter, colour and export it."),
    )
    with st.grid(min_column_width=140, key="steps"):
        for icon, name, sentence in steps:
            with st.container(border=True, height="stretch"):
                st.markdown(f"{icon} **{name}**")
                st.caption(sentence)


def _cards(summaries: Sequence[RunSummary]) -> None:
    with st.container(
        horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"
    ):
        st.subheader("Recent runs", anchor=False, width="content")
        if len(summaries) > _SHOWN:
            layout.page_link(
                navigation.RUNS, label=f"All {len(summaries):,} runs", icon=":material/list:"
            )
    with st.grid(min_column_width=280, key="recent"):
        for summary in summaries[:_SHOWN]:
            _card(summary)


def _method(forest: ForestSpec) -> str:
    """Return the number of trees, or the method where it has no fixed number."""
    if forest.grows_with_trees:
        return f"{labels.count(forest.n_trees, 'tree')} each"
    return METHODS[forest.method].label


def _card(summary: RunSummary) -> None:
    spec, status = summary.spec, summary.status
    now = time.time()
    with st.container(border=True, height="stretch"):
        with st.container(
            horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
        ):
            progress.badge(status.state)
            st.caption(labels.age(status.created, now), width="content")
        st.text(text_format.shorten(summary.title, at_most=60))
        if status.state.is_live:
            progress.bar(status, now=now)
        else:
            st.caption(f"{labels.count(status.targets_total, 'target')} · {_method(spec.forest)}")
        page, label, icon = (
            (navigation.NETWORK, "Open network", ":material/hub:")
            if status.state is JobState.DONE
            else (navigation.RUNS, "Show the run", ":material/list:")
        )
        layout.page_link(page, label=label, icon=icon, query_params={"run": summary.id})
