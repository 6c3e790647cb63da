from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels.sorting_network import merging_network, sorting_network


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
