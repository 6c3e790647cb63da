from __future__ import annotations

import pytest

from genie3_engine.benchmark.measurements import Configuration, Measurement
from genie3_engine.benchmark.reference_benchmarks import published
from genie3_engine.benchmark.speedup import Kind, drawn_series, results, series
from genie3_engine.errors import OptionError
from tests.benchmark.measured import COMPILED, SKLEARN, jobs, measurement, processes, threads


def test_results__gives_back_the_originals_speedups():
    """The published elapsed seconds of experiment 1 give its published speed-ups."""
    rows = published().experiment(1)
    measured = [
        measurement(Configuration(SKLEARN, row.processes, int(row.jobs)), row.elapsed_seconds)
        for row in rows
    ]
    found = [round(row.speedup, 2) for row in results(measured)]
    assert found == pytest.approx([1.0, 2.29, 2.07, 2.37], abs=0.011)  # 2.06 is published as 2.07


def test_results__take_the_middle_of_the_repeats_and_keep_their_spread():
    measured = [measurement(jobs(1), seconds, repeat=n) for n, seconds in enumerate([9, 10, 14], 1)]
    (row,) = results(measured)
    assert (row.n_repeats, row.elapsed.median, row.elapsed.low, row.elapsed.high) == (3, 10, 9, 14)
    assert row.elapsed.share == pytest.approx(0.5)
    assert row.total.median == 11
    assert row.repeats == (9, 10, 14)


def test_results__extrapolate_from_fewer_targets():
    serial = jobs(1, n_targets=100, n_computed=10)
    (first, second) = results(
        [measurement(serial, 10.0), measurement(jobs(4, n_targets=100), 50.0)]
    )
    assert first.elapsed.median == pytest.approx(100)
    assert first.total.median == pytest.approx(101)  # a process starts once
    assert second.speedup == pytest.approx(2.0)


def test_results__compare_each_engine_with_its_own_serial_row_and_the_originals():
    rows = results(
        [measurement(jobs(1), 40), measurement(threads(1), 2), measurement(threads(2), 1)]
    )
    assert [row.speedup for row in rows] == [1, 1, 2]
    assert [row.over_reference for row in rows] == [1, 20, 40]
    assert rows[2].efficiency == 1


def test_results__weak_scaling_compares_targets_a_second():
    rows = results(
        [measurement(threads(1, n_targets=10), 5), measurement(threads(4, n_targets=40), 5)]
    )
    assert rows[1].speedup == pytest.approx(4)


def test_results__a_failure_is_a_row_without_numbers():
    rows = results([measurement(jobs(1), 4), Measurement(jobs(4), error="The memory is used up.")])
    assert (rows[1].speedup, rows[1].elapsed, rows[1].error) == (
        None,
        None,
        "The memory is used up.",
    )


def test_series__sorts_rows_by_what_their_workers_are():
    both = Configuration(SKLEARN, 2, 2)
    found = series(
        results(
            [measurement(each, 1.0) for each in (jobs(4), processes(2), both, jobs(1), jobs(2))]
        )
    )
    assert [(each.kind, [row.configuration.workers for row in each.rows]) for each in found] == [
        (Kind.PROCESSES, [1, 2]),
        (Kind.JOBS, [1, 2, 4]),
        (Kind.BOTH, [1, 4]),
    ]


def test_series__needs_a_serial_row():
    assert series(results([measurement(threads(2), 1.0)])) == ()


@pytest.mark.parametrize(
    "options", [{"n_targets": 0}, {"n_jobs": 0}, {"n_targets": 5, "n_computed": 6}]
)
def test_configuration__refuses_what_cannot_be(options):
    with pytest.raises(OptionError):
        Configuration(COMPILED, **options)


def test_measurement__survives_json():
    one = measurement(threads(2), 1.5)
    assert Measurement.from_dict({**one.to_dict(), "of a later version": 1}) == one


def test_published__is_whole_and_names_its_source():
    about = published()
    assert [len(about.experiment(n)) for n in (1, 2, 3, 4)] == [4, 4, 4, 11]
    assert "cs205-genie3-parallel" in about.source
    assert about.experiment(3)[0].dollars == pytest.approx(591 / 3600 * 0.24)
    assert [row.workers for row in about.experiment(2)] == [1, 4, 32, 32]


def test_results__compare_rows_of_as_many_targets():
    measured = [
        measurement(threads(1, n_targets=10), 2),
        measurement(threads(1, n_targets=80), 8),
        measurement(threads(2, n_targets=10), 1.6),
        measurement(threads(2, n_targets=80), 5),
    ]
    rows = results(measured)
    assert [round(row.speedup, 6) for row in rows] == [1, 1, 1.25, 1.6]
    found = series(rows)
    assert [each.name for each in found] == [
        "compiled, threads, 10 targets",
        "compiled, threads, 80 targets",
    ]
    assert not any(each.is_weak for each in found)


def test_results__without_a_serial_row_compare_instance_types_with_the_first():
    rows = results(
        [
            measurement(jobs(32, instance=name), seconds)
            for name, seconds in (("ml.m4.xlarge", 60), ("ml.m5.2xlarge", 30))
        ]
    )
    assert [(row.speedup, row.efficiency) for row in rows] == [(1, None), (2, None)]
    assert series(rows) == ()
    assert [each.name for each in drawn_series(rows)] == [
        "scikit-learn, jobs, ml.m4.xlarge",
        "scikit-learn, jobs, ml.m5.2xlarge",
    ]


def test_series__each_instance_type_has_its_own_serial_row():
    rows = results(
        [
            measurement(threads(n, instance=name), seconds / n)
            for name, seconds in (("ml.m5.xlarge", 8), ("ml.c5.xlarge", 4))
            for n in (1, 2)
        ]
    )
    assert [row.speedup for row in rows] == [1, 2, 1, 2]
    assert [each.instance for each in series(rows)] == ["ml.m5.xlarge", "ml.c5.xlarge"]
