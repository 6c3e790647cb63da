from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from genie3_engine.kernels.grid import HALF_WIDTH, MAX_UNLISTED, OUTERMOST, expression_grid
from genie3_engine.kernels.ranks import dense_ranks


def grid_of(values):
    ranks, levels = np.zeros(values.shape, np.uint8), np.zeros(values.shape, np.float32)
    dense_ranks(values, ranks, levels)
    return ranks, expression_grid(levels, ranks)


@given(
    hnp.arrays(
        np.float64,
        st.tuples(st.integers(1, 4), st.integers(2, 30)),
        elements=st.floats(-1e6, 1e6, width=32),
    )
)
def test_expression_grid__rounds_the_share_of_the_range(values):
    ranks, grid = grid_of(values)
    for gene, row, positions, is_coarse in zip(
        values, ranks, grid.positions, grid.is_coarse, strict=True
    ):
        span = gene.max() - gene.min()
        if span > 0:
            exact = (gene - gene.min()) / span * 2 * HALF_WIDTH - HALF_WIDTH
            assert np.abs(positions - exact).max() <= 0.5 + 1e-6
        else:
            assert len(set(positions.tolist())) == 1
        assert is_coarse == (len(set(positions.tolist())) < len(set(row.tolist())))


@given(
    st.integers(0, 2**32), st.sampled_from([MAX_UNLISTED + 1, 600]), st.sampled_from([3, 10_000])
)
def test_expression_grid__lists_the_outermost_samples(seed, n_samples, n_values):
    values = np.random.default_rng(seed).integers(0, n_values, (3, n_samples)).astype(np.float64)
    ranks = np.zeros(values.shape, np.uint16)
    levels = np.zeros(values.shape, np.float32)
    dense_ranks(values, ranks, levels)
    for row, (lowest, highest) in zip(ranks, expression_grid(levels, ranks).outermost, strict=True):
        assert len(set(lowest.tolist())) == len(set(highest.tolist())) == OUTERMOST
        ascending = sorted(row.tolist())
        assert row[lowest].tolist() == ascending[:OUTERMOST]
        assert row[highest].tolist() == ascending[::-1][:OUTERMOST]


def test_expression_grid__lists_no_samples_where_they_are_few():
    levels = np.arange(MAX_UNLISTED, dtype=np.float32)[None, :].repeat(3, axis=0)
    ranks = np.arange(MAX_UNLISTED, dtype=np.uint16)[None, :].repeat(3, axis=0)
    assert len(expression_grid(levels, ranks).outermost) == 1


def test_expression_grid__of_a_range_beyond_floats_has_one_position():
    levels = np.array([[0.0, 1.0, np.inf]], np.float32)
    grid = expression_grid(levels, np.array([[0, 1, 2]], np.uint8))
    assert len(set(grid.positions[0].tolist())) == 1
    assert grid.is_coarse[0]
