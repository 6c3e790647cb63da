"""Tests of what an experiment measures."""

from __future__ import annotations

import pytest

from genie3_engine import runs
from genie3_engine.benchmark.subject import Subject, random_targets, run_spec_of
from genie3_engine.errors import OptionError
from tests.benchmark.measured import threads
from tests.simulated_networks import tiny_expression


@pytest.fixture
def subject(home):
    return Subject(runs.save_dataset(tiny_expression(), name="tiny"), n_trees=5, seed=2)


def test_random_targets__of_a_larger_number_include_those_of_a_smaller_one(subject):
    assert random_targets(subject, 6)[:3] == random_targets(subject, 3)
    with pytest.raises(OptionError, match="asks for 9 targets; 8 genes"):
        random_targets(subject, 9)


def test_run_spec_of__takes_the_configuration_and_the_subject(subject):
    spec = run_spec_of(threads(2, n_targets=3), subject)
    assert (spec.dataset, spec.forest.n_trees, spec.forest.seed) == (subject.dataset, 5, 2)
    assert (spec.layout.n_threads, len(spec.targets)) == (2, 3)
    assert set(spec.targets) == set(random_targets(subject, 3))
