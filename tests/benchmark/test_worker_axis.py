from __future__ import annotations

import itertools

import plotly.graph_objects as go
from hypothesis import given
from hypothesis import strategies as some

from genie3_engine.benchmark.worker_axis import LineEnd, name_lines, whole_workers


def named(ends):
    figure = go.Figure()
    name_lines(figure, ends, low=1.0, high=100.0, pixels=300.0, is_log=False, dark=False)
    return figure.layout.annotations


def test_whole_workers__has_a_tick_for_each_number():
    figure = go.Figure()
    whole_workers(figure, [2, 3, 6])
    assert list(figure.layout.xaxis.ticktext) == ["1", "2", "3", "6"]


def test_whole_workers__has_powers_of_two_where_there_are_many():
    figure = go.Figure()
    whole_workers(figure, range(1, 33))
    assert list(figure.layout.xaxis.tickvals) == [1, 2, 4, 8, 16, 32]


def test_name_lines__keeps_a_name_at_its_line_where_there_is_room():
    (name,) = named([LineEnd(4, 50.0, ("compiled", "threads"))])
    assert (name.y, name.yshift, name.text) == (50.0, 0, "compiled<br>threads")


@given(some.lists(some.floats(1.0, 100.0), min_size=2, max_size=8))
def test_name_lines__never_writes_one_name_over_another(values):
    found = named([LineEnd(2, value, ("engine", "kind")) for value in values])
    places = [300.0 * (each.y - 1.0) / 99.0 + each.yshift for each in found]
    assert all(b - a > 33.99 for a, b in itertools.pairwise(places))
    assert min(places) > 16.99
    assert max(places) < 300.0 - 16.99
