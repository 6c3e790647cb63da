from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.kernels import rank_sort, split_scan
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.vectors import LANES
from tests.kernels.nodes import KEY_TYPES, Node, compiled_sort


@kernel
def compiled_scan_sorted(keys, out, n_lanes, n_rows, weight, shift, low):
    return split_scan.scan_sorted(keys, out, 0, n_lanes, n_rows, weight, shift, low)


@kernel
def compiled_able_lanes(gains, position, least):
    return split_scan.able_lanes(gains, position, least)


@kernel
def compiled_sole_row(keys, lane, n_rows, weight, shift, low, least):
    return split_scan.sole_row(keys, lane, n_rows, weight, shift, low, least)


@kernel
def compiled_scan_unsorted(ranks, payload, n_rows, weight, shift):
    return split_scan.scan_unsorted(ranks, payload, n_rows, weight, shift)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    n_rows=st.integers(2, rank_sort.MAX_SORTED_ROWS),
    n_levels=st.sampled_from([2, 5, 40, 300]),
    key=st.sampled_from(KEY_TYPES),
    n_lanes=st.integers(1, LANES),
)
def test_scan_sorted__finds_each_lanes_best_split(seed, n_rows, n_levels, key, n_lanes):
    node = Node(np.random.default_rng(seed), n_rows, n_levels, key)
    compiled_sort(node.block, node.payload, node.keys, n_rows, node.rank_shift)
    settings_ = (n_lanes, n_rows - 1, np.float32(node.weight), node.shift, node.low)
    out, plain = np.zeros(LANES, np.float32), np.zeros(LANES, np.float32)
    best = compiled_scan_sorted(node.keys, out, *settings_)
    assert best == out.max()
    np.testing.assert_allclose(out[:n_lanes], node.gains()[:n_lanes], rtol=1e-6)
    assert (out[n_lanes:] == -1).all()
    assert split_scan.scan_sorted(node.keys, plain, 0, *settings_) == pytest.approx(best, rel=1e-6)
    np.testing.assert_allclose(plain, out, rtol=1e-6)
    least = np.sort(out)[LANES // 2]
    able = compiled_able_lanes(out, 0, least)
    assert able == split_scan.able_lanes(out, 0, least)
    assert [lane for lane in range(LANES) if int(able) >> lane & 1] == [
        lane for lane in range(LANES) if out[lane] >= least
    ]
    for lane in range(n_lanes):
        codes = node.ranks[:, lane].tolist()
        for least in (out[lane], np.float32(0.5) * out[lane]):
            case = (node.keys, lane, *settings_[1:], least * np.float32(0.99999))
            row = compiled_sole_row(*case)
            assert row == split_scan.sole_row(*case)
            if row >= 0:
                ordered = sorted(codes)
                assert ordered[row] < ordered[row + 1]
            elif len(set(codes)) == 2:
                assert out[lane] <= 0.0


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    n_rows=st.integers(2, rank_sort.MAX_SORTED_ROWS),
    n_levels=st.sampled_from([1, 2, 5, 40, 300]),
    key=st.sampled_from(KEY_TYPES),
)
def test_scan_unsorted__finds_the_best_split_of_one_candidate(seed, n_rows, n_levels, key):
    node = Node(np.random.default_rng(seed), n_rows, n_levels, key)
    ranks = np.full(rank_sort.MAX_SORTED_ROWS, np.iinfo(key).max >> 1, key)
    ranks[:n_rows] = node.ranks[:, 0]
    case = (ranks, node.payload, n_rows, np.float32(node.weight), node.shift)
    found = compiled_scan_unsorted(*case)
    assert found == pytest.approx(node.gains()[0], rel=1e-6)
    assert found == pytest.approx(split_scan.scan_unsorted(*case), rel=1e-6)
    assert (found == -1) == (len(set(node.ranks[:, 0])) == 1)
