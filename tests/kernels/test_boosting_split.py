from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels.boosting_split import divide, is_uniform, split_node
from tests.kernels.boosted_nodes import NODE, node_of, plain_cuts, some_node

# Random numbers wrap around, of which numpy warns.
pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")


@pytest.mark.parametrize(("n", "size"), [(80, 12), (80, 60)])
@pytest.mark.parametrize("decimals", [0, 6])
def test_split_node__takes_the_best_cut_of_its_candidates(n, size, decimals):
    values, residual, inside = some_node(n + size, n, size, decimals=decimals)
    work, packing = node_of(values, residual, inside)
    outside = np.setdiff1d(np.arange(n), inside)
    split_node(work, NODE, 9, packing)
    gains = [
        max((cut[0] for cut in plain_cuts(values[at], residual, inside)), default=-1.0)
        for at in work.candidates[:9]
    ]
    regulator = work.candidates[int(np.argmax(gains))]
    assert work.split_regulator[NODE] == regulator
    assert work.split_gain[NODE] == max(gains) / size
    rank = work.rank[regulator * n : regulator * n + n]
    right = inside[work.node[inside] == 2 * NODE + 1]
    assert rank[right].min() > rank[np.setdiff1d(inside, right)].max()
    assert work.node_count[2 * NODE + 1] == len(right)
    assert work.node_sum[2 * NODE + 1] == residual[right].sum()
    assert work.node_sum[2 * NODE] + work.node_sum[2 * NODE + 1] == work.node_sum[NODE]
    highest_left = rank[np.setdiff1d(inside, right)].max()
    assert ((work.node[outside] == 2 * NODE + 17) == (rank[outside] > highest_left)).all()


def test_split_node__draws_on_until_a_candidate_can_divide_the_node():
    values, residual, inside = some_node(5, 40, 30)
    values[:-1] = 2.0
    work, packing = node_of(values, residual, inside)
    split_node(work, NODE, 1, packing)
    assert work.split_regulator[NODE] == len(values) - 1
    work, packing = node_of(values[:3], residual, inside)
    work.split_regulator[NODE] = -1
    split_node(work, NODE, 1, packing)
    assert work.split_regulator[NODE] == -1
    assert (work.node[inside] == NODE).all()


def test_is_uniform__sees_one_other_residual():
    values, residual, inside = some_node(3, 30, 20)
    residual[:] = 77
    assert is_uniform(node_of(values, residual, inside)[0], NODE)
    residual[inside[:2]] = 76, 78  # the mean is as before
    assert not is_uniform(node_of(values, residual, inside)[0], NODE)
    residual[inside[0]] = 77
    assert not is_uniform(node_of(values, residual, inside)[0], NODE)


def test_divide__moves_samples_of_the_node_alone():
    values = np.arange(6.0)[None]
    residual = np.arange(6)
    work, _ = node_of(values, residual, np.arange(4))
    work.node[5] = 2
    divide(work, NODE, 0, 2)
    left, right = 2 * NODE, 2 * NODE + 1
    assert work.node.tolist() == [left, left, left, right, right + 16, 2]
