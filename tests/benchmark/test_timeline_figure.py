from __future__ import annotations

import pytest

from genie3_engine.benchmark.timeline import timeline
from genie3_engine.benchmark.timeline_figure import timeline_figure
from genie3_engine.model import TargetSummary

SECONDS = {"starting": 1.0, "computing": 4.0}


def busy(n_workers, *, on_core=1.0):
    """Return workers with one target each, all at once."""
    return timeline(
        [
            TargetSummary("g", 0.5, 2 * on_core, 3, worker=str(number), began=1e9, elapsed=2.0)
            for number in range(1, n_workers + 1)
        ],
        SECONDS,
    )


def traces(figure, name):
    return [each for each in figure.data if each.name == name]


def test_timeline_figure__divides_a_bar_into_computing_and_waiting():
    figure = timeline_figure({"one": busy(2, on_core=0.25)})
    (computing,), (waiting,) = traces(figure, "On a core"), traces(figure, "Waiting for a core")
    assert list(computing.base) == [1, 1]
    assert list(computing.y) == [1, 2]
    assert [3 * width for width in computing.width] == pytest.approx(list(waiting.width))
    bottom = waiting.offset[0] + waiting.width[0]
    assert bottom == pytest.approx(computing.offset[0])


def test_timeline_figure__two_runs_share_the_time_axis_when_asked():
    both = {"one": busy(1), "two": busy(4)}
    same, own = timeline_figure(both), timeline_figure(both, is_same_scale=False, dark=True)
    assert same.layout.xaxis.matches == "x2"
    assert own.layout.xaxis.matches is None
    assert len([trace for trace in traces(same, "On a core") if trace.showlegend]) == 1


def test_timeline_figure__a_thousand_workers_fit_on_a_page():
    figure = timeline_figure({"<b>many</b>": busy(1_000)})
    assert len(figure.layout.yaxis.tickvals) <= 25
    assert figure.layout.annotations[0].text == "&lt;b&gt;many&lt;/b&gt;"
    assert figure.layout.height < 5_000
