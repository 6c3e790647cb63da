from __future__ import annotations

import pytest

from genie3_engine.benchmark.reference_benchmarks import published
from genie3_engine.benchmark.scaling import fits
from genie3_engine.benchmark.speedup import results, series
from genie3_engine.benchmark.speedup_figures import efficiency_figure, speedup_figure
from tests.benchmark.measured import measurement, scaling, threads

ROWS = results(scaling(threads, [1, 2, 4], lambda n: 8 / n))


@pytest.fixture(scope="module")
def fitted():
    return fits(series(ROWS), n_cores=4)


def trace(figure, name):
    (found,) = [each for each in figure.data if each.name == name]
    return found


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
