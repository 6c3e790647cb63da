"""Comparison of two conditions: a new one, its progress, and its results."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from genie3_engine import differential
from genie3_engine.model import JobState
from genie3_engine.runs import RunSummary
from pages.compare import comparison_status, new_comparison, results
from ui import errors, job_status, layout, live_parts, navigation, sharing, state

_LOOK_SECONDS = 1.0


def show(done: Sequence[RunSummary]) -> None:
    """Offer a new comparison, and show the chosen one."""
    comparisons = differential.history()
    current = job_status.chosen(comparison_status.KIND, comparisons)
    name = "" if current is None else current.id
    if not sharing.is_read_only():
        box = st.expander(
            "New comparison",
            expanded=current is None,
            icon=":material/compare_arrows:",
            key=f"new_comparison_{name}",  # closed once it has begun
            on_change="rerun",
        )
        if box.open:
            with box:
                new_comparison.show(done)
    if current is None:
        layout.empty(
            "**No comparison yet.** Choose two groups of samples above. Groups come from a column "
            "of annotations, from a sample sheet, or from files that are joined.",
            (navigation.DATA, "Choose data", ":material/table:"),
        )
        return
    state.put(state.COMPARISON, current.id)
    comparison_status.choose(current, comparisons)
    is_live = current.status.state.may_change

    def follow() -> None:
        comparison_status.follow(current)

    live_parts.part(
        follow,
        every=_LOOK_SECONDS if is_live else None,
        content=lambda: comparison_status.content(current),
    )()
    if current.status.state is JobState.DONE:
        with errors.shown():
            results.show(current)
