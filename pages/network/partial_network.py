"""The strongest links of a run that is not finished."""

from __future__ import annotations

import streamlit as st

from genie3_engine import labels, runs
from genie3_engine.networks.colours import by_role
from genie3_engine.networks.graph_payload import graph_payload
from genie3_engine.networks.partial_network import PartialNetwork
from genie3_engine.networks.thresholds import Threshold, ThresholdKind
from genie3_engine.networks.views import View
from genie3_engine.runs import RunSummary
from pages.network.colours import ROLE, Choice, sizes_of
from ui import cache, charts, errors, gene_labels, graph

_MOST_ROWS = 300


def show(summary: RunSummary) -> None:
    """Offer the strongest links so far, of a run that is at work or has stopped."""
    if not summary.status.targets_done:
        return
    is_wanted = st.toggle("Show the strongest links so far", key=f"so_far_{summary.id}")
    if not is_wanted:
        return
    with errors.shown():
        done, _ = runs.launcher_of(summary.path).collect_partial(summary.path, wait=False)
        partial = cache.partial(summary.path, done, top=_MOST_ROWS)
        if not partial.n_targets:
            st.caption("No links are stored yet.")
            return
        _draw(summary, partial, done)
        shown, columns = gene_labels.labelled(
            partial.links,
            {
                "rank": st.column_config.NumberColumn("Rank so far", format="localized", width=90),
                "regulator": st.column_config.TextColumn("Regulator"),
                "target": st.column_config.TextColumn("Target"),
                "importance": st.column_config.NumberColumn("Importance", format="%.4f"),
            },
            genes=("regulator", "target"),
            gene_table=runs.gene_table(summary.spec.dataset),
        )
        st.dataframe(
            shown,
            hide_index=True,
            key="links_so_far",
            height=420,
            column_config=columns,
            column_order=list(columns),
        )
        st.caption(
            f"Of {labels.count(partial.n_targets, 'target')} of "
            f"{summary.status.targets_total:,}, "
            f"{labels.count(partial.n_links, 'link')} so far. Ranks change until the run is "
            "done; importances do not."
        )


def _draw(summary: RunSummary, partial: PartialNetwork, done: int) -> None:
    """Draw the links so far; a click puts a gene in focus in the drawing alone."""
    shown = cache.partial_layout(summary.path, done, top=_MOST_ROWS)
    colours = by_role(shown, dark=charts.is_dark())
    view = View(
        run=summary.path,
        threshold=Threshold(ThresholdKind.RANK, max(1, len(partial.links))),
        n_links=partial.n_links,
        n_kept=len(partial.links),
        layout=shown,
        colours=colours.genes,
        link_colours=(),
        sizes=sizes_of(shown, Choice(ROLE, "targets")),
        legend=colours.legend,
    ).with_names(runs.gene_table(summary.spec.dataset))
    graph.gene_graph(
        graph_payload(view, version=f"{summary.id}-{done}", network=summary.id),
        key="graph_so_far",
        height=420,
    )
