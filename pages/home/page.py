"""Home page: first steps and recent runs."""

from __future__ import annotations

import streamlit as st

from pages.home import example, recent_items
from ui import actions, layout, navigation, server_settings, state

layout.head(
    "GENIE3",
    "From expression to a gene regulatory network: which genes regulate which, ranked by how well "
    "a forest of decision trees predicts each gene from the others.",
)
explore, own = st.columns(2, gap="medium")
with explore, st.container(border=True, height="stretch", key="explore_card"):
    st.subheader("Explore a sample network", anchor=False)
    st.markdown("A simulated cell with known links: 100 genes, 20 of them regulators.")
    if actions.button(
        "Explore the sample", example.choose, type="primary", icon=":material/hub:", key="explore"
    ):
        layout.go(navigation.NETWORK, run=state.get(state.RUN) or "")
with own, st.container(border=True, height="stretch", key="own_card"):
    st.subheader("Start with your data", anchor=False)
    st.markdown(
        "A table of genes by samples: counts, TPM or microarray. It stays on "
        f"{server_settings.place()}."
    )
    if st.button("Choose a file", icon=":material/upload_file:", key="own"):
        layout.go(navigation.DATA)
recent_items.show()
