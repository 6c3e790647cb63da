from __future__ import annotations

import numpy as np

from genie3_engine.kernels.random import start_stream
from genie3_engine.kernels.random_splits import random_rank
from genie3_engine.kernels.workspace import new_workspace

LEVELS = np.array([[0.0, 1.0, 9.0, 10.0]], np.float32)


def drawn(low, high, n=2000):
    work = new_workspace(
        np.zeros((1, 4), np.uint8),
        np.zeros(4, np.int64),
        levels=LEVELS,
        candidates=np.zeros(1, np.int32),
        n_levels=4,
    )
    start_stream(work.state, np.uint64(1), 0)
    return np.array([random_rank.py_func(work, 0, low, high) for _ in range(n)])


def test_random_rank__lies_between_the_extremes_in_proportion_to_their_distance():
    shares = np.bincount(drawn(0, 3), minlength=4) / 2000
    assert np.allclose(shares, [0.1, 0.8, 0.1, 0.0], atol=0.03)


def test_random_rank__of_neighbours_is_the_lower_one():
    assert set(drawn(1, 2, n=50).tolist()) == {1}
