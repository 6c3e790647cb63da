from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.kernels import bin_scan
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.ranks import BLOCK
from genie3_engine.kernels.vectors import LANES
from tests import naive

RESPONSE_BITS, ABSOLUTE_BITS, UNIT = 30, 18, 4.0


@kernel
def compiled_scan(slots, units, out, blocks, position, lane, n_rows, weight):
    bounds, lefts = blocks
    bits = RESPONSE_BITS, ABSOLUTE_BITS
    bin_scan.scan_bins(
        slots, units, out, bounds, lefts, position, lane, n_rows, weight, bits[0], bits[1]
    )


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), n=st.integers(3, 300), n_bins=st.sampled_from([8, 40, 64]))
def test_scan_bins__is_the_plain_definition(seed, n, n_bins):
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
    added, weight = slots.copy(), float(weights.sum())
    out, plain_out = np.zeros((2, 3 + LANES), np.float32)
    n_entries = n_bins // BLOCK * LANES
    blocks, plain_blocks = (
        (np.zeros(n_entries, np.float32), np.zeros(n_entries, np.int64)) for _ in range(2)
    )
    for lane in range(0, LANES, bin_scan.SCANNED_LANES):
        compiled_scan(slots.reshape(-1), units, out, blocks, 3, lane, n_bins, weight)
        bin_scan.scan_bins(
            slots.reshape(-1),
            units,
            plain_out,
            *plain_blocks,
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
    assert all((a == b).all() for a, b in zip(blocks, plain_blocks, strict=True))
    assert (blocks[0].reshape(-1, LANES).max(axis=0) == out[3:]).all()
    below = np.cumsum(added, axis=0) - added
    assert (blocks[1].reshape(-1, LANES) == below[::BLOCK]).all()
    assert (slots == added).all()
