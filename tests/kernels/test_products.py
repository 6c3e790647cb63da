"""Tests of products of matrices."""

import numpy as np
import pytest

from genie3_engine.kernels.products import TILE, add_products


def product_in_order(left, right, start):
    """Sum rounded products in the order of the columns, one after the other."""
    total = start.copy()
    for k in range(left.shape[1]):
        total += left[:, k, None] * right[k]
    return total


def in_tiles(matrix):
    return np.ascontiguousarray(np.array(np.split(matrix, matrix.shape[1] // TILE, axis=1)))


class TestAddProducts:
    @pytest.mark.parametrize(
        ("n_rows", "n", "n_tiles"), [(1, 1, 1), (3, 6, 1), (9, 131, 2), (5, 256, 1)]
    )
    def test_add_products__has_the_bits_of_sums_in_order(self, n_rows, n, n_tiles):
        random = np.random.default_rng(n)
        left = random.normal(size=(n_rows, n))
        right = random.normal(size=(n, n_tiles * TILE))
        out = random.normal(size=(n_rows, n_tiles * TILE))
        expected = product_in_order(left, right, out)
        add_products(left, in_tiles(right), out)
        assert np.array_equal(out, expected)

    def test_add_products__does_not_depend_on_other_rows(self):
        random = np.random.default_rng(0)
        left, right = random.normal(size=(7, 5)), random.normal(size=(1, 5, TILE))
        whole, alone = np.zeros((7, TILE)), np.zeros((1, TILE))
        add_products(left, right, whole)
        add_products(left[6:], right, alone)
        assert np.array_equal(whole[6], alone[0])

    def test_add_products__rounds_every_product(self):
        """A fused product and sum would give 2**-54 here, not 0."""
        left = np.array([[1.0, 1.0 + 2.0**-27]])
        right = np.zeros((1, 2, TILE))
        right[0, :, 0] = -(1.0 + 2.0**-26), 1.0 + 2.0**-27
        out = np.zeros((1, TILE))
        add_products(left, right, out)
        assert out[0, 0] == 0.0
