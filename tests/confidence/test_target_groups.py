"""Tests of the groups of targets by the shape of their values."""

import numpy as np
import pytest

from genie3_engine.confidence import costs
from genie3_engine.confidence import target_groups as module
from genie3_engine.confidence.target_groups import NO_GROUP, target_groups
from genie3_engine.data.expression import Expression
from genie3_engine.inference.genie3 import unit_variance
from tests import naive


def expression_of(rows):
    values = np.array(rows, np.float64)
    genes, samples = (
        tuple(f"{letter}{i:04d}" for i in range(n))
        for letter, n in zip("gs", values.shape, strict=True)
    )
    return Expression(values, genes, samples)


def everyone(expression):
    return np.arange(expression.n_genes, dtype=np.int32)


def shapes_of(expression):
    shapes = []
    for row in expression.values:
        y = unit_variance(row)
        fourth = np.mean(y**4)
        shapes.append((np.log(fourth), abs(np.mean(y**3)) / np.sqrt(fourth)))
    return shapes


def various(n_targets, n_samples=30, seed=1):
    rng = np.random.default_rng(seed)
    return np.exp(rng.normal(size=(n_targets, n_samples)) * rng.uniform(0.1, 1.5, (n_targets, 1)))


def test_target_groups__are_one_for_few_targets_of_light_tails():
    rng = np.random.default_rng(1)
    expression = expression_of(rng.uniform(size=(150, 30)))
    groups = target_groups(expression, everyone(expression))
    assert groups.group.tolist() == [0] * 150
    assert sorted(groups.members[0].tolist()) == list(range(150))


@pytest.mark.parametrize("n_most", [1, 3, 16])
def test_target_groups__are_those_of_the_plain_definition(n_most):
    expression = expression_of(various(60))
    shapes = np.array(shapes_of(expression))
    found = module._divided(shapes[:, 0], shapes[:, 1], n_most=n_most)
    assert found.tolist() == naive.shape_groups(shapes.tolist(), n_most, 0.05)
    whole = target_groups(expression, everyone(expression)).group
    assert whole.tolist() == naive.shape_groups(shapes.tolist(), 16, 0.05)


def test_target_groups__are_more_of_many_targets_and_each_has_members(monkeypatch):
    monkeypatch.setattr(costs, "TARGETS_PER_GROUP", 40)
    expression = expression_of(various(800, n_samples=20))
    groups = target_groups(expression, everyone(expression))
    assert len(groups.members) == 20
    assert np.bincount(groups.group).tolist() == [members.size for members in groups.members]
    assert all((groups.group[m] == g).all() for g, m in enumerate(groups.members))


def test_target_groups__keep_a_few_targets_of_heavy_tails_apart():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(400, 100))
    values[[7, 30, 299], 5] = 20.0
    groups = target_groups(expression_of(values), np.arange(400, dtype=np.int32))
    others = np.delete(groups.group, [7, 30, 299])
    assert not set(groups.group[[7, 30, 299]].tolist()) & set(others.tolist())


def test_target_groups__leave_out_constant_targets_and_genes_that_are_none():
    values = various(9)
    values[4] = 2.0
    groups = target_groups(expression_of(values), np.array([1, 2, 4, 8], np.int32))
    assert np.flatnonzero(groups.group != NO_GROUP).tolist() == [1, 2, 8]
    assert sorted(np.concatenate(groups.members).tolist()) == [1, 2, 8]


def test_target_groups__of_constant_targets_are_none():
    groups = target_groups(expression_of(np.ones((3, 5))), np.arange(3, dtype=np.int32))
    assert groups.members == ()
    assert groups.group.tolist() == [NO_GROUP] * 3


def test_target_groups__do_not_depend_on_the_order_of_targets_scale_or_sign():
    values = various(40)
    expected = target_groups(expression_of(values), np.arange(40, dtype=np.int32)).group
    backwards = np.arange(40, dtype=np.int32)[::-1].copy()
    values[::2] *= -8.0
    assert np.array_equal(target_groups(expression_of(values), backwards).group, expected)


def test_target_groups__order_members_by_their_tails():
    expression = expression_of(various(50))
    tails = np.array(shapes_of(expression))[:, 0]
    for members in target_groups(expression, everyone(expression)).members:
        assert (np.diff(tails[members]) >= -1e-12).all()
