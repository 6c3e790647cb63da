from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.kernels import few_lanes
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.few_vectors import FEW


@kernel
def split_three(grid, s, p, state, live, used):
    rows = few_lanes.few_positions(grid, (s[0], s[1], s[2], s[3]), (p[0], p[1], p[2]))
    differ, low, high = few_lanes.few_extremes(rows)
    after, sides = few_lanes.few_sides(state, live, used, rows, low, high)
    return rows, differ, low, high, after, sides


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    width=st.sampled_from([2, 40, 32_000]),
    used=st.integers(1, FEW),
)
def test_few_lanes__are_the_same_without_the_compiler(seed, width, used):
    rng = np.random.default_rng(seed)
    grid = rng.integers(-width, width + 1, 200).astype(np.int16)
    starts, places = rng.integers(0, 100, FEW), rng.integers(0, 100, 3).astype(np.uint64)
    lanes = grid, starts, places, np.uint64(seed), 2**used - 1, used
    *found, sides = split_three(*lanes)
    rows = few_lanes.few_positions(grid, tuple(starts), tuple(places))
    differ, low, high = few_lanes.few_extremes(rows)
    after, plain = few_lanes.few_sides(np.uint64(seed), 2**used - 1, used, rows, low, high)
    assert found == [rows, differ, low, high, after]
    for lane in range(used):
        assert (sides >> (16 * lane)) & 0xFFFF == (plain >> (16 * lane)) & 0xFFFF
