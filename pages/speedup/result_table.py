"""Table of the results of an experiment next to the published ones."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from genie3_engine.benchmark import ExperimentResults, speedup_tables
from genie3_engine.benchmark.reference_benchmarks import published
from ui import text_format

_FORMATS = {
    "Total s": "%.2f",
    "Elapsed s": "%.2f",
    "Speed-up": "%.2f",
    "Efficiency": "%.0f %%",
    "Over scikit-learn": "%.2f",
    "CPU s": "%.1f",
    "Peak MB": "%.0f",
    "Spread": "%.1f %%",
    "Billable s": "%.0f",
    "Dollars": "$%.4f",
    "Published total s": "%.0f",
    "Published elapsed s": "%.2f",
    "Published speed-up": "%.2f",
}
_HELP = {
    "Total s": "From the start of the process to its end.",
    "Elapsed s": "Time in which forests are grown.",
    "Speed-up": "Targets per second, relative to the serial row of the same engine.",
    "Efficiency": "Speed-up per worker.",
    "Over scikit-learn": "Targets per second, relative to one scikit-learn job.",
    "CPU s": "CPU time of all processes.",
    "Peak MB": "Peak memory of all processes.",
    "Spread": "Range of the repeats, relative to their median.",
}


def show(measured: ExperimentResults, *, name: str) -> None:
    """Show the table of results, and those of the original project."""
    table = speedup_tables.result_table(measured.rows, measured.published)
    _table(table, key="results")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Results",
            lambda: table.to_csv(index=False, lineterminator="\n"),
            file_name=f"speedup-{name}.csv",
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            key="download_results",
        )
        with st.popover("Published results", type="tertiary", key="published"):
            _original()


def forecasts(measured: ExperimentResults) -> None:
    """Show what is forecast for instance types."""
    _table(speedup_tables.types_table(measured.forecasts), key="forecasts")


def _table(table: pd.DataFrame, *, key: str) -> None:
    shares = {name: 100 * table[name] for name in ("Efficiency", "Spread") if name in table}
    shown = table.assign(**shares).dropna(axis="columns", how="all")
    if "Note" in shown and not shown["Note"].astype(bool).any():
        shown = shown.drop(columns="Note")
    st.dataframe(
        shown,
        hide_index=True,
        height="content",
        key=key,
        column_config={
            name: st.column_config.NumberColumn(
                format=form,
                help=_HELP.get(name),
                width="small" if name.startswith("Published") else None,
            )
            for name, form in _FORMATS.items()
        },
    )


def _original() -> None:
    """Show every published row and its source."""
    about = published()
    serial, parallel = about.whole_set_hours
    st.caption(
        f"{about.data}. The whole set: {serial} hours serial, {parallel} hours on 16 instances. "
        f"Source: {text_format.plain(about.source, at_most=300)}"
    )
    st.dataframe(
        speedup_tables.published_table(about.rows), hide_index=True, key="published_rows", width=900
    )
