"""Draw the activity of regulons by sample."""

from __future__ import annotations

import plotly.graph_objects as go

from genie3_engine.figure_style import ACTIVATION, REPRESSION, ground, short_name, styled
from genie3_engine.regulons.heat_map import HeatMap

_ROW_PIXELS = 18
_LEAST_HEIGHT = 260
_MOST_SCORE = 2.5  # of the colours; what is beyond has the last one
_NAME_LENGTH = 22
_MOST_SAMPLE_NAMES = 40


def activity_figure(shown: HeatMap, *, dark: bool = False) -> go.Figure:
    """Draw a heat map of activity, a column per sample.

    Parameters
    ----------
    shown : HeatMap
        What is drawn.
    dark : bool
        Whether the page is dark.
    """
    colours = ground(dark=dark)
    n_rows, n_columns = shown.scores.shape
    rows = list(range(n_rows))
    figure = go.Figure(
        go.Heatmap(
            z=shown.scores.round(3),
            customdata=shown.activity.round(4),
            text=[[short_name(name) for name in shown.columns]] * n_rows,
            y=rows,
            zmin=-_MOST_SCORE,
            zmax=_MOST_SCORE,
            colorscale=[[0, ACTIVATION], [0.5, colours.paper], [1, REPRESSION]],
            colorbar={
                "title": {
                    "text": "Standard deviations from the mean",
                    "side": "top",
                    "font": {"size": 12},
                },
                "orientation": "h",
                "thickness": 10,
                "len": 0.5,
                "x": 0,
                "xanchor": "left",
                "y": 0,
                "yanchor": "top",
                "ypad": 40 if n_columns <= _MOST_SAMPLE_NAMES else 28,
            },
            hoverongaps=False,
            hovertemplate="%{text}<br>activity %{customdata:.4f}<extra></extra>",
        )
    )
    styled(figure, dark=dark, height=max(_LEAST_HEIGHT, 130 + _ROW_PIXELS * n_rows))
    figure.update_yaxes(
        tickvals=rows,
        ticktext=[short_name(name, at_most=_NAME_LENGTH) for name in shown.regulons],
        tickfont={"size": 11},
        autorange="reversed",
        showgrid=False,
    )
    figure.update_xaxes(showgrid=False, showticklabels=False, ticks="", side="top")
    if shown.groups:
        _mark_groups(figure, shown, colours.text)
    return figure


def _mark_groups(figure: go.Figure, shown: HeatMap, colour: str) -> None:
    """Name the groups above the map, and part them by lines."""
    n_columns = len(shown.columns)
    wide = [span for span in shown.groups if span[2] - span[1] >= n_columns / 60]
    figure.update_xaxes(
        showticklabels=True,
        ticks="outside",
        tickvals=[(first + last - 1) / 2 for _, first, last in wide],
        ticktext=[short_name(label, at_most=_NAME_LENGTH) for label, *_ in wide],
        tickangle=0 if sum(len(label) for label, *_ in wide) <= 60 else 45,
    )
    for _, first, _ in shown.groups[1:]:
        figure.add_vline(x=first - 0.5, line={"color": colour, "width": 1})
