"""Table of the regulons."""

from __future__ import annotations

import streamlit as st

from genie3_engine import labels
from genie3_engine.regulons.regulon import RegulonSet
from genie3_engine.runs import RunSummary
from ui import layout, navigation

_HEIGHT = 520
_COLUMNS = {
    "regulon": st.column_config.TextColumn("Regulon", width=130),
    "sign": st.column_config.TextColumn("Sign", width=86),
    "rule": st.column_config.TextColumn("Rule", width=110),
    "n_genes": st.column_config.NumberColumn("Genes", format="localized", width=64),
    "genes": st.column_config.TextColumn("Names, strongest first", width="large"),
    "regulator": st.column_config.TextColumn("Regulator identifier"),
}


def show(regulons: RegulonSet, summary: RunSummary, *, key: str) -> None:
    """Show the regulons; a ticked row offers its regulator in the network."""
    table = regulons.table()
    hidden = {name for name in ("sign", "rule") if table[name].nunique() < 2}
    if not regulons.gene_table.has_symbols:
        hidden.add("regulator")
    event = st.dataframe(
        table,
        hide_index=True,
        key=f"regulons_{key}",
        height=_HEIGHT,
        on_select="rerun",
        selection_mode="single-row",
        column_config=_COLUMNS,
        column_order=[name for name in _COLUMNS if name not in hidden],
    )
    rows = event["selection"]["rows"]
    if rows and rows[0] < len(regulons):
        regulator = regulons.regulons[rows[0]].regulator
        if st.button("Show the regulator in the network", icon=":material/hub:"):
            layout.go(navigation.NETWORK, run=summary.id, gene=regulator)
    st.caption(
        f"{labels.count(len(regulons), 'regulon')}. Each has its regulator and the targets that "
        "the rule chooses; select a row to see it in the network."
    )
