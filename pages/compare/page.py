"""Compare page: two conditions with a test of what changed, or two finished runs as they are."""

from __future__ import annotations

import streamlit as st

from genie3_engine import runs
from genie3_engine.model import JobState
from pages.compare import two_conditions, two_runs
from ui import cache, layout, state

_KINDS = {"conditions": "Two conditions", "runs": "Two runs"}


def kind() -> str:
    """Ask what is compared; the address decides."""
    asked = state.get(state.COMPARE)
    if state.asked(state.COMPARISON) is not None:
        asked = "conditions"
    elif state.asked(state.SECOND) is not None:
        asked = "runs"
    chosen = asked if asked in _KINDS else "conditions"
    state.put(state.COMPARE, chosen)
    state.set_value("compare_kind", chosen)

    def store() -> None:
        state.put(state.COMPARE, state.value("compare_kind"))
        for key in (state.COMPARISON, state.SECOND, state.GENE, state.TO):
            state.put(key, None)

    st.segmented_control(
        "Compare",
        list(_KINDS),
        required=True,
        format_func=_KINDS.__getitem__,
        key="compare_kind",
        on_change=store,
        label_visibility="collapsed",
    )
    return chosen


title, box = st.columns([3, 2], gap="medium", vertical_alignment="bottom")
with title:
    layout.head(
        "Compare",
        "What changed between two conditions, or what two finished runs have in common.",
    )
done = [run for run in runs.with_members(cache.history()) if run.status.state is JobState.DONE]
with box:
    is_runs = kind() == "runs"
if is_runs:
    two_runs.show(done)
else:
    two_conditions.show(done)
