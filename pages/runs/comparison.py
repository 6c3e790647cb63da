"""Settings and times of ticked runs, next to each other."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from genie3_engine import labels
from genie3_engine.runs import RunSummary
from genie3_engine.runs.run_table import (
    PROPERTY,
    differing,
    distinct_names,
    run_table,
    seconds_of,
)
from genie3_engine.runs.timing_figure import timings_figure
from pages.runs import overview
from ui import charts, downloads, state

_TICKED = "ticked_runs"
_MOST = 12


def show(summaries: Sequence[RunSummary]) -> None:
    """Show the runs with a tick box each, and a table of those that are ticked."""
    ids = [summary.id for summary in summaries]
    # The runs that are listed are part of the key: a row is another run when others come first.
    key = f"{_TICKED}_{zlib.crc32(' '.join(ids).encode()):08x}"
    ticked = [run for run in state.current(_TICKED) or () if run in ids]

    def tick() -> None:
        state.set_value(_TICKED, [ids[row] for row in state.value(key)["selection"]["rows"]])

    rows = [ids.index(run) for run in ticked]
    overview.table(summaries, key=key, on_select=tick, mode="multi-row", rows=rows)
    chosen = [summaries[row] for row in sorted(rows)]
    if len(chosen) < 2:
        st.caption(f"Tick 2 to {_MOST} runs to compare their settings and times.")
        return
    if len(chosen) > _MOST:
        st.caption(f"The first {_MOST} of {labels.count(len(chosen), 'run')} are compared.")
    _compare(chosen[:_MOST])


def _compare(chosen: Sequence[RunSummary]) -> None:
    _times(chosen)
    table = run_table(chosen)
    different = differing(table)
    shows_all = st.toggle(f"All {len(table)} properties", key="all_properties")
    st.dataframe(
        table if shows_all else different,
        hide_index=True,
        height="content",
        key="run_table",
        column_config={PROPERTY: st.column_config.TextColumn(pinned=True)},
        placeholder="",
    )
    n_same = len(table) - len(different)
    st.caption(f"{labels.count(n_same, 'property is', 'properties are')} the same in all of them.")
    downloads.table_buttons(table, name="runs", key="take_runs")


def _times(chosen: Sequence[RunSummary]) -> None:
    """Show how the time of each run divides among its steps, as far as it is known."""
    names = distinct_names(chosen)
    found = {names[summary.id]: seconds_of(summary) for summary in chosen}
    seconds = {name: of for name, of in found.items() if any(of.values())}
    if not seconds:
        return
    charts.show(
        timings_figure(seconds, dark=charts.is_dark()),
        key="runs_times",
        name="times of runs",
        numbers=pd.DataFrame(seconds).T.rename_axis("run").reset_index(),
        alt="Seconds of each step of the compared runs, as a bar for each run",
    )
