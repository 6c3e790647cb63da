from __future__ import annotations

import numpy as np

from genie3_engine.kernels.prefetch import gather_ranks, prefetch
from genie3_engine.kernels.vectors import LANES

N = 10
CODES = np.random.default_rng(0).integers(0, 7, (20, N)).astype(np.uint8)
CANDIDATES = np.arange(LANES, dtype=np.int32)[::-1].copy()
SAMPLES = np.array([7, 0, 3], np.uint32)


def test_gather_ranks__has_a_row_per_sample_and_a_lane_per_candidate():
    block = np.zeros(len(SAMPLES) * LANES, np.uint8)
    gather_ranks.py_func(CODES.reshape(-1), CANDIDATES, N, SAMPLES, block, len(SAMPLES))
    assert (block.reshape(-1, LANES) == CODES[CANDIDATES][:, SAMPLES].T).all()


def test_prefetch__changes_nothing():
    before = CODES.copy()
    prefetch(CODES, 3)
    assert (before == CODES).all()
