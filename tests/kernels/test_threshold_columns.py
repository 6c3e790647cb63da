from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.kernels import threshold_columns
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.grid import HALF_WIDTH
from genie3_engine.kernels.threshold_columns import COLUMNS, ROWS, padded


@kernel
def column_extremes(grid, starts, lane, outside, n_rows, low, high):
    threshold_columns.column_extremes(grid, starts, lane, outside, n_rows, low, high)


@kernel
def column_sums(grid, starts, lane, outside, n_rows, weighted, below, above, left):
    return threshold_columns.column_sums(
        grid, starts, lane, outside, n_rows, weighted, below, above, left
    )


@kernel
def column_rows(grid, start, outside, n_rows, bounds, rows):
    return threshold_columns.column_rows(grid, start, outside, n_rows, bounds, rows)


class Columns:
    """Columns of a grid, of which a node holds some samples."""

    def __init__(self, seed, n_samples, width):
        rng = np.random.default_rng(seed)
        self.n_rows = padded(n_samples)
        self.positions = rng.integers(-width, width + 1, (COLUMNS + 3, n_samples)).astype(np.int16)
        self.grid = np.append(self.positions.ravel(), np.full(ROWS, width, np.int16))
        chosen = rng.choice(COLUMNS + 3, COLUMNS, replace=False)
        self.starts = np.append(np.zeros(COLUMNS, np.int64), chosen * n_samples)
        self.inside = np.sort(rng.choice(n_samples, rng.integers(1, n_samples + 1), replace=False))
        self.outside = np.full(self.n_rows, -1, np.int16)
        self.outside[self.inside] = 0
        self.weighted = np.zeros(self.n_rows, np.int64)
        self.weighted[:n_samples] = rng.integers(-(2**60), 2**60, n_samples) // n_samples
        self.columns = [self.positions[row, self.inside].tolist() for row in chosen]
        self.low = np.zeros(2 * COLUMNS, np.int16)
        self.high, self.below = self.low.copy(), self.low.copy()
        self.low[COLUMNS:] = [min(column) for column in self.columns]
        self.high[COLUMNS:] = [max(column) for column in self.columns]
        self.below[COLUMNS:] = rng.integers(-width - 2, width, COLUMNS)
        self.above = self.below + rng.integers(0, 4, 2 * COLUMNS).astype(np.int16)


MANY = st.builds(
    Columns,
    seed=st.integers(0, 2**32),
    n_samples=st.integers(1, 100),
    width=st.sampled_from([2, HALF_WIDTH]),
)


@settings(max_examples=60)
@given(MANY)
def test_column_extremes__are_those_of_the_nodes_samples(many):
    for extremes in (column_extremes, threshold_columns.column_extremes):
        low, high = np.zeros(2 * COLUMNS, np.int16), np.zeros(2 * COLUMNS, np.int16)
        extremes(many.grid, many.starts, COLUMNS, many.outside, many.n_rows, low, high)
        assert low.tolist() == many.low.tolist()
        assert high.tolist() == many.high.tolist()


@settings(max_examples=60)
@given(MANY)
def test_column_sums__add_up_each_column_and_report_unknown_sides(many):
    weighted = many.weighted[many.inside].tolist()
    cuts = list(zip(many.below[COLUMNS:].tolist(), many.above[COLUMNS:].tolist(), strict=True))
    for add in (column_sums, threshold_columns.column_sums):
        left = np.zeros(2 * COLUMNS, np.int64)
        bounds = many.weighted, many.below, many.above, left
        unsure = add(many.grid, many.starts, COLUMNS, many.outside, many.n_rows, *bounds)
        for lane, (column, (below, above)) in enumerate(zip(many.columns, cuts, strict=True)):
            sums = [w for w, p in zip(weighted, column, strict=True) if p <= below]
            assert left[COLUMNS + lane] == sum(sums)
            is_unsure = any(below < p <= above for p in column)
            assert (unsure >> (COLUMNS + lane)) & 1 == is_unsure
        assert left[:COLUMNS].tolist() == [0] * COLUMNS


@settings(max_examples=60)
@given(MANY)
def test_column_rows__are_those_with_an_extreme_or_near_the_threshold(many):
    low, high, below, above = (
        int(a[COLUMNS]) for a in (many.low, many.high, many.below, many.above)
    )
    expected = [
        sample
        for sample, p in zip(many.inside.tolist(), many.columns[0], strict=True)
        if p in (low, high) or below < p <= above
    ]
    for find in (column_rows, threshold_columns.column_rows):
        rows = np.zeros(many.inside.size, np.uint32)
        bounds = low, high, below, above
        start = int(many.starts[COLUMNS])
        n_found = find(many.grid, start, many.outside, many.n_rows, bounds, rows)
        assert rows[:n_found].tolist() == expected
