"""Which expression table is the network inferred from?"""

from __future__ import annotations

import streamlit as st

from genie3_engine import runs
from pages.data import chosen, distributions, findings, preview, refused, regulators, sources
from ui import cached, errors, layout, state

layout.head("Data", "A table of expression: genes by samples. Nothing leaves this machine.")
dataset = state.get(state.DATASET)
info = expression = None
if dataset is not None:
    with errors.shown():
        expression = cached.expression(dataset)
        info = runs.dataset(dataset)

if info is None or expression is None:
    upload = state.asked(state.UPLOAD)
    if upload is not None:
        refused.show(upload)
    with st.container(border=True, key="sources"):
        sources.choose()
    st.stop()

chosen.show(info)
with st.expander("Choose other data", icon=":material/upload_file:"):
    sources.choose()
preview.facts(info, expression)
findings.show(info)
views = st.tabs(["Preview", "Samples", "Genes", "Outliers"], key="views", on_change="rerun")
for view, show in zip(views[1:], distributions.VIEWS, strict=True):
    with view:
        if view.open:
            show(info)
with views[0]:
    preview.values(expression)
regulators.choose(info, expression.genes)
