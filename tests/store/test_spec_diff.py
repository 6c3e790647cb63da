"""Tests of differences between runs."""

from dataclasses import replace

import pytest

from genie3_engine.model import EXTRA_TREES, SCIKIT_LEARN, ConfidenceSpec, ForestSpec, LayoutSpec
from genie3_engine.store.spec_diff import differences


class TestDifferences:
    @pytest.mark.parametrize(
        ("change", "phrase"),
        [
            ({"dataset": "f" * 64}, "data set small.tsv (0123456789ab) there"),
            ({"forest": ForestSpec(n_trees=11, seed=3)}, "trees 10 there, 11 asked for"),
            ({"forest": ForestSpec(k=7, n_trees=10, seed=3)}, "K sqrt there, 7 asked for"),
            (
                {"forest": ForestSpec(EXTRA_TREES, n_trees=10, seed=3)},
                "method RF there, ET asked for",
            ),
            (
                {"forest": ForestSpec(n_trees=10, seed=3, engine=SCIKIT_LEARN)},
                "engine compiled there, scikit-learn asked for",
            ),
            ({"keep": 5}, "keep all there, 5 asked for"),
            ({"regulators": ("a", "b")}, "regulators all genes there, 2 asked for"),
            ({"confidence": ConfidenceSpec()}, "confidence none there, both asked for"),
            ({"targets": ("a",)}, "targets all genes there, 1 asked for"),
            ({"layout": LayoutSpec(shard_index=1, n_shards=3)}, "shard 1/1 there, 1/3 asked for"),
        ],
    )
    def test_differences__name_each_setting(self, spec, change, phrase):
        (found,) = differences(spec, replace(spec, **change))
        assert found.startswith(phrase)

    def test_differences__name_a_gene(self, spec):
        one, other = (replace(spec, targets=targets) for targets in (("a", "b"), ("a", "c")))
        assert differences(one, other) == ["targets of other names, such as b"]

    def test_differences__do_not_count_what_decides_no_result(self, spec):
        other = replace(
            spec, name="x", source="y", created="z", layout=LayoutSpec(n_threads=4, n_processes=2)
        )
        assert differences(spec, other) == []
