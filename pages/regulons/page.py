"""Regulons page: the regulons of a network, and their activity in each sample."""

from __future__ import annotations

import zlib

import streamlit as st

from genie3_engine import runs
from genie3_engine.model import JobState
from genie3_engine.regulons.selection import RegulonOptions
from genie3_engine.runs import RunSummary
from pages.regulons import activity_map, controls, export_panel, regulon_table
from ui import cache, errors, layout, navigation, places, regulons, run_choice, state


def explore(summary: RunSummary) -> None:
    """Show the regulons of a run and their activity."""
    with errors.shown():
        options = controls.choose(summary.path)
        found = regulons.regulons(summary, options)
        if not len(found):
            st.info(
                f"No regulon has {options.min_genes:,} genes or more. Lower the fewest genes, or "
                "choose another rule.",
                icon=":material/info:",
            )
            return
        key = f"{zlib.crc32(f'{summary.id} {options}'.encode()):08x}"
        with st.container(key="split"):
            left, right = st.columns([2, 3], gap="medium")
        with left:
            regulon_table.show(found, summary, key=key)
        with right:
            choice = _activity(summary, options, n_regulons=len(found))
        export_panel.show(summary, options, choice, found)


def _activity(
    summary: RunSummary, options: RegulonOptions, *, n_regulons: int
) -> controls.ActivityChoice | None:
    """Show the activity where there is a data set; return how it is computed."""
    if not summary.spec.has_data:
        st.info(
            "This network was combined from lists that have no data set in common, so the "
            "activity of its regulons is not known.",
            icon=":material/info:",
        )
        return None
    with errors.shown():
        n_values = n_regulons * cache.expression(summary.spec.dataset).n_samples
        if n_values > regulons.MOST_VALUES:
            places.offer_command(
                "Too much activity to show on a page.",
                *("genie3", "activity", summary.path),
                *("--rule", ",".join(map(str, options.rules)), "--sign", options.signs),
                *("--min-genes", options.min_genes, "-o", "activity.parquet"),
            )
            return None
        with st.container(horizontal=True, vertical_alignment="bottom"):
            group = controls.choose_group(list(regulons.few_groups(summary.spec.dataset)))
            choice = controls.choose_activity()
        activity_map.show(summary, options, choice, group=group)
        return choice
    return None


done = [run for run in runs.with_members(runs.history()) if run.status.state is JobState.DONE]
title, box = st.columns([3, 2], gap="medium", vertical_alignment="bottom")
with title:
    layout.head("Regulons", "A regulator with its targets, and how active they are in each sample.")
if not done:
    layout.empty(
        "**No finished network yet.** Explore the sample, or infer one from your data.",
        (navigation.HOME, "Try the sample", ":material/science:"),
        (navigation.DATA, "Choose data", ":material/table:"),
    )
    st.stop()

chosen = run_choice.chosen_run(done)
state.put(state.RUN, chosen.id)
with box:
    run_choice.choose(chosen, done, page="regulons")
explore(chosen)
