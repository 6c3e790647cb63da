"""What does a finished network look like?"""

from __future__ import annotations

import streamlit as st

from genie3_engine import runs
from genie3_engine.model import RunState
from pages.network import choice, picture, ranked, unfinished
from ui import cached, layout, state

layout.head("Network", "Regulators point at their targets; the strongest links come first.")
found = runs.history()
if not found:
    layout.empty(
        "**No network yet.** Explore the sample, or infer one from your data.",
        (layout.HOME, "Try the sample", ":material/science:"),
        (layout.DATA, "Choose data", ":material/table:"),
    )
    st.stop()

chosen = choice.wanted(found)
state.put(state.RUN, chosen.id)
of_run, of_cut, of_gene = st.columns([5, 4, 4], gap="medium", vertical_alignment="bottom")
with of_run:
    choice.choose(chosen, found)
if chosen.status.state is not RunState.DONE:
    unfinished.show(chosen)
    st.stop()

network = cached.network(chosen)
if network.n_links == 0:
    layout.empty("**This network has no link.** No regulator explains any target.")
    st.stop()
with of_cut:
    cut = picture.choose_cut(network.n_links)
with of_gene:
    gene = picture.choose_gene(network.genes)
with st.container(key="split"):
    graph, table = st.columns([8, 5], gap="medium")
with graph:
    picture.show(network, cut=cut, gene=gene)
with table:
    ranked.show(network, gene=gene)
