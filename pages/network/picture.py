"""How is a part of the network drawn, and how does one move in it?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui import cached, graph, state, words

CUTS = (25, 50, 100, 200, 300, 500, 1000, 2000, 5000, 10_000, 15_000)
_KEY = "graph"


def choose_cut(n_links: int) -> int:
    """Ask how many of the strongest links are drawn."""
    cuts = [cut for cut in CUTS if cut < n_links]
    if n_links <= CUTS[-1]:
        cuts.append(n_links)
    if len(cuts) < 2:
        return cuts[0]
    first = min(cached.FIRST_CUT, cuts[-1])
    return int(
        st.select_slider(
            "Links drawn",
            cuts,
            value=first if first in cuts else cuts[-1],
            format_func=lambda cut: f"{cut:,}",
            key="cut",
        )
    )


def choose_gene(genes: Sequence[str]) -> str | None:
    """Ask for a gene to focus on; a click in the picture or the table asks the same."""
    wanted = state.get(state.GENE)
    chosen = wanted if wanted in genes else None
    key = f"gene_box_{chosen or ''}"  # another choice, another box: none answers for an older one

    def take() -> None:
        state.put(state.GENE, state.value(key))

    st.selectbox(
        "Find a gene",
        genes,
        index=None if chosen is None else genes.index(chosen),
        placeholder="Type a name",
        key=key,
        on_change=take,
    )
    return chosen


def show(network: cached.Network, *, cut: int, gene: str | None) -> None:
    """Draw the strongest links; say what is drawn and what is not."""
    drawing = cached.drawing(network, cut)

    def take() -> None:
        state.put(state.GENE, state.value(_KEY)["gene"])

    graph.gene_graph(drawing, key=_KEY, selected=gene, on_select=take)
    drawn = set(drawing.genes)
    st.caption(
        f"The {words.count(len(drawing.source), 'strongest link')} of {network.n_links:,}, among "
        f"{words.count(len(drawn), 'gene')}. Drag, zoom and click. Filled: regulators here, sized "
        "by their targets."
    )
    if gene is not None and gene not in drawn:
        st.info(
            f"{words.plain(gene)} has no link among those drawn; the table has its links.",
            icon=":material/info:",
        )
