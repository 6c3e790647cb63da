"""Contract of forest engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.model import EXTRA_TREES, ForestSpec, tree_method_names
from tests.inference.fakes import small_expression

ALL = np.arange(12, dtype=np.int32)


class ForestEngineContract:
    """Inherited by the tests of each engine, which says how to build it."""

    def build(self, expression, regulators, forest):
        """Return the engine."""
        raise NotImplementedError

    def forests(self, regulators=ALL, *, expression=None, **forest):
        """Build the engine on a small data set whose genes follow one another."""
        spec = ForestSpec(**{"n_trees": 30, "seed": 5, **forest})
        return self.build(expression or small_expression(), regulators, spec)

    def test_importance__is_strongest_for_the_gene_before(self):
        importance, oob_r2 = self.forests(k="all", n_trees=100).importance(11)
        assert np.argmax(importance) == 10
        assert 0.5 < oob_r2 < 1

    @pytest.mark.parametrize("method", tree_method_names())
    def test_importance__sums_to_the_variance_explained_by_unpruned_trees(self, method):
        importance, _ = self.forests(n_trees=200, method=method).importance(3)
        assert importance.shape == (12,)
        assert (importance >= 0).all()
        # A bootstrap of n samples has (n - 1) / n of the variance on average.
        assert importance.sum() == pytest.approx(1, abs=0.06)

    @pytest.mark.parametrize("k", ["sqrt", "all", 1, 100])
    def test_importance__leaves_the_target_and_constant_regulators_out(self, k):
        expression = small_expression()
        expression.values[2] = 7.5
        importance, _ = self.forests(expression=expression, k=k).importance(4)
        assert importance[4] == 0
        assert importance[2] == 0

    def test_importance__takes_the_regulators_given_only(self):
        importance, _ = self.forests(np.array([1, 3, 8], np.int32)).importance(5)
        assert importance.shape == (3,)
        assert (importance > 0).all()

    @pytest.mark.parametrize("method", tree_method_names())
    def test_importance__is_the_same_at_each_call_in_any_order(self, method):
        one, two = self.forests(method=method), self.forests(method=method)
        first = {target: one.importance(target) for target in range(12)}
        for target in reversed(range(12)):
            importance, oob_r2 = two.importance(target)
            np.testing.assert_array_equal(importance, first[target][0])
            np.testing.assert_equal(oob_r2, first[target][1])

    def test_importance__follows_the_seed_and_the_targets_name(self):
        expression = small_expression()
        named = Expression(
            values=expression.values,
            genes=(*expression.genes[:4], "g004 renamed", *expression.genes[5:]),
            samples=expression.samples,
            has_sample_names=expression.has_sample_names,
        )
        usual = self.forests().importance(4)[0]
        assert (self.forests(seed=6).importance(4)[0] != usual).any()
        assert (self.forests(expression=named).importance(4)[0] != usual).any()
        np.testing.assert_array_equal(
            self.forests(expression=named).importance(5)[0], self.forests().importance(5)[0]
        )

    def test_importance__of_a_constant_target_is_nothing(self):
        expression = small_expression()
        expression.values[6] = 0.1
        importance, oob_r2 = self.forests(expression=expression).importance(6)
        assert not importance.any()
        assert np.isnan(oob_r2)

    def test_importance__without_another_regulator_is_nothing(self):
        importance, oob_r2 = self.forests(np.array([2], np.int32)).importance(2)
        assert importance.tolist() == [0.0]
        assert np.isnan(oob_r2)

    @pytest.mark.parametrize("method", tree_method_names())
    def test_importance__of_constant_regulators_only_is_nothing(self, method):
        expression = small_expression()
        expression.values[[2, 3]] = 7.5
        regulators = np.array([2, 3], np.int32)
        importance, oob_r2 = self.forests(
            regulators, expression=expression, method=method
        ).importance(5)
        assert importance.tolist() == [0.0, 0.0]
        assert not oob_r2 > 0.1  # NaN for Extra-Trees; every tree predicts its mean otherwise

    def test_importance__takes_read_only_values(self):
        expression = small_expression()
        expression.values.flags.writeable = False
        importance, _ = self.forests(expression=expression).importance(0)
        assert importance.any()

    def test_oob_r2__of_extra_trees_is_unknown(self):
        assert np.isnan(self.forests(method=EXTRA_TREES).importance(3)[1])

    def test_importance__may_be_asked_from_threads(self):
        engine = self.forests()
        alone = [engine.importance(target)[0] for target in range(12)]
        with ThreadPoolExecutor(4) as threads:
            together = list(threads.map(lambda target: engine.importance(target)[0], range(12)))
        np.testing.assert_array_equal(together, alone)
