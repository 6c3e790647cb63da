"""Two configurations of an experiment side by side: steps, speed-up, cost, and their workers."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from genie3_engine import benchmark, planning
from genie3_engine.benchmark import ExperimentResults, ExperimentSummary, speedup_tables
from genie3_engine.benchmark.costs import cost_point
from genie3_engine.benchmark.speedup import ResultRow
from genie3_engine.benchmark.speedup_tables import row_name
from genie3_engine.benchmark.timeline_figure import timeline_figure
from ui import charts, text_format


def show(current: ExperimentSummary, results: ExperimentResults) -> None:
    """Ask for two configurations, and show how they differ."""
    grid = results.spec.configurations
    rows = {grid.index(row.configuration): row for row in results.rows if row.n_repeats}
    if len(rows) < 2:
        return
    st.subheader("Two configurations side by side", anchor=False)
    left, right = st.columns(2)
    with left:
        first = _choose("First", rows, suggested=min(rows), name=current.id)
    best = max(rows, key=lambda index: rows[index].rate or 0.0)
    with right:
        other = best if best != min(rows) else max(rows)
        second = _choose("Second", rows, suggested=other, name=current.id)
    both = [rows[index] for index in dict.fromkeys((first, second))]
    _timelines(current, both)
    _figures(both)


def _choose(label: str, rows: dict[int, ResultRow], *, suggested: int, name: str) -> int:
    options = list(rows)
    chosen: int = st.selectbox(
        label,
        options,
        index=options.index(suggested),
        format_func=lambda index: row_name(rows[index]),
        key=f"{label.lower()}_{name}",
    )
    return chosen


def _timelines(current: ExperimentSummary, both: Sequence[ResultRow]) -> None:
    """Show the steps of both, and what each of their workers did when."""
    found = {row_name(row): benchmark.timeline_of(current.path, row) for row in both}
    is_same = True
    if len(found) > 1:
        is_same = st.toggle("Same time scale", value=True, key=f"same_scale_{current.id}")
    charts.show(
        timeline_figure(found, is_same_scale=is_same, dark=charts.is_dark()),
        key="chart_timeline",
        name=f"timeline-{current.id}",
        numbers=speedup_tables.timeline_table(found),
        alt="The steps of each run, and when each worker was on a core, waited for one, or idle",
    )
    st.markdown(
        "\n".join(
            f"- **{text_format.plain(title)}**: {text_format.plain(each.sentence, at_most=400)}"
            for title, each in found.items()
        )
    )
    st.caption(
        "The height of a bar is the share of its worker's time: on a core, or waiting for one "
        "because more threads compute than cores are free. Where nothing is drawn, it was idle. "
        "Of several repeats, it is the middle one."
    )


def _figures(both: Sequence[ResultRow]) -> None:
    """Show the figures of both as a table."""
    catalogue = planning.catalogue()
    points = [cost_point(row, catalogue) for row in both]
    st.table(
        speedup_tables.comparison_table(
            both, [None if point is None else point.dollars for point in points]
        )
    )
    if any(row.dollars is None for row in both):
        st.caption(
            "Costs that were not paid are estimated: see *Time and cost*, prices of "
            f"{catalogue.price_date}."
        )
