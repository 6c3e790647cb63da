"""Figures over the number of workers: axis of whole workers, and names at the ends of the lines."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from genie3_engine.figure_style import ground

LABEL_PIXELS = 116  # right of the last point, for the names
_LINE_PIXELS = 17.0  # of a name
_MOST_TICKS = 9


@dataclass(frozen=True, slots=True)
class LineEnd:
    """The last point of a line, and the line's name; its parts are below one another."""

    workers: int
    value: float
    parts: tuple[str, ...]


def whole_workers(figure: go.Figure, workers: Iterable[int]) -> None:
    """Give a figure an axis on which twice as many workers are always equally far.

    Parameters
    ----------
    figure : Figure
        Changed in place.
    workers : iterable of int
        Numbers of workers that are drawn: the ticks, or powers of two where these are too many.
    """
    ticks = sorted({1, *workers})
    if len(ticks) > _MOST_TICKS:
        ticks = [2**power for power in range(ticks[-1].bit_length())]
    room = 0.06 * max(1.0, math.log10(ticks[-1]))
    figure.update_xaxes(
        type="log",
        tickmode="array",
        tickvals=ticks,
        ticktext=[f"{each:,}" for each in ticks],
        range=[-room, math.log10(max(2, ticks[-1])) + room],
        minor={"ticks": ""},
    )


def name_lines(
    figure: go.Figure,
    ends: Sequence[LineEnd],
    *,
    low: float,
    high: float,
    pixels: float,
    is_log: bool,
    dark: bool,
) -> None:
    """Write names at the ends of lines, none over another.

    Parameters
    ----------
    figure : Figure
        Changed in place.
    ends : sequence of LineEnd
        The lines.
    low, high : float
        Ends of the vertical axis.
    pixels : float
        Its length.
    is_log : bool
        Whether it is logarithmic.
    dark : bool
        Whether the page is dark.
    """

    def place(value: float) -> float:
        first, last = (math.log(low), math.log(high)) if is_log else (low, high)
        return pixels * ((math.log(value) if is_log else value) - first) / (last - first)

    ordered = sorted(ends, key=lambda end: place(end.value))
    wanted = [place(end.value) for end in ordered]
    heights = [_LINE_PIXELS * len(end.parts) for end in ordered]
    places = _apart(wanted, heights, pixels)
    for end, own, shown in zip(ordered, wanted, places, strict=True):
        figure.add_annotation(
            x=math.log10(end.workers),
            y=math.log10(end.value) if is_log else end.value,
            text="<br>".join(end.parts),
            showarrow=False,
            xanchor="left",
            yanchor="middle",
            align="left",
            xshift=9,
            yshift=shown - own,
            font={"size": 13, "color": ground(dark=dark).text},
        )
    figure.update_layout(showlegend=False, margin={"r": LABEL_PIXELS})


def _apart(wanted: Sequence[float], heights: Sequence[float], pixels: float) -> list[float]:
    """Return places near those wanted, ascending, at which texts do not overlap.

    Texts that would overlap form a group, which keeps its middle, or stays inside the axis.
    """

    def inside(members: Sequence[int], middle: float) -> float:
        half = _size(members, heights) / 2
        return max(half, min(pixels - half, middle))

    groups: list[tuple[list[int], float]] = []  # members, and the middle of the group
    for number, place in enumerate(wanted):
        groups.append(([number], inside([number], place)))
        while len(groups) > 1:
            (before, low), (after, high) = groups[-2:]
            if high - low >= (_size(before, heights) + _size(after, heights)) / 2:
                break
            members = before + after
            middle = inside(members, sum(wanted[each] for each in members) / len(members))
            groups[-2:] = [(members, middle)]
    places = [0.0] * len(wanted)
    for members, middle in groups:
        at = middle - _size(members, heights) / 2
        for each in members:
            places[each] = at + heights[each] / 2
            at += heights[each]
    return places


def _size(members: Sequence[int], heights: Sequence[float]) -> float:
    return sum(heights[each] for each in members)
