from __future__ import annotations

import math

import numpy as np
import pytest

from genie3_engine.kernels import split_screening
from genie3_engine.kernels.workspace import new_workspace


def workspace(n=30, n_levels=30):
    rng = np.random.default_rng(2)
    work = new_workspace(
        np.zeros((1, n), np.uint16),
        rng.integers(-(2**30), 2**30, n),
        candidates=np.zeros(1, np.int32),
        n_levels=n_levels,
    )
    work.samples[:] = np.arange(n)
    work.weights[:] = rng.integers(1, 4, n)
    return work


def test_payload_shift__leaves_room_for_rank_and_weight():
    work = workspace()
    shift = split_screening.payload_shift.py_func(work, 60, 3)
    assert 0 < shift <= 32 - (29).bit_length() - (3).bit_length()


def test_fill_payload__rounds_the_centred_response_within_the_slack():
    work = workspace()
    total = int(work.weights.sum()), int((work.weights * work.response).sum())
    shift = split_screening.payload_shift.py_func(work, total[0], 3)
    scale, slack = split_screening.fill_payload.py_func(work, 0, 30, total, shift)
    expected = (work.response - total[1] / total[0]) * scale
    payload = work.payload[:30].astype(np.int64)
    weights = (payload + (1 << (shift - 1))) >> shift
    rounded = (payload - (weights << shift)) / weights
    assert weights.tolist() == work.weights.tolist()
    assert np.abs(rounded - expected).max() <= 0.5 + 1e-9
    assert slack >= 0.5


@pytest.mark.parametrize("gain", [1e3, 1e9])
def test_threshold__is_below_the_gain_by_the_slack(gain):
    exact = math.sqrt(gain) * 2.0 / 8
    bound = float(split_screening.threshold.py_func(gain, 2.0, 8, 1.5))
    assert bound <= (exact - 1.5) ** 2
    assert bound >= (exact - 1.5) ** 2 * 0.999


def test_threshold__of_a_small_gain_lets_every_candidate_pass():
    assert split_screening.threshold.py_func(0.0, 1.0, 8, 1.5) < 0
