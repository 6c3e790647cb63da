from __future__ import annotations

import pytest

from genie3_engine import runs
from genie3_engine.model import JobState, RunStatus
from genie3_engine.runs.run_table import differing, run_table
from genie3_engine.store.run_folder import RunFolder
from tests.simulated_networks import tiny_run


@pytest.fixture
def two_runs(home):
    """Two runs of the same data, one with more trees and its times."""
    for name, n_trees in (("first", 2), ("second", 5)):
        tiny_run(home / "runs" / name, n_trees=n_trees, name="the same name")
    folder = RunFolder.open(home / "runs" / "second")
    folder.write_status(RunStatus(JobState.DONE, targets_done=8, targets_total=8, created=2.0))
    folder.write_timings(
        {"seconds": {"computing": 12.0, "total": 15.0}, "peak_memory_bytes": 2_000_000_000}
    )
    return runs.history()


def test_run_table__has_a_column_for_each_run(two_runs):
    table = run_table(two_runs).set_index("Property")
    assert list(table.columns) == ["the same name (second)", "the same name (first)"]
    assert table.loc["Trees per target"].tolist() == ["5", "2"]
    assert table.loc["Time: computing"].tolist() == ["12 s", ""]
    assert table.loc["Memory at most"].tolist() == ["2.0 GB", ""]
    assert table.loc["Targets"].tolist()[0] == "8 of 8"
    assert list(table.index[-4:]) == ["Targets", "Time: computing", "Time: total", "Memory at most"]


def test_differing__leaves_out_what_is_the_same(two_runs):
    table = run_table(two_runs)
    found = differing(table)
    assert "Trees per target" in set(found["Property"])
    assert "Random seed" in set(table["Property"]) - set(found["Property"])
    assert differing(run_table(two_runs[:1])).empty


def test_run_table__damaged_timings_are_left_out(two_runs, home):
    (home / "runs" / "second" / "timings.json").write_text("[]")
    assert "Time: computing" not in set(run_table(two_runs)["Property"])


def test_run_table__run_may_be_called_as_the_first_column(home):
    tiny_run(home / "runs" / "first", name="Property")
    table = run_table(runs.history())
    assert list(table.columns) == ["Property", "Property (first)"]
    assert "Trees per target" in set(table["Property"])
