from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.threshold_vectors import lane_operations
from genie3_engine.kernels.vectors import LANES


@pytest.mark.parametrize("n_lanes", [LANES, LANES // 2])
def test_lane_operations__look_at_each_lane_alone(n_lanes):
    grid_extremes = lane_operations(n_lanes).grid_extremes

    @kernel
    def extremes(block, n_rows, low, high):
        return grid_extremes(block, n_rows, low, high)

    rows = np.random.default_rng(1).integers(-32_000, 32_000, (9, n_lanes), dtype=np.int16)
    rows[:, 1] = 7
    low, high = np.zeros(n_lanes, np.int16), np.zeros(n_lanes, np.int16)
    differ = extremes(rows.ravel(), len(rows), low, high)
    assert differ == (1 << n_lanes) - 1 - 2
    assert (low == rows.min(axis=0)).all()
    assert (high == rows.max(axis=0)).all()
