from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels import split_bins
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.bin_marks import mark_bins
from genie3_engine.kernels.bin_search import Screening
from genie3_engine.kernels.split import best_marked, best_split
from genie3_engine.kernels.split_screening import threshold
from tests.kernels.test_split import Node


@kernel
def compiled_search(work, candidate, n, total, known_gain):
    bits = split_bins.field_bits(total[0])
    scale, slack, unit = split_bins.fill_binned(work, 0, n, total, bits)
    needed = threshold(known_gain, scale, total[0], slack)
    screening = Screening(total[0], bits[0], bits[1], unit, slack)
    mark_bins(work, candidate, (0, n), screening, np.float64(needed))
    gain, rank = best_marked(work, total)
    return gain, rank


@kernel
def compiled_best_split(work, candidate, n, total):
    return best_split(work, candidate, 0, n, total)


@pytest.mark.parametrize("n_levels", [1, 2, 200, 400, 3000])
@pytest.mark.parametrize("spread", [1, 10**6])
def test_mark_bins__leaves_the_best_split_of_a_candidate_that_may_be_best(n_levels, spread):
    for seed in range(4):
        node = Node(seed, n=900, n_candidates=3, n_levels=max(n_levels, 300), spread=spread)
        node.work.codes[:900] //= max(1, 300 // n_levels)
        node.work.response[5] *= 1 + 1000 * (seed == 3)
        node.work.weighted[5] = (node.weights[5] << 46) + node.weights[5] * node.work.response[5]
        total = (node.total[0], int((node.weights * node.work.response).sum()))
        for candidate in range(3):
            expected = compiled_best_split(node.work, candidate, 900, total)
            for known in (0.0, expected[0] / 2, max(expected[0], 0.0)):
                found = compiled_search(node.work, candidate, 900, total, known)
                assert found == expected
            gain, _ = compiled_search(node.work, candidate, 900, total, 2 * expected[0] + 1)
            assert gain <= expected[0]
        assert not node.work.sums.any()
        assert not node.work.is_searched.any()
