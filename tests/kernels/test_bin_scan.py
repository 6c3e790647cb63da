from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.kernels import bin_scan
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.bin_scan import SCANNED_BINS
from tests import naive

UNIT = 4.0


@kernel
def compiled_scan(slots, lefts, bounds, places, weight, unit, bits):
    start, to, n_bins = places
    return bin_scan.scan_bins(
        slots, start, lefts, bounds, to, n_bins, unit, weight, bits[0], bits[1]
    )


@kernel
def compiled_reaching(bounds, first, least):
    return bin_scan.reaching_bins(bounds, first, least)


@settings(max_examples=80)
@given(
    seed=st.integers(0, 2**32),
    n=st.integers(3, 300),
    n_bins=st.sampled_from([16, 48, 64]),
    unit=st.sampled_from([0.0, UNIT]),
    bits=st.sampled_from([(44, 10), (32, 20), (30, 18), (25, 21)]),
)
def test_scan_bins__is_the_plain_definition(seed, n, n_bins, unit, bits):
    rng = np.random.default_rng(seed)
    response_bits, absolute_bits = bits
    if response_bits == 44:
        n = min(n, 25)  # so that the absolute responses fit their bits
    bins = rng.integers(0, n_bins, n)
    weights = rng.integers(1, 5, n)
    responses = rng.integers(-1000, 1001, n) * weights
    if response_bits == 44:
        responses //= 64
    absolutes = -(-np.abs(responses) // int(UNIT))
    fields = (((weights << response_bits) + responses) << absolute_bits) + absolutes
    added = np.zeros(n_bins, np.int64)
    np.add.at(added, bins, fields)
    weight = int(weights.sum())
    results = []
    for scan in (compiled_scan, compiled_scan.py_func):
        slots, lefts = np.ones((2, n_bins + 9), np.int64)
        slots[5 : 5 + n_bins], bounds = added, np.zeros(n_bins + 9, np.float32)
        largest = scan(slots, lefts, bounds, (5, 3, n_bins), weight, unit, bits)
        assert not slots[5 : 5 + n_bins].any()
        assert slots.sum() == 9
        results.append((lefts, bounds, np.full(1, largest)))
    assert all((a == b).all() for a, b in zip(*results, strict=True))
    lefts, bounds, largest = results[0]
    assert largest == bounds.max()
    assert (lefts[3 : 3 + n_bins] >> absolute_bits == np.cumsum(added) >> absolute_bits).all()
    assert (bounds[:3] == 0).all()
    expected = naive.bin_bounds(
        bins.tolist(),
        weights.tolist(),
        responses.tolist(),
        (absolutes * UNIT).tolist(),
        is_exact=unit == 0.0,
    )
    margin = 2.0 ** (response_bits - 32)
    for place, bound in expected.items():
        root, limit = np.sqrt(bounds[3 + place]), np.sqrt(bound)
        assert limit * 0.999999 <= root <= limit * 1.000001 + 2 * margin / np.sqrt(weight - 1)


def test_reaching_bins__has_a_bit_for_each_bin_that_reaches():
    rng = np.random.default_rng(1)
    bounds = rng.random(3 * SCANNED_BINS).astype(np.float32)
    for least in (0.0, 0.5, float(bounds[20]), 1.5):
        found = int(compiled_reaching(bounds, 16, np.float32(least)))
        assert found == int(bin_scan.reaching_bins(bounds, 16, np.float32(least)))
        assert [found >> i & 1 for i in range(16)] == (bounds[16:32] >= np.float32(least)).tolist()
