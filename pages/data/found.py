"""What was found in the expression table?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from genie3_engine.data.expression import Expression
from pages.data import sources
from ui import state, words

ROWS, COLUMNS = "genes-in-rows", "genes-in-columns"
_AXES = {ROWS: "Rows", COLUMNS: "Columns"}
_PREVIEW_GENES, _PREVIEW_SAMPLES = 8, 8


def show(dataset: str, expression: Expression, report: Mapping[str, Any] | None) -> None:
    """Show shape, format, orientation with its reason, warnings and the first values."""
    if report is None:
        _shape(expression, form="Simulated")
    else:
        form = f"{report['format']}, {report['delimiter']}"
        _shape(expression, form=form[:1].upper() + form[1:])
        _orientation(dataset, report)
        for warning in report["warnings"]:
            st.warning(words.plain(warning, at_most=1000), icon=":material/warning:")
    preview(expression)


def _shape(expression: Expression, *, form: str) -> None:
    genes, samples, format_ = st.columns(3)
    genes.metric("Genes", f"{expression.n_genes:,}")
    samples.metric("Samples", f"{expression.n_samples:,}")
    format_.metric("Format", form)


def _orientation(dataset: str, report: Mapping[str, Any]) -> None:
    reading = state.reading(dataset)
    with st.container(border=True):
        if reading is not None:
            found = str(report["orientation"])
            chosen = st.segmented_control(
                "Genes are in",
                list(_AXES),
                format_func=_AXES.__getitem__,
                default=found,
                required=True,
                key=f"orientation_{dataset[:16]}",
            )
            if chosen is not None and chosen != found:
                sources.read(reading.path, name=reading.name, orientation=chosen)
                st.rerun()
        st.markdown(words.plain(str(report["orientation_reason"]), at_most=1000))


def preview(expression: Expression) -> None:
    """Show the first genes and samples."""
    genes = expression.genes[:_PREVIEW_GENES]
    columns = expression.samples[:_PREVIEW_SAMPLES]
    values = expression.values[:_PREVIEW_GENES, :_PREVIEW_SAMPLES]
    table = pd.DataFrame(values, columns=pd.RangeIndex(len(columns)))
    table.insert(0, "gene", list(genes))
    table.columns = table.columns.map(str)
    config: dict[str, Any] = {"gene": st.column_config.TextColumn("Gene", pinned=True)}
    for position, name in enumerate(columns):
        config[str(position)] = st.column_config.NumberColumn(name, format="%.4g")
    st.dataframe(table, hide_index=True, column_config=config, key="preview")
    st.caption(
        f"The first {len(genes)} of {words.count(expression.n_genes, 'gene')} and "
        f"{len(columns)} of {words.count(expression.n_samples, 'sample')}, by name."
    )
