"""Table of the ranked links, of the network or of one gene."""

from __future__ import annotations

import math
import zlib

import pandas as pd
import streamlit as st

from genie3_engine.data.gene_table import GeneTable
from genie3_engine.networks import knock_outs
from genie3_engine.networks.further_columns import SPEARMAN
from genie3_engine.networks.link_evidence import COLUMNS as EVIDENCE
from genie3_engine.networks.link_evidence import (
    HALF,
    MEANING_OF_Q,
    RELATIVE_IMPORTANCE,
    RIVAL,
    RIVAL_CORRELATION,
    STABILITY,
    P,
    Q,
)
from genie3_engine.networks.links import LinkPage
from pages.network import controls
from ui import gene_labels, networks, state

_HEIGHT, _HEIGHT_IN_FOCUS = 520, 420
_ROWS_IN_VIEW = 10
_IS_HALF = "is_half"
COLUMNS = {
    "rank": st.column_config.NumberColumn("Rank", format="localized", width=50),
    # Before the names, which may be long: it stays in view in a narrow column.
    "importance": st.column_config.NumberColumn("Importance", format="%.4f", width=82),
    "regulator": st.column_config.TextColumn("Regulator"),
    "target": st.column_config.TextColumn("Target"),
    knock_outs.COLUMN: st.column_config.NumberColumn(
        "Knock-out factor",
        format="%.2f",
        width=104,
        help="How far the target moves where the regulator is knocked out or down, in standard "
        "deviations.",
    ),
    Q: st.column_config.NumberColumn(
        EVIDENCE[Q].label, format="%.1e", width=64, help=EVIDENCE[Q].meaning
    ),
    P: st.column_config.NumberColumn(
        EVIDENCE[P].label, format="%.1e", width=64, help=EVIDENCE[P].meaning
    ),
    STABILITY: st.column_config.NumberColumn(
        EVIDENCE[STABILITY].label, format="%.2f", width=72, help=EVIDENCE[STABILITY].meaning
    ),
    _IS_HALF: st.column_config.CheckboxColumn(
        "Half of the best",
        width=84,
        help="Whether the link is at least half as strong as the strongest of its target.",
    ),
    RIVAL: st.column_config.TextColumn(EVIDENCE[RIVAL].label, help=EVIDENCE[RIVAL].meaning),
    RIVAL_CORRELATION: st.column_config.NumberColumn(
        EVIDENCE[RIVAL_CORRELATION].label,
        format="%.2f",
        width=84,
        help=EVIDENCE[RIVAL_CORRELATION].meaning,
    ),
    SPEARMAN: st.column_config.NumberColumn(
        "Correlation",
        format="%.2f",
        width=84,
        help="Spearman's, of regulator and target over the samples. It shows association, not "
        "causation.",
    ),
    RELATIVE_IMPORTANCE: st.column_config.NumberColumn(
        EVIDENCE[RELATIVE_IMPORTANCE].label,
        format="%.2f",
        width=84,
        help=EVIDENCE[RELATIVE_IMPORTANCE].meaning,
    ),
}


def show(network: networks.Network, *, gene: str | None, to: str | None) -> None:
    """Show ranked links, read page by page from the disk.

    A click on a name focuses on that gene; a ticked row is a link, also in the graph.
    """
    search = _ask(gene)
    kind = f"{network.version}{network.gene_table.version}{gene}{search}"
    pager = f"page_{zlib.crc32(kind.encode()):08x}"
    number = int(st.session_state.get(pager, 1))
    page = networks.link_page(
        network,
        offset=(number - 1) * networks.PAGE_ROWS,
        size=networks.PAGE_ROWS,
        gene=gene,
        search=search,
    )
    links = networks.with_further_columns(network, page.links)
    if RELATIVE_IMPORTANCE in links:
        links = links.assign(**{_IS_HALF: links[RELATIVE_IMPORTANCE] >= HALF})
    _table(links, network.gene_table, gene=gene, to=to, key=f"{pager}_{number}")
    _caption(page, number, is_weighted=network.favours_hubs)
    if network.has(Q):
        st.caption(f"{MEANING_OF_Q} More: `docs/confidence.md`.")
    n_pages = math.ceil(page.n_found / networks.PAGE_ROWS)
    if n_pages > 1:
        st.pagination(n_pages, max_visible_pages=5, key=pager)


def _ask(gene: str | None) -> str | None:
    if gene is not None:
        return None
    text = st.text_input(
        "Search links",
        type="search",
        live=True,
        key="search",
        placeholder="Part of a gene's name",
        label_visibility="collapsed",
    )
    return text or None


def _table(
    links: pd.DataFrame, gene_table: GeneTable, *, gene: str | None, to: str | None, key: str
) -> None:
    row = _row_of(links, gene, to)
    if row is not None and row >= _ROWS_IN_VIEW:  # the tick would be out of view
        links = pd.concat([links.iloc[[row]], links.drop(links.index[row])], ignore_index=True)
        row = 0
    rows = [] if row is None else [row]
    # What is chosen is part of the key: a table is new, and its old selection gone, when a click
    # in the graph, a link or the back button has chosen something else.
    chosen = zlib.crc32(f"{gene} {to}".encode())
    key = f"links_{key}_{chosen:08x}"

    def store() -> None:
        selection = state.value(key)["selection"]
        cells, ticked = selection["cells"], selection["rows"]
        column = gene_labels.column_of(cells[0][1]) if cells else None
        if column in {"regulator", "target"}:
            controls.focus(str(links.iloc[cells[0][0]][column]))
        elif ticked and ticked != rows:
            link = links.iloc[ticked[0]]
            controls.focus(str(link["regulator"]), str(link["target"]))
        elif rows and not ticked:
            controls.focus(gene)

    columns = {name: config for name, config in COLUMNS.items() if name in links}
    genes = ("regulator", "target", RIVAL)
    shown, columns = gene_labels.labelled(links, columns, genes=genes, gene_table=gene_table)
    st.dataframe(
        shown,
        hide_index=True,
        key=key,
        height=_HEIGHT if gene is None else _HEIGHT_IN_FOCUS,
        on_select=store,
        selection_mode=["single-row", "single-cell"],
        selection_default={"selection": {"rows": rows, "columns": [], "cells": []}},
        column_config=columns,
        column_order=list(columns),
    )


def _row_of(links: pd.DataFrame, gene: str | None, to: str | None) -> int | None:
    """Return the row of the link between two genes, either way."""
    if gene is None or to is None:
        return None
    for regulator, target in ((gene, to), (to, gene)):
        rows = (links["regulator"] == regulator) & (links["target"] == target)
        if rows.any():
            return int(rows.to_numpy().argmax())
    return None


def _caption(page: LinkPage, number: int, *, is_weighted: bool) -> None:
    first = (number - 1) * networks.PAGE_ROWS + 1
    last = first + len(page.links) - 1
    which = "No links." if not page.n_found else f"{first:,} to {last:,} of {page.n_found:,}."
    weighted = "Importances are weighted: hubs are favoured. " if is_weighted else ""
    st.caption(
        f"{which} {weighted}Click a gene to focus on it; select a row to show the link.",
        help=(
            "Importance: the share of the target's variance that splits on the regulator remove."
        ),
    )
