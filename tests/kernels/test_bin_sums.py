from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels import bin_sums
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.bin_sums import LANE_SLOTS, SUMMED_LANES
from genie3_engine.kernels.vectors import LANES


@kernel
def compiled_add(bins, starts, samples, binned, slots, shifts, settings):
    lane, n_rows, step, is_alone = settings
    if is_alone:
        bin_sums.add_lane(bins, starts, samples, binned, slots, shifts, lane, n_rows, step)
    else:
        bin_sums.add_lanes(bins, starts, samples, binned, slots, shifts, lane, n_rows, step)


@pytest.mark.parametrize("is_alone", [False, True])
@pytest.mark.parametrize("step", [1, 3])
def test_add_lanes__is_the_plain_definition(is_alone, step):
    rng = np.random.default_rng(step)
    bins = rng.integers(0, 256, 20 * 40 * step).astype(np.uint8)
    starts = rng.integers(0, 19 * 40 * step, LANES)
    shifts = rng.integers(0, 3, LANES)
    samples = rng.permutation(40).astype(np.uint32)
    binned = rng.integers(1, 1 << 50, 40)
    for lane, n_rows in ((0, 40), (12, 7), (4, 0), *([(6, 40)] if is_alone else [])):
        found, expected = np.ones((2, SUMMED_LANES * LANE_SLOTS), np.int64)
        compiled_add(bins, starts, samples, binned, found, shifts, (lane, n_rows, step, is_alone))
        add = bin_sums.add_lane if is_alone else bin_sums.add_lanes
        add(bins, starts, samples, binned, expected, shifts, lane, n_rows, step)
        assert (found == expected).all()
        assert found.sum() - found.size == binned[:n_rows].sum() * (1 if is_alone else 4)
