"""Tests of the factors of a shrunken precision matrix."""

import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.inference import precision_factors as module
from genie3_engine.inference.precision_factors import precision_factors, tiles


def expression_of(values):
    genes, samples = (
        tuple(f"{letter}{i:03d}" for i in range(n))
        for letter, n in zip("gs", values.shape, strict=True)
    )
    return Expression(np.array(values, dtype=np.float64), genes, samples)


def inner_products(factors, n_genes):
    columns = np.concatenate(list(factors.tiles), axis=1)[:, :n_genes]
    return columns.T @ columns


class TestPrecisionFactors:
    @pytest.mark.parametrize("shape", [(40, 12), (12, 40), (20, 20), (300, 270), (270, 300)])
    def test_precision_factors__multiply_to_the_inverse(self, shape):
        values = np.random.default_rng(1).normal(size=shape)
        factors = precision_factors(expression_of(values), 0.8)
        inverse = np.linalg.inv(0.8 * np.eye(shape[0]) + 0.2 * np.corrcoef(values))
        off_diagonal = ~np.eye(shape[0], dtype=bool)
        found = inner_products(factors, shape[0])[off_diagonal]
        expected = np.abs(inverse[off_diagonal])
        found = np.abs(found) * (expected.sum() / np.abs(found).sum())
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-14)

    def test_precision_factors__of_a_gene_without_variance_are_orthogonal(self):
        values = np.random.default_rng(2).normal(size=(6, 4))
        values[2] = 7.0
        found = inner_products(precision_factors(expression_of(values), 0.5), 6)
        assert not np.delete(found[2], 2).any()

    def test_precision_factors__do_not_depend_on_how_many_rows_are_taken_at_once(self, monkeypatch):
        expression = expression_of(np.random.default_rng(3).normal(size=(300, 20)))
        whole = precision_factors(expression, 0.8)
        monkeypatch.setattr(module, "_ROWS_AT_ONCE", 7)
        assert np.array_equal(precision_factors(expression, 0.8).tiles, whole.tiles)


class TestTiles:
    def test_tiles__have_zeros_behind_the_last_column(self):
        matrix = np.arange(600.0).reshape(2, 300)
        tiled = tiles(matrix)
        assert tiled.shape == (2, 2, 256)
        assert np.array_equal(np.concatenate(list(tiled), axis=1)[:, :300], matrix)
        assert not tiled[1, :, 44:].any()
