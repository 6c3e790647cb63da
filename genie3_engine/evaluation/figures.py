"""Figures of the accuracy of ranked links."""

from __future__ import annotations

import plotly.graph_objects as go

from genie3_engine.evaluation.accuracy import Accuracy, Curve
from genie3_engine.figure_style import COLOURS, ground, styled

_LINE, _POINT = COLOURS[0], COLOURS[1]
_HEIGHT = 380


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
