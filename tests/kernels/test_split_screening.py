from __future__ import annotations

import math

import numpy as np
import pytest

from genie3_engine.kernels import split_screening
from genie3_engine.kernels.prefetch import gather_ranks
from genie3_engine.kernels.rank_layout import Strides
from genie3_engine.kernels.rank_sort import sort_rows
from genie3_engine.kernels.split_scan import scan_sorted
from genie3_engine.kernels.vectors import LANES
from genie3_engine.kernels.workspace import RESPONSE_BITS, new_workspace
from tests import naive


def workspace(n=30, n_levels=30):
    rng = np.random.default_rng(2)
    work = new_workspace(
        np.zeros((1, n), np.uint16),
        rng.integers(-(2**30), 2**30, n),
        candidates=np.zeros(1, np.int32),
        n_levels=n_levels,
    )
    work.samples[:] = work.order
    work.weights[:] = rng.integers(1, 4, n)
    work.weighted[:] = (work.weights << RESPONSE_BITS) + work.weights * work.response
    return work


def test_payload_shift__leaves_room_for_rank_and_weight():
    work = workspace()
    shift = split_screening.payload_shift.py_func(work, 60, 3)
    assert 0 < shift <= 32 - (29).bit_length() - (3).bit_length()


@pytest.mark.parametrize("n_drawable", [30, 3000])  # in order of response, or as they are
def test_fill_payload__rounds_the_centred_response_within_the_slack(n_drawable):
    work = workspace()
    if n_drawable > 30:
        work = work._replace(order=np.zeros(n_drawable, np.uint32))
        np.random.default_rng(3).shuffle(work.samples)
    total = int(work.weights.sum()), int((work.weights * work.response).sum())
    shift = split_screening.payload_shift.py_func(work, total[0], 3)
    scale, slack = split_screening.fill_payload.py_func(work, 0, 30, total, shift)
    payload = work.payload[:30].astype(np.int64)
    weights = (payload + (1 << (shift - 1))) >> shift
    rounded = payload - (weights << shift)
    expected = (work.response[work.samples] - total[1] / total[0]) * weights * scale
    assert weights.tolist() == work.weights[work.samples].tolist()
    spread = np.abs(work.response[work.samples] - total[1] / total[0]) @ weights
    assert spread * scale * (1 - 1e-9) <= (1 << (shift - 1)) - 1 - total[0]
    assert np.abs(rounded).sum() < 1 << (shift - 1)
    assert np.abs(rounded - expected).max() <= 0.5 + 1e-9
    assert (work.payload[30:32] == np.iinfo(np.uint32).max).all()
    assert slack >= 0.5


@pytest.mark.parametrize("gain", [1e3, 1e9])
def test_threshold__is_below_the_gain_by_the_slack(gain):
    exact = math.sqrt(gain) * 2.0 / 8
    bound = float(split_screening.threshold.py_func(gain, 2.0, 8, 1.5))
    assert bound <= (exact - 1.5) ** 2
    assert bound >= (exact - 1.5) ** 2 * 0.999


def test_threshold__of_a_small_gain_lets_every_candidate_pass():
    assert split_screening.threshold.py_func(0.0, 1.0, 8, 1.5) < 0


def test_screen_one__is_a_lane_of_the_screening():
    rng = np.random.default_rng(5)
    n, n_levels = 30, 12
    values = rng.integers(0, n_levels, (LANES, n)).astype(np.uint8)
    work = new_workspace(
        values,
        rng.integers(-(2**30), 2**30, n),
        candidates=np.arange(LANES, dtype=np.int32),
        n_levels=n_levels,
    )
    work.samples[:], work.weights[:] = work.order, rng.integers(1, 4, n)
    work.weighted[:] = (work.weights << RESPONSE_BITS) + work.weights * work.response
    for first, last in ((0, 3), (4, 21), (0, n)):
        own = work.samples[first:last]
        weights = work.weights[own]
        total = int(weights.sum()), int((weights * work.response[own]).sum())
        shift = split_screening.payload_shift.py_func(work, total[0], 3)
        split_screening.fill_payload.py_func(work, first, last, total, shift)
        case = first, last, 0, LANES, total[0], shift
        split_screening.screen_lanes.py_func(work, *case)
        ones = [
            split_screening.screen_one.py_func(work, candidate, first, last, total[0], shift)
            for candidate in range(LANES)
        ]
        np.testing.assert_allclose(ones, work.screened[:LANES], rtol=1e-6)


@np.errstate(over="ignore")  # where there is no split, sums reach beyond the samples
def test_sole_split__is_the_plain_search_where_it_answers():
    rng = np.random.default_rng(4)
    n, k, n_levels = 12, 9, 12
    n_sole = n_shared = 0
    for _ in range(40):
        values = rng.integers(0, n_levels, (LANES, n)).astype(np.uint8)
        kind = rng.integers(3)
        if kind == 1:  # upside down, so that what goes left in one goes right in the other
            values[1] = n_levels - 1 - values[0]
        response, weights = rng.integers(-(2**30), 2**30, n), rng.integers(1, 4, n)
        if kind == 2:  # as good, but with one of two like samples instead of the other
            values[1] = values[0][[1, 0, *range(2, n)]]
            response[1], weights[1] = response[0], weights[0]
        work = new_workspace(
            values,
            response,
            candidates=np.arange(LANES, dtype=np.int32),
            n_levels=n_levels,
        )
        work.samples[:], work.weights[:] = work.order, weights
        work.weighted[:] = (work.weights << RESPONSE_BITS) + work.weights * work.response
        total = int(work.weights.sum()), int((work.weights * work.response).sum())
        shift = split_screening.payload_shift.py_func(work, total[0], 3)
        scale, slack = split_screening.fill_payload.py_func(work, 0, n, total, shift)
        gather_ranks.py_func(
            work.codes, Strides(0, n, 1), work.pool, work.samples, work.block, n, k
        )
        rank_shift = 32 - (n_levels - 1).bit_length()
        sort_rows(work.block, work.payload, work.keys, n, rank_shift)
        low = np.uint64((1 << rank_shift) - 1)
        top = scan_sorted(work.keys, work.screened, 0, k, n - 1, np.float32(total[0]), shift, low)
        ranks, own = values[:k].tolist(), (work.weights.tolist(), work.response.tolist())
        gain, *expected = naive.best_node_split(ranks, *own)
        rounding = split_screening.Rounding(scale, slack, shift)
        case = (work, n, k, total[0], rounding)
        # With a split that is as good, tried or screened, none is the only one.
        for other, tried in ((-1.0, -1.0), (-1.0, float(gain)), (float(top), -1.0)):
            found = split_screening.sole_split.py_func(*case, (top, np.float32(other)), tried)
            if found[0]:
                assert other < 0.0
                assert tried < 0.0
                assert found[1:] == tuple(expected)
                n_sole += 1
                n_shared += kind == 1 and found[1] == 0
    assert 20 < n_sole < 40
    assert n_shared > 0


def test_has_same_sides__compares_the_samples_on_both_sides():
    ranks = np.zeros((5, LANES), np.int64)
    ranks[:, 0], ranks[:, 3], ranks[:, 7] = [0, 1, 2, 3, 4], [9, 9, 5, 5, 5], [0, 2, 1, 3, 4]
    work = workspace(n=5)
    work.block[: 5 * LANES] = ranks.ravel()
    same = split_screening.has_same_sides.py_func
    assert same(work, 5, (0, 1), (0, 1))
    assert same(work, 5, (0, 1), (3, 5))
    assert not same(work, 5, (0, 1), (7, 1))
    assert not same(work, 5, (0, 2), (3, 5))
