from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.networks.packing import pack_discs

RADII = st.lists(st.floats(0.01, 100), max_size=40)


def overlaps(centres, radii):
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    touching = np.add.outer(radii, radii)
    return np.triu(apart < touching * (1 - 1e-5), k=1)


def n_calls(radii):
    """Count the calls of Python functions, which time grows with."""
    count = 0

    def profile(frame, event, argument):
        nonlocal count
        count += event == "call"

    sys.setprofile(profile)
    try:
        pack_discs(radii)
    finally:
        sys.setprofile(None)
    return count


@given(RADII)
def test_pack_discs__lets_none_overlap(radii):
    centres = pack_discs(radii)
    assert centres.shape == (len(radii), 2)
    assert np.isfinite(centres).all()
    assert not overlaps(centres, np.array(radii)).any()


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_pack_discs__of_few_starts_at_the_origin(n):
    centres = pack_discs([2.0] * n)
    assert centres[:1].tolist() == [[0.0, 0.0]][:n]


def test_pack_discs__surrounds_a_large_disc_with_small_ones():
    centres = pack_discs([10.0] + [1.0] * 200)
    distances = np.linalg.norm(centres[1:], axis=1)
    assert (distances < 20).all()
    angles = np.sort(np.arctan2(centres[1:, 1], centres[1:, 0]))
    assert np.diff(angles).max() < 0.3


def test_pack_discs__fills_most_of_the_enclosing_disc():
    radii = np.sort(np.random.default_rng(0).pareto(2, 500) + 1)[::-1]
    centres = pack_discs(radii)
    extent = (np.linalg.norm(centres, axis=1) + radii).max()
    assert (radii**2).sum() / extent**2 > 0.5


def test_pack_discs__takes_about_n_to_the_1_5_steps():
    few, many = (n_calls([1.0] * n) for n in (200, 800))
    assert math.log(many / few, 4) < 1.75
