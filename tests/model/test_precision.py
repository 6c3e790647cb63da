"""Tests of the method that scores links by a precision matrix."""

import pytest

from genie3_engine.errors import OptionError
from genie3_engine.model import METHODS, PRECISION, SCIKIT_LEARN, ForestSize, ForestSpec


class TestMethod:
    def test_method__takes_the_shrinkage_only(self):
        forest = ForestSpec(PRECISION, n_trees=7, seed=3)
        assert forest.to_dict() == {"method": PRECISION, "engine": "compiled", "shrinkage": 0.8}

    def test_method__is_not_computed_by_scikit_learn(self):
        with pytest.raises(OptionError, match="not computed by scikit-learn"):
            ForestSpec(PRECISION, engine=SCIKIT_LEARN)

    def test_memory_bytes__take_the_shorter_side(self):
        sizes = [
            ForestSize(
                n_genes=n_genes,
                n_regulators=100,
                n_samples=n_samples,
                n_trees=1,
                n_workers=2,
                has_random_splits=False,
            )
            for n_genes, n_samples in ((40_000, 200), (200, 40_000))
        ]
        memory_bytes = METHODS[PRECISION].memory_bytes
        assert all(60e6 < memory_bytes(size) < 300e6 for size in sizes)
