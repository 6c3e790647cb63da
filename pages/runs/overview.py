"""How do all runs look in one table?"""

from __future__ import annotations

import time
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from genie3_engine.runs import RunSummary
from ui import progress, state, words

_ROW_HEIGHT, _MOST_ROWS = 35, 8


def show(summaries: Sequence[RunSummary]) -> None:
    """Show the runs, newest first; a click on a row chooses one."""
    ids = [summary.id for summary in summaries]
    chosen = state.get(state.RUN)
    row = ids.index(chosen) if chosen in ids else 0
    key = state.table_key("runs_table", ids, row)

    def choose() -> None:
        rows = state.value(key)["selection"]["rows"]
        if rows:
            state.put(state.RUN, ids[rows[0]])

    st.dataframe(
        _table(summaries),
        hide_index=True,
        key=key,
        height=_ROW_HEIGHT * (min(len(ids), _MOST_ROWS) + 1) + 2,
        on_select=choose,
        selection_mode="single-row",
        selection_default={"selection": {"rows": [row]}},
        column_config={
            "Progress": st.column_config.ProgressColumn(
                format="percent", min_value=0, max_value=1, width="small"
            ),
        },
    )


def _table(summaries: Sequence[RunSummary]) -> pd.DataFrame:
    now = time.time()
    rows = []
    for summary in summaries:
        spec, status = summary.spec, summary.status
        seconds = progress.elapsed(status, now)
        rows.append(
            {
                "Run": words.shorten(progress.title(spec)),
                "State": progress.label(status.state),
                "Progress": status.targets_done / max(1, status.targets_total),
                "Time": "" if seconds is None else words.duration(seconds),
                "Targets": status.targets_total,
                "Started": words.age(status.created, now),
            }
        )
    return pd.DataFrame(rows)
