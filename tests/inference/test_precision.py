"""Tests of scores from a shrunken precision matrix."""

import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.inference.precision import PrecisionScores
from genie3_engine.model import PRECISION, ForestSpec
from tests import naive

FOREST = ForestSpec(PRECISION)


def expression_of(values):
    genes, samples = (
        tuple(f"{letter}{i:04d}" for i in range(n))
        for letter, n in zip("gs", values.shape, strict=True)
    )
    return Expression(np.array(values, dtype=np.float64), genes, samples)


def correlated(n_genes, n_samples, seed=0):
    random = np.random.default_rng(seed)
    common = random.normal(size=(n_genes, 3)) @ random.normal(size=(3, n_samples))
    return common + random.normal(size=(n_genes, n_samples))


def scores_of(values, regulators, forest=FOREST):
    scorer = PrecisionScores(expression_of(values), np.array(regulators, np.int32), forest)
    found = scorer.importances(np.arange(len(values), dtype=np.int32))
    return np.array([scores.importance for scores in found]).T


class TestPrecisionScores:
    @pytest.mark.parametrize(
        ("shape", "n_regulators"), [((300, 50), 300), ((60, 25), 7), ((30, 90), 30)]
    )
    def test_importances__are_those_of_the_dense_inverse(self, shape, n_regulators):
        values = correlated(*shape)
        regulators = np.arange(n_regulators)
        expected = naive.precision_scores(values, regulators, 0.8)
        np.testing.assert_allclose(scores_of(values, regulators), expected, rtol=1e-9, atol=1e-12)

    def test_importances__take_the_shrinkage(self):
        values = correlated(20, 9)
        expected = naive.precision_scores(values, range(20), 0.3)
        found = scores_of(values, range(20), ForestSpec(PRECISION, shrinkage=0.3))
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)

    def test_importances__leave_out_genes_without_variance(self):
        values = correlated(20, 9)
        values[[2, 11]] = 5.0
        regulators = [0, 2, 4]
        found = scores_of(values, regulators)
        assert not found[1].any()
        assert not found[:, [2, 11]].any()
        np.testing.assert_allclose(
            found, naive.precision_scores(values, regulators, 0.8), rtol=1e-9, atol=1e-12
        )

    def test_importances__of_one_regulator_and_of_none_that_varies(self):
        values = correlated(6, 5)
        assert np.isfinite(scores_of(values, [3])).all()
        values[3] = 1.0
        assert not scores_of(values, [3]).any()

    def test_importances__have_the_same_bits_for_any_block(self):
        values = correlated(70, 12)
        expression, regulators = expression_of(values), np.arange(0, 70, 2, dtype=np.int32)
        whole = PrecisionScores(expression, regulators, FOREST)
        together = whole.importances(np.arange(70, dtype=np.int32))
        alone = [whole.importances(np.array([i], np.int32))[0] for i in range(70)]
        assert all(
            np.array_equal(one.importance, other.importance)
            for one, other in zip(together, alone, strict=True)
        )

    @pytest.mark.parametrize("n_regulators", [600, 300])
    def test_prepare__has_the_same_bits_on_any_number_of_threads(self, n_regulators):
        expression = expression_of(correlated(600, 9))
        regulators = np.arange(n_regulators, dtype=np.int32)
        one, many = (PrecisionScores(expression, regulators, FOREST) for _ in range(2))
        one.prepare(1)
        many.prepare(5)
        targets = np.array([0, 299, 599], np.int32)
        for first, second in zip(one.importances(targets), many.importances(targets), strict=True):
            assert first.importance.tobytes() == second.importance.tobytes()
