"""Export of a comparison: its tables, the picture, and the address of the view."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from genie3_engine.differential import Comparison, ComparisonSummary
from genie3_engine.differential.explanations import method_sentences
from genie3_engine.differential.report import comparison_report
from genie3_engine.differential.tables import FORMATS, export_table, write_table
from genie3_engine.networks.svg import FigureSize, network_svg
from genie3_engine.networks.views import View
from ui import charts, downloads, text_format

_TABLES = {"changes": "Links", "targets": "Targets", "regulators": "Regulators"}
_MIME = {
    "tsv": "text/tab-separated-values",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
_WIDTH = FigureSize(183)


def show(summary: ComparisonSummary, comparison: Comparison, view: View) -> None:
    """Offer all exports; a file is written when its button is pressed."""
    box = st.expander("Export", icon=":material/download:", key="export", on_change="rerun")
    if not box.open:
        return
    name = text_format.file_name(summary.spec.title)
    with box:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            form = st.selectbox("Format of tables", FORMATS, key="take_format", width=150)
            for table, title in _TABLES.items():
                _table(comparison, table, form, label=title, file_name=f"{name}-{table}.{form}")
            is_dark = charts.is_dark()
            downloads.file_button(
                "Picture as SVG",
                lambda file: _write(
                    file, network_svg(view, size=_WIDTH, title=summary.spec.title, dark=is_dark)
                ),
                file_name=f"{name}.svg",
                mime="image/svg+xml",
                key="take_svg",
            )
            downloads.file_button(
                "HTML report",
                lambda file: _write(
                    file, comparison_report(comparison, title=summary.spec.title, view=view)
                ),
                file_name=f"{name}.html",
                mime="text/html",
                key="take_report",
            )
        st.caption("For a paper's methods:")
        st.code(method_sentences(comparison), language=None, wrap_lines=True)
        st.caption("This address opens the same view:")
        query = urlencode(st.query_params.to_dict())
        st.code(f"{(st.context.url or '').partition('?')[0]}?{query}", language=None)


def _table(comparison: Comparison, table: str, form: str, *, label: str, file_name: str) -> None:
    """Offer one of the tables, whole."""
    downloads.file_button(
        f"{label} as {form}",
        lambda file: write_table(export_table(comparison, table), file, form),
        file_name=file_name,
        mime=_MIME[form],
        key=f"take_{table}",
    )


def _write(file: downloads.Writable, text: str) -> None:
    file.write(text.encode())
