"""Which expression table is the network inferred from?"""

from __future__ import annotations

import streamlit as st

from pages.data import found, regulators, sources
from ui import cached, errors, layout, state, words

layout.head("Data", "A table of expression: genes by samples. Nothing leaves this machine.")
dataset = state.get(state.DATASET)
info = expression = None
if dataset is not None:
    with errors.shown():
        expression = cached.expression(dataset)
        info = cached.dataset(dataset)

if info is None or expression is None or dataset is None:
    with st.container(border=True):
        sources.choose()
    st.stop()

with st.container(horizontal=True, vertical_alignment="center", key="chosen"):
    st.subheader(words.plain(info.name or "Data"), anchor=False)
    if st.button("Continue to Infer", type="primary", icon=":material/arrow_forward:", key="next"):
        layout.go(layout.INFER, data=dataset)
with st.expander("Choose other data", icon=":material/upload_file:"):
    sources.choose()
reading = state.reading(dataset)
with errors.shown():
    found.show(dataset, expression, info.report if reading is None else reading.report.to_dict())
regulators.choose(dataset, expression.genes)
