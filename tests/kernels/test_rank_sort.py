from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels import rank_sort
from genie3_engine.kernels.vectors import LANES
from tests.kernels.nodes import KEY_TYPES, Node, compiled_sort


@pytest.mark.parametrize("key", KEY_TYPES)
@pytest.mark.parametrize("n_levels", [3, 200, 400])
def test_sort_rows__is_the_plain_definition(key, n_levels):
    rng = np.random.default_rng(n_levels)
    for n_rows in range(2, rank_sort.MAX_SORTED_ROWS + 1):
        node = Node(rng, n_rows, n_levels, key)
        expected = node.keys.copy()
        rank_sort.sort_rows(node.block, node.payload, expected, n_rows, node.rank_shift)
        compiled_sort(node.block, node.payload, node.keys, n_rows, node.rank_shift)
        n_entries = n_rows * LANES
        assert (node.keys[:n_entries] == expected[:n_entries]).all()
