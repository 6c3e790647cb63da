from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.kernels import bin_scan
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.vectors import LANES
from tests import naive

RESPONSE_BITS, ABSOLUTE_BITS, UNIT = 30, 18, 4.0


@kernel
def compiled_scan(slots, units, out, position, lane, n_rows, weight):
    bin_scan.scan_bins(
        slots, units, out, position, lane, n_rows, weight, RESPONSE_BITS, ABSOLUTE_BITS
    )


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), n=st.integers(3, 300), n_bins=st.sampled_from([2, 5, 64]))
def test_scan_bins__is_the_plain_definition_and_clears(seed, n, n_bins):
    rng = np.random.default_rng(seed)
    bins = rng.integers(0, n_bins, (n, LANES))
    weights = rng.integers(1, 5, n)
    responses = rng.integers(-1000, 1001, n) * weights
    absolutes = -(-np.abs(responses) // int(UNIT))
    fields = (((weights << RESPONSE_BITS) + responses) << ABSOLUTE_BITS) + absolutes
    units = np.where(rng.random(LANES) < 0.5, UNIT, 0.0)
    slots = np.zeros((n_bins, LANES), np.int64)
    for i in range(n):
        slots[bins[i], np.arange(LANES)] += fields[i]
    plain_slots, plain_out = slots.copy(), np.zeros(3 + LANES, np.float32)
    out, weight = np.zeros(3 + LANES, np.float32), float(weights.sum())
    for lane in range(0, LANES, bin_scan.SCANNED_LANES):
        compiled_scan(slots.reshape(-1), units, out, 3, lane, n_bins, weight)
        bin_scan.scan_bins(
            plain_slots.reshape(-1),
            units,
            plain_out,
            3,
            lane,
            n_bins,
            weight,
            RESPONSE_BITS,
            ABSOLUTE_BITS,
        )
    expected = naive.bin_bounds(
        bins, weights.tolist(), responses.tolist(), (absolutes * UNIT).tolist(), units == 0.0
    )
    np.testing.assert_allclose(out[3:], expected, rtol=1e-6)
    assert (out == plain_out).all()
    assert not slots.any()
    assert not plain_slots.any()
