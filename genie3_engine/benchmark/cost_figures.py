"""Figures of time against cost."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from genie3_engine.benchmark.speedup_tables import CostPoint, cost_front
from genie3_engine.figure_style import COLOURS, LEGEND_BELOW, ground, styled


def cost_figure(points: Sequence[CostPoint], *, dark: bool = False) -> go.Figure:
    """Draw each configuration's time against its cost, and the front that no other beats.

    Parameters
    ----------
    points : sequence of CostPoint
        Measured here or published.
    dark : bool
        Whether the page is dark.
    """
    colours = ground(dark=dark)
    figure = go.Figure()
    for name, is_here, colour, symbol in (
        ("Measured here", True, COLOURS[0], "circle"),
        ("Published", False, colours.muted, "x"),
    ):
        some = [point for point in points if point.is_measured_here is is_here]
        if not some:
            continue
        front = cost_front(some)
        figure.add_scatter(
            x=[point.seconds for point in front],
            y=[point.dollars for point in front],
            mode="lines",
            name=f"{name}: fastest for the price",
            line={"color": colour, "width": 1.5, "dash": "dash", "shape": "hv"},
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=[point.seconds for point in some],
            y=[point.dollars for point in some],
            mode="markers",
            name=name,
            marker={"color": colour, "symbol": symbol, "size": 10},
            text=[point.label for point in some],
            hovertemplate="%{text}<br>%{x:.1f} s for $%{y:.5f}<extra></extra>",
        )
    figure.update_layout(xaxis_title="Total seconds", yaxis_title="Dollars")
    figure.update_xaxes(rangemode="tozero")
    figure.update_yaxes(rangemode="tozero", tickprefix="$")
    styled(figure, dark=dark, height=450)
    return figure.update_layout(legend=LEGEND_BELOW)
