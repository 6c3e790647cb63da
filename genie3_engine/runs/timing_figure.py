"""Draw how the time of runs divides among their steps."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from genie3_engine.figure_style import COLOURS, LEGEND_BELOW, ground, short_name, styled
from genie3_engine.labels import PHASES

# Waiting is not work; the two longest, computing and writing, get the strongest contrast. Null
# forests and evidence are computing and writing of their own: their colour, hatched.
STEP_COLOURS = {
    "starting": COLOURS[4],
    "reading": COLOURS[2],
    "preparing": COLOURS[3],
    "compiling": COLOURS[6],
    "computing": COLOURS[0],
    "nulls": COLOURS[0],
    "halves": COLOURS[5],
    "writing": COLOURS[1],
    "evidence": COLOURS[1],
}
# Small: on a phone the names are below one another.
STEP_LEGEND = {**LEGEND_BELOW, "font": {"size": 12}, "entrywidth": 104}
_HATCHED = {"nulls": "/", "evidence": "/"}


def phase_seconds(seconds: Mapping[str, float]) -> dict[str, float]:
    """Return the steps of a run that took time, by their names, in their order.

    Parameters
    ----------
    seconds : mapping
        Of each step, as ``timings.json`` has them.
    """
    return {name: float(seconds[key]) for key, name in PHASES.items() if seconds.get(key)}


def timings_figure(runs: Mapping[str, Mapping[str, float]], *, dark: bool = False) -> go.Figure:
    """Draw the steps of runs as one bar each, with the first on top.

    Parameters
    ----------
    runs : mapping
        Of each run, by its name, the seconds of each step, as ``timings.json`` has them. A run
        alone needs no name.
    dark : bool
        Whether the page is dark.
    """
    colours = ground(dark=dark)
    figure = go.Figure()
    names = [short_name(name) for name in runs]
    for key, name in PHASES.items():
        if not any(seconds.get(key) for seconds in runs.values()):
            continue
        figure.add_trace(
            go.Bar(
                x=[float(seconds.get(key) or 0.0) for seconds in runs.values()],
                y=names,
                orientation="h",
                name=name,
                marker={
                    "color": STEP_COLOURS.get(key, colours.muted),
                    "pattern": {
                        "shape": _HATCHED.get(key, ""),
                        "fillmode": "overlay",
                        "fgcolor": colours.paper,
                    },
                    "line": {"color": colours.paper, "width": 1},
                },
                hovertemplate=f"{name}: %{{x:.2f}} s<extra></extra>",
            )
        )
    styled(figure, dark=dark, height=170 + 40 * len(runs))
    figure.update_layout(barmode="stack", bargap=0.35, legend=STEP_LEGEND)
    figure.update_layout(legend_traceorder="normal")
    figure.update_xaxes(title_text="Seconds", rangemode="tozero")
    figure.update_yaxes(showticklabels=len(runs) > 1, showgrid=False, autorange="reversed")
    return figure
