"""Tests of the front that nothing beats."""

from genie3_engine.planning.pareto import pareto_front


def test_pareto_front__keeps_what_nothing_beats():
    points = [(4, 1), (3, 6), (2, 5), (1, 9), (2, 7), (4, 3)]
    assert pareto_front(points, lambda point: point) == [(1, 9), (2, 5), (4, 1)]


def test_pareto_front__leaves_out_what_is_hardly_better():
    points = [(1, 100.0), (2, 99.5), (3, 90.0)]
    assert pareto_front(points, lambda point: point, worth=1.01) == [(1, 100.0), (3, 90.0)]


def test_pareto_front__of_nothing_is_empty():
    assert pareto_front([], lambda point: point) == []
