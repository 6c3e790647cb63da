from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine.errors import InputError
from genie3_engine.kernels.boosting_workspace import MAX_SAMPLES
from genie3_engine.model import EXTRA_TREES, GRNBOOST2, KNOCK_OUTS, METHODS, RANDOM_FOREST, SERIES
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


def test_require_samples__refuses_more_samples_than_the_kernels_integers_hold():
    assert METHODS[GRNBOOST2].most_samples == MAX_SAMPLES
    METHODS[GRNBOOST2].require_samples(MAX_SAMPLES)
    with pytest.raises(InputError, match=r"65,536 samples; GRNBoost2 takes up to 65,535"):
        METHODS[GRNBOOST2].require_samples(MAX_SAMPLES + 1)


def test_require_samples__refuses_samples_of_which_too_little_is_known():
    method = replace(METHODS[RANDOM_FOREST], needs=(SERIES, KNOCK_OUTS))
    with pytest.raises(InputError, match="Random Forest needs a time series") as refused:
        method.require_samples(10)
    assert "columns series and time" in refused.value.remedy
    with pytest.raises(InputError, match="a gene is knocked out"):
        method.require_samples(10, {SERIES})
    method.require_samples(10, {SERIES, KNOCK_OUTS})
