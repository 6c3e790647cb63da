"""Random nodes of trees."""

from __future__ import annotations

import numpy as np

from genie3_engine.kernels import rank_sort
from genie3_engine.kernels._jit import kernel
from genie3_engine.kernels.vectors import LANES
from tests import naive

KEY_TYPES = [np.uint32, np.uint64]


@kernel
def compiled_sort(block, payload, keys, n_rows, shift):
    rank_sort.sort_rows(block, payload, keys, n_rows, shift)


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
        self.payload = np.full(rank_sort.MAX_SORTED_ROWS, ~key(0))
        self.payload[:n_rows] = (weights << self.shift) + weights * responses
        self.ranks = rng.integers(0, n_levels, (n_rows, LANES))
        room = (rank_sort.MAX_SORTED_ROWS + 1) * LANES
        self.block = np.zeros(room, np.uint8 if n_levels <= 256 else np.uint16)
        self.keys = np.zeros(room, key)
        self.block[: n_rows * LANES] = self.ranks.ravel()

    def gains(self):
        return naive.screened_gains(
            self.ranks, self.payload[: self.n_rows].tolist(), self.shift, self.weight
        )
