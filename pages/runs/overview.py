"""Table of all runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import pandas as pd
import streamlit as st

from genie3_engine import labels
from genie3_engine.runs import RunSummary
from ui import progress, state, text_format

_ROW_HEIGHT, _MOST_ROWS = 35, 8


def show(summaries: Sequence[RunSummary], *, chosen: str | None) -> None:
    """Show the runs, newest first; a click on a row selects a run."""
    ids = [summary.id for summary in summaries]
    row = ids.index(chosen) if chosen in ids else None
    key = state.table_key("runs_table", ids, row)

    def choose() -> None:
        rows = state.value(key)["selection"]["rows"]
        if rows:
            state.put(state.RUN, ids[rows[0]])

    rows = [] if row is None else [row]
    table(summaries, key=key, on_select=choose, mode="single-row", rows=rows)
    if len(ids) > _MOST_ROWS:
        st.caption(f"{len(ids):,} runs, newest first.")


def table(
    summaries: Sequence[RunSummary],
    *,
    key: str,
    on_select: Callable[[], None],
    mode: Literal["single-row", "multi-row"],
    rows: Sequence[int],
) -> None:
    """Show the runs in a table.

    Parameters
    ----------
    summaries : sequence of RunSummary
        The runs, a row each.
    key : str
        The widget's key.
    on_select : callable
        Called when other rows are ticked.
    mode : str
        Whether one row or several can be ticked.
    rows : sequence of int
        Those that are ticked when the table is new.
    """
    st.dataframe(
        _table(summaries),
        hide_index=True,
        key=key,
        height=_ROW_HEIGHT * (min(len(summaries), _MOST_ROWS) + 1) + 2,
        on_select=on_select,
        selection_mode=mode,
        selection_default={"selection": {"rows": list(rows)}},
        column_config=_columns(summaries),
        placeholder="",
    )


def _columns(summaries: Sequence[RunSummary]) -> dict[str, Any]:
    """Describe the columns; those that no run fills are left out."""
    is_live = any(summary.status.state.is_live for summary in summaries)
    columns: dict[str, Any] = {
        "Run": st.column_config.TextColumn(width=180 if is_live else 268),
        "State": st.column_config.TextColumn(width=130),
        "Left": st.column_config.TextColumn(width=88),
        "Elapsed": st.column_config.TextColumn(width=88),
        "Progress": st.column_config.ProgressColumn(
            format="percent", min_value=0, max_value=1, width="small"
        ),
        "Targets": st.column_config.NumberColumn(format="localized", width=78),
        "Targets/min": st.column_config.NumberColumn(format="localized", width=96),
        "Created": st.column_config.DatetimeColumn(format="distance"),
        "Tags": st.column_config.ListColumn(width="small"),
    }
    if not any(summary.labels.tags for summary in summaries):
        columns["Tags"] = None
    if not is_live:
        columns["Left"] = None  # its place is the name's
    return columns


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def content(summaries: Sequence[RunSummary]) -> object:
    """Return what the table shows, to compare: of a run that has ended, its summary."""
    now = time.time()
    return [(each.id, _row(each, now)) if each.status.state.is_live else each for each in summaries]


def _table(summaries: Sequence[RunSummary]) -> pd.DataFrame:
    now = time.time()
    return pd.DataFrame([_row(summary, now) for summary in summaries])


def _row(summary: RunSummary, now: float) -> dict[str, Any]:
    status = summary.status
    seconds = progress.elapsed(status, now)
    left = progress.time_left(status, now)
    speed = progress.per_minute(status, now)
    return {
        "Run": text_format.shorten(summary.title),
        "Tags": list(summary.labels.tags),
        "State": progress.step(status),
        "Progress": status.targets_done / max(1, status.targets_total),
        "Left": "" if left is None else labels.duration(left),
        "Elapsed": "" if seconds is None else labels.duration(seconds),
        "Targets/min": None if speed is None else round(speed, 1 if speed < 10 else 0),
        "Targets": status.targets_total,
        "Created": _moment(status.created),
    }
