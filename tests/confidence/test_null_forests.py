"""Tests of null targets."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from genie3_engine.confidence import null_forests as module
from genie3_engine.confidence.costs import nulls_in_all
from genie3_engine.confidence.null_forests import null_plan, null_targets
from genie3_engine.confidence.target_groups import TargetGroups
from genie3_engine.data.expression import Expression
from genie3_engine.errors import OptionError
from genie3_engine.inference.genie3 import Scores
from genie3_engine.inference.plan import build_engine
from genie3_engine.model import METHODS, PRECISION, SCIKIT_LEARN, ForestSpec

TARGETS = np.arange(12, dtype=np.int32)
REGULATORS = np.array([0, 2, 3, 7, 9], np.int32)
FORESTS = {
    "RF": ForestSpec(n_trees=5, seed=3),
    "ET": ForestSpec("ET", n_trees=5, seed=3),
    "GRNBoost2": ForestSpec("GRNBoost2", n_trees=30, seed=3),
    "scikit-learn": ForestSpec(n_trees=5, seed=3, engine=SCIKIT_LEARN),
}


def expression(n_samples=25):
    values = np.exp(np.random.default_rng(4).normal(size=(12, n_samples)))
    names = (f"g{i:02d}" for i in range(12)), (f"s{i:02d}" for i in range(n_samples))
    return Expression(values, *map(tuple, names))


def plan_of(forest, data=None):
    return null_plan(data or expression(), targets=TARGETS, regulators=REGULATORS, forest=forest)


def permuted(data, nulls, number):
    """The data set in which the member of a null target has its permuted values and its name."""
    member = int(nulls.members[number])
    values, genes = data.values.copy(), list(data.genes)
    values[member] = values[member][nulls.order(number, data.n_samples)]
    genes[member] = nulls.names[number]
    return Expression(values, tuple(genes), data.samples)


@pytest.mark.parametrize("name", FORESTS)
def test_null_forests__are_forests_of_the_permuted_row(name):
    data, forest = expression(), FORESTS[name]
    plan = plan_of(forest)
    nulls = plan.build.keywords["nulls"]
    engine = pickle.loads(pickle.dumps(plan.build))(data, REGULATORS, forest, n_jobs=1)
    is_regulator = np.isin(nulls.members, REGULATORS)
    for number in (0, 1, int(np.argmax(is_regulator)), int(np.argmin(is_regulator))):
        found = engine.importance(number)
        plain = build_engine(permuted(data, nulls, number), REGULATORS, forest, n_jobs=1)
        expected = Scores(*plain.importance(int(nulls.members[number])))
        assert found.importance.tobytes() == expected.importance.tobytes()
        assert found.n_trees == expected.n_trees
        assert found.importance.any()
        own = np.flatnonzero(np.isin(REGULATORS, nulls.members[number]))
        assert not found.importance[own].any()


def test_null_plan__of_the_precision_method_permutes_the_same_values():
    data, forest = expression(8), ForestSpec(PRECISION)
    plan = plan_of(forest, data)
    nulls = plan.build.keywords["nulls"]
    engine = plan.build(data, REGULATORS, forest, n_jobs=1)
    engine.prepare(1)
    found = engine.importances(np.array([5, 900], np.int32))
    for number, scores in zip((5, 900), found, strict=True):
        alone = build_engine(permuted(data, nulls, number), REGULATORS, forest, n_jobs=1)
        member = nulls.members[[number]]
        expected = alone.importances(member)[0].importance
        np.testing.assert_allclose(scores.importance, expected, rtol=0.5)  # other means
        assert np.array_equal(scores.importance == 0, expected == 0)


def test_null_plan__has_its_nulls_by_group():
    plan = plan_of(FORESTS["RF"])
    nulls = plan.build.keywords["nulls"]
    n_groups = len(nulls.names) // nulls.n_nulls
    assert nulls_in_all(TARGETS.size) - n_groups < len(plan.names) <= nulls_in_all(TARGETS.size)
    assert n_groups > 1
    assert plan.name == "nulls"
    assert plan.keep is None
    assert plan.names[0] == f"null 0 of group 0 of {n_groups}"
    assert plan.names[nulls.n_nulls] == f"null 0 of group 1 of {n_groups}"


def test_null_plan__of_constant_targets_has_no_null():
    data = Expression(np.ones((12, 4)), expression().genes, tuple("abcd"))
    assert not plan_of(FORESTS["RF"], data).names


def test_null_plan__refuses_a_method_of_blocks_that_scores_no_permuted_target(monkeypatch):
    forest = ForestSpec(PRECISION)
    monkeypatch.setattr(
        module, "METHODS", {PRECISION: replace(METHODS[PRECISION], null_builder="")}
    )
    with pytest.raises(OptionError, match=r"Precision has no p-values"):
        plan_of(forest)


@pytest.mark.parametrize("size", [1, 3, 50, 600])
def test_null_targets__take_turns_at_the_members(size):
    members = np.arange(size, dtype=np.int32) + 10
    nulls = null_targets(TargetGroups(np.zeros(0, np.int32), (members,) * 16), seed=1)
    n_nulls = nulls.n_nulls
    assert n_nulls == (64 if 16 * size >= 1000 else 128)
    for group in range(16):
        chosen = nulls.members[group * n_nulls : (group + 1) * n_nulls]
        counts = np.bincount(chosen - 10, minlength=size)
        assert counts.size == size
        assert counts.max() - counts.min() <= 1
    starts = range(0, 16 * n_nulls, n_nulls)
    assert size < 600 or len({tuple(nulls.members[start:][:n_nulls]) for start in starts}) > 1


def test_null_targets__each_have_an_order_of_their_own():
    nulls, others = (
        null_targets(TargetGroups(np.zeros(0, np.int32), (TARGETS,)), seed=seed) for seed in (1, 2)
    )
    orders = {tuple(each.order(n, 40)) for each in (nulls, others) for n in range(30)}
    assert len(orders) == 60
