from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels.boosting_screening import (
    MOST_ROUNDED,
    least_bound,
    pack_residuals,
    screen_few,
    screen_orders,
)
from tests.kernels.boosted_nodes import NODE, node_of, plain_cuts, some_node


def best_gains(values, residual, inside):
    return [
        max((cut[0] for cut in plain_cuts(own, residual, inside)), default=-1.0) for own in values
    ]


@pytest.mark.parametrize(
    ("n", "size"), [(20, 2), (40, 3), (70, 17), (100, 60), (MOST_ROUNDED + 1, 64), (5000, 5)]
)
@pytest.mark.parametrize("decimals", [1, 6])
def test_screen_few__never_falls_short_by_more_than_the_slack(n, size, decimals):
    for seed in range(4):
        values, residual, inside = some_node(seed, n, size, decimals=decimals)
        work, _ = node_of(values, residual, inside)
        slack, unit_bits = screen_few(work, len(values), NODE)
        assert work.samples[:size].tolist() == inside.tolist()
        for gain, bound in zip(best_gains(values, residual, inside), work.bounds, strict=False):
            assert bound >= least_bound(gain, size, slack, unit_bits)
            assert bound < 0 or gain >= 0  # ties are known


@pytest.mark.parametrize(("n", "size"), [(20, 18), (70, 70), (MOST_ROUNDED + 1, 90)])
def test_screen_orders__never_falls_short_by_more_than_the_slack(n, size):
    for seed in range(2):
        values, residual, inside = some_node(seed, n, size)
        work, packing = node_of(values, residual, inside)
        slack, unit_bits = screen_orders(work, len(values), NODE, packing)
        for gain, bound in zip(best_gains(values, residual, inside), work.bounds, strict=False):
            needed = least_bound(gain, size, slack, unit_bits)
            assert bound >= needed
            assert bound <= 1.1 * needed + 40 * slack**2 or gain < 0


def test_screen_orders__leaves_many_ties_and_a_last_candidate_alone_to_the_exact_search():
    values, residual, inside = some_node(1, 60, 60)
    values[6] = values[6].round()
    work, packing = node_of(values, residual, inside)
    for n_drawn, unknown in ((9, [6]), (10, [6, 9]), (12, [6])):
        screen_orders(work, n_drawn, NODE, packing)
        assert np.flatnonzero(np.isinf(work.bounds[:n_drawn])).tolist() == unknown


@pytest.mark.parametrize("n", [20, MOST_ROUNDED, MOST_ROUNDED + 1])
def test_pack_residuals__leaves_room_for_all_sums(n):
    rng = np.random.default_rng(n)
    residual = np.rint(rng.standard_t(2, size=n) * 2.0**31).astype(np.int64)
    work, _ = node_of(np.zeros((1, n)), residual, np.arange(n))
    packing = pack_residuals(work, int(np.abs(residual).sum()))
    assert np.abs(residual).sum() < 2 ** (packing.shift - 1)
    assert work.packed.astype(object).sum() < 2**63
    assert ((work.packed - residual) == 2**packing.shift).all()
    if n <= MOST_ROUNDED:
        rounded = work.rounded.astype(np.int64) - 2**packing.rounded_shift
        assert np.abs(rounded).sum() < 2 ** (packing.rounded_shift - 1)
        assert work.rounded.astype(np.int64).sum() < 2**31
        assert np.abs(rounded - residual / 2.0**packing.unit_bits).max() <= 0.5


def test_least_bound__asks_nothing_of_a_gain_within_the_slack():
    assert least_bound(-1.0, 10, 1.0, 3) == -1.0
    assert least_bound(6400.0, 10, 1.0, 3) == -1.0
    assert 0 < least_bound(640000.0, 10, 1.0, 3) < 81.0
