"""Filters of the table of runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from genie3_engine.model import JobState
from genie3_engine.runs import RunSummary

COMPARES = "compare_runs"
_GROUPS = {
    "Active": frozenset({JobState.QUEUED, JobState.RUNNING, JobState.STOPPING, JobState.UNKNOWN}),
    "Done": frozenset({JobState.DONE}),
    "Stopped": frozenset({JobState.FAILED, JobState.CANCELLED, JobState.LOST}),
}


@dataclass(frozen=True, slots=True)
class RunFilter:
    """What a listed run must have.

    Parameters
    ----------
    text : str
        Part of its name, its data's name, its note or a tag; case is ignored.
    states : frozenset of JobState
        States that it may be in; empty for all.
    tags : frozenset of str
        Tags that it must have.
    """

    text: str = ""
    states: frozenset[JobState] = frozenset()
    tags: frozenset[str] = frozenset()

    def matches(self, summary: RunSummary) -> bool:
        """Return whether a run is wanted."""
        if self.states and summary.status.state not in self.states:
            return False
        if not self.tags <= set(summary.labels.tags):
            return False
        said = (summary.title, summary.spec.source, summary.labels.note, *summary.labels.tags)
        return self.text.casefold() in "\n".join(said).casefold()


def choose(summaries: Sequence[RunSummary]) -> RunFilter:
    """Ask which runs are listed; nothing is asked while there is one."""
    if len(summaries) < 2:
        return RunFilter()
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        text = st.text_input(
            "Search runs",
            type="search",
            live=True,
            key="find_runs",
            placeholder="Name, data, tag or note",
            label_visibility="collapsed",
            width=280,
        )
        groups = st.pills(
            "State",
            list(_GROUPS),
            selection_mode="multi",
            key="find_states",
            label_visibility="collapsed",
        )
        known = sorted({tag for summary in summaries for tag in summary.labels.tags})
        tags: Sequence[str] = ()
        if known:
            tags = st.multiselect(
                "Tags",
                known,
                key="find_tags",
                placeholder="Tags",
                label_visibility="collapsed",
                width=220,
            )
        st.toggle(
            "Compare",
            key=COMPARES,
            help="Tick runs to see their settings and times next to each other.",
        )
    states = frozenset[JobState]().union(*(_GROUPS[group] for group in groups or ()))
    return RunFilter((text or "").strip(), states, frozenset(tags))
