"""Data page: upload, check and choose an expression table."""

from __future__ import annotations

import streamlit as st

from genie3_engine import runs
from pages.data import (
    dataset_header,
    distributions,
    file_reading,
    findings,
    gene_table,
    preview,
    read_error,
    sample_sheet,
    upload_form,
)
from ui import cache, errors, layout, server_settings, sharing, state

layout.head(
    "Data", f"An expression table: genes by samples. Nothing leaves {server_settings.place()}."
)
dataset = state.get(state.DATASET)
info = expression = None
if dataset is not None:
    with errors.shown():
        expression = cache.expression(dataset)
        info = runs.dataset_info(dataset)

if info is None or expression is None:
    upload = state.asked(state.UPLOAD)
    if upload is not None:
        read_error.show(upload)
    if sharing.is_read_only():
        upload_form.earlier()
        st.stop()
    with st.container(border=True, key="sources"):
        upload_form.choose()
    st.stop()

dataset_header.show(info)
is_read_only = sharing.is_read_only()
with st.expander("Choose other data", icon=":material/upload_file:"):
    (upload_form.earlier if is_read_only else upload_form.choose)()
preview.facts(info, expression)
if not is_read_only:
    file_reading.show(info)
    sample_sheet.show(info, expression.sheet)
    gene_table.show(info, expression.genes)
    findings.show(info)
views = st.tabs(["Preview", "Samples", "Genes", "Outliers"], key="views", on_change="rerun")
for view, show in zip(views[1:], distributions.VIEWS, strict=True):
    with view:
        if view.open:
            show(info)
with views[0]:
    preview.values(expression)
if not is_read_only:
    dataset_header.show_next(info, key="next_below")
