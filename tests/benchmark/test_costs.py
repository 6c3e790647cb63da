from __future__ import annotations

import pytest

from genie3_engine import planning
from genie3_engine.benchmark.costs import cost_point, cost_points, published_points
from genie3_engine.benchmark.reference_benchmarks import published
from genie3_engine.benchmark.speedup import results
from tests.benchmark.measured import measurement, threads

CATALOGUE = planning.catalogue()


def test_cost_point__takes_the_cheapest_instance_with_enough_cores():
    (row,) = results([measurement(threads(8), 3599.0)])
    point = cost_point(row, CATALOGUE)
    assert point.label.endswith("on ml.c5.2xlarge")
    assert point.dollars == pytest.approx(CATALOGUE.named("ml.c5.2xlarge").dollars_per_hour)


def test_cost_point__takes_what_was_paid():
    (row,) = results([measurement(threads(8), 1.0, billable_seconds=2.0, dollars=7.0)])
    assert cost_point(row, CATALOGUE).dollars == 7.0


def test_cost_points__leave_out_what_fits_no_instance():
    rows = results([measurement(threads(5_000), 1.0), measurement(threads(1), 1.0)])
    assert len(cost_points(rows, CATALOGUE)) == 1


def test_published_points__are_those_with_a_time_and_a_price():
    points = published_points(published().experiment(3))
    assert [round(point.dollars, 4) for point in points] == [0.0394, 0.0479, 0.0889, 0.228]
    assert not any(point.is_measured_here for point in points)
    assert published_points(published().experiment(4)) == []
