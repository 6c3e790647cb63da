"""Figure of what each worker of one run, or of two, did when."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from genie3_engine import labels
from genie3_engine.benchmark.measurements import PHASES
from genie3_engine.benchmark.timeline import Timeline
from genie3_engine.figure_style import COLOURS, ground, short_name, styled
from genie3_engine.runs.timing_figure import STEP_COLOURS, STEP_LEGEND

ON_CORE, WAITING = COLOURS[0], COLOURS[5]
_ROW, _THINNEST, _TALLEST = 22, 4, 420  # pixels of a row; of all rows of a run
_AROUND, _BETWEEN = 176, 66
_WIDE = 0.01  # of the time shown; narrower bars are not divided by lines
_NAMED_ROWS = 24  # more are numbered now and then
_THICK = 0.84  # of a row


def timeline_figure(
    timelines: Mapping[str, Timeline], *, is_same_scale: bool = True, dark: bool = False
) -> go.Figure:
    """Draw the steps and the workers of runs, one run below the other.

    Parameters
    ----------
    timelines : mapping of str to Timeline
        One run or more, by name.
    is_same_scale : bool
        Whether a second is equally long in all of them.
    dark : bool
        Whether the page is dark.

    Notes
    -----
    The area of a bar is the time of its worker: the lower part is on a core, the part above waits
    for one, and what is empty is idle.
    """
    heights = [_height(each) for each in timelines.values()]
    between = _BETWEEN * (len(heights) - 1)
    figure = make_subplots(
        rows=max(1, len(timelines)),
        cols=1,
        shared_xaxes="all" if is_same_scale else False,
        subplot_titles=[f"{short_name(name, at_most=70)}" for name in timelines],
        row_heights=heights,
        vertical_spacing=_BETWEEN / (sum(heights) + between) if between else 0.0,
    )
    steps = set[str]()
    end = max((each.end for each in timelines.values()), default=0.0)
    first = next((each for each in timelines.values() if each.workers), None)
    for number, each in enumerate(timelines.values(), start=1):
        _add_steps(figure, each, row=number, named=steps, dark=dark)
        _add_workers(figure, each, row=number, is_named=each is first, end=end, dark=dark)
        _name_rows(figure, each, row=number)
    figure.update_layout(barmode="overlay", bargap=0, legend_traceorder="normal")
    styled(figure, dark=dark, height=_AROUND + sum(heights) + between)
    figure.update_layout(legend=STEP_LEGEND)
    figure.update_annotations(x=0, xanchor="left", font={"size": 14})
    figure.update_xaxes(rangemode="tozero", showticklabels=True)
    figure.update_xaxes(title_text="Seconds", row=len(timelines))
    return figure


def _height(each: Timeline) -> int:
    """Return the pixels of a run's rows."""
    n_rows = len(each.workers) + 1
    return max(_THINNEST * n_rows, min(_ROW * n_rows, _TALLEST), 2 * _ROW)


def _add_steps(figure: go.Figure, each: Timeline, *, row: int, named: set[str], dark: bool) -> None:
    """Draw the steps of a run in its first row; ``named`` are those that the legend has."""
    paper = ground(dark=dark).paper
    for step in each.steps:
        name = labels.PHASES[step.phase]
        figure.add_bar(
            x=[step.end - step.begin],
            base=[step.begin],
            y=[0],
            width=_THICK,
            orientation="h",
            marker={
                "color": STEP_COLOURS[step.phase],
                "line": {"color": paper, "width": 1},
            },
            name=name,
            legendgroup=name,
            legendrank=PHASES.index(step.phase),
            showlegend=step.phase not in named,
            hovertemplate=f"{name}: %{{x:.2f}} s<extra></extra>",
            row=row,
            col=1,
        )
        named.add(step.phase)


def _add_workers(
    figure: go.Figure, each: Timeline, *, row: int, is_named: bool, end: float, dark: bool
) -> None:
    """Draw the bars of the workers: the share on a core, and above it the share that waits."""
    bars = each.bars
    is_close = bool(bars) and sum(bar.end - bar.begin for bar in bars) < _WIDE * end * len(bars)
    edge = {"color": ground(dark=dark).paper, "width": 0 if is_close else 0.7}
    about = [
        f"Worker {each.workers[bar.worker]}: {labels.count(bar.n_targets, 'target')}, "
        f"{bar.begin:.2f} to {bar.end:.2f} s<br>on a core {labels.percent(bar.on_core)}, "
        f"waiting for one {labels.percent(bar.waiting)}, idle {labels.percent(1 - bar.busy)}"
        for bar in bars
    ]
    for name, colour, shares, offsets in (
        ("On a core", ON_CORE, [bar.on_core for bar in bars], [0.0] * len(bars)),
        (
            "Waiting for a core",
            WAITING,
            [bar.waiting for bar in bars],
            [bar.on_core for bar in bars],
        ),
    ):
        figure.add_bar(
            x=[bar.end - bar.begin for bar in bars],
            base=[bar.begin for bar in bars],
            # A share is counted from the lower edge of the row; rows are counted downwards.
            y=[bar.worker + 1 for bar in bars],
            offset=[
                _THICK * (1 - start - share) - _THICK / 2
                for share, start in zip(shares, offsets, strict=True)
            ],
            width=[_THICK * share for share in shares],
            orientation="h",
            name=name,
            legendgroup=name,
            legendrank=len(PHASES),
            showlegend=is_named,
            marker={"color": colour, "line": edge},
            hovertext=about,
            hoverinfo="text",
            row=row,
            col=1,
        )


def _name_rows(figure: go.Figure, each: Timeline, *, row: int) -> None:
    """Name the row of the steps, and the rows of the workers as far as there is room."""
    n_workers = len(each.workers)
    step = max(1, -(-n_workers // _NAMED_ROWS))
    shown = range(0, n_workers, step)
    figure.update_yaxes(
        tickvals=[0, *(number + 1 for number in shown)],
        ticktext=["Steps", *(f"Worker {each.workers[number]}" for number in shown)],
        range=[n_workers + 0.5, -0.5],
        showgrid=False,
        row=row,
        col=1,
    )
