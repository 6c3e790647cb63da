from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from genie3_engine.kernels.grid import HALF_WIDTH, expression_grid
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


def test_expression_grid__of_a_range_beyond_floats_has_one_position():
    levels = np.array([[0.0, 1.0, np.inf]], np.float32)
    grid = expression_grid(levels, np.array([[0, 1, 2]], np.uint8))
    assert len(set(grid.positions[0].tolist())) == 1
    assert grid.is_coarse[0]
