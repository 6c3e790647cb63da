"""Tables next to the picture: links, hubs, modules, centrality, fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from genie3_engine import labels
from genie3_engine.networks.figures import fit_figure
from genie3_engine.networks.thresholds import Threshold
from pages.network import controls, link_table
from ui import charts, gene_labels, networks, state

_HEIGHT = 500


def show(
    network: networks.Network, *, threshold: Threshold, gene: str | None, to: str | None
) -> None:
    """Show the table that is asked for; only that one is computed."""
    tables: dict[str, Callable[[], None]] = {
        "Links": lambda: link_table.show(network, gene=gene, to=to),
        "Hubs": lambda: _hubs(network, threshold),
        "Modules": lambda: _modules(network, threshold),
        "Centrality": lambda: _centrality(network, threshold),
        "Fit": lambda: _fit(network),
    }
    which = st.segmented_control(
        "Table next to the picture",
        list(tables),
        default="Links",
        required=True,
        key="side_table",
        label_visibility="collapsed",
        wrap=True,
    )
    tables[which]()


def _hubs(network: networks.Network, threshold: Threshold) -> None:
    table = networks.hubs(network, threshold)
    _choose_gene(
        network,
        table,
        "regulator",
        key=f"hubs_{network.version}_{threshold}",
        columns={
            "regulator": "Regulator",
            "n_targets": st.column_config.NumberColumn("Targets", format="localized", width=76),
            "importance": st.column_config.NumberColumn("Sum", format="%.3f", width=70),
            "targets": st.column_config.TextColumn("Target genes, strongest first", width="large"),
        },
    )
    st.caption(f"{labels.count(len(table), 'regulator')} among the displayed links.")


def _modules(network: networks.Network, threshold: Threshold) -> None:
    table = networks.module_table(network, threshold)
    _choose_gene(
        network,
        table,
        "hub",
        key=f"modules_{network.version}_{threshold}",
        columns={
            "module": st.column_config.NumberColumn("Module", width=64),
            "n_genes": st.column_config.NumberColumn("Genes", format="localized", width=64),
            "n_links": st.column_config.NumberColumn("Links inside", width=88),
            "hub": "Most linked",
            "genes": st.column_config.TextColumn("Names", width="large"),
        },
    )
    st.caption(
        f"{labels.count(len(table), 'module')} among the displayed links (Leiden algorithm). "
        "The graph shows the largest when it is coloured by module; *Gene sets* below shows what "
        "they do."
    )


def _centrality(network: networks.Network, threshold: Threshold) -> None:
    _choose_gene(
        network,
        networks.centralities(network, threshold),
        "gene",
        key=f"centrality_{network.version}_{threshold}",
        columns={
            "gene": "Gene",
            "n_targets": st.column_config.NumberColumn("Targets", format="localized", width=72),
            "n_regulators": st.column_config.NumberColumn("Regulators", width=88),
            "betweenness": st.column_config.NumberColumn("Betweenness", format="%.4f", width=96),
            "pagerank": st.column_config.NumberColumn("PageRank", format="%.4f", width=84),
        },
    )
    st.caption(
        "Among the displayed links.",
        help=(
            "Betweenness: the share of shortest directed paths between other genes that pass "
            "through. PageRank follows links from target to regulator: it is high for genes that "
            "regulate many genes, or a few central ones."
        ),
    )


def _fit(network: networks.Network) -> None:
    genes = networks.network_summary(network).genes
    table = genes[["gene", "oob_r2", "n_regulators"]].dropna(subset="oob_r2")
    if table.empty:
        st.markdown("This run has no out-of-bag R²: Extra-Trees grow on all samples.")
        return
    n_poor = int((table["oob_r2"] <= 0).sum())
    st.markdown(
        f"**{n_poor:,} of {labels.count(len(table), 'gene')} cannot be predicted** from the "
        "regulators (R² of 0 or less): treat their links with caution."
    )
    charts.show(
        fit_figure(table, dark=charts.is_dark()),
        key="fit_figure",
        name="out-of-bag fit",
        alt="How many genes have which out-of-bag R²",
    )
    _choose_gene(
        network,
        table.sort_values("oob_r2", ignore_index=True),
        "gene",
        key=f"fit_{network.version}",
        height=260,
        columns={
            "gene": "Gene",
            "oob_r2": st.column_config.NumberColumn("Out-of-bag R²", format="%.3f", width=110),
            "n_regulators": st.column_config.NumberColumn("Regulators", width=90),
        },
    )


def _choose_gene(
    network: networks.Network,
    table: pd.DataFrame,
    column: str,
    *,
    key: str,
    columns: Mapping[str, Any],
    height: int = _HEIGHT,
) -> None:
    """Show a table in which a ticked row puts its gene in focus."""
    chosen = state.asked(state.GENE)
    rows = table.index[table[column] == chosen].tolist()[:1] if chosen else []
    key = f"{key}_{network.gene_table.version}_{chosen or ''}"

    def store() -> None:
        ticked = state.value(key)["selection"]["rows"]
        if ticked != rows:
            controls.focus(str(table[column].iloc[ticked[0]]) if ticked else None)

    shown, columns = gene_labels.labelled(
        table, columns, genes=(column,), gene_table=network.gene_table
    )
    st.dataframe(
        shown,
        hide_index=True,
        key=key,
        height=height,
        on_select=store,
        selection_mode="single-row",
        selection_default={"selection": {"rows": rows, "columns": [], "cells": []}},
        column_config=columns,
        column_order=list(columns),
    )
