from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.inference.genie3 import target_seed, unit_variance
from genie3_engine.inference.reference import ScikitLearnForests
from genie3_engine.model import EXTRA_TREES, RANDOM_FOREST, SCIKIT_LEARN, ForestSpec
from tests.contracts.forest_engine_contract import ALL, ForestEngineContract
from tests.inference.fakes import small_expression


class TestScikitLearnForests(ForestEngineContract):
    def build(self, expression, regulators, forest):
        return ScikitLearnForests(expression, regulators, replace(forest, engine=SCIKIT_LEARN))


def forests(regulators=ALL, *, expression=None, n_jobs=1, **forest):
    spec = ForestSpec(**{"n_trees": 30, "seed": 5, "engine": SCIKIT_LEARN, **forest})
    return ScikitLearnForests(expression or small_expression(), regulators, spec, n_jobs=n_jobs)


@pytest.mark.parametrize(
    ("method", "kind"),
    [(RANDOM_FOREST, "RandomForestRegressor"), (EXTRA_TREES, "ExtraTreesRegressor")],
)
def test_importance__is_genie3s(method, kind):
    from sklearn import ensemble

    expression = small_expression()
    others = np.delete(ALL, 4)
    estimator = getattr(ensemble, kind)(
        n_estimators=30, max_features=3, random_state=target_seed(5, "g004") & 0xFFFFFFFF
    )
    estimator.fit(expression.values[others].T, unit_variance(expression.values[4]))
    expected = np.mean(
        [tree.tree_.compute_feature_importances(normalize=False) for tree in estimator], axis=0
    )
    importance, _ = forests(method=method).importance(4)
    np.testing.assert_allclose(importance[others], expected, rtol=1e-12)
    assert importance[4] == 0


def test_importance__does_not_depend_on_jobs():
    one, two = (forests(n_jobs=n_jobs).importance(3) for n_jobs in (1, 2))
    np.testing.assert_array_equal(one[0], two[0])
    assert one[1] == two[1]


def test_oob_r2__is_scikit_learns_when_every_sample_is_out_of_bag():
    from sklearn.ensemble import RandomForestRegressor

    expression = small_expression()
    estimator = RandomForestRegressor(
        n_estimators=80,
        max_features=3,
        oob_score=True,
        random_state=target_seed(5, "g004") & 0xFFFFFFFF,
    )
    estimator.fit(np.delete(expression.values, 4, axis=0).T, unit_variance(expression.values[4]))
    _, oob_r2 = forests(n_trees=80).importance(4)
    assert oob_r2 == pytest.approx(estimator.oob_score_, abs=1e-6)


def test_oob_r2__leaves_out_samples_that_every_tree_has_seen():
    rng = np.random.default_rng(1)
    regulator = rng.normal(size=200)
    expression = Expression(
        values=np.array([regulator, 100 + 3 * regulator]),
        genes=("a", "b"),
        samples=tuple(map(str, range(200))),
    )
    # scikit-learn predicts 0 for two thirds of the samples of one tree
    _, oob_r2 = forests(np.array([0, 1], np.int32), expression=expression, n_trees=1).importance(1)
    assert oob_r2 > 0.95


def test_oob_r2__of_extra_trees_is_unknown():
    assert np.isnan(forests(method=EXTRA_TREES).importance(4)[1])
