"""Figures of speed-up and efficiency against the number of workers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go

from genie3_engine.benchmark.reference_benchmarks import PublishedRow
from genie3_engine.benchmark.scaling import AmdahlFit, SeriesFits, UniversalFit
from genie3_engine.benchmark.speedup import ResultRow
from genie3_engine.figure_style import COLOURS, ground, styled

_SYMBOLS = ("circle", "diamond-open", "square", "triangle-up-open")
_STEPS = 60


def speedup_figure(
    experiments: Mapping[str, Sequence[SeriesFits]],
    *,
    published: Sequence[PublishedRow] = (),
    dark: bool = False,
) -> go.Figure:
    """Draw speed-ups, the ideal line and the fitted laws; experiments lie over one another.

    Parameters
    ----------
    experiments : mapping of str to sequence of SeriesFits
        One or more experiments by name.
    published : sequence of PublishedRow
        Points of the original, where it has any.
    dark : bool
        Whether the page is dark.
    """
    figure = go.Figure()
    most = _most_workers(experiments, published)
    line = {"color": ground(dark=dark).muted, "dash": "dot", "width": 1.5}
    figure.add_scatter(
        x=[1, most], y=[1, most], mode="lines", name="Ideal", line=line, hoverinfo="skip"
    )
    for style in _styles(experiments):
        _add_points(figure, style, "speedup")
        _add_laws(figure, style, most, is_named=len(experiments) == 1)
    judged = [row for row in published if row.speedup is not None]
    if judged:
        figure.add_scatter(
            x=[row.workers for row in judged],
            y=[row.speedup for row in judged],
            mode="markers",
            name="Published",
            marker={"symbol": "x", "size": 10, "color": ground(dark=dark).muted},
            text=[f"{row.instance}: {row.processes} x {row.jobs}" for row in judged],
            hovertemplate="%{text}<br>%{x} workers: %{y:.2f} times<extra>Published</extra>",
        )
    figure.update_layout(xaxis_title="Workers", yaxis_title="Speed-up", hovermode="closest")
    figure.update_xaxes(type="log" if most > 16 else "linear", rangemode="tozero")
    figure.update_yaxes(range=[0, 1.25 * _highest(experiments, judged)])
    return styled(figure, dark=dark, height=440)


def efficiency_figure(
    experiments: Mapping[str, Sequence[SeriesFits]], *, dark: bool = False
) -> go.Figure:
    """Draw how much of each worker is used.

    Parameters
    ----------
    experiments : mapping of str to sequence of SeriesFits
        One or more experiments by name.
    dark : bool
        Whether the page is dark.
    """
    figure = go.Figure()
    for style in _styles(experiments):
        _add_points(figure, style, "efficiency")
    figure.add_hline(
        y=1, line={"color": ground(dark=dark).muted, "dash": "dot", "width": 1.5}, opacity=0.9
    )
    figure.update_layout(xaxis_title="Workers", yaxis_title="Efficiency", yaxis_tickformat=".0%")
    figure.update_yaxes(rangemode="tozero")
    figure.update_xaxes(
        type="log" if _most_workers(experiments, ()) > 16 else "linear", rangemode="tozero"
    )
    return styled(figure, dark=dark, height=440)


class _Style:
    """A series with the colour and the symbol that it is drawn in."""

    def __init__(self, experiment: str, fitted: SeriesFits, colour: str, symbol: str) -> None:
        self.fitted, self.colour, self.symbol = fitted, colour, symbol
        name = escape(experiment, quote=False)  # plotly reads tags in names
        self.name = f"{name}: {fitted.series.name}" if name else fitted.series.name


def _styles(experiments: Mapping[str, Sequence[SeriesFits]]) -> Iterator[_Style]:
    """Give each kind of series a colour, and each experiment a symbol."""
    names = list(dict.fromkeys(each.series.name for one in experiments.values() for each in one))
    for number, (experiment, fitted) in enumerate(experiments.items()):
        shown = experiment if len(experiments) > 1 else ""
        for each in fitted:
            colour = COLOURS[names.index(each.series.name) % len(COLOURS)]
            yield _Style(shown, each, colour, _SYMBOLS[number % len(_SYMBOLS)])


def _add_points(figure: go.Figure, style: _Style, quantity: str) -> None:
    rows = style.fitted.series.rows
    values = [getattr(row, quantity) for row in rows]
    low, high = zip(
        *(_error(row, value) for row, value in zip(rows, values, strict=True)), strict=True
    )
    figure.add_scatter(
        x=[row.configuration.workers for row in rows],
        y=values,
        mode="lines+markers",
        name=style.name,
        legendgroup=style.name,
        marker={"symbol": style.symbol, "size": 9},
        line={"color": style.colour, "width": 2},
        error_y={"type": "data", "array": high, "arrayminus": low, "thickness": 1.5, "width": 4},
        customdata=[(row.configuration.label, row.n_repeats) for row in rows],
        hovertemplate="%{customdata[0]}<br>%{x} workers: %{y:.2f}"
        "<br>repeats: %{customdata[1]}<extra></extra>",
    )


def _error(row: ResultRow, value: float) -> tuple[float, float]:
    """Return how far the repeats of a row reach below and above its speed-up or efficiency."""
    if row.elapsed is None or row.elapsed.low <= 0:
        return 0.0, 0.0
    return (
        value * (1 - row.elapsed.median / row.elapsed.high),
        value * (row.elapsed.median / row.elapsed.low - 1),
    )


def _add_laws(figure: go.Figure, style: _Style, most: int, *, is_named: bool) -> None:
    laws: list[tuple[str, AmdahlFit | UniversalFit | None, str]] = [
        ("Amdahl", style.fitted.amdahl, "dash"),
        ("USL", style.fitted.universal, "longdashdot"),
    ]
    workers: list[float] = np.geomspace(1, most, _STEPS).tolist()
    for name, law, dash in laws:
        if law is None:
            continue
        figure.add_scatter(
            x=workers,
            y=[law.speedup(each) for each in workers],
            mode="lines",
            name=f"{name}, {style.name}",
            legendgroup=style.name,
            showlegend=is_named,
            line={"color": style.colour, "dash": dash, "width": 1.2},
            opacity=0.75,
            hoverinfo="skip",
        )


def _highest(
    experiments: Mapping[str, Sequence[SeriesFits]], published: Sequence[PublishedRow]
) -> float:
    """Return the highest speed-up, so that the ideal line may leave the picture."""
    measured = [
        row.speedup or 0.0
        for fitted in experiments.values()
        for each in fitted
        for row in each.series.rows
    ]
    return max([1.0, *measured, *(row.speedup or 0.0 for row in published)])


def _most_workers(
    experiments: Mapping[str, Sequence[SeriesFits]], published: Sequence[PublishedRow]
) -> int:
    measured = [
        row.configuration.workers
        for fitted in experiments.values()
        for each in fitted
        for row in each.series.rows
    ]
    return max([2, *measured, *(row.workers for row in published)])
