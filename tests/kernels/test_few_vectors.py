from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.few_vectors import (
    FEW,
    UNSURE_BIT,
    few_extremes,
    few_positions,
    few_sides,
)
from genie3_engine.kernels.grid import HALF_WIDTH
from genie3_engine.kernels.threshold_lanes import NARROW


@kernel
def compiled_few(grid, starts, places, state, live, used, out):
    s, p = starts, places
    rows = few_positions(grid, (s[0], s[1], s[2], s[3]), (p[0], p[1], p[2], p[3]))
    out[0], out[1], out[2], out[3] = rows
    differ, out[4], out[5] = few_extremes(rows)
    state[0], sides = few_sides(state[0], live, used, rows, out[4], out[5])
    return differ, sides


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    width=st.sampled_from([2, 40, HALF_WIDTH]),
    used=st.integers(1, FEW),
    live=st.integers(0, 2**FEW - 1),
)
def test_few__is_what_any_number_of_samples_gives(seed, width, used, live):
    rng = np.random.default_rng(seed)
    grid = rng.integers(-width, width + 1, 200).astype(np.int16)
    starts, places = rng.integers(0, 100, FEW), rng.integers(0, 100, FEW).astype(np.uint64)
    live &= 2**used - 1
    state, out = np.array([seed], np.uint64), np.zeros(6, np.int64)
    found = compiled_few(grid, starts, places, state, live, used, out)
    rows = grid[starts + places[:, None].astype(np.int64)]
    shown = out.view(np.int16).reshape(6, FEW)
    assert shown[:FEW].tolist() == rows.tolist()
    assert shown[FEW:].tolist() == [rows.min(axis=0).tolist(), rows.max(axis=0).tolist()]
    low, high, below, above = (np.zeros(FEW, np.int16) for _ in range(4))
    assert found[0] == NARROW.grid_extremes(rows.ravel(), FEW, low, high)
    other, numbers = np.array([seed], np.uint64), np.zeros(FEW, np.uint64)
    with np.errstate(over="ignore"):
        NARROW.draw_cuts(other, live, used, low, high, numbers, below, above)
    assert state[0] == other[0]
    for lane in range(FEW):
        if (live >> lane) & 1:
            is_left = rows[:, lane] <= below[lane]
            is_near = ~is_left & (rows[:, lane] <= above[lane])
            bits = int((is_left << np.arange(FEW)).sum()) | int(is_near.any()) << UNSURE_BIT
            assert (found[1] >> (16 * lane)) & 0xFFFF == bits
