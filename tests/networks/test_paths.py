from __future__ import annotations

import numpy as np

from genie3_engine.networks.paths import shortest_paths

# 0 -> 1 -> 3, 0 -> 2 -> 3, 3 -> 4, 4 -> 0
SOURCE = np.array([0, 1, 0, 2, 3, 4], np.int32)
TARGET = np.array([1, 3, 2, 3, 4, 0], np.int32)


def paths(start, end, n_genes=6):
    return shortest_paths(SOURCE, TARGET, start=start, end=end, n_genes=n_genes).tolist()


def test_shortest_paths__holds_every_shortest_path_in_order():
    assert sorted(paths(0, 3)[:2]) == [0, 2]
    assert sorted(paths(0, 3)[2:]) == [1, 3]


def test_shortest_paths__follows_directions():
    assert paths(3, 0) == [4, 5]


def test_shortest_paths__is_empty_without_a_path():
    assert paths(0, 5) == []
    assert paths(2, 2) == []
