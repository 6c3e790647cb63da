from __future__ import annotations

import pytest

from genie3_engine.benchmark.reference_benchmarks import published


def test_published__has_rows_of_four_experiments():
    for number in range(1, 5):
        assert published().experiment(number)
    assert published().experiment(5) == ()


def test_published_row__all_jobs_are_all_processors():
    row = next(row for row in published().rows if row.jobs == "All")
    assert row.workers == row.processes * row.cpus


def test_published_row__costs_its_time():
    row = next(row for row in published().rows if row.usd_hour and row.total_seconds)
    assert row.dollars == pytest.approx(row.usd_hour * row.total_seconds / 3600)
