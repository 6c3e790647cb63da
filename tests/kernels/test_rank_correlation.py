"""Tests of correlations of ranks."""

from __future__ import annotations

import math

import numpy as np

from genie3_engine.kernels.rank_correlation import doubled_ranks, find_rivals


def test_doubled_ranks__are_twice_the_deviations_of_mean_ranks():
    assert doubled_ranks(np.array([3.0, 1, 3, 3, 9])).tolist() == [0, -4, 0, 0, 4]
    assert doubled_ranks(np.full(6, 0.1)).tolist() == [0] * 6


def test_find_rivals__takes_the_stronger_of_equal_ones():
    values = np.array([[1.0, 2, 3, 4], [4, 3, 2, 1], [1, 2, 3, 4], [5, 5, 5, 5]])
    ranks = np.array([doubled_ranks(row) for row in values])
    lengths = np.sqrt(np.sum(ranks.astype(float) ** 2, axis=1))
    strongest = np.array([[3, 1, 0, 2]], np.int32)
    links = np.array([2, 1, 3], np.int32)
    rivals, correlation = np.empty(3, np.int32), np.empty(3, np.float32)
    find_rivals(ranks, lengths, links, np.zeros(3, np.int32), strongest, rivals, correlation)
    assert rivals.tolist() == [1, -1, -1]
    assert correlation[0] == -1.0
    assert all(math.isnan(value) for value in correlation[1:])
