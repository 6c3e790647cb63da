"""Fixtures of the tests of comparisons."""

from __future__ import annotations

import pytest

from genie3_engine import differential
from genie3_engine.model import ForestSpec, LayoutSpec
from tests.differential.two_groups import N_REGULATORS, stored, two_groups


@pytest.fixture
def dataset(home):
    """A stored data set with the groups well and ill."""
    return stored(two_groups(patient=tuple(f"p{number // 2}" for number in range(48))))


@pytest.fixture
def choices():
    """Few permutations of small forests on one thread."""
    return differential.Choices(
        forest=ForestSpec(n_trees=10, seed=3),
        n_permutations=10,
        n_more=5,
        top=12,
        layout=LayoutSpec(n_threads=1),
    )


@pytest.fixture
def spec(dataset, choices):
    """A comparison of well and ill."""
    regulators = [f"g{number:02d}" for number in range(N_REGULATORS)]
    return differential.of_column(dataset, "state", ("well", "ill"), choices, regulators=regulators)


@pytest.fixture
def folder(spec):
    """The folder of a comparison that nobody has computed."""
    return differential.create(spec)
