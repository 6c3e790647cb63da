"""Figure of computing seconds by instance type: measured, forecast and published."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from genie3_engine.benchmark.instance_forecasts import TypeForecast
from genie3_engine.benchmark.measurements import Configuration
from genie3_engine.benchmark.reference_benchmarks import PublishedRow
from genie3_engine.benchmark.speedup import ResultRow
from genie3_engine.figure_style import COLOURS, LEGEND_BELOW, ground, styled
from genie3_engine.labels import count, dollars
from genie3_engine.model import ENGINES

_ROW, _AROUND = 34, 170
_MANY_TICKS = 300  # a ratio of seconds from which 1, 2 and 5 of each power of ten are too many


def instance_figure(
    rows: Sequence[ResultRow],
    forecasts: Sequence[TypeForecast],
    published: Sequence[PublishedRow],
    *,
    dark: bool = False,
) -> go.Figure:
    """Draw computing seconds, a row for each instance type and number of targets.

    Parameters
    ----------
    rows : sequence of ResultRow
        What was measured on instances; other rows are left out.
    forecasts : sequence of TypeForecast
        What is forecast.
    published : sequence of PublishedRow
        What the original measured, with scikit-learn.
    dark : bool
        Whether the page is dark.
    """
    figure = go.Figure()
    measured = [row for row in rows if row.configuration.instance and row.elapsed is not None]
    for number, engine in enumerate(ENGINES):
        colour = COLOURS[number % len(COLOURS)]
        own = [row for row in measured if row.configuration.engine == engine]
        _add(
            figure,
            [_place(row.configuration) for row in own],
            [row.elapsed.median for row in own if row.elapsed is not None],
            [_paid(row) for row in own],
            name=f"{engine}, measured",
            marker={"color": colour, "symbol": "circle"},
        )
        expected = [each for each in forecasts if each.configuration.engine == engine]
        _add(
            figure,
            [_place(each.configuration) for each in expected],
            [each.elapsed_seconds for each in expected],
            [_expected(each) for each in expected],
            name=f"{engine}, forecast",
            marker={"color": colour, "symbol": "circle-open", "line": {"width": 2}},
        )
    known = [row for row in published if row.elapsed_seconds or row.total_seconds]
    _add(
        figure,
        [_name(row.instance_type, row.genes) for row in known],
        [row.elapsed_seconds or row.total_seconds or 0.0 for row in known],
        [row.note or ("computing" if row.elapsed_seconds else "with start-up") for row in known],
        name="scikit-learn, published",
        marker={"color": ground(dark=dark).muted, "symbol": "x"},
    )
    places = dict.fromkeys(place for trace in figure.data for place in trace.y)
    styled(figure, dark=dark, height=_AROUND + _ROW * max(1, len(places)))
    figure.update_layout(legend=LEGEND_BELOW, xaxis_title="Seconds", hovermode="closest")
    seconds = [value for trace in figure.data for value in trace.x] or [1.0]
    is_wide = max(seconds) > _MANY_TICKS * min(seconds)
    figure.update_xaxes(
        type="log", dtick=1 if is_wide else "D2", tickformat="~g", minor={"ticks": ""}
    )
    figure.update_yaxes(autorange="reversed")
    return figure


def _add(
    figure: go.Figure,
    places: list[str],
    seconds: list[float],
    about: list[str],
    *,
    name: str,
    marker: dict[str, object],
) -> None:
    if places:
        figure.add_scatter(
            x=seconds,
            y=places,
            mode="markers",
            name=name,
            marker={"size": 11, **marker},
            text=about,
            hovertemplate=f"%{{y}}<br>%{{x:.3g}} s, %{{text}}<extra>{name}</extra>",
        )


def _place(one: Configuration) -> str:
    return _name(one.instance, one.n_targets)


def _name(instance: str, n_targets: int) -> str:
    return f"{instance}, {count(n_targets, 'target')}"


def _paid(row: ResultRow) -> str:
    return "price unknown" if row.dollars is None else f"{dollars(row.dollars)} paid"


def _expected(each: TypeForecast) -> str:
    price = "price unknown" if each.dollars is None else dollars(each.dollars)
    return price if each.fits else f"{price}, too little memory"
