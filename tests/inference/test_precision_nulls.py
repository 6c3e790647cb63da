"""Tests of scores of permuted targets from a shrunken precision matrix."""

import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.inference.precision_nulls import PrecisionNulls
from genie3_engine.model import PRECISION, ForestSpec
from tests import naive


def expression_of(values):
    genes, samples = (
        tuple(f"{letter}{i:04d}" for i in range(n))
        for letter, n in zip("gs", values.shape, strict=True)
    )
    return Expression(np.array(values, dtype=np.float64), genes, samples)


def correlated(n_genes, n_samples):
    random = np.random.default_rng(3)
    common = random.normal(size=(n_genes, 3)) @ random.normal(size=(3, n_samples))
    return common + random.normal(size=(n_genes, n_samples))


def order(number, n_samples):
    return np.random.default_rng(number).permutation(n_samples)


def scorer(values, regulators, members, shrinkage=0.8):
    return PrecisionNulls(
        expression_of(values),
        np.array(regulators, np.int32),
        ForestSpec(PRECISION, shrinkage=shrinkage),
        members=np.array(members, np.int32),
        order=order,
    )


class TestPrecisionNulls:
    @pytest.mark.parametrize("shape", [(40, 15), (15, 40)])
    @pytest.mark.parametrize("shrinkage", [0.8, 0.3])
    def test_importances__are_those_of_the_dense_inverse_of_a_permuted_row(self, shape, shrinkage):
        values = correlated(*shape)
        regulators, members = range(0, shape[0], 2), [0, 3, 4, 4]
        nulls = scorer(values, regulators, members, shrinkage)
        nulls.prepare(1)
        found = nulls.importances(np.arange(4, dtype=np.int32))
        for number, (member, scores) in enumerate(zip(members, found, strict=True)):
            expected = naive.precision_null(
                values, regulators, shrinkage, member, order(number, shape[1])
            )
            np.testing.assert_allclose(scores.importance, expected, rtol=1e-8, atol=1e-12)
        assert found[0].importance[0] == 0.0  # its own

    @pytest.mark.parametrize("shape", [(40, 15), (15, 40)])
    def test_importances__have_the_same_bits_for_any_block(self, shape):
        nulls = scorer(correlated(*shape), range(shape[0]), range(12))
        together = nulls.importances(np.arange(12, dtype=np.int32))
        for number, scores in enumerate(together):
            alone = nulls.importances(np.array([number], np.int32))[0]
            assert alone.importance.tobytes() == scores.importance.tobytes()
