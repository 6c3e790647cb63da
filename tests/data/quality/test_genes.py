"""Tests of genes that carry little information."""

from __future__ import annotations

import math

from genie3_engine.data.quality import (
    parse_recipe,
    targets_of,
)
from tests.data.raws import final, fixed, raw_of

NAN = math.nan


class TestGenes:
    def test_drop_constants(self):
        raw = raw_of([[1, 1], [0, 0], [1, 2]])
        assert fixed(raw, "drop-constants").genes == ("GENE3",)

    def test_keep_variable__takes_ties_by_name(self):
        raw = raw_of([[0, 2], [0, 9], [2, 0]], genes=["b", "c", "a"])
        assert fixed(raw, "keep-variable=2").genes == ("c", "a")
        assert fixed(raw, "keep-variable=9").genes == ("b", "c", "a")

    def test_keep_expressed__counts_what_is_not_zero(self):
        raw = raw_of([[0, 0, 1, 2], [0, 0, 0, 1], [1, 1, 1, 1]])
        assert fixed(raw, "keep-expressed=50").genes == ("GENE1", "GENE3")

    def test_restrict_targets__leaves_the_data_and_names_targets(self):
        recipe = parse_recipe(["restrict-targets=2"])
        expression = final(raw_of([[0, 1], [0, 9], [0, 5]]), recipe)
        assert expression.n_genes == 3
        assert targets_of(expression, recipe) == ("GENE2", "GENE3")
        assert targets_of(expression, ()) is None
