from __future__ import annotations

import numpy as np

from genie3_engine.kernels.prefetch import gather_ranks, prefetch
from genie3_engine.kernels.rank_layout import Strides
from genie3_engine.kernels.vectors import LANES

N = 10
CODES = np.random.default_rng(0).integers(0, 7, (20, N)).astype(np.uint8)
CANDIDATES = np.arange(LANES, dtype=np.int32)[::-1].copy()
SAMPLES = np.array([7, 0, 3], np.uint32)


def test_gather_ranks__has_a_row_per_sample_and_a_lane_per_candidate():
    by_sample = np.concatenate([np.zeros(5, np.uint8), CODES.T.reshape(-1)])
    for codes, strides in ((CODES.reshape(-1), Strides(0, N, 1)), (by_sample, Strides(5, 1, 20))):
        block = np.zeros(len(SAMPLES) * LANES, np.uint8)
        gather_ranks.py_func(codes, strides, CANDIDATES, SAMPLES, block, len(SAMPLES), 5)
        lanes = block.reshape(-1, LANES)
        assert (lanes[:, :5] == CODES[CANDIDATES[:5]][:, SAMPLES].T).all()
        assert not lanes[:, 5:].any()


def test_prefetch__changes_nothing():
    before = CODES.copy()
    prefetch(CODES, 3)
    assert (before == CODES).all()
