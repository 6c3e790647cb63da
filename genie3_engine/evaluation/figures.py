"""Figures of the accuracy of ranked links."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from genie3_engine.evaluation.accuracy import Accuracy, Curve
from genie3_engine.evaluation.calibration import PrecisionBin
from genie3_engine.evaluation.comparison import MeasuredList
from genie3_engine.figure_style import COLOURS, ground, styled

_LINE, _POINT = COLOURS[0], COLOURS[1]
_HEIGHT = 380
_CURVE_POINTS = 2_000  # of each of several
_DASHES = ("solid", "dash", "dot")
_LEGEND_ROW = 21
_LONGEST_NAME = 26


def calibration_figure(
    bins: Sequence[PrecisionBin], *, random_precision: float, dark: bool = False
) -> go.Figure:
    """Draw the precision of links by their stability, with 95 % intervals.

    Parameters
    ----------
    bins : sequence of PrecisionBin
        Ranges of stability; one without judged links is left out.
    random_precision : float
        The share of true links among all judged pairs, drawn as a line.
    dark : bool
        Whether the page is dark.
    """
    shown = [each for each in bins if each.n_links]
    precision = np.array([each.precision for each in shown])
    low, high = np.array([each.interval for each in shown]).reshape(-1, 2).T
    figure = go.Figure(
        go.Bar(
            x=[_range(each) for each in shown],
            y=precision,
            marker_color=_LINE,
            error_y={"type": "data", "array": high - precision, "arrayminus": precision - low},
            customdata=[(each.n_true, each.n_links) for each in shown],
            hovertemplate="%{y:.3f}: %{customdata[0]:,} of %{customdata[1]:,} links are true"
            "<extra></extra>",
        )
    )
    figure.add_hline(y=random_precision, line={"color": ground(dark=dark).muted, "dash": "dot"})
    styled(figure, dark=dark, height=260)
    figure.update_xaxes(title_text="Stability", type="category")
    figure.update_yaxes(
        title_text="Precision", range=[0, min(1.0, 1.05 * float(high.max(initial=0.1)))]
    )
    return figure


def _range(each: PrecisionBin) -> str:
    if each.least == 0:
        return f"below {each.below:g}"
    return f"{each.least:g} to {each.below:g}"


def roc_figure(accuracy: Accuracy, *, dark: bool = False) -> go.Figure:
    """Draw the true against the false positive rate.

    Parameters
    ----------
    accuracy : Accuracy
        What was measured.
    dark : bool
        Whether the page is dark.

    Returns
    -------
    Figure
        The curve, and with that of a random order.
    """
    figure = go.Figure(
        [
            _chance([0, 1], [0, 1], dark=dark),
            _curve(accuracy.roc, f"AUROC {accuracy.auroc:.4f}", "False", "True"),
        ]
    )
    return _framed(figure, "False positive rate", "True positive rate", dark=dark)


def precision_recall_figure(accuracy: Accuracy, *, dark: bool = False) -> go.Figure:
    """Draw precision against recall, with the point where as many links are taken as are true.

    Parameters
    ----------
    accuracy : Accuracy
        What was measured.
    dark : bool
        Whether the page is dark.

    Returns
    -------
    Figure
        The curve, with that of a random order, and early precision as a point.
    """
    early = accuracy.early_precision
    figure = go.Figure(
        [
            _chance([0, 1], [accuracy.random_precision] * 2, dark=dark),
            _curve(accuracy.precision_recall, f"AUPR {accuracy.aupr:.4f}", "Recall", "Precision"),
            go.Scatter(
                x=[early],
                y=[early],
                mode="markers",
                name=f"First {accuracy.n_positives:,} links",
                marker={"color": _POINT, "size": 11, "line": {"color": "#5b4300", "width": 1}},
                hovertemplate=f"Early precision {early:.4f}<extra></extra>",
            ),
        ]
    )
    return _framed(figure, "Recall", "Precision", dark=dark)


def line_style(place: int) -> tuple[str, str]:
    """Return the colour (``#rrggbb``) and the dash of one of several curves, by its place."""
    dash = _DASHES[place // len(COLOURS) % len(_DASHES)]
    return COLOURS[place % len(COLOURS)], dash


def comparison_figure(lists: Sequence[MeasuredList], *, dark: bool = False) -> go.Figure:
    """Draw both curves of several lists, precision and recall above the ROC curve.

    Parameters
    ----------
    lists : sequence of MeasuredList
        In the order of the legend; a list has one colour in both.
    dark : bool
        Whether the page is dark.

    Returns
    -------
    Figure
        The curves, with those of a random order.
    """
    figure = make_subplots(rows=2, cols=1, vertical_spacing=0.14)
    chance = lists[0].accuracy.random_precision
    figure.add_trace(_chance([0, 1], [chance] * 2, dark=dark), row=1, col=1)
    for row, across, up in ((1, "Recall", "Precision"), (2, "False", "True")):
        for place, each in enumerate(lists):
            of = each.accuracy
            name = f"{_shortened(each.name)} (AUPR {of.aupr:.3f}, AUROC {of.auroc:.3f})"
            curve = _thinned(of.precision_recall if row == 1 else of.roc)
            line = _curve(curve, name, across, up)
            colour, dash = line_style(place)
            line.update(
                line={"color": colour, "dash": dash},
                legendgroup=str(place),
                showlegend=row == 1,
                hovertemplate=f"{_shortened(each.name)}<br>{line.hovertemplate}",
            )
            figure.add_trace(line, row=row, col=1)
    figure.add_trace(_chance([0, 1], [0, 1], dark=dark).update(showlegend=False), row=2, col=1)
    legend = {"orientation": "v", "x": 0, "y": -0.1, "yref": "paper", "yanchor": "top"}
    styled(figure, dark=dark, height=2 * _HEIGHT + _LEGEND_ROW * (len(lists) + 1))
    figure.update_layout(legend=legend, margin={"t": 12})
    figure.update_xaxes(range=[0, 1])
    figure.update_yaxes(range=[0, 1.02])
    highest = max(float(each.accuracy.precision_recall.y.max()) for each in lists)
    figure.update_yaxes(range=[0, min(1.02, 1.05 * highest)], row=1)
    for row, across, up in (
        (1, "Recall", "Precision"),
        (2, "False positive rate", "True positive rate"),
    ):
        figure.update_xaxes(title_text=across, row=row)
        figure.update_yaxes(title_text=up, row=row)
    return figure


def comparison_numbers(lists: Sequence[MeasuredList]) -> pd.DataFrame:
    """Return what `comparison_figure` shows: list, curve, x and y of each point."""
    return pd.concat(_points(lists), ignore_index=True)


def _points(lists: Sequence[MeasuredList]) -> Iterator[pd.DataFrame]:
    for each in lists:
        curves = {"precision_recall": each.accuracy.precision_recall, "roc": each.accuracy.roc}
        for name, curve in curves.items():
            short = _thinned(curve)
            yield pd.DataFrame({"run": each.name, "curve": name, "x": short.x, "y": short.y})


def _thinned(curve: Curve) -> Curve:
    n = len(curve.x)
    if n <= _CURVE_POINTS:
        return curve
    rows = np.linspace(0, n - 1, _CURVE_POINTS).astype(np.intp)
    return Curve(curve.x[rows], curve.y[rows])


def _shortened(name: str) -> str:
    """Return a name for a figure: not too long, and without plotly's marks."""
    short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    return html.escape(short, quote=False)


def _curve(curve: Curve, name: str, across: str, up: str) -> go.Scatter:
    return go.Scatter(
        x=curve.x,
        y=curve.y,
        mode="lines",
        name=name,
        line={"color": _LINE, "width": 2},
        hovertemplate=f"{across} %{{x:.3f}}<br>{up} %{{y:.3f}}<extra></extra>",
    )


def _chance(x: list[float], y: list[float], *, dark: bool) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        name="Random order",
        line={"color": ground(dark=dark).muted, "width": 1.5, "dash": "dash"},
        hoverinfo="skip",
    )


def _framed(figure: go.Figure, across: str, up: str, *, dark: bool) -> go.Figure:
    styled(figure, dark=dark, height=_HEIGHT)
    figure.update_xaxes(title_text=across, range=[0, 1])
    figure.update_yaxes(title_text=up, range=[0, 1.02])
    return figure
