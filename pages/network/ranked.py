"""Which links rank first, in the network or around one gene?"""

from __future__ import annotations

import streamlit as st

from ui import cached, state, words

_MOST_ROWS = 1_000
_HEIGHT, _HEIGHT_IN_FOCUS = 560, 490


def show(network: cached.Network, *, gene: str | None) -> None:
    """Show ranked links; a click on a name focuses on that gene."""
    if gene is None:
        search = st.text_input(
            "Search links",
            type="search",
            live=True,
            key="search",
            placeholder="Part of a gene's name",
            label_visibility="collapsed",
        )
    else:
        search = None
        _focus(network, gene)
    links = cached.links(network, gene=gene, search=search or None, most=_MOST_ROWS)
    key = f"links_{network.run}_{gene or ''}"

    def take() -> None:
        cells = state.value(key)["selection"]["cells"]
        if cells and cells[0][1] in {"regulator", "target"}:
            state.put(state.GENE, str(links.iloc[cells[0][0]][cells[0][1]]))

    st.dataframe(
        links,
        hide_index=True,
        key=key,
        height=_HEIGHT if gene is None else _HEIGHT_IN_FOCUS,
        on_select=take,
        selection_mode="single-cell",
        column_config={
            "rank": st.column_config.NumberColumn("Rank", format="localized", width=64),
            "regulator": st.column_config.TextColumn("Regulator"),
            "target": st.column_config.TextColumn("Target"),
            "importance": st.column_config.NumberColumn("Importance", format="%.4f", width=92),
        },
    )
    shown = f"The first {len(links):,}" if len(links) == _MOST_ROWS else f"{len(links):,}"
    st.caption(
        f"{shown} links. Importance is GENIE3's own scale: the share of the target's variance that "
        "the regulator's splits remove."
    )


def _focus(network: cached.Network, gene: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="focus"):
        st.subheader(words.plain(gene, at_most=40), anchor=False)
        if st.button("Show all", icon=":material/close:", key="unfocus"):
            state.put(state.GENE, None)
            st.rerun()
    targets, regulators, fit = st.columns(3)
    facts = cached.gene_facts(network, gene)
    targets.metric("Targets", f"{facts.n_targets:,}")
    regulators.metric("Regulators", f"{facts.n_regulators:,}")
    fit.metric(
        "Out-of-bag R²",
        "–" if facts.oob_r2 is None else f"{facts.oob_r2:.2f}",
        help="How well the other genes predict this one in samples its trees have not seen.",
    )
