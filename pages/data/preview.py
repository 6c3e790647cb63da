"""Shape, format and orientation of the expression table, and its first values."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from genie3_engine import labels
from genie3_engine.data.expression import Expression
from genie3_engine.runs import DatasetInfo
from pages.data import read_options, session_dataset
from pages.data.session_dataset import Reading
from ui import text_format

_PREVIEW_GENES, _PREVIEW_SAMPLES = 8, 8


def facts(info: DatasetInfo, expression: Expression) -> None:
    """Show shape, format, orientation with its reason."""
    report = info.report
    form = "Simulated"
    if report is not None:
        form = ", ".join(filter(None, (str(report["format"]), str(report["delimiter"]))))
    genes, samples, format_ = st.columns([1, 1, 2])
    genes.metric("Genes", f"{expression.n_genes:,}")
    samples.metric("Samples", f"{expression.n_samples:,}")
    format_.metric("Format", text_format.shorten(form[:1].upper() + form[1:], at_most=60))
    if report is None:
        return
    _orientation(info, report)


def _orientation(info: DatasetInfo, report: dict[str, Any]) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
        upload = session_dataset.upload_of(info)
        if upload is not None:
            read_options.orientation(
                upload,
                Reading.from_dict(info.labels.reading),
                current=str(report["orientation"]),
                label="Genes are in",
            )
        st.caption(
            text_format.plain(str(report["orientation_reason"]), at_most=1000), width="stretch"
        )


def values(expression: Expression) -> None:
    """Show the first genes and samples."""
    genes = expression.genes[:_PREVIEW_GENES]
    columns = expression.samples[:_PREVIEW_SAMPLES]
    first = expression.values[:_PREVIEW_GENES, :_PREVIEW_SAMPLES]
    table = pd.DataFrame(first, columns=pd.RangeIndex(len(columns)))
    table.insert(0, "gene", list(genes))
    table.columns = table.columns.map(str)
    config: dict[str, Any] = {"gene": st.column_config.TextColumn("Gene", pinned=True)}
    for position, name in enumerate(columns):
        config[str(position)] = st.column_config.NumberColumn(
            text_format.shorten(name, at_most=60), format="%.4g"
        )
    st.dataframe(table, hide_index=True, column_config=config, key="preview")
    st.caption(
        f"The first {len(genes)} of {labels.count(expression.n_genes, 'gene')} and "
        f"{len(columns)} of {labels.count(expression.n_samples, 'sample')}, by name."
    )
