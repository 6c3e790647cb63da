"""Network page: explore and export the network of a run."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from genie3_engine import runs
from genie3_engine.model import JobState
from genie3_engine.networks.link_evidence import Q
from genie3_engine.runs import RunSummary
from pages.network import (
    colours,
    controls,
    export_panel,
    focus,
    gene_sets,
    network_graph,
    pending_run,
    run_choice,
    saved_views,
    side_tables,
    threshold_curve,
)
from ui import cache, confidence, errors, layout, navigation, networks, sharing, state


@errors.fragment
def explore(summary: RunSummary) -> None:
    """Show a network; what is clicked here runs this part of the page again, and no other."""
    with errors.shown():
        saved_views.follow_address(summary)
        network = networks.network(summary, favours_hubs=controls.favours_hubs())
        if network.n_links == 0:
            layout.empty("**This network has no links.** No regulator explains any target.")
            return
        views = st.container(key="views")
        with st.container(key="split"):
            # With evidence the table of links has two columns more.
            widths = [1, 1] if network.has(Q) else [3, 2]
            graph, table = st.columns(widths, gap="medium")
        with graph:
            threshold = controls.choose_threshold(network)
            controls.choose_hubs(network)
        with table:
            of_gene, of_colours = st.columns([3, 2], gap="small", vertical_alignment="bottom")
            with of_gene:
                gene, to = controls.choose_gene(network)
            with of_colours:
                painted = colours.choose(network, threshold)
        view = replace(
            network_graph.view_of(network, threshold=threshold, choice=painted, gene=gene, to=to),
            arrangement=network_graph.arrangement_of(network, threshold),
        )
        shown = saved_views.Shown(summary, network, view, painted)
        with views:
            saved_views.show(shown)
        with graph:
            network_graph.show(network, view)
            threshold_curve.show(network, threshold, summary)
        with table:
            if gene is not None:
                focus.show(network, gene=gene, to=to)
            side_tables.show(network, threshold=threshold, gene=gene, to=to)
            if gene is not None and to is not None:
                focus.samples(network, gene, to)
        enrichment = gene_sets.show(network, threshold, gene)
        export_panel.show(summary, view, enrichment)
        networks.prepare(network)


summaries = runs.with_members(cache.history())
title, run = st.columns([3, 2], gap="medium", vertical_alignment="bottom")
with title:
    layout.head("Network", "Regulators point to their targets; the strongest links come first.")
if not summaries:
    layout.empty(
        "**No network yet.** Explore the sample, or infer one from your data.",
        (navigation.HOME, "Try the sample", ":material/science:"),
        (navigation.DATA, "Choose data", ":material/table:"),
    )
    st.stop()

chosen = run_choice.chosen_run(summaries)
state.put(state.RUN, chosen.id)
with run:
    run_choice.choose(chosen, summaries)
if chosen.status.state is not JobState.DONE:
    pending_run.show(chosen)
    st.stop()
if not sharing.is_read_only():
    with run:
        confidence.show(chosen)
explore(chosen)
