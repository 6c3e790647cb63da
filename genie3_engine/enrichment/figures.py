"""Draw enriched sets as a dot plot."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from genie3_engine.enrichment.dot_plot import CLASS_LABELS, DotPlot
from genie3_engine.enrichment.over_representation import shown_q
from genie3_engine.figure_style import SEQUENCE, ground, short_name, styled

_ROW_PIXELS, _FRAME_PIXELS, _LEAST_HEIGHT = 24, 130, 220
_NAME_LENGTH, _GROUP_LENGTH = 46, 20


def enrichment_figure(plot: DotPlot, *, dark: bool = False) -> go.Figure:
    """Draw a dot for each enriched set of a group: area by genes, colour by q.

    Parameters
    ----------
    plot : DotPlot
        What is drawn; several groups are the columns, one group is drawn along its ratios.
    dark : bool
        Whether the page is dark.
    """
    figure = go.Figure()
    colours = SEQUENCE[:-1][::-1] if dark else SEQUENCE[1:]
    is_single = len(plot.groups) < 2
    along = plot.ratio if is_single else plot.column
    texts = [
        f"{short_name(plot.sets[row], at_most=80)}<br>{short_name(plot.groups[column])}: "
        f"{hits:,} genes, {ratio:.1f} times expected<br>q {shown_q(float(q))}"
        for row, column, hits, ratio, q in zip(
            plot.row, plot.column, plot.n_hits, plot.ratio, plot.log10_q, strict=True
        )
    ]
    diameters = 2 * np.sqrt(plot.areas / np.pi)
    for number in sorted(set(plot.classes.tolist())):
        dots = np.flatnonzero(plot.classes == number)
        figure.add_trace(
            go.Scatter(
                x=along[dots],
                y=plot.row[dots],
                mode="markers",
                name=CLASS_LABELS[number],
                text=[texts[dot] for dot in dots],
                hovertemplate="%{text}<extra></extra>",
                marker={
                    "size": diameters[dots],
                    "color": colours[number],
                    "line": {"width": 1, "color": ground(dark=dark).muted},
                    "opacity": 1,
                },
            )
        )
    height = max(_LEAST_HEIGHT, _FRAME_PIXELS + _ROW_PIXELS * len(plot.sets))
    styled(figure, dark=dark, height=height)
    figure.update_layout(showlegend=True, legend_itemsizing="constant")
    figure.update_yaxes(
        tickvals=list(range(len(plot.sets))),
        ticktext=[short_name(name, at_most=_NAME_LENGTH) for name in plot.sets],
        range=[len(plot.sets) - 0.4, -0.6],
    )
    if is_single:
        figure.update_xaxes(title_text="Genes of the set by those expected", rangemode="tozero")
    else:
        figure.update_xaxes(
            tickvals=list(range(len(plot.groups))),
            ticktext=[short_name(name, at_most=_GROUP_LENGTH) for name in plot.groups],
            range=[-0.6, len(plot.groups) - 0.4],
        )
    return figure
