from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from genie3_engine.kernels.ranks import dense_ranks, rank_type
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
