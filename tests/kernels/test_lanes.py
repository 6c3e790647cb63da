from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.kernels import lanes
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.vectors import LANES, merging_network, sorting_network
from tests import naive

KEY_TYPES = [np.uint32, np.uint64]


@kernel
def compiled_sort(block, payload, keys, n_rows, shift):
    lanes.sort_rows(block, payload, keys, n_rows, shift)


@kernel
def compiled_scan_sorted(keys, out, n_rows, weight, shift, low):
    return lanes.scan_sorted(keys, out, 0, n_rows, weight, shift, low)


@kernel
def compiled_scan_slots(slots, out, n_rows, weight, shift, low):
    return lanes.scan_slots(slots, out, 0, n_rows, weight, shift, low)


@kernel
def compiled_extremes(block, n_rows, low, high):
    lanes.rank_extremes(block, n_rows, low, high)


@kernel
def compiled_sums(block, weighted, n_rows, cuts, out):
    lanes.sums_below(block, weighted, n_rows, cuts, out)


@kernel
def compiled_bits(value):
    return lanes.bit_length(np.int64(value)), lanes.count_trailing_zeros(np.uint64(value))


class Node:
    """Random samples of a node, ready for the screening."""

    def __init__(self, rng, n_rows, n_levels, key):
        self.n_rows, self.key = n_rows, key
        self.rank_shift = 8 * key().itemsize - max(1, (n_levels - 1).bit_length())
        self.low = np.uint64((1 << self.rank_shift) - 1)
        weights = rng.integers(1, 4, n_rows)
        self.weight = int(weights.sum())
        self.shift = 18
        responses = rng.integers(-40, 41, n_rows)
        self.payload = np.full(max(64, n_rows), ~key(0))
        self.payload[:n_rows] = (weights << self.shift) + weights * responses
        self.ranks = rng.integers(0, n_levels, (n_rows, LANES))
        self.block = np.zeros(65 * LANES, np.uint8 if n_levels <= 256 else np.uint16)
        self.keys = np.zeros(65 * LANES, key)
        if n_rows <= lanes.MAX_SORTED_ROWS:
            self.block[: n_rows * LANES] = self.ranks.ravel()

    def gains(self):
        return naive.screened_gains(
            self.ranks, self.payload[: self.n_rows].tolist(), self.shift, self.weight
        )


@pytest.mark.parametrize("size", range(2, 17))
def test_sorting_network__sorts_every_order_of_zeros_and_ones(size):
    rows = ((np.arange(2**size)[:, None] >> np.arange(size)) & 1).T.copy()
    for i, j in sorting_network(size):
        rows[i], rows[j] = np.minimum(rows[i], rows[j]), np.maximum(rows[i], rows[j])
    assert (np.diff(rows, axis=0) >= 0).all()


@pytest.mark.parametrize("size", [32, 64])
def test_merging_network__merges_all_halves_of_zeros_and_ones(size):
    half = size // 2
    for ones in np.ndindex(half + 1, half + 1):
        rows = np.concatenate([np.arange(half) >= half - n for n in ones])
        for i, j in merging_network(0, size):
            rows[i], rows[j] = min(rows[i], rows[j]), max(rows[i], rows[j])
        assert (np.diff(rows.astype(int)) >= 0).all()


