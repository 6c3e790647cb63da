from __future__ import annotations

import pytest

from genie3_engine.benchmark.measurements import Configuration, Measurement, Spread
from genie3_engine.errors import OptionError
from tests.benchmark.measured import jobs, measurement, processes, threads


def test_configuration__counts_its_workers():
    assert jobs(4).workers == 4
    assert Configuration(threads(1).engine, n_processes=2, n_threads=3, n_instances=2).workers == 12
    assert processes(1).is_serial


def test_configuration__of_fewer_targets_computed_is_extrapolated():
    configuration = jobs(1, n_targets=100, n_computed=10)
    assert configuration.is_extrapolated
    assert configuration.targets_to_compute == 10
    assert not jobs(1, n_targets=100).is_extrapolated


@pytest.mark.parametrize("more", [{"n_targets": 0}, {"n_targets": 5, "n_computed": 6}])
def test_configuration__refuses_counts_that_are_impossible(more):
    with pytest.raises(OptionError):
        jobs(1, **more)


def test_measurement__comes_back_from_plain_values():
    row = measurement(jobs(2), 3.0, dollars=0.1)
    assert Measurement.from_dict({**row.to_dict(), "later": 1}) == row


def test_spread__is_relative_to_the_middle_one():
    assert Spread.of([2.0, 4.0, 5.0]) == Spread(4.0, 2.0, 5.0)
    assert Spread.of([2.0, 4.0, 5.0]).share == 0.75
    assert Spread.of([0.0]).share == 0.0
