"""Figure of a forecast: time against cost of cloud instances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from genie3_engine import figure_style
from genie3_engine.planning import Forecast, Offer, pareto_front

_MARKS = ("circle", "square", "diamond", "triangle-up", "pentagon", "hexagon", "star")


def forecast_figure(
    estimate: Forecast, offers: Sequence[Offer], *, dark: bool = False
) -> go.Figure:
    """Draw each offer's time against its dollars on demand, and the line of the best.

    Parameters
    ----------
    estimate : Forecast
        The run on this machine, drawn as a level line: it costs nothing.
    offers : sequence of Offer
        Those without a price are left out; those that do not fit are crosses.
    dark : bool
        Whether the page is dark.
    """
    priced = [one for one in offers if one.dollars is not None]
    figure = go.Figure()
    front = pareto_front(priced)
    figure.add_scatter(
        x=[one.dollars for one in front],
        y=[one.wall_seconds / 60 for one in front],
        mode="lines",
        line={"color": figure_style.ground(dark=dark).muted, "dash": "dot", "width": 1.5},
        name="best",
        hoverinfo="skip",
    )
    families = list(dict.fromkeys(_family(one) for one in priced))
    for place, family in enumerate(families):
        _add_family(
            figure, [one for one in priced if _family(one) == family and one.fits], family, place
        )
    misfits = [one for one in priced if not one.fits]
    if misfits:
        _add(figure, misfits, "too small", symbol="x", colour=figure_style.UNCLEAR)
    if priced:
        figure.add_scatter(
            x=[
                min(one.dollars or 0.0 for one in priced),
                max(one.dollars or 0.0 for one in priced),
            ],
            y=[estimate.wall_seconds / 60] * 2,
            mode="lines",
            line={"color": figure_style.ground(dark=dark).text, "dash": "dash", "width": 1},
            name="here",
            hovertemplate="this machine<br>%{y:.1f} min<extra></extra>",
        )
    figure.update_xaxes(title="Dollars on demand", type="log", tickprefix="$", **_ticks())
    figure.update_yaxes(title="Minutes, from launch to network", type="log", **_ticks())
    return figure_style.styled(figure, dark=dark, height=400)


def _ticks() -> dict[str, list[Any]]:
    """Return ticks of a logarithmic axis at 1, 2 and 5, written in full."""
    values = [digit * 10.0**power for power in range(-4, 7) for digit in (1, 2, 5)]
    return {"tickvals": values, "ticktext": [f"{value:,.10g}" for value in values]}


def _family(one: Offer) -> str:
    return one.instance_type.rpartition(".")[0].removeprefix("ml.")


def _add_family(figure: go.Figure, offers: Sequence[Offer], family: str, place: int) -> None:
    if offers:
        _add(
            figure,
            offers,
            family,
            symbol=_MARKS[place % len(_MARKS)],
            colour=figure_style.COLOURS[place % len(figure_style.COLOURS)],
        )


def _add(
    figure: go.Figure, offers: Sequence[Offer], name: str, *, symbol: str, colour: str
) -> None:
    figure.add_scatter(
        x=[one.dollars for one in offers],
        y=[one.wall_seconds / 60 for one in offers],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [(one.high_seconds - one.wall_seconds) / 60 for one in offers],
            "arrayminus": [(one.wall_seconds - one.low_seconds) / 60 for one in offers],
            "thickness": 0.6,
            "width": 0,
        },
        mode="markers",
        name=name,
        marker={"symbol": symbol, "size": 9, "color": colour},
        text=[f"{one.n_instances} × {one.instance_type}" for one in offers],
        customdata=[one.reason for one in offers],
        hovertemplate="%{text}<br>%{y:.1f} min, $%{x:.2f}<br>%{customdata}<extra></extra>",
    )
