from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from genie3_engine import benchmark
from genie3_engine.benchmark.speedup import results
from genie3_engine.commands.experiment_results import as_json, print_results
from genie3_engine.model import JobState
from tests.benchmark.measured import measurement, threads


@pytest.fixture
def experiment_results():
    measured = [measurement(threads(n), 8 / n) for n in (1, 2)]
    return SimpleNamespace(
        spec=SimpleNamespace(preset="own", source="data.tsv", n_trees=10, launcher_options={}),
        machine={"cores": 2},
        rows=results(measured),
        measurements=measured,
        fits=(),
        summary=("Fastest: 2 threads.",),
        published=(),
    )


def test_as_json__has_a_row_for_each_configuration(experiment_results, tmp_path, monkeypatch):
    monkeypatch.setattr(benchmark, "status", lambda folder: SimpleNamespace(state=JobState.DONE))
    found = as_json(tmp_path, experiment_results)
    assert (found["state"], found["data"]) == ("done", "data.tsv")
    assert [row["threads"] for row in found["rows"]] == [1, 2]
    assert len(found["measurements"]) == 2


def test_print_results__shows_a_table_and_the_summary(experiment_results, tmp_path, capsys):
    print_results(tmp_path, experiment_results)
    out = capsys.readouterr().out
    assert "Fastest: 2 threads." in out
    assert "instances" not in out
    assert "GiB" not in out
    assert out.count("compiled") >= 2


def test_print_results__has_the_machines_that_share_a_run(experiment_results, tmp_path, capsys):
    shared = [measurement(replace(threads(2), n_instances=n), 8 / n) for n in (1, 3)]
    experiment_results.rows = results(shared)
    print_results(tmp_path, experiment_results)
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if "  " in line]
    assert rows[0][-1] == "instances"
    assert [row[-1] for row in rows[1:]] == ["1", "3"]
