from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from genie3_engine.inference.genie3 import (
    strongest_links,
    target_links,
    target_seed,
    unit_variance,
)


def test_target_seed__is_pinned():
    assert target_seed(1, "G1") == 0x150E323F7F31C129


@pytest.mark.parametrize(
    ("one", "other"), [((1, "a"), (2, "a")), ((1, "a"), (1, "b")), ((1, "1a"), (11, "a"))]
)
def test_target_seed__differs_with_seed_and_name(one, other):
    assert target_seed(*one) != target_seed(*other)


def test_target_seed__takes_any_name():
    assert 0 <= target_seed(2**63 - 1, "β-actin\n") < 2**64


def test_unit_variance__hand_worked():
    np.testing.assert_allclose(unit_variance(np.array([1.0, 3.0])), [-1.0, 1.0])


@given(
    arrays.arrays(
        np.float64, st.integers(2, 40), elements=st.floats(-1e6, 1e6, allow_subnormal=False)
    )
)
def test_unit_variance__has_mean_0_and_variance_1(values):
    scaled = unit_variance(values)
    spread = np.ptp(values)
    if spread == 0:
        assert scaled is None
    elif spread > 1e-3 * np.abs(values).max():
        assert scaled.mean() == pytest.approx(0, abs=1e-9)
        assert scaled.std() == pytest.approx(1)


@pytest.mark.parametrize("scale", [1e-300, 1.0, 1e300])
def test_unit_variance__neither_overflows_nor_underflows(scale):
    np.testing.assert_allclose(unit_variance(np.array([-1.0, 1.0]) * scale), [-1.0, 1.0])


def test_unit_variance__is_none_for_a_constant_that_no_float_holds_exactly():
    assert unit_variance(np.full(7, 0.1)) is None


def test_strongest_links__hand_worked():
    positions, importance = strongest_links(np.array([0.1, 0.0, 0.5, 0.1, 0.3]), 3)
    assert positions.tolist() == [2, 4, 0]
    np.testing.assert_array_equal(importance, np.array([0.5, 0.3, 0.1], np.float32))


@pytest.mark.parametrize("keep", [None, 1, 2, 3, 4, 5, 100])
def test_strongest_links__ties_go_by_position_also_at_the_boundary(keep):
    positions, _ = strongest_links(np.array([0.2, 0.7, 0.2, 0.7, 0.2, 0.0]), keep)
    assert positions.tolist() == [1, 3, 0, 2, 4][:keep]


def test_strongest_links__compares_what_is_stored():
    nearly = np.array([0.25, 0.25 + 1e-12])  # equal as float32
    assert strongest_links(nearly, 1)[0].tolist() == [0]


def test_strongest_links__drops_what_rounding_made_negative_or_nothing():
    positions, _ = strongest_links(np.array([-1e-17, 0.0, 1e-60, 0.5]), None)
    assert positions.tolist() == [3]


@given(
    arrays.arrays(
        np.float64, st.integers(0, 30), elements=st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.7])
    ),
    st.integers(1, 31),
)
def test_strongest_links__agrees_with_sorting_everything(importance, keep):
    ranked = sorted(np.flatnonzero(importance), key=lambda at: (-importance[at], at))
    positions, scores = strongest_links(importance, keep)
    assert positions.tolist() == ranked[:keep]
    np.testing.assert_array_equal(scores, importance[positions].astype(np.float32))


def test_target_links__names_regulators_by_their_genes_and_measures_time():
    class Engine:
        def importance(self, target):
            return np.array([0.25, 0.0, 0.5]), 0.9

    ticks = itertools.count(10.0, 2.5)
    links = target_links(
        Engine(),
        4,
        regulators=np.array([3, 4, 9], np.int32),
        keep=None,
        clock=lambda: next(ticks),
    )
    assert links.target == 4
    assert links.regulators.tolist() == [9, 3]
    assert links.regulators.dtype == np.int32
    assert links.importance.dtype == np.float32
    assert (links.oob_r2, links.seconds) == (0.9, 2.5)
