"""Fixtures of the tests of experiments."""

from __future__ import annotations

import pytest

from genie3_engine import runs
from genie3_engine.benchmark import ExperimentSpec, create
from tests.benchmark.measured import jobs, measurement, threads
from tests.simulated_networks import tiny_expression


@pytest.fixture
def spec(home):
    """Four runs on a tiny data set."""
    return ExperimentSpec(
        name="tiny",
        preset="my-own",
        configurations=(jobs(1, n_targets=2), threads(1, n_targets=2)),
        dataset=runs.save_dataset(tiny_expression(), name="tiny"),
        source="tiny",
        n_repeats=2,
        n_trees=2,
        seed=3,
    )


@pytest.fixture
def folder(spec):
    """The folder of an experiment that nobody has conducted."""
    return create(spec)


class FakeMeasure:
    """Measures nothing, quickly; fails or interrupts when it is told to."""

    def __init__(self):
        self.measured = []
        self.error = ""
        self.raise_at = {}

    def __call__(self, configuration, subject, folder, *, repeat=1, should_stop=lambda: False):
        key = folder.name
        if key in self.raise_at:
            raise self.raise_at.pop(key)
        self.measured.append(key)
        return measurement(
            configuration, 8.0 / configuration.workers, repeat=repeat, error=self.error
        )


@pytest.fixture
def measure():
    return FakeMeasure()
