from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels import split_bins
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.bin_search import (
    Screening,
    needed_gain,
    nothing_found,
    rank_of_bin,
    search_lanes,
)
from genie3_engine.kernels.ranks import bin_ranks
from genie3_engine.kernels.split import best_split
from genie3_engine.kernels.vectors import LANES
from tests.kernels.test_split import Node


@kernel
def compiled_search(work, n, k, total):
    bits = split_bins.field_bits(total[0])
    scale, slack, unit = split_bins.fill_binned(work, 0, n, total, bits)
    screening = Screening(total[0], bits[0], bits[1], unit, slack)
    found, n_bins = nothing_found(), 0
    for drawn in range(0, k, LANES):
        split_bins.screen_bins(work, 0, n, drawn, k, total[0], bits, unit)
        lanes = drawn, min(LANES, k - drawn)
        found = search_lanes(work, (0, n), lanes, screening, found)
        for i in range(work.lowest_ranks.shape[0]):
            n_bins += work.lowest_ranks[i] >= 0
    return found, needed_gain(found.gain, slack), scale, n_bins


@kernel
def compiled_best_split(work, candidate, n, total):
    return best_split(work, candidate, 0, n, total)


def screened(gain, weight, scale):
    return gain * (scale / weight) ** 2


@pytest.mark.parametrize("n", [70, 300, 900])
@pytest.mark.parametrize("n_levels", [1, 2, 40, 200, 3000])
@pytest.mark.parametrize("spread", [1, 10**6])
def test_search_lanes__names_the_best_split_and_how_near_the_others_come(n, n_levels, spread):
    for seed in range(3):
        node = Node(seed, n=n, n_candidates=18, n_levels=n_levels, spread=spread)
        if seed == 2:
            node.work.response[5] *= 1000
            node.work.weighted[:] = (node.weights << 46) + node.weights * node.work.response
        total = (node.total[0], int((node.weights * node.work.response).sum()))
        exact = [compiled_best_split(node.work, int(c), n, total) for c in node.work.pool[:17]]
        found, needed, scale, _ = compiled_search(node.work, n, 17, total)
        gains = np.array([gain for gain, _ in exact])
        if gains.max() < 0.0:
            assert found.gain == -1.0
            continue
        best = int(gains.argmax())
        assert found.gain == pytest.approx(screened(gains[best], total[0], scale), rel=1e-3)
        is_sole = needed > 0.0 and found.second < needed
        assert is_sole or spread == 1 or seed == 2 or n_levels == 2
        if is_sole:
            assert (found.position, found.rank) == (best, exact[best][1])
        assert not node.work.sums.any()
        assert not node.work.marks.any()
        assert not node.work.is_searched.any()
        assert not node.work.slots.any()


def test_search_lanes__looks_at_few_bins():
    node = Node(1, n=20_000, n_candidates=1, n_levels=60_000, spread=10**6)
    node.work.response[:] += 500 * node.work.codes[:20_000].astype(np.int64)
    node.work.weighted[:] = (node.weights << 46) + node.weights * node.work.response
    total = (node.total[0], int((node.weights * node.work.response).sum()))
    node.work.lowest_ranks[:] = -1
    found, needed, _, n_bins = compiled_search(node.work, 20_000, 1, total)
    gain, rank = compiled_best_split(node.work, 0, 20_000, total)
    assert gain > 0.0
    assert found.rank == rank or found.second >= needed
    assert 1 <= n_bins < 20


@pytest.mark.parametrize("n_levels", [2, 64, 65, 253])
def test_rank_of_bin__is_the_rank_where_a_bin_holds_one(n_levels):
    ranks = np.arange(n_levels)[np.newaxis]
    bins, exact_shift = bin_ranks(ranks)
    found = [rank_of_bin.py_func(int(bin_), int(exact_shift[0])) for bin_ in bins[0]]
    assert found == ranks[0].tolist()
