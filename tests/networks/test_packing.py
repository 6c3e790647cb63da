from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.networks.packing import Shape, pack


def star(rng, n, reach):
    return np.vstack([np.zeros((1, 2)), rng.uniform(-reach, reach, size=(n, 2))])


def placed(shapes, **options):
    return [shape.points + at for shape, at in zip(shapes, pack(shapes, **options), strict=True)]


def nearest(first, second):
    return np.linalg.norm(first[:, None] - second[None], axis=2).min()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 12), st.sampled_from([0.8, 1.0, 1.25]))
def test_pack__keeps_shapes_apart(seed, n_shapes, aspect):
    rng = np.random.default_rng(seed)
    shapes = [Shape(star(rng, 9, rng.uniform(0.2, 6))) for _ in range(n_shapes)]
    points = placed(shapes, aspect=aspect, gap=1.0)
    pairs = [(a, b) for a in range(n_shapes) for b in range(a)]
    assert min(nearest(points[a], points[b]) for a, b in pairs) >= 0.9


def test_pack__largest_lies_in_the_middle_and_a_sheet_of_the_aspect_is_filled():
    rng = np.random.default_rng(0)
    shapes = [Shape(star(rng, 200, 12)), *(Shape(star(rng, 2, 1)) for _ in range(300))]
    points = placed(shapes, aspect=1.5)
    everything = np.vstack(points)
    low, high = everything.min(axis=0), everything.max(axis=0)
    largest = points[0]
    middle = (largest.min(axis=0) + largest.max(axis=0)) / 2
    assert np.abs(middle - (low + high) / 2).max() < 0.15 * (high - low).max()
    width, height = high - low
    assert 1.2 < width / height < 1.8
    covered = {tuple(cell) for cell in np.floor((everything - low) / (high - low) * 8).astype(int)}
    assert len(covered) > 0.8 * 64  # all over the sheet, corners included


def test_pack__leaves_shapes_where_they_are_wanted_and_makes_way_where_they_would_overlap():
    square = np.array([[-1.0, -1.0], [1.0, 1.0]])
    shapes = [
        Shape(square, np.array([20.0, 5.0])),
        Shape(square, np.array([20.0, 6.0])),
        Shape(square),
    ]
    places = pack(shapes)
    assert np.abs(places[0] - [20, 5]).max() <= 0.5
    assert nearest(square + places[0], square + places[1]) >= 1
    assert np.abs(places[1] - [20, 6]).max() < 5
    assert np.abs(places[2]).max() <= 1


def test_pack__is_the_same_each_time_and_nothing_for_nothing():
    shapes = [Shape(star(np.random.default_rng(i), 20, 8)) for i in range(9)]
    np.testing.assert_array_equal(pack(shapes), pack(shapes))
    assert pack([]).shape == (0, 2)
