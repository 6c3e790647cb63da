"""Combine a run with others, or with a list of another tool."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from genie3_engine import runs
from genie3_engine.combined_runs import start_combination
from genie3_engine.model import METHODS, ForestSpec, JobState, settings_of
from genie3_engine.runs import RunSummary
from ui import (
    actions,
    cache,
    layout,
    navigation,
    progress,
    settings_form,
    state,
    text_format,
    uploads,
)

_HOW = settings_of(ForestSpec)["how"]
_NOTE = (
    "On real data, a tree ensemble combined with the precision method has ranked links better than "
    "the trees alone; on small simulated data it has ranked them worse."
)


def networks(summary: RunSummary) -> None:
    """Show the networks that a run combines: those inside it, or its parents."""
    inside = runs.members(summary.path)
    rows = [
        {
            "Network": _method(each),
            "State": progress.step(each.status),
            "Targets": each.status.targets_done,
            "Folder": f"members/{each.path.name}",
        }
        for each in inside
    ] or [
        {
            "Network": text_format.shorten(parent.name, at_most=80),
            "Method": parent.method or "another tool",
            "SHA-256 of its links": parent.sha256,
            "Folder": parent.path,
        }
        for parent in summary.spec.parents
    ]
    if rows:
        st.markdown("**Combined networks**")
        st.dataframe(pd.DataFrame(rows), hide_index=True, key="networks")


def open_inside(summary: RunSummary) -> None:
    """Show a button for each finished network inside a run, which opens it."""
    inside = [each for each in runs.members(summary.path) if each.status.state is JobState.DONE]
    if not inside:
        return
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key="networks_inside"
    ):
        st.caption("Networks inside", width="content")
        for each in inside:
            if st.button(
                _method(each), icon=":material/hub:", type="tertiary", key=f"open_{each.path.name}"
            ):
                layout.go(navigation.NETWORK, run=each.id)


def offer(summary: RunSummary) -> None:
    """Show a button that opens the choice of what to combine a finished run with."""
    with st.popover("Combine with…", icon=":material/merge:", key="combine"):
        others = _others(summary)
        titles = {other.id: _title(other) for other in others}
        key = f"combine_{summary.id}"
        st.multiselect(
            "Runs",
            list(titles),
            format_func=titles.__getitem__,
            key=f"{key}_runs",
            placeholder="Choose finished runs",
        )
        st.file_uploader(
            "A list of another tool",
            type=[*uploads.LISTS, "parquet"],
            key=f"{key}_list_{state.n_uploads()}",
            help="Regulator, target and a score or rank.",
        )
        settings_form.form([_HOW], prefix=f"{key}_")
        st.text_input("Name", f"{summary.title} combined", max_chars=300, key=f"{key}_name")
        st.caption(_NOTE)
        actions.button("Combine", _start, summary, type="primary", key=f"{key}_start")


def _others(summary: RunSummary) -> list[RunSummary]:
    """Return the other finished runs, those of the same data first."""
    done = [
        each
        for each in cache.history()
        if each.status.state is JobState.DONE and each.id != summary.id
    ]
    return sorted(done, key=lambda each: each.spec.dataset != summary.spec.dataset)


def _title(summary: RunSummary) -> str:
    return text_format.shorten(f"{summary.title} ({_method(summary)})", at_most=80)


def _method(summary: RunSummary) -> str:
    return METHODS[summary.spec.forest.method].label


def _start(summary: RunSummary) -> None:
    key = f"combine_{summary.id}"
    by_id = {other.id: other.path for other in _others(summary)}
    sources = [summary.path, *(by_id[run] for run in state.value(f"{key}_runs") if run in by_id)]
    file = state.value(f"{key}_list_{state.n_uploads()}")
    if file is not None:
        sources.append(uploads.keep([(file.name, file)]).path)
    created = start_combination(
        sources,
        how=str(state.value(f"{key}_{_HOW.name}")),
        name=str(state.value(f"{key}_name")),
    )
    if file is not None:
        state.forget_upload([file])
    state.put(state.RUN, created.path.name)
