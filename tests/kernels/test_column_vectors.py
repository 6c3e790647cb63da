from __future__ import annotations

import numpy as np

from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.column_vectors import COLUMNS, ROWS, column_extremes


@kernel
def extremes(grid, starts, outside, low, high):
    column_extremes(grid, starts, 0, outside, ROWS, low, high)


def test_column_extremes__ignore_what_is_outside():
    rng = np.random.default_rng(1)
    positions = rng.integers(-32_000, 32_000, (COLUMNS, ROWS), dtype=np.int16)
    positions[:, 3], positions[:, 7] = -32_700, 32_700
    outside = np.zeros(ROWS, np.int16)
    outside[[3, 7]] = -1
    low, high = np.zeros(COLUMNS, np.int16), np.zeros(COLUMNS, np.int16)
    extremes(positions.ravel(), np.arange(COLUMNS) * ROWS, outside, low, high)
    inside = positions[:, outside == 0]
    assert low.tolist() == inside.min(axis=1).tolist()
    assert high.tolist() == inside.max(axis=1).tolist()
