from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.differential.rewiring import rewiring

N_TARGETS, N_PERMUTATIONS = 60, 20


def fits(seed=1):
    """R² of forests that carry over as well as chance lets them."""
    drawn = np.random.default_rng(seed).normal(0.4, 0.05, (N_PERMUTATIONS + 1, 2, N_TARGETS, 2))
    return drawn[0], drawn[1:]


def test_rewiring__is_the_mean_loss_in_the_other_group():
    observed, permuted = fits()
    observed[:, 3] = [[0.5, 0.1], [0.3, 0.0]]
    found = rewiring(observed, permuted)
    assert found.score[3] == pytest.approx((0.4 + 0.3) / 2)
    assert found.p[3] == 1 / (1 + N_TARGETS * N_PERMUTATIONS)
    assert found.q[3] == found.p[3] * N_TARGETS


def test_rewiring__a_forest_that_carries_over_better_is_not_rewired():
    observed, permuted = fits()
    observed[:, 3] = [[0.1, 0.5], [0.0, 0.3]]
    assert rewiring(observed, permuted).p[3] == 1.0


def test_rewiring__p_is_uniform_without_rewiring():
    p = np.concatenate([rewiring(*fits(seed)).p for seed in range(20)])
    assert 0.03 < (p <= 0.05).mean() < 0.07


def test_rewiring__is_the_same_whichever_group_is_the_first():
    observed, permuted = fits()
    found, exchanged = rewiring(observed, permuted), rewiring(observed[::-1], permuted[:, ::-1])
    for one, other in zip(found, exchanged, strict=True):
        assert one.tobytes() == other.tobytes()


def test_rewiring__has_nothing_where_there_is_no_r2():
    observed, permuted = fits()
    observed[0, 2, 0] = np.nan
    permuted[1:, :, 4] = np.nan
    found = rewiring(observed, permuted)
    assert np.flatnonzero(np.isnan(found.p)).tolist() == [2, 4]
    assert np.flatnonzero(np.isnan(found.q)).tolist() == [2, 4]
    nothing = rewiring(np.full_like(observed, np.nan), permuted)
    assert np.isnan(nothing.p).all()


def test_rewiring__targets_with_further_permutations_use_them():
    observed, permuted = fits()
    few = permuted.copy()
    few[10:, :, 5:] = np.nan
    found = rewiring(observed, few)
    assert not np.isnan(found.p).any()
