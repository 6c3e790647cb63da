from __future__ import annotations

from genie3_engine.benchmark.measurements import Configuration
from genie3_engine.benchmark.speedup import results
from genie3_engine.benchmark.time_figures import heat_figure, phases_figure, repeats_figure
from tests.benchmark.measured import SKLEARN, measurement, threads

ROWS = results([measurement(threads(n), 8 / n, repeat=r) for n in (1, 2) for r in (1, 2)])


def test_phases_figure__stacks_the_seconds_of_each_phase():
    figure = phases_figure(ROWS)
    assert figure.layout.barmode == "stack"
    traces = {trace.name: list(trace.x) for trace in figure.data}
    assert sorted(traces["Computing"]) == [4.0, 8.0]


def test_repeats_figure__shows_every_repeat():
    figure = repeats_figure({"mine": ROWS})
    (points,) = [trace for trace in figure.data if trace.type == "scatter"]
    assert sorted(points.x) == [4.0, 4.0, 8.0, 8.0]


def test_heat_figure__is_a_grid_of_processes_by_jobs():
    grid = [Configuration(SKLEARN, n_processes=p, n_jobs=j) for p in (1, 2) for j in (1, 2)]
    rows = results([measurement(one, 8 / one.workers) for one in grid])
    (heat,) = heat_figure(rows, SKLEARN, dark=True).data
    assert [list(row) for row in heat.z] == [[1.0, 2.0], [2.0, 4.0]]


def test_heat_figure__of_an_engine_without_rows_is_empty():
    assert heat_figure(ROWS, SKLEARN).data[0].z.size == 0
