from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels.boosting_cut import best_cut, best_cut_of_few
from tests.kernels.boosted_nodes import NODE, node_of, plain_cuts, some_node


@pytest.mark.parametrize("decimals", [0, 1, 6])
@pytest.mark.parametrize("size", [2, 5, 40])
def test_best_cut__is_the_lowest_of_the_best(size, decimals):
    values, residual, inside = some_node(size, 50, size, decimals=decimals)
    work, packing = node_of(values, residual, inside)
    for regulator, own in enumerate(values):
        cuts = plain_cuts(own, residual, inside)
        found = best_cut(work, regulator, NODE, packing.shift)
        assert best_cut_of_few(work, regulator, NODE) == found
        if cuts:
            best = max(cuts, key=lambda cut: cut[0])
            assert found[0] == best[0]
            assert found in cuts
        else:
            assert found[0] == -1.0


def test_best_cut__of_equal_gains_takes_the_lowest():
    values = np.arange(4.0)[None, ::-1].copy()
    residual = np.array([4, 1, 1, 4]) << 20
    inside = np.arange(4)
    work, packing = node_of(values, residual, inside)
    cuts = plain_cuts(values[0], residual, inside)
    assert cuts[0][0] == cuts[2][0] > cuts[1][0]
    assert best_cut(work, 0, NODE, packing.shift) == cuts[0]
    assert best_cut_of_few(work, 0, NODE) == cuts[0]
    flat = np.zeros(4, np.int64)
    flat[:] = 8
    work, packing = node_of(values, flat, inside)
    for found in (best_cut(work, 0, NODE, packing.shift), best_cut_of_few(work, 0, NODE)):
        assert found == (0.0, 0, 3, 24)