@pytest.mark.parametrize("key", KEY_TYPES)
@pytest.mark.parametrize("n_levels", [3, 200, 400])
def test_sort_rows__is_the_plain_definition(key, n_levels):
    rng = np.random.default_rng(n_levels)
    for n_rows in range(2, lanes.MAX_SORTED_ROWS + 1):
        node = Node(rng, n_rows, n_levels, key)
        expected = node.keys.copy()
        lanes.sort_rows(node.block, node.payload, expected, n_rows, node.rank_shift)
        compiled_sort(node.block, node.payload, node.keys, n_rows, node.rank_shift)
        n_entries = n_rows * LANES
        assert (node.keys[:n_entries] == expected[:n_entries]).all()


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    n_rows=st.integers(2, lanes.MAX_SORTED_ROWS),
    n_levels=st.sampled_from([2, 5, 40, 300]),
    key=st.sampled_from(KEY_TYPES),
)
def test_scan_sorted__finds_each_lanes_best_cut(seed, n_rows, n_levels, key):
    node = Node(np.random.default_rng(seed), n_rows, n_levels, key)
    compiled_sort(node.block, node.payload, node.keys, n_rows, node.rank_shift)
    settings_ = (n_rows - 1, np.float32(node.weight), node.shift, node.low)
    out, plain = np.zeros(LANES, np.float32), np.zeros(LANES, np.float32)
    best = compiled_scan_sorted(node.keys, out, *settings_)
    assert best == out.max()
    np.testing.assert_allclose(out, node.gains(), rtol=1e-6)
    assert lanes.scan_sorted(node.keys, plain, 0, *settings_) == pytest.approx(best, rel=1e-6)
    np.testing.assert_allclose(plain, out, rtol=1e-6)


@settings(max_examples=40)
@given(
    seed=st.integers(0, 2**32),
    n_rows=st.integers(2, 120),
    n_levels=st.sampled_from([2, 5, 40, 300]),
    key=st.sampled_from(KEY_TYPES),
)
def test_scan_slots__finds_each_lanes_best_cut_and_clears(seed, n_rows, n_levels, key):
    node = Node(np.random.default_rng(seed), n_rows, n_levels, key)
    slots = np.zeros((n_levels, LANES), key)
    for i in range(n_rows):
        slots[node.ranks[i], np.arange(LANES)] += node.payload[i]
    plain_slots, flat = slots.ravel().copy(), slots.ravel()
    settings_ = (n_levels, np.float32(node.weight), node.shift, node.low)
    out, plain = np.zeros(LANES, np.float32), np.zeros(LANES, np.float32)
    best = compiled_scan_slots(flat, out, *settings_)
    assert best == out.max()
    assert not flat.any()
    np.testing.assert_allclose(out, node.gains(), rtol=1e-6)
    assert lanes.scan_slots(plain_slots, plain, 0, *settings_) == pytest.approx(best, rel=1e-6)
    assert not plain_slots.any()


@pytest.mark.parametrize("code", [np.uint8, np.uint16, np.uint32])
@pytest.mark.parametrize("n_rows", [1, 2, 17, 100])
def test_random_cuts__are_the_plain_definitions(code, n_rows):
    rng = np.random.default_rng(n_rows)
    ranks = rng.integers(0, 250, (n_rows, LANES))
    block, weighted = ranks.astype(code).ravel(), rng.integers(-(2**60), 2**60, n_rows) // n_rows
    cuts = rng.integers(-1, 250, LANES).astype(np.int32)
    low, high, sums = np.zeros(LANES, np.int32), np.zeros(LANES, np.int32), np.zeros(LANES, int)
    compiled_extremes(block, n_rows, low, high)
    compiled_sums(block, weighted, n_rows, cuts, sums)
    for lane in range(LANES):
        column = ranks[:, lane].tolist()
        assert (low[lane], high[lane]) == (min(column), max(column))
        below = [w for w, r in zip(weighted.tolist(), column, strict=True) if r <= cuts[lane]]
        assert sums[lane] == sum(below)
    plain = np.zeros(LANES, int)
    lanes.sums_below(block, weighted, n_rows, cuts, plain)
    assert (plain == sums).all()
    lanes.rank_extremes(block, n_rows, high, low)
    assert (high == ranks.min(axis=0)).all()


@given(st.integers(1, 2**62))
def test_bits__are_counted_as_python_counts_them(value):
    plain = (lanes.bit_length(value), lanes.count_trailing_zeros(np.uint64(value)))
    assert compiled_bits(value) == plain
