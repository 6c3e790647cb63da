from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels.sorting_network import (
    halving_network,
    merging_network,
    sorting_network,
)


@pytest.mark.parametrize("size", range(2, 17))
def test_sorting_network__sorts_every_order_of_zeros_and_ones(size):
    rows = ((np.arange(2**size)[:, None] >> np.arange(size)) & 1).T.copy()
    exchange(rows, sorting_network(size))
    assert (np.diff(rows, axis=0) >= 0).all()


@pytest.mark.parametrize(("n_left", "n_right"), [(1, 1), (2, 1), (2, 2), (4, 1), (4, 3), (4, 4)])
def test_merging_network__merges_all_halves_of_zeros_and_ones(n_left, n_right):
    size = 4
    for n_zeros in np.ndindex(n_left * size + 1, n_right * size + 1):
        sequences = [
            np.arange(n * size) >= n_zero
            for n, n_zero in zip((n_left, n_right), n_zeros, strict=True)
        ]
        rows = np.concatenate(sequences).reshape(-1, size)
        rows[n_left:] = rows[n_left:, ::-1]
        exchange(rows, merging_network(n_left, n_right))
        rows[n_left:] = rows[n_left:, ::-1]
        for block in rows:
            exchange(block, halving_network(size))
        assert (np.diff(rows.ravel().astype(int)) >= 0).all()


def exchange(rows, network):
    for i, j in network:
        rows[i], rows[j] = np.minimum(rows[i], rows[j]), np.maximum(rows[i], rows[j])
