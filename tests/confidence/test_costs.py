"""Tests of the work of replicate targets."""

from genie3_engine.confidence.costs import replicate_work
from genie3_engine.model import ForestSpec


def test_replicate_work__of_a_null_forest_is_that_of_a_target():
    assert replicate_work("nulls", ForestSpec()) == 1.0


def test_replicate_work__of_halves_is_about_half_of_the_run():
    assert 0.4 < 20 * replicate_work("halves", ForestSpec()) < 0.7
