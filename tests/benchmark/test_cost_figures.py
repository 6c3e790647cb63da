from __future__ import annotations

from genie3_engine.benchmark.cost_figures import cost_figure
from genie3_engine.benchmark.speedup_tables import CostPoint

POINTS = [
    CostPoint("quick", 1.0, 3.0),
    CostPoint("cheap", 3.0, 1.0),
    CostPoint("beaten", 4.0, 4.0),
    CostPoint("other", 2.0, 2.0, is_measured_here=False),
]


def test_cost_figure__draws_the_points_that_none_beats_as_a_line():
    traces = {trace.name: trace for trace in cost_figure(POINTS).data}
    front = traces["Measured here: fastest for the price"]
    assert list(front.x) == [1.0, 3.0]
    assert sorted(traces["Measured here"].text) == ["beaten", "cheap", "quick"]
    assert list(traces["Published"].y) == [2.0]


def test_cost_figure__without_points_is_empty():
    assert len(cost_figure([]).data) == 0
