from __future__ import annotations

import math

from genie3_engine.benchmark import speedup_tables
from genie3_engine.benchmark.measurements import Configuration
from genie3_engine.benchmark.reference_benchmarks import published
from genie3_engine.benchmark.speedup import results
from genie3_engine.benchmark.speedup_tables import CostPoint, cost_front
from tests.benchmark.measured import SKLEARN, jobs, measurement, processes, threads


def test_result_table__puts_published_rows_beside_their_like():
    rows = results([measurement(each, 9.0) for each in (processes(4), jobs(1), threads(1))])
    table = speedup_tables.result_table(rows, published().experiment(1))
    assert table["Published elapsed s"].tolist()[:2] == [44.43, 101.89]
    assert math.isnan(table["Published elapsed s"][2])
    assert list(table.columns[:10]) == [
        *(
            "Engine",
            "Instance type",
            "Instances",
            "Processes",
            "Jobs",
            "Threads",
            "Genes",
            "Total s",
            "Elapsed s",
            "Speed-up",
        )
    ]


def test_result_table__all_jobs_are_every_core():
    rows = results([measurement(jobs(n), 9.0) for n in (1, 2, 32)])
    table = speedup_tables.result_table(rows, published().experiment(2))
    assert table["Published elapsed s"].tolist() == [1018.9, 488.2, 502.27]


def test_heat_table__has_processes_down_and_jobs_across():
    grid = [Configuration(SKLEARN, p, j) for p in (1, 2) for j in (1, 2)]
    rows = results([measurement(each, 8 / each.workers) for each in grid])
    table = speedup_tables.heat_table(rows, SKLEARN)
    assert table.to_numpy().tolist() == [[1, 2], [2, 4]]


def test_cost_front__keeps_what_nothing_beats():
    points = [
        CostPoint(name, *at) for name, *at in (("a", 1, 9), ("b", 2, 5), ("c", 3, 6), ("d", 4, 1))
    ]
    assert [point.label for point in cost_front(points)] == ["a", "b", "d"]


def test_result_table__puts_published_rows_next_to_their_instance_type():
    rows = results(
        [
            measurement(jobs(32, n_targets=100, instance=name), 9.0)
            for name in ("ml.m5.2xlarge", "ml.m4.10xlarge", "ml.g5.xlarge")
        ]
    )
    table = speedup_tables.result_table(rows, published().experiment(3))
    assert table["Published total s"].tolist()[:2] == [374, 342]
    assert math.isnan(table["Published total s"][2])
    here = results([measurement(jobs(32, n_targets=100), 9.0)])
    assert speedup_tables.result_table(here, published().experiment(3))[
        "Published total s"
    ].tolist() == [None]


def test_comparison_table__has_a_column_for_each_configuration():
    rows = results([measurement(jobs(1), 200.0), measurement(jobs(2), 50.0)])
    table = speedup_tables.comparison_table(rows, [0.5, None])
    first, _ = table.columns
    assert first == "scikit-learn, 1 process x 1 job, 10 targets"
    assert table.loc["Computing"].tolist() == ["200 s", "50.00 s"]
    assert table.loc["Speed-up"].tolist() == ["1.00", "4.00"]
    assert table.loc["Cost"].tolist() == ["$0.50", "–"]
