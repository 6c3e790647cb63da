"""Choice, progress and actions of a comparison."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from genie3_engine import differential, labels
from genie3_engine.differential import ComparisonSummary
from genie3_engine.model import METHODS, JobState
from ui import actions, errors, progress, state, text_format


def chosen(comparisons: Sequence[ComparisonSummary]) -> ComparisonSummary | None:
    """Return the comparison of the address, else the newest; None when there is none."""
    asked = state.get(state.COMPARISON)
    by_id = {each.id: each for each in comparisons}
    if asked is not None and asked not in by_id:
        st.warning(
            "This comparison does not exist. It may have been deleted.",
            icon=":material/search_off:",
        )
        state.put(state.COMPARISON, None)
    return by_id.get(asked or "") or next(iter(comparisons), None)


def choose(current: ComparisonSummary, comparisons: Sequence[ComparisonSummary]) -> None:
    """Offer the other comparisons."""
    names = {each.id: _name(each) for each in comparisons}
    key = f"comparison_{current.id}"

    def store() -> None:
        state.put(state.COMPARISON, state.value(key))
        for other in (state.GENE, state.TO):
            state.put(other, None)

    st.selectbox(
        f"Comparison, of {len(names):,}" if len(names) > 1 else "Comparison",
        list(names),
        index=list(names).index(current.id),
        format_func=names.__getitem__,
        key=key,
        on_change=store,
    )


def _name(of: ComparisonSummary) -> str:
    parts = [of.title, of.spec.source, labels.age(of.status.created, time.time())]
    if of.status.state is not JobState.DONE:
        parts.append(progress.label(of.status.state).lower())
    return text_format.shorten(" · ".join(part for part in parts if part), at_most=100)


def content(before: ComparisonSummary) -> object:
    """Return what `follow` shows, for a look whether it has changed."""
    return differential.status(before.path)


def follow(before: ComparisonSummary) -> None:
    """Show the status of a comparison; draw the whole page anew when its state has changed."""
    with errors.shown():
        now = replace(before, status=differential.status(before.path))
        if now.status.state is not before.status.state:
            st.rerun()
        _show(now)


def _show(now: ComparisonSummary) -> None:
    status = now.status
    with st.container(border=True, key="comparison_state"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            with st.container(horizontal=True, vertical_alignment="center", width="content"):
                st.subheader(text_format.plain(now.title), anchor=False, width="content")
                progress.badge(status.state)
            with st.container(horizontal=True, width="content"):
                _actions(now)
        st.caption(text_format.plain(_about(now), at_most=500))
        if status.state.is_live:
            share = status.forests_done / max(1, status.forests_total)
            st.progress(min(1.0, share), text=_sentence(now))
        elif status.state is not JobState.DONE:
            st.caption(
                f"{status.forests_done:,} of {labels.count(status.forests_total, 'forest')} are "
                "grown and stored: *Resume* goes on from there."
            )
        if status.error is not None:
            errors.show(status.error)


def _about(now: ComparisonSummary) -> str:
    """Return what is compared, and how."""
    spec = now.spec
    groups = " and ".join(spec.labels)
    trees = f", {labels.count(spec.forest.n_trees, 'tree')} per target"
    parts = [
        f"{groups} by {spec.first.column}" if spec.first.column else groups,
        spec.source,
        METHODS[spec.forest.method].label + (trees if spec.forest.grows_with_trees else ""),
        f"{spec.n_permutations:,} permutations",
        f"blocks by {spec.blocks}" if spec.blocks else "",
    ]
    return " · ".join(part for part in parts if part)


def _sentence(now: ComparisonSummary) -> str:
    """Return the progress in words."""
    status = now.status
    if status.state is JobState.STOPPING:
        return "Stopping: the forests that are grown stay on disk"
    parts = [labels.step(status.step) or "Starting"]
    if status.step == "permuting" and status.n_permutations:
        parts.append(f"{status.permutation:,} of {status.n_permutations:,}")
    if status.forests_total:
        parts.append(f"{status.forests_done:,} of {labels.count(status.forests_total, 'forest')}")
    left = status.seconds_left(time.time())
    if left is not None:
        parts.append(f"about {labels.duration(left)} left")
    return " · ".join(parts)


def _actions(now: ComparisonSummary) -> None:
    of = now.status.state
    if of.is_live and actions.button(
        "Cancel",
        differential.cancel,
        now.path,
        icon=":material/stop:",
        disabled=of is JobState.STOPPING,
        key="cancel_comparison",
    ):
        st.rerun()  # the whole page, not its live part alone
    if of.is_resumable and actions.button(
        "Resume",
        differential.resume,
        now.path,
        type="primary",
        icon=":material/resume:",
        key="resume_comparison",
    ):
        st.rerun()
    if not of.is_live:
        with st.popover("Delete", icon=":material/delete:", key="delete_comparison"):
            st.markdown("Delete this comparison and its results from the disk?")
            if actions.button(
                "Delete the comparison",
                _delete,
                now,
                type="primary",
                key="delete_comparison_sure",
            ):
                st.rerun()


def _delete(now: ComparisonSummary) -> None:
    differential.delete(now.path)
    for key in (state.COMPARISON, state.GENE, state.TO):
        state.put(key, None)
