from __future__ import annotations

import pytest

from genie3_engine.benchmark.reference_benchmarks import published
from genie3_engine.benchmark.scaling import fits
from genie3_engine.benchmark.speedup import drawn_series, results, series
from genie3_engine.benchmark.speedup_figures import (
    efficiency_figure,
    seconds_figure,
    speedup_figure,
)
from tests.benchmark.measured import jobs, measurement, scaling, threads

ROWS = results(scaling(threads, [1, 2, 4], lambda n: 8 / n))


@pytest.fixture(scope="module")
def fitted():
    return fits(series(ROWS), n_cores=4)


def trace(figure, name):
    (found,) = [each for each in figure.data if each.name == name]
    return found


def names_at_ends(figure):
    return [each.text for each in figure.layout.annotations]


def test_seconds_figure__engines_of_one_speed_up_lie_apart():
    measured = [
        measurement(jobs(1), 80),
        measurement(jobs(2), 40),
        measurement(threads(1), 8),
        measurement(threads(2), 4),
    ]
    figure = seconds_figure({"mine": drawn_series(results(measured))})
    slow, fast = trace(figure, "scikit-learn, jobs"), trace(figure, "compiled, threads")
    assert [list(slow.y), list(fast.y)] == [[80, 40], [8, 4]]
    assert figure.layout.yaxis.type == "log"
    assert figure.layout.yaxis.title.text == "Computing seconds of 10 targets"
    ends = ["Ideal", "compiled<br>threads", "scikit-learn<br>jobs"]
    assert sorted(names_at_ends(figure)) == ends


def test_seconds_figure__compares_targets_where_their_number_differs():
    measured = [
        measurement(threads(1, n_targets=10), 5),
        measurement(threads(2, n_targets=20), 5),
    ]
    figure = seconds_figure({"mine": drawn_series(results(measured))}, dark=True)
    assert list(trace(figure, "compiled, threads").y) == [0.5, 0.25]
    assert list(trace(figure, "Ideal").y) == [0.5, 0.25]
    assert figure.layout.yaxis.title.text == "Computing seconds of a target"


def test_seconds_figure__shows_rows_that_have_no_serial_row():
    figure = seconds_figure({"mine": drawn_series(results([measurement(jobs(32), 9)]))})
    assert list(trace(figure, "scikit-learn, jobs").y) == [9]


def test_figures__write_names_at_the_lines_and_whole_workers(fitted):
    for figure in (
        speedup_figure({"": fitted}),
        efficiency_figure({"": fitted}),
        seconds_figure({"": [each.series for each in fitted]}),
    ):
        assert not figure.layout.showlegend
        assert list(figure.layout.xaxis.ticktext) == ["1", "2", "4"]
        assert "compiled<br>threads" in names_at_ends(figure)


def test_speedup_figure__the_ideal_line_is_whole(fitted):
    figure = speedup_figure({"": fitted})
    assert 10 ** figure.layout.yaxis.range[1] > trace(figure, "Ideal").y[-1]


def test_speedup_figure__shows_points_ideal_and_laws(fitted):
    figure = speedup_figure({"mine": fitted}, published=published().experiment(1))
    points = trace(figure, "compiled, threads")
    assert (list(points.x), list(points.y)) == ([1, 2, 4], [1, 2, 4])
    assert list(trace(figure, "Ideal").x) == [1, 16]
    assert trace(figure, "Amdahl, compiled, threads").y[-1] == pytest.approx(16)
    assert list(trace(figure, "Published").y) == [1.0, 2.29, 2.07, 2.37]


def test_speedup_figure__lays_experiments_over_each_other(fitted):
    figure = speedup_figure({"one": fitted, "two": fitted})
    first, second = trace(figure, "one: compiled, threads"), trace(figure, "two: compiled, threads")
    assert first.line.color == second.line.color
    assert first.marker.symbol != second.marker.symbol


def test_speedup_figure__shows_a_hostile_name_as_it_is(fitted):
    figure = speedup_figure({"<b>x</b>": fitted, "two": fitted})
    assert trace(figure, "&lt;b&gt;x&lt;/b&gt;: compiled, threads")


def test_speedup_figure__repeats_are_bars():
    measured = [measurement(threads(1), 8), measurement(threads(2), 4), measurement(threads(2), 5)]
    found = fits(series(results(measured)), n_cores=2)
    points = trace(efficiency_figure({"": found}), "compiled, threads")
    assert points.error_y.array[1] == pytest.approx((4.5 / 4 - 1) * points.y[1])
