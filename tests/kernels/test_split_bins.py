from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.kernels import split_bins
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.bin_search import bin_unit, scanned_bins
from genie3_engine.kernels.bin_sums import LANE_SLOTS, SUMMED_LANES
from genie3_engine.kernels.importance import MAX_SAMPLES
from genie3_engine.kernels.vectors import LANES
from genie3_engine.kernels.workspace import RESPONSE_BITS, new_workspace
from tests import naive


@kernel
def compiled_bounds(work, n, k, total):
    bits = split_bins.field_bits(total[0])
    scale, slack, unit = split_bins.fill_binned(work, 0, n, total, bits)
    for drawn in range(0, k, LANES):
        split_bins.screen_bins(work, 0, n, drawn, k, total[0], bits, unit)
    return scale, slack


@pytest.mark.parametrize("weight", [65, 1000, 20_000, MAX_SAMPLES])
def test_field_bits__fill_a_whole_number(weight):
    response_bits, absolute_bits = split_bins.field_bits.py_func(weight)
    assert weight.bit_length() + response_bits + absolute_bits <= 63
    assert 1 << absolute_bits >= 16 * weight
    assert response_bits >= 25


@settings(max_examples=30)
@given(
    seed=st.integers(0, 2**32),
    n=st.sampled_from([70, 200, 700]),
    n_levels=st.sampled_from([2, 40, 120, 700]),
    k=st.sampled_from([1, 5, 17]),
    outlier=st.sampled_from([1, 10**9]),
)
def test_screen_bins__bounds_the_gain_of_every_split(seed, n, n_levels, k, outlier):
    rng = np.random.default_rng(seed)
    values = np.where(rng.random((20, n)) < 0.3, 0, rng.integers(0, n_levels, (20, n)))
    ranks = naive.dense_ranks(values.tolist())
    weights, responses = rng.integers(1, 5, n), rng.integers(-1000, 1001, n)
    responses[0] *= outlier
    work = new_workspace(
        ranks.astype(np.uint16),
        responses,
        candidates=rng.permutation(20).astype(np.int32),
        n_levels=int(ranks.max()) + 1,
    )
    work.weighted[:] = (weights << RESPONSE_BITS) + weights * responses
    work.samples[:] = np.arange(n)
    total = int(weights.sum()), int((weights * responses).sum())
    scale, slack = compiled_bounds(work, n, k, total)
    assert not work.slots.any()
    deviation = (responses - total[1] / total[0]) * scale
    for position in range(k):
        order = np.argsort(ranks[work.pool[position]], kind="stable")
        ordered = ranks[work.pool[position]][order]
        ends = np.flatnonzero(ordered[1:] != ordered[:-1])
        left_weight = np.cumsum(weights[order])[ends].astype(float)
        left = np.cumsum((weights * deviation)[order])[ends]
        roots = np.abs(left) / np.sqrt(left_weight * (total[0] - left_weight))
        assert roots.max(initial=0.0) <= np.sqrt(work.screened[position] * 1.00001) + slack


@pytest.mark.parametrize(
    ("n_levels", "n", "shift", "n_bins"),
    [
        (3, 70, 2, 16),
        (3, 900, 2, 16),
        (64, 900, 2, 64),
        (65, 70, 2, 32),
        (65, 300, 0, 80),
        (150, 300, 1, 80),
        (150, 900, 0, 160),
        (600, 900, 0, 256),
    ],
)
def test_bin_shift__gives_each_rank_its_bin_where_that_takes_no_more_bins(
    n_levels, n, shift, n_bins
):
    ranks = np.resize(np.arange(n_levels), (1, 900)).astype(np.uint16)
    work = new_workspace(
        ranks, np.zeros(900, np.int64), candidates=np.zeros(1, np.int32), n_levels=n_levels
    )
    assert split_bins.bin_shift.py_func(work, 0, n) == shift
    work.shifts[3] = shift
    assert scanned_bins.py_func(work, 0, 3) == n_bins
    holds_one = {64: 2, 65: 0, 150: 0, 3: 2}.get(n_levels, -1) >= shift
    assert bin_unit.py_func(work, 0, 3, 2.0) == (0.0 if holds_one else 2.0)


@pytest.mark.parametrize(("n_lanes", "n_filled"), [(9, 9), (10, 10), (11, 12), (12, 12)])
def test_add_to_bins__adds_to_the_slot_of_each_bin(n_lanes, n_filled):
    rng = np.random.default_rng(1)
    work = new_workspace(
        rng.integers(0, 90, (20, 30)).astype(np.uint8),
        np.zeros(30, np.int64),
        candidates=np.arange(20, dtype=np.int32),
        n_levels=90,
    )
    samples, regulators = np.array([7, 0, 3], np.uint32), np.arange(LANES)[::-1]
    work.binned[:3] = [1, 10, 100]
    work.starts[:] = regulators * 30
    work.shifts[:] = np.arange(LANES) % 3
    assert split_bins.add_to_bins.py_func(work, samples, 3, 8, n_lanes) == n_filled
    expected = np.zeros((SUMMED_LANES, LANE_SLOTS), np.int64)
    for lane in range(8, n_filled):
        bins = work.bins.reshape(20, 30)[regulators[lane], samples] >> work.shifts[lane]
        np.add.at(expected[lane - 8], bins, work.binned[:3])
    assert (work.slots.reshape(SUMMED_LANES, LANE_SLOTS) == expected).all()
