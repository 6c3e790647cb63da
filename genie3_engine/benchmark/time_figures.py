"""Figures of the times of an experiment: phases, spread, grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import plotly.graph_objects as go

from genie3_engine import labels
from genie3_engine.benchmark.measurements import PHASES
from genie3_engine.benchmark.speedup import ResultRow
from genie3_engine.benchmark.speedup_tables import heat_table, phase_table, short_label
from genie3_engine.figure_style import COLOURS, LEGEND_BELOW, SEQUENCE, ground, styled
from genie3_engine.model import ENGINES
from genie3_engine.runs.timing_figure import STEP_COLOURS, STEP_LEGEND

_BAR, _CELL, _AROUND, _LEGEND = 34, 70, 110, 64


def phases_figure(rows: Sequence[ResultRow], *, dark: bool = False) -> go.Figure:
    """Draw where the time of each configuration goes, as stacked bars.

    Parameters
    ----------
    rows : sequence of ResultRow
        What was measured.
    dark : bool
        Whether the page is dark.
    """
    table = phase_table([row for row in rows if row.n_repeats])
    figure = go.Figure()
    for name in PHASES:
        phase = labels.PHASES[name]
        part = table[table["phase"] == phase]
        figure.add_bar(
            y=part["configuration"],
            x=part["seconds"],
            name=phase,
            orientation="h",
            marker={"color": STEP_COLOURS[name]},
            hovertemplate=f"{phase}: %{{x:.2f}} s<extra>%{{y}}</extra>",
        )
    figure.update_layout(barmode="stack", xaxis_title="Seconds", legend_traceorder="normal")
    figure.update_yaxes(autorange="reversed")
    n_bars = table["configuration"].nunique() if len(table) else 1
    styled(figure, dark=dark, height=_AROUND + _LEGEND + _BAR * n_bars)
    return figure.update_layout(legend=STEP_LEGEND)


def repeats_figure(
    experiments: Mapping[str, Sequence[ResultRow]], *, dark: bool = False
) -> go.Figure:
    """Draw the computing time of every single repeat, and the middle one as a bar.

    Parameters
    ----------
    experiments : mapping of str to sequence of ResultRow
        One or more experiments by name.
    dark : bool
        Whether the page is dark.
    """
    figure = go.Figure()
    n_bars = 0
    for number, (experiment, rows) in enumerate(experiments.items()):
        name = escape(experiment, quote=False)  # plotly reads tags in names
        measured = [row for row in rows if row.elapsed is not None]
        n_bars = max(n_bars, len(measured) * len(experiments))
        labels = [short_label(row) for row in measured]
        figure.add_bar(
            y=labels,
            x=[row.elapsed.median for row in measured if row.elapsed is not None],
            orientation="h",
            name=name,
            opacity=0.55,
            marker={"color": COLOURS[number % len(COLOURS)]},
            offsetgroup=str(number),
            hovertemplate="%{y}: %{x:.2f} s, the middle of the repeats<extra></extra>",
        )
        figure.add_scatter(
            y=[label for label, row in zip(labels, measured, strict=True) for _ in row.repeats],
            x=[seconds for row in measured for seconds in row.repeats],
            mode="markers",
            name=f"{name}: repeats",
            marker={"color": ground(dark=dark).text, "size": 6, "symbol": "line-ns-open"},
            offsetgroup=str(number),
            showlegend=False,
            hovertemplate="one repeat: %{x:.2f} s<extra>%{y}</extra>",
        )
    figure.update_layout(
        barmode="group",
        scattermode="group",
        xaxis_title="Computing seconds",
        showlegend=len(experiments) > 1,
    )
    figure.update_yaxes(autorange="reversed")
    styled(figure, dark=dark, height=_AROUND + _LEGEND + _BAR * max(1, n_bars))
    return figure.update_layout(legend=LEGEND_BELOW)


def heat_figure(rows: Sequence[ResultRow], engine: str, *, dark: bool = False) -> go.Figure:
    """Draw speed-ups over processes and jobs (or threads).

    Parameters
    ----------
    rows : sequence of ResultRow
        What was measured.
    engine : str
        Name of the engine.
    dark : bool
        Whether the page is dark.
    """
    table = heat_table(rows, engine)
    inner = f"{ENGINES[engine].worker.capitalize()}s"
    figure = go.Figure(
        go.Heatmap(
            z=table.to_numpy(),
            x=[str(each) for each in table.columns],
            y=[str(each) for each in table.index],
            colorscale=list(SEQUENCE),
            texttemplate="%{z:.2f}",
            colorbar={"title": {"text": "Speed-up"}},
            hoverongaps=False,
            hovertemplate=f"%{{y}} processes x %{{x}} {inner.lower()}: %{{z:.2f}} times"
            "<extra></extra>",
        )
    )
    figure.update_layout(xaxis_title=f"{inner} in each process", yaxis_title="Processes")
    figure.update_xaxes(type="category")
    figure.update_yaxes(type="category")
    return styled(figure, dark=dark, height=_AROUND + _CELL * max(1, len(table)))
