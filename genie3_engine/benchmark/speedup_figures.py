"""Figures of seconds, speed-up and efficiency against the number of workers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from genie3_engine.benchmark.reference_benchmarks import PublishedRow
from genie3_engine.benchmark.scaling import AmdahlFit, SeriesFits, UniversalFit
from genie3_engine.benchmark.speedup import ResultRow, Series
from genie3_engine.benchmark.worker_axis import LineEnd, name_lines, whole_workers
from genie3_engine.figure_style import COLOURS, ground, short_name, styled
from genie3_engine.labels import count

_SYMBOLS = ("circle", "diamond-open", "square", "triangle-up-open")
_STEPS = 60
_HEIGHT, _AROUND = 440, 90  # pixels; without the axis, its title and the margin above
_ROOM = 1.35  # above and below all points, of a logarithmic axis
_NAME = 18  # letters of an experiment, at the end of a line


@dataclass(frozen=True, slots=True)
class _Line:
    """A series with how it is drawn, and with what it is called."""

    series: Series
    fits: SeriesFits | None
    colour: str
    symbol: str
    experiment: str

    @property
    def name(self) -> str:
        return ": ".join(part for part in (self.experiment, self.series.name) if part)

    @property
    def parts(self) -> tuple[str, ...]:
        """The name in short lines."""
        name = short_name(self.experiment, at_most=_NAME) if self.experiment else ""
        engine, *others = self.series.parts
        return tuple(part for part in (name, engine, ", ".join(others)) if part)


def seconds_figure(experiments: Mapping[str, Sequence[Series]], *, dark: bool = False) -> go.Figure:
    """Draw the computing seconds of each series, and the ideal from its first row on.

    Parameters
    ----------
    experiments : mapping of str to sequence of Series
        One or more experiments by name.
    dark : bool
        Whether the page is dark.

    Notes
    -----
    Both axes are logarithmic: equal distances are equal ratios, an engine ten times as fast lies as
    far below everywhere, and the ideal is a straight line. Rows of different numbers of targets are
    compared by the seconds of one target.
    """
    figure = go.Figure()
    lines = list(_lines({name: [(each, None) for each in of] for name, of in experiments.items()}))
    rows = [row for line in lines for row in line.series.rows]
    numbers = {row.configuration.n_targets for row in rows}
    is_each = len(numbers) > 1
    ends, lowest, highest = list[LineEnd](), list[float](), list[float]()
    ideals: dict[tuple[int, float], int] = {}  # from the first row of a line to the most workers
    for line in lines:
        measured = [row for row in line.series.rows if row.elapsed is not None]
        share = [row.configuration.n_targets if is_each else 1 for row in measured]
        spreads = [row.elapsed for row in measured if row.elapsed is not None]
        values = [one.median / n for one, n in zip(spreads, share, strict=True)]
        workers = [row.configuration.workers for row in measured]
        ideal = [values[0] * workers[0] / each for each in workers]
        start = (workers[0], values[0])
        ideals[start] = max(ideals.get(start, 0), workers[-1])
        figure.add_scatter(
            x=workers,
            y=values,
            mode="lines+markers",
            name=line.name,
            marker={"symbol": line.symbol, "size": 9},
            line={"color": line.colour, "width": 2},
            error_y={
                "type": "data",
                "array": [(o.high - o.median) / n for o, n in zip(spreads, share, strict=True)],
                "arrayminus": [(o.median - o.low) / n for o, n in zip(spreads, share, strict=True)],
                "thickness": 1.5,
                "width": 4,
            },
            customdata=[_about(row) for row in measured],
            hovertemplate="%{customdata[0]}<br>%{y:.3g} s<br>%{customdata[1]}<extra></extra>",
        )
        ends.append(LineEnd(workers[-1], values[-1], line.parts))
        lowest.append(min(*ideal, *values, *values))
        highest.append(max(values))
    named: LineEnd | None = None
    for (fewest, first), most in ideals.items():
        if most > fewest:
            last = first * fewest / most
            _add_ideal(figure, [fewest, most], [first, last], dark=dark)
            named = LineEnd(most, last, ("Ideal",))
    if named is not None:  # one of them: they look alike
        ends.append(named)
    low, high = min(lowest, default=1.0) / _ROOM, max(highest, default=1.0) * _ROOM
    title = "Computing seconds of a target"
    if not is_each:
        title = f"Computing seconds of {count(next(iter(numbers), 0), 'target')}"
    _style(figure, lines, (low, high), title=title, is_log=True, dark=dark)
    name_lines(figure, ends, low=low, high=high, pixels=_HEIGHT - _AROUND, is_log=True, dark=dark)
    return figure


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
    lines = list(_fitted_lines(experiments))
    judged = [row for row in published if row.speedup is not None]
    most = max([2, *_workers(lines), *(row.workers for row in judged)])
    _add_ideal(figure, [1, most], [1.0, float(most)], dark=dark)
    for line in lines:
        _add_points(figure, line, "speedup")
        _add_laws(figure, line, most)
    ends = [_end(line, "speedup") for line in lines]
    ends.append(LineEnd(most, float(most), ("Ideal",)))
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
        last = max(judged, key=lambda row: row.workers)
        ends.append(LineEnd(last.workers, last.speedup or 1.0, ("Published",)))
    values = [row.speedup or 1.0 for line in lines for row in line.series.rows]
    low = min([1.0, *values, *(row.speedup or 1.0 for row in judged)]) / _ROOM
    high = max([float(most), *values]) * _ROOM
    also = [row.workers for row in judged]
    _style(figure, lines, (low, high), title="Speed-up", is_log=True, dark=dark, also=also)
    ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
    figure.update_yaxes(tickmode="array", tickvals=ticks, ticktext=[f"{each:,}" for each in ticks])
    name_lines(figure, ends, low=low, high=high, pixels=_HEIGHT - _AROUND, is_log=True, dark=dark)
    return figure


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
    lines = list(_fitted_lines(experiments))
    most = max([2, *_workers(lines)])
    _add_ideal(figure, [1, most], [1.0, 1.0], dark=dark)
    for line in lines:
        _add_points(figure, line, "efficiency")
    values = [row.efficiency or 0.0 for line in lines for row in line.series.rows]
    high = 1.1 * max([1.0, *values])
    _style(figure, lines, (0.0, high), title="Efficiency", is_log=False, dark=dark)
    figure.update_yaxes(tickformat=".0%")
    ends = [*(_end(line, "efficiency") for line in lines), LineEnd(most, 1.0, ("Ideal",))]
    name_lines(figure, ends, low=0.0, high=high, pixels=_HEIGHT - _AROUND, is_log=False, dark=dark)
    return figure


def _style(
    figure: go.Figure,
    lines: Sequence[_Line],
    ends: tuple[float, float],
    *,
    title: str,
    is_log: bool,
    dark: bool,
    also: Sequence[int] = (),
) -> None:
    """Give a figure its axes: whole workers, and values between two ends."""
    styled(figure, dark=dark, height=_HEIGHT)
    figure.update_layout(xaxis_title="Workers", yaxis_title=title, hovermode="closest")
    whole_workers(figure, [*_workers(lines), *also])
    shown = np.log10(ends).tolist() if is_log else list(ends)
    figure.update_yaxes(type="log" if is_log else "linear", range=shown, minor={"ticks": ""})
    if is_log:
        figure.update_yaxes(dtick="D2", tickformat="~g")


def _lines(
    experiments: Mapping[str, Sequence[tuple[Series, SeriesFits | None]]],
) -> Iterator[_Line]:
    """Give each kind of series a colour, and each experiment a symbol."""
    names = list(dict.fromkeys(one.name for of in experiments.values() for one, _ in of))
    for number, (experiment, found) in enumerate(experiments.items()):
        shown = short_name(experiment, at_most=60) if len(experiments) > 1 else ""
        for one, fits in found:
            colour = COLOURS[names.index(one.name) % len(COLOURS)]
            yield _Line(one, fits, colour, _SYMBOLS[number % len(_SYMBOLS)], shown)


def _fitted_lines(experiments: Mapping[str, Sequence[SeriesFits]]) -> Iterator[_Line]:
    return _lines(
        {name: [(each.series, each) for each in found] for name, found in experiments.items()}
    )


def _workers(lines: Sequence[_Line]) -> list[int]:
    return [row.configuration.workers for line in lines for row in line.series.rows]


def _end(line: _Line, quantity: str) -> LineEnd:
    last = line.series.rows[-1]
    return LineEnd(last.configuration.workers, getattr(last, quantity) or 0.0, line.parts)


def _about(row: ResultRow) -> tuple[str, str]:
    return row.configuration.label, count(row.n_repeats, "repeat")


def _add_ideal(
    figure: go.Figure, workers: Sequence[int], values: Sequence[float], *, dark: bool
) -> None:
    line = {"color": ground(dark=dark).muted, "dash": "dot", "width": 1.5}
    figure.add_scatter(
        x=list(workers), y=list(values), mode="lines", name="Ideal", line=line, hoverinfo="skip"
    )


def _add_points(figure: go.Figure, line: _Line, quantity: str) -> None:
    rows = line.series.rows
    values = [getattr(row, quantity) for row in rows]
    low, high = zip(
        *(_error(row, value) for row, value in zip(rows, values, strict=True)), strict=True
    )
    figure.add_scatter(
        x=[row.configuration.workers for row in rows],
        y=values,
        mode="lines+markers",
        name=line.name,
        marker={"symbol": line.symbol, "size": 9},
        line={"color": line.colour, "width": 2},
        error_y={"type": "data", "array": high, "arrayminus": low, "thickness": 1.5, "width": 4},
        customdata=[_about(row) for row in rows],
        hovertemplate="%{customdata[0]}<br>%{x} workers: %{y:.2f}"
        "<br>%{customdata[1]}<extra></extra>",
    )


def _error(row: ResultRow, value: float) -> tuple[float, float]:
    """Return how far the repeats of a row reach below and above its speed-up or efficiency."""
    if row.elapsed is None or row.elapsed.low <= 0:
        return 0.0, 0.0
    return (
        value * (1 - row.elapsed.median / row.elapsed.high),
        value * (row.elapsed.median / row.elapsed.low - 1),
    )


def _add_laws(figure: go.Figure, line: _Line, most: int) -> None:
    fits = line.fits
    laws: list[tuple[str, AmdahlFit | UniversalFit | None, str]] = [
        ("Amdahl", None if fits is None else fits.amdahl, "dash"),
        ("USL", None if fits is None else fits.universal, "longdashdot"),
    ]
    workers: list[float] = np.geomspace(1, most, _STEPS).tolist()
    for name, law, dash in laws:
        if law is None:
            continue
        figure.add_scatter(
            x=workers,
            y=[law.speedup(each) for each in workers],
            mode="lines",
            name=f"{name}, {line.name}",
            line={"color": line.colour, "dash": dash, "width": 1.2},
            opacity=0.75,
            hoverinfo="skip",
        )
