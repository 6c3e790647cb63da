from __future__ import annotations

import pytest

from genie3_engine.model import EXTRA_TREES, ForestSpec
from genie3_engine.reports.method_sentences import forest_sentences


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
