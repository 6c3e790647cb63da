"""Table of the links found and missed."""

from __future__ import annotations

import streamlit as st

from genie3_engine import labels
from genie3_engine.data.gene_table import GeneTable
from genie3_engine.evaluation.matches import JudgedLinks, Verdict
from ui import gene_labels, text_format

_PAGE_ROWS = 100
_LABELS = {
    Verdict.FOUND: ("Found", "True links among the first {depth}, best first."),
    Verdict.MISSED: (
        "Missed",
        "True links that rank below the first {depth}, or that the network lacks (no rank).",
    ),
    Verdict.WRONG: ("Not in the gold standard", "Links among the first {depth} that are not true."),
}


def show(links: JudgedLinks, genes: GeneTable, *, name: str, key: str) -> None:
    """Show the links that were found, missed, or wrong, a page at a time."""
    st.subheader("Links found and missed", anchor=False)
    n_links = len(links.keys)
    with st.container(horizontal=True, vertical_alignment="bottom", key="verdicts"):
        depth = st.number_input(
            "Number of links predicted",
            min_value=1,
            max_value=n_links,
            value=min(links.gold.n_positives, n_links),
            step=10,
            key=f"depth_{key}",
            width=220,
            help="The first links count as predicted; by default as many as are true.",
        )
        counts = {verdict: links.count(verdict, depth) for verdict in Verdict}
        verdict = st.segmented_control(
            "Verdict",
            list(Verdict),
            default=Verdict.FOUND,
            required=True,
            format_func=lambda each: f"{_LABELS[each][0]} {counts[each]:,}",
            key="verdict",
            label_visibility="collapsed",
        )
    st.caption(_LABELS[verdict][1].format(depth=f"{depth:,}"))
    if counts[verdict] == 0:
        st.info("No links.", icon=":material/info:")
        return
    n_pages = -(-counts[verdict] // _PAGE_ROWS)
    _table(links, genes, verdict, depth, n_pages=n_pages, key=f"{key}_{verdict}_{depth}")
    st.download_button(
        f"All {labels.count(counts[verdict], 'link')}",
        lambda: _csv(links, genes, verdict, depth),
        file_name=f"{text_format.file_name(name)}-{verdict}.csv",
        mime="text/csv",
        icon=":material/download:",
        key="judged_links",
        type="tertiary",
        on_click="ignore",
    )


def _table(
    links: JudgedLinks,
    genes: GeneTable,
    verdict: Verdict,
    depth: int,
    *,
    n_pages: int,
    key: str,
) -> None:
    rows = st.container()
    page = st.pagination(n_pages, key=f"page_{key}") if n_pages > 1 else 1
    table, columns = gene_labels.labelled(
        links.table(verdict, depth, offset=(page - 1) * _PAGE_ROWS, limit=_PAGE_ROWS),
        {
            "rank": st.column_config.NumberColumn("Rank", format="localized", width=90),
            "regulator": st.column_config.TextColumn("Regulator"),
            "target": st.column_config.TextColumn("Target"),
            "score": st.column_config.NumberColumn("Importance", format="%.4f", width=110),
        },
        genes=("regulator", "target"),
        gene_table=genes,
    )
    rows.dataframe(
        table,
        hide_index=True,
        key=f"judged_{key}_{page}",
        column_config=columns,
        column_order=list(columns),
    )


def _csv(links: JudgedLinks, genes: GeneTable, verdict: Verdict, depth: int) -> str:
    table = links.table(verdict, depth, limit=len(links.keys) + links.gold.n_positives)
    if genes.has_symbols:
        ends = ("regulator", "target")
        table = table.assign(**{f"{end}_symbol": table[end].map(genes.symbol) for end in ends})
    return table.rename(columns={"score": "importance"}).to_csv(index=False, lineterminator="\n")
