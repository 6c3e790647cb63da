from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine.launchers.slurm.options import SlurmOptions
from genie3_engine.launchers.slurm.partitions import Cluster, Partition
from genie3_engine.launchers.slurm.sizes import MOST_TASKS, SHORTEST_SECONDS, estimated, sized
from genie3_engine.planning import Experience, forecast
from tests.planning.pilots import pilot, shape, spec

SHORT = Partition("short", True, True, 1800, 4, 2, 2000 * 2**20)
CLUSTER = Cluster((SHORT,), most_tasks=20)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Return the forecast of 20,000 targets of 1 s of a core each: 5.6 core-hours."""
    home = tmp_path_factory.mktemp("home")
    return forecast(spec(100), shape(20_000, 100), pilot(), past=Experience(), home_folder=home)


def test_sized__takes_as_many_tasks_as_last_long_enough(found):
    options = sized(SlurmOptions(), n_targets=20_000, forecast=found, cluster=None)
    assert options.tasks is not None
    assert options.tasks > 1
    assert estimated(options, found).task_seconds >= SHORTEST_SECONDS
    more = replace(options, tasks=options.tasks + 1)
    assert estimated(more, found).task_seconds < SHORTEST_SECONDS


def test_sized__gives_three_times_the_time_and_one_and_a_half_of_the_memory(found):
    options = sized(SlurmOptions(), n_targets=20_000, forecast=found, cluster=None)
    estimate = estimated(options, found)
    assert options.time is not None
    assert 0 <= options.time - 3.0 * estimate.high_seconds < 60
    assert options.memory_bytes == 2**30  # a gigabyte at least
    large = replace(found, pilot=replace(found.pilot, compute_bytes=3 * 2**30))
    options = sized(SlurmOptions(), n_targets=20_000, forecast=large, cluster=None)
    assert options.memory_bytes is not None
    assert options.memory_bytes >= 1.5 * 3 * 2**30


def test_sized__stays_within_the_partition(found):
    options = sized(SlurmOptions(), n_targets=20_000, forecast=found, cluster=CLUSTER)
    assert (options.cpus, options.time) == (2, 1800)
    assert options.tasks is not None
    assert options.tasks <= 20


def test_sized__keeps_what_was_chosen(found):
    chosen = SlurmOptions(tasks=3, cpus=8, time=120, memory="5G")
    assert sized(chosen, n_targets=20_000, forecast=found, cluster=CLUSTER) == chosen


def test_sized__without_a_forecast_leaves_time_and_memory_to_the_cluster():
    options = sized(SlurmOptions(), n_targets=100, forecast=None, cluster=None)
    assert (options.tasks, options.time, options.memory) == (4, None, None)
    assert sized(SlurmOptions(tasks=9), n_targets=5, forecast=None, cluster=None).tasks == 5


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 100_000), st.integers(1, 64), st.none() | st.integers(1, 200))
def test_sized__is_always_allowed(found, n_targets, cpus, tasks):
    asked = SlurmOptions(cpus=cpus, tasks=tasks)
    options = sized(asked, n_targets=n_targets, forecast=found, cluster=None)
    assert options.tasks is not None
    assert 1 <= options.tasks <= min(n_targets, tasks or MOST_TASKS)
