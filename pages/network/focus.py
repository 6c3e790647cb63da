"""Facts about the gene in focus, or about two genes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import streamlit as st

from genie3_engine.data.gene_table import GeneTable
from genie3_engine.errors import Genie3Error
from genie3_engine.networks import link_signs
from genie3_engine.networks.figures import link_figure
from genie3_engine.networks.link_evidence import (
    COLUMNS,
    HALF,
    RELATIVE_IMPORTANCE,
    RIVAL,
    RIVAL_CORRELATION,
    STABILITY,
    P,
    Q,
)
from pages.network import controls
from ui import cache, charts, errors, networks, text_format

_SIGNS = {1: "activation", -1: "repression", 0: "unclear"}


def show(network: networks.Network, *, gene: str, to: str | None) -> None:
    """Show the gene's name and facts, and the link to the second gene."""
    shown = [gene] if to is None else [gene, to]
    with st.container(horizontal=True, vertical_alignment="center", key="focus"):
        names = [text_format.plain(network.gene_table.label(each), at_most=40) for each in shown]
        st.subheader(" → ".join(names), anchor=False)
        if st.button("Show all", icon=":material/close:", key="unfocus"):
            controls.focus(None)
            st.rerun()
    _names(network.gene_table, shown)
    controls.choose_second(network, to)
    if to is None:
        _gene(network, gene)
    else:
        _pair(network, gene, to)


def _names(table: GeneTable, genes: Sequence[str]) -> None:
    """Show what the gene table has about each gene besides its symbol."""
    for gene in genes:
        known = (gene if table.symbol(gene) else "", table.description(gene))
        words = [text_format.plain(text, at_most=200) for text in known if text]
        if words:
            st.caption(" · ".join(words))


def _gene(network: networks.Network, gene: str) -> None:
    targets, regulators, fit = st.columns(3)
    links = networks.link_page(network, offset=0, size=networks.PAGE_ROWS, gene=gene, search=None)
    oob_r2 = networks.fits(network).get(gene)
    targets.metric("Targets", f"{links.n_leaving:,}")
    regulators.metric("Regulators", f"{links.n_found - links.n_leaving:,}")
    fit.metric(
        "Out-of-bag R²",
        "–" if oob_r2 is None else f"{oob_r2:.2f}",
        help="How well the other genes predict this one in samples its trees have not seen.",
    )


def _pair(network: networks.Network, gene: str, to: str) -> None:
    links = networks.links_between(network, gene, to)
    for link in networks.with_further_columns(network, links).to_dict("records"):
        regulator, target = (
            text_format.plain(network.gene_table.label(str(link[end])), at_most=30)
            for end in ("regulator", "target")
        )
        st.markdown(
            f"{regulator} → {target}: rank {link['rank']:,} of "
            f"{network.n_links:,}, importance {link['importance']:.4g}"
        )
        _evidence(link, network.gene_table)
    if links.empty:
        st.markdown("No link connects these two genes in either direction.")


def _evidence(link: Mapping[Hashable, Any], table: GeneTable) -> None:
    """Show the evidence of a link in words, as far as it was computed."""
    parts = [
        f"{COLUMNS[name].label.lower()} {link[name]:{form}}"
        for name, form in ((P, ".2g"), (Q, ".2g"), (STABILITY, ".2f"))
        if name in link
    ]
    if RELATIVE_IMPORTANCE in link:
        share = float(link[RELATIVE_IMPORTANCE])
        is_half = "at least half" if share >= HALF else "less than half"
        parts.append(f"{is_half} as strong as the strongest link of its target ({share:.2f})")
    if not parts:
        return
    rival = link.get(RIVAL)
    if isinstance(rival, str):
        parts.append(
            f"rival {text_format.plain(table.label(rival), at_most=30)}, correlation "
            f"{link[RIVAL_CORRELATION]:.2f}"
        )
    elif RIVAL in link:
        parts.append("no stronger regulator of the target")
    st.caption(", ".join(parts) + ".", help=COLUMNS[Q].meaning if Q in link else None)


def samples(network: networks.Network, gene: str, to: str) -> None:
    """Plot the expression of the second gene against the first; each point is a sample."""
    try:
        expression = cache.expression(network.dataset)
    except Genie3Error as problem:
        errors.show(problem)
        return
    correlation = link_signs.spearman(expression, [gene], [to])
    sign = int(link_signs.signs(correlation, n_samples=len(expression.samples))[0])
    st.caption(
        f"Spearman's correlation {correlation[0]:.2f}: {_SIGNS[sign]}. Each point is a sample."
    )
    charts.show(
        link_figure(expression, gene, to, gene_table=network.gene_table, dark=charts.is_dark()),
        key="link_figure",
        name=" and ".join(network.gene_table.labels((gene, to))),
        alt="Expression of the second gene against the first; each point is a sample",
    )
