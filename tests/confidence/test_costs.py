"""Tests of the number and the work of replicate targets."""

import pytest

from genie3_engine.confidence.costs import replicate_loads, replicate_work
from genie3_engine.model import ConfidenceSpec, ForestSpec


def test_replicate_loads__are_those_of_the_evidence_that_is_asked_for():
    assert replicate_loads(None, ForestSpec(), 100) == ()
    nulls, halves = replicate_loads(ConfidenceSpec(), ForestSpec(), 100)
    assert (nulls.name, halves.name) == ("nulls", "halves")
    assert (nulls.number, halves.number) == (2048, 2000)
    assert replicate_loads(ConfidenceSpec(stability=False), ForestSpec(), 100) == (nulls,)
    assert replicate_loads(ConfidenceSpec(p_values=False), ForestSpec(), 100) == (halves,)


@pytest.mark.parametrize(
    ("n_targets", "expected"), [(999, 2048), (1000, 1024), (15_000, 1472), (10**6, 2048)]
)
def test_replicate_loads__have_fewer_null_targets_where_they_take_longest(n_targets, expected):
    loads = replicate_loads(ConfidenceSpec(stability=False), ForestSpec(), n_targets)
    assert [load.number for load in loads] == [expected]


@pytest.mark.parametrize("n_targets", range(15_000, 60_000, 5_000))
def test_replicate_loads__of_many_targets_are_a_seventh_of_the_run_and_six_tenths_more(n_targets):
    nulls, halves = replicate_loads(ConfidenceSpec(), ForestSpec(), n_targets)
    assert nulls.number * nulls.work <= 0.15 * n_targets
    assert halves.number * halves.work <= 0.6 * n_targets


def test_replicate_work__of_halves_is_about_half_of_the_run():
    assert 0.4 < 20 * replicate_work("halves", ForestSpec()) < 0.8
    assert 1.0 <= replicate_work("nulls", ForestSpec()) < 1.5


def test_replicate_work__of_halves_is_of_one_tree_at_least():
    few = replicate_work("halves", ForestSpec(n_trees=2))
    assert few == pytest.approx(10 * replicate_work("halves", ForestSpec(n_trees=1000)))


@pytest.mark.parametrize("name", ["nulls", "halves"])
def test_replicate_work__is_less_where_boosting_stops_by_itself(name):
    window, fixed = (
        replicate_work(name, ForestSpec("GRNBoost2", stop=stop)) for stop in ("window", "none")
    )
    assert 0.0 < window < 1.0
    assert fixed == pytest.approx(replicate_work(name, ForestSpec()))
