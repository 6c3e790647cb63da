from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.data.expression import Expression
from genie3_engine.planning.target_sampling import drawn_order
from tests.data.raws import filed, sparse

SAMPLES = tuple(f"s{i:02d}" for i in range(20))


def expression(n_genes, n_samples=10, seed=0):
    values = np.random.default_rng(seed).poisson(1.0, (n_genes, n_samples)).astype(float)
    return Expression(values, tuple(f"g{i:04d}" for i in range(n_genes)), SAMPLES[:n_samples])


@given(n=st.integers(3, 200), seed=st.integers(0, 2**31))
def test_drawn_order__is_every_target_once_and_the_same_for_a_seed(n, seed):
    data = expression(n)
    targets = np.arange(n, dtype=np.int32)
    order = drawn_order(data, targets, seed=seed)
    assert sorted(order) == list(targets)
    assert (order == drawn_order(data, targets, seed=seed)).all()


@given(values=st.lists(st.sampled_from([-1.0, 0.0, 0.0, 0.5]), min_size=12, max_size=12))
def test_drawn_order__of_sparse_values_is_that_of_dense_ones(values):
    dense = replace(expression(3, 4), values=np.reshape(values, (3, 4)))
    targets = np.arange(3, dtype=np.int32)
    for kind in (sparse, filed):
        order = drawn_order(replace(dense, values=kind(dense.values)), targets, seed=1)
        assert order.tolist() == drawn_order(dense, targets, seed=1).tolist()


def test_drawn_order__beginnings_hold_easy_and_hard_targets():
    n = 400
    values = np.random.default_rng(1).normal(size=(n, 20))
    values[: n // 2, :15] = -9.0  # half of the targets are easy
    data = Expression(values, tuple(f"g{i:04d}" for i in range(n)), SAMPLES)
    for seed in range(20):
        first = drawn_order(data, np.arange(n, dtype=np.int32), seed=seed)[:16]
        assert 7 <= (first < n // 2).sum() <= 9


def test_drawn_order__another_seed_another_order():
    data, targets = expression(100), np.arange(100, dtype=np.int32)
    orders = {tuple(drawn_order(data, targets, seed=seed)) for seed in range(5)}
    assert len(orders) == 5
