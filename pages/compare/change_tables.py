"""Tables of a comparison: changed links, rewired targets, regulators."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from genie3_engine import labels
from genie3_engine.data.gene_table import GeneTable
from genie3_engine.networks.changes import most_changed, most_rewired
from pages.compare import change_controls
from pages.compare.change_controls import Shown
from ui import gene_labels, state

_HEIGHT, _ROWS_IN_VIEW = 460, 12
_MOST_LISTED = 1_000
NO_REWIRING = (
    "This method has no R² on samples that it has not seen, so it is not known whether the "
    "regulation of a target carries over. Random Forest has one."
)
_number, _text = st.column_config.NumberColumn, st.column_config.TextColumn
_LINKS = {
    "regulator": _text("Regulator"),
    "target": _text("Target"),
    "change": _text("Change", width=80),
    "z": _number("z", format="%+.2f", width=60, help="Positive: stronger in the second group."),
    "q": _number("q", format="%.2g", width=70),
    "p": _number("p", format="%.2g", width=70),
    "importance_1": _number("Importance 1", format="%.4f", width=96),
    "importance_2": _number("Importance 2", format="%.4f", width=96),
    "difference": _number("Difference", format="%+.4f", width=90),
    "spearman_1": _number("Spearman 1", format="%.2f", width=88),
    "spearman_2": _number("Spearman 2", format="%.2f", width=88),
    "fisher_z": _number("Fisher's z", format="%+.2f", width=84),
    "rank_by_z": _number("Rank by z", format="localized", width=84),
    "rank_by_correlation": _number("Rank by correlation", format="localized", width=130),
}
_TARGETS = {
    "target": _text("Target"),
    "rewiring": _number("Rewiring", format="%.2f", width=80),
    "rewiring_q": _number("q", format="%.2g", width=70),
    "rewiring_p": _number("p", format="%.2g", width=70),
    "oob_r2_1": _number("R² 1", format="%.2f", width=64),
    "r2_1_on_2": _number("1 on 2", format="%.2f", width=64),
    "oob_r2_2": _number("R² 2", format="%.2f", width=64),
    "r2_2_on_1": _number("2 on 1", format="%.2f", width=64),
}
_REGULATORS = {
    "regulator": _text("Regulator"),
    "sum_abs_z": _number("Sum of |z|", format="%.1f", width=90),
    "n_gained": _number("Gained", format="localized", width=70),
    "n_lost": _number("Lost", format="localized", width=60),
    "n_reversed": _number("Reversed", format="localized", width=80),
    "n_kept": _number("Kept", format="localized", width=60),
}


@dataclass(frozen=True, slots=True)
class Focus:
    """The gene in focus, the second gene of a link, and the labels of all genes."""

    gene: str | None
    to: str | None
    gene_table: GeneTable


def show(
    changes: pd.DataFrame,
    targets: pd.DataFrame,
    regulators: pd.DataFrame,
    *,
    shown: Shown,
    focus: Focus,
) -> None:
    """Show the tables; a ticked row puts its link, target or regulator in focus."""
    links, rewired, summed = st.tabs(["Links", "Targets", "Regulators"], key="change_tabs")
    with links:
        _links(changes, shown, focus)
    with rewired:
        order = most_rewired(targets.assign(target=targets["target"].astype(str)))
        _genes(order, "target", _TARGETS, focus, key="targets")
        if not targets["rewiring"].notna().any():
            st.caption(NO_REWIRING)
        st.caption(
            "The most rewired first; 1 and 2 are the groups. Select a row to see its links and "
            "samples in both groups.",
            help="R² 1 is that of the first group's forest, out-of-bag; 1 on 2 is the same forest "
            "on the samples of the second group. Rewiring is the loss.",
        )
    with summed:
        table = regulators.assign(regulator=regulators["regulator"].astype(str))
        _genes(table, "regulator", _REGULATORS, focus, key="regulators")
        st.caption(
            "By the sum of the sizes of z over a regulator's links. A regulator with many links "
            "compared has a larger sum: it is not a test."
        )


def _links(changes: pd.DataFrame, shown: Shown, focus: Focus) -> None:
    gene, to = focus.gene, focus.to
    by = st.segmented_control(
        "Order by",
        ["rank_by_z", "rank_by_correlation"],
        default="rank_by_z",
        required=True,
        format_func={"rank_by_z": "By z", "rank_by_correlation": "By correlation"}.__getitem__,
        key="change_order",
        label_visibility="collapsed",
    )
    table = most_changed(
        changes, len(changes), kinds=shown.kinds, most_q=shown.most_q, gene=gene, by=by
    )
    n_found = len(table)
    table = table.head(_MOST_LISTED)[list(_LINKS)]
    is_link = (table["regulator"] == gene) & (table["target"] == to)
    row = int(is_link.to_numpy().argmax()) if is_link.any() else None

    def store(picked: int | None) -> None:
        if picked is None:
            change_controls.focus(gene)
        else:
            link = table.iloc[picked]
            change_controls.focus(str(link["regulator"]), str(link["target"]))

    key = ("links", f"{by} {gene} {to} {shown}")
    _table(table, _LINKS, focus.gene_table, row=row, key=key, store=store)
    more = f" The first {_MOST_LISTED:,} are listed." if n_found > _MOST_LISTED else ""
    st.caption(
        f"{labels.count(n_found, 'link')}{'' if gene is None else ' of this gene'}.{more} Select a "
        "row to see the samples of both groups."
    )


def _genes(
    table: pd.DataFrame, name: str, columns: Mapping[str, Any], focus: Focus, *, key: str
) -> None:
    gene = focus.gene
    listed = table.head(_MOST_LISTED)[list(columns)].reset_index(drop=True)
    is_chosen = listed[name] == gene
    row = int(is_chosen.to_numpy().argmax()) if is_chosen.any() else None

    def store(picked: int | None) -> None:
        change_controls.focus(None if picked is None else str(listed[name].iloc[picked]))

    _table(listed, columns, focus.gene_table, row=row, key=(key, str(gene)), store=store)


def _table(
    table: pd.DataFrame,
    columns: Mapping[str, Any],
    gene_table: GeneTable,
    *,
    row: int | None,
    key: tuple[str, str],
    store: Callable[[int | None], None],
) -> None:
    """Show a table whose ticked row is also chosen elsewhere."""
    # What is chosen is part of the key: a table is new, and its old selection gone, when a click
    # in the graph, a link or the back button has chosen something else.
    name, content = key
    content += gene_table.version
    widget = f"changed_{name}_{zlib.crc32(content.encode()):08x}"
    rows = [] if row is None else [row]

    def changed() -> None:
        ticked = state.value(widget)["selection"]["rows"]
        if ticked != rows:
            store(ticked[0] if ticked else None)

    genes = ("regulator", "target")
    table, columns = gene_labels.labelled(table, columns, genes=genes, gene_table=gene_table)
    st.dataframe(
        table,
        hide_index=True,
        key=widget,
        height=_HEIGHT if len(table) > _ROWS_IN_VIEW else "content",
        on_select=changed,
        selection_mode="single-row",
        selection_default={"selection": {"rows": rows, "columns": [], "cells": []}},
        column_config=columns,
        column_order=list(columns),
    )
