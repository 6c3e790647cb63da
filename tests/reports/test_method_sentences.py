from __future__ import annotations

import pytest

from genie3_engine.model import EXTRA_TREES, GRNBOOST2, TIME_SERIES, ForestSpec
from genie3_engine.reports.method_sentences import (
    boosting_sentences,
    forest_sentences,
    time_series_sentences,
)


@pytest.mark.parametrize(
    ("k", "words"),
    [("all", "all of them tried"), ("sqrt", "the square root of"), (1200, "1,200 of them drawn")],
)
def test_forest_sentences__name_the_trees_and_candidates(k, words):
    forest = ForestSpec(method=EXTRA_TREES, k=k, n_trees=1, seed=9)
    first, second = forest_sentences(forest, "7 candidate regulators", "each gene")
    assert first.startswith("For each gene, scaled to unit variance, a forest of extremely")
    assert "of 1 tree [2] was grown on the expression of 7 candidate regulators" in first
    assert words in first
    assert "(seed 9)" in first
    assert "averaged over trees" in second


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "as published in 2017 to 2019 (generation G1"),
        ({}, "over 25 trees was negative (at most 5,000)"),
        ({}, "its share of the gain of each tree, summed over the trees"),
        ({"generation": "G3"}, "with scikit-learn 1.3 and later (generation G3)"),
        ({"generation": "G2"}, "its share of the gain of all trees, times their number"),
        ({"stop": "none", "n_trees": 500}, "500 trees were grown (seed 0)"),
    ],
)
def test_boosting_sentences__name_generation_stop_and_importance(settings, words):
    forest = ForestSpec(method=GRNBOOST2, **settings)
    assert words in " ".join(boosting_sentences(forest, "all other genes", "each gene"))


@pytest.mark.parametrize(
    ("settings", "words", "absent"),
    [
        ({}, "or its rate of change between the two points, on top of its decay at a rate", "at 0"),
        ({}, "predicted the second points better out of bag", "knocked out"),
        ({}, "Samples of no series were added as steady states", "knocked out"),
        ({"dynamics": "lag"}, "it learned its value at the second of the two points,", "decay"),
        ({"dynamics": "dyn"}, "its decay at a rate estimated from the data [1]", "out of bag"),
        ({"dynamics": 0.05}, "at the rate 0.05 in the inverse of the unit of time", "estimated"),
        ({"steady_states": "leave-out"}, "the target's own importance was dropped", "steady"),
        ({"knock_outs": "multiply"}, "multiplied by the distance, in standard deviations", "ign"),
    ],
)
def test_time_series_sentences__name_what_was_learned(settings, words, absent):
    forest = ForestSpec(method=TIME_SERIES, **settings)
    text = " ".join(time_series_sentences(forest, "all other genes", "each gene"))
    assert words in text
    assert absent not in text
