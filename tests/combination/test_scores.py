"""Tests of scores of links by their ranks or shares."""

import numpy as np
import pytest

from genie3_engine.combination.scores import borda, mean_share, rank_product


class TestRankProduct:
    @pytest.mark.parametrize("n_lists", [1, 2, 3, 4, 7, 30])
    def test_rank_product__is_one_over_the_geometric_mean(self, n_lists):
        ranks = np.random.default_rng(n_lists).uniform(1, 1e9, (n_lists, 500))
        ranks[:, 0] = 1.0
        ranks[:, 1] = 1e9
        expected = np.exp(-np.log(ranks).mean(axis=0))
        np.testing.assert_allclose(rank_product(ranks), expected, rtol=1e-13)


class TestBorda:
    def test_borda__is_one_over_the_mean_rank(self):
        assert borda(np.array([[1.0, 2.5], [3.0, 5.5]])).tolist() == [0.5, 0.25]


class TestMeanShare:
    def test_mean_share__is_the_mean(self):
        assert mean_share(np.array([[0.5, 0.25], [0.0, 0.75]])).tolist() == [0.25, 0.5]
