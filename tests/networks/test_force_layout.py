from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.networks.force_layout import apart, laid_out
from tests.naive import repulsion

CLOSE = 0.02  # of the distance that two discs should have


def two_groups(n=40, seed=0):
    rng = np.random.default_rng(seed)
    inside = [(i, j) for group in (0, n) for i in range(group, group + n) for j in range(i)]
    edges = [(i, j) for i, j in inside if (i < n) == (j < n) and rng.random() < 0.15]
    return np.array([*edges, (0, n)], np.int32), rng.normal(size=(2 * n, 2))


def test_laid_out__separates_groups_and_is_the_same_each_time():
    edges, start = two_groups()
    points = laid_out(start, edges, rounds=100)
    np.testing.assert_array_equal(points, laid_out(start, edges, rounds=100))
    first, second = points[:40], points[40:]
    apart_by = np.linalg.norm(first.mean(axis=0) - second.mean(axis=0))
    assert apart_by > 1.5 * max(first.std(), second.std())


def test_laid_out__takes_the_shape_asked_for():
    edges, start = two_groups()
    wide, high = (
        np.ptp(laid_out(start, edges, rounds=100, aspect=aspect), axis=0) for aspect in (2, 0.5)
    )
    assert wide[0] / wide[1] > high[0] / high[1]


def test_repulsion__is_the_sum_over_all_pairs_that_are_cells_apart():
    from genie3_engine.networks import force_layout

    rng = np.random.default_rng(1)
    points, mass = rng.uniform(0, 30, size=(60, 2)), rng.uniform(0.5, 2, size=60)
    found = force_layout._repulsion(points, mass, 128)
    expected = repulsion(points, mass)
    error = np.linalg.norm(found - expected, axis=1) / np.linalg.norm(expected, axis=1).mean()
    assert np.median(error) < 0.05


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 60))
def test_apart__leaves_no_discs_that_overlap(seed, n):
    rng = np.random.default_rng(seed)
    points, radii = rng.integers(0, 4, size=(n, 2)).astype(float), rng.uniform(0.2, 1, size=n)
    moved = apart(points, radii)
    distance = np.linalg.norm(moved[:, None] - moved[None], axis=2)
    wanted = (radii[:, None] + radii[None]) * (1 - CLOSE)
    np.fill_diagonal(distance, np.inf)
    assert (distance >= wanted).all()


def test_apart__leaves_discs_where_they_are_that_do_not_overlap():
    points = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 3.0]])
    assert np.abs(apart(points, np.ones(3)) - points).max() < 0.01
