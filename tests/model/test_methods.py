from __future__ import annotations

import pytest

from genie3_engine.model import EXTRA_TREES, METHODS, RANDOM_FOREST
from genie3_engine.model.methods import method_choices
from genie3_engine.registry import load


@pytest.mark.parametrize("name", [RANDOM_FOREST, EXTRA_TREES])
def test_methods__have_an_estimator_that_exists(name):
    forest = load(METHODS[name].estimator)(n_estimators=1)
    assert hasattr(forest, "fit")


@pytest.mark.parametrize("name", [RANDOM_FOREST, EXTRA_TREES])
def test_methods__leave_samples_out_of_bag_where_the_estimator_does(name):
    assert METHODS[name].has_out_of_bag == load(METHODS[name].estimator)().bootstrap


def test_method_choices__are_the_names_and_labels():
    choices = [(each.value, each.label) for each in method_choices()]
    assert choices[:2] == [("RF", "Random Forest"), ("ET", "Extra-Trees")]
    assert ("precision", "Precision") in choices
    assert "combined" not in dict(choices)
