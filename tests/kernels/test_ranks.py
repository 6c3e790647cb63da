from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from genie3_engine.kernels.ranks import NEVER_EXACT, bin_ranks, dense_ranks, rank_type
from tests import naive


@given(
    hnp.arrays(
        np.float64,
        st.tuples(st.integers(1, 4), st.integers(1, 30)),
        elements=st.sampled_from([-1e30, -2.5, -0.0, 0.0, 1e-30, 1.0, 1.0 + 2**-20, 7.0]),
    )
)
def test_dense_ranks__are_positions_among_distinct_values(values):
    ranks = np.zeros(values.shape, np.uint8)
    levels = np.full(values.shape, np.nan, np.float32)
    n_levels = dense_ranks(values, ranks, levels)
    expected = naive.dense_ranks((values + 0.0).tolist())
    assert (ranks == expected).all()
    assert n_levels == expected.max() + 1
    assert (
        np.take_along_axis(levels, ranks.astype(int), axis=1) == values.astype(np.float32)
    ).all()


@pytest.mark.parametrize(
    ("n_levels", "expected"),
    [(256, np.uint8), (257, np.uint16), (65_536, np.uint16), (65_537, np.uint32)],
)
def test_rank_type__is_the_smallest(n_levels, expected):
    assert rank_type(n_levels) is expected


@pytest.mark.parametrize(
    ("n_levels", "exact"), [(1, 2), (2, 2), (64, 2), (65, 0), (253, 0), (254, -1), (900, -1)]
)
def test_bin_ranks__keep_the_order_and_hold_one_rank_where_they_say_so(n_levels, exact):
    rng = np.random.default_rng(n_levels)
    ranks = np.concatenate([np.arange(n_levels), rng.integers(0, n_levels, 300)])
    ranks[-100:] = 0
    bins, exact_shift = bin_ranks(np.array([ranks], np.uint16))
    assert exact_shift.tolist() == [exact]
    assert (np.diff(bins[0][np.argsort(ranks, kind="stable")].astype(int)) >= 0).all()
    for shift in range(3):
        shifted = bins[0] >> shift
        assert len(set(shifted[ranks > 0].tolist()) & set(shifted[ranks == 0].tolist())) == 0
        if shift <= exact:
            assert len(set(shifted.tolist())) == n_levels
    assert NEVER_EXACT == -1


def test_bin_ranks__are_narrow_at_both_ends():
    bins, _ = bin_ranks(np.arange(5000)[None])
    counts = np.bincount(bins[0], minlength=256)
    assert counts[4] <= 1
    assert counts[255] <= 1
    assert counts[130] == counts.max() < 5000 / 252 * np.pi / 2 + 2
