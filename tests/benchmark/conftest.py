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


class FakeMeasurer:
    """Measures nothing, quickly; fails or interrupts when it is told to."""

    runs_in_parallel = False
    needs_warm_up = True

    def __init__(self):
        self.measured, self.stopped = [], []
        self.error = ""
        self.raise_at = {}
        self.unmeasured = set()

    def start(self, task):
        return False

    def wait(self, task, *, report, should_stop):
        report("measuring")
        if task.key in self.raise_at:
            raise self.raise_at.pop(task.key)
        self.measured.append(task.key)
        if task.key in self.unmeasured:
            return None
        one = task.configuration
        return measurement(one, 8.0 / one.workers, repeat=task.repeat, error=self.error)

    def stop(self, tasks):
        self.stopped += [task.key for task in tasks]


@pytest.fixture
def measurer():
    return FakeMeasurer()
