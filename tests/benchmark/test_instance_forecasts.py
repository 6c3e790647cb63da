from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine import planning
from genie3_engine.benchmark import configurations_of, preset_named
from genie3_engine.benchmark.instance_forecasts import type_forecasts
from genie3_engine.benchmark.speedup import results
from tests.benchmark.measured import jobs, measurement, threads

CATALOGUE = planning.catalogue()
TYPES = configurations_of(preset_named("experiment-3"), n_cores=2, has_types=True)
MACHINE = {"processor": "a Xeon", "usable_cores": 2}  # as fast as ml.m5


def forecasts(*measured):
    return type_forecasts(TYPES, results(measured), machine=MACHINE, catalogue=CATALOGUE)


def test_type_forecasts__follow_the_serial_row_of_each_engine():
    serial = measurement(jobs(1, n_targets=100), 1_000.0)
    slow = forecasts(serial)
    fast = forecasts(replace(serial, elapsed_seconds=100.0))
    assert [each.configuration.instance for each in slow] == [
        *("ml.m4.xlarge", "ml.m5.2xlarge", "ml.m5.4xlarge", "ml.m4.10xlarge")
    ]
    for one, other in zip(slow, fast, strict=True):
        assert one.elapsed_seconds == pytest.approx(10 * other.elapsed_seconds)
        assert one.total_seconds > one.elapsed_seconds
    assert slow[0].elapsed_seconds > slow[1].elapsed_seconds > slow[2].elapsed_seconds
    assert slow[0].dollars is None
    assert slow[1].dollars > 0
    assert all(each.fits for each in slow)


def test_type_forecasts__compiled_threads_use_the_cores():
    (serial,) = results([measurement(threads(1, n_targets=100), 80.0)])
    found = {
        each.configuration.instance: each
        for each in forecasts(measurement(threads(1, n_targets=100), 80.0))
    }
    ideal = serial.elapsed.median / 4
    assert 0.5 * ideal < found["ml.m5.2xlarge"].elapsed_seconds < ideal


def test_type_forecasts__say_where_the_memory_is_too_small():
    large = replace(measurement(jobs(1, n_targets=100), 10.0), peak_memory_bytes=20 * 2**30)
    assert [each.fits for each in forecasts(large)] == [False, True, True, True]


def test_type_forecasts__without_a_serial_row_are_empty():
    assert forecasts(measurement(jobs(4), 1.0)) == ()
