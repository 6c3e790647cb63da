"""Tests of the comparison of lines."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.line_evidence import LineComparison, line_of

SAMPLES = np.random.default_rng(1).normal(8, 2, (40, 1)) + np.random.default_rng(2).normal(
    0, 0.5, (40, 8)
)


def compared(extra):
    points = np.column_stack([SAMPLES, extra])
    return LineComparison(points, np.arange(points.shape[1]) < SAMPLES.shape[1])


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (np.arange(40) * 977.0 % 4001, "whole numbers among fractions"),
        (-np.abs(SAMPLES[:, 0]), "below 0"),
        (np.linspace(0.01, 0.99, 40), "from 0 to 1"),
        (np.exp(np.linspace(10, 18, 40)), "scale of their own"),
        (np.full(40, 7.5), "constant"),
        (np.tile([6.5, 7.5], 20), "2 different numbers"),
        (np.random.default_rng(3).normal(8, 2, 40), "does not follow"),
    ],
)
def test_oddities__name_what_differs(extra, said):
    assert said in " ".join(compared(extra).oddities(8))


def test_oddities__are_none_of_a_sample():
    comparison = compared(SAMPLES.mean(axis=1) + np.random.default_rng(4).normal(0, 0.5, 40))
    assert comparison.oddities(8) == []
    assert comparison.is_alike(8)


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (SAMPLES.sum(axis=1), "the sum"),
        (SAMPLES.mean(axis=1).round(3), "the mean"),
        (SAMPLES.std(axis=1, ddof=1).round(4), "the standard deviation"),
        (SAMPLES.max(axis=1), "the largest"),
        (SAMPLES[:, :3].mean(axis=1), "a mean or a sum of some"),
        (SAMPLES[:, :3].mean(axis=1) - SAMPLES[:, 3:6].mean(axis=1), "a difference of means"),
        (SAMPLES[:, 0] + 0.1, ""),
    ],
)
def test_formula__is_verified(extra, said):
    comparison = compared(extra)
    assert comparison.formula(8, comparison.is_peer) == said


def test_line_of__sees_numbers_of_rows():
    places = np.array([0, 3, 7, 11])
    assert line_of(places + 1.0, places).counts_up
    assert not line_of(places * 2.0, places).counts_up
    assert line_of(np.full(4, np.nan), places).n_values == 0


def test_n_different__counts_no_missing_numbers():
    points = np.array([[1.0, np.nan, 5.0], [2.0, np.nan, 5.0], [2.0, np.nan, np.nan]])
    comparison = LineComparison(points, np.ones(3, dtype=bool))
    assert comparison.n_different.tolist() == [2, 0, 1]
