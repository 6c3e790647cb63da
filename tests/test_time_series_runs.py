"""Whole runs of the time-series method."""

from __future__ import annotations

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from genie3_engine import runs, worker
from genie3_engine.cli import main
from genie3_engine.data.expression import Expression
from genie3_engine.datasets.store import save_dataset
from genie3_engine.errors import InputError, RunInterruptedError
from genie3_engine.model import (
    TIME_SERIES,
    ForestSpec,
    JobState,
    LayoutSpec,
    RunStatus,
    setting_rows,
)
from genie3_engine.reports import run_report
from genie3_engine.runs import build_run_spec
from genie3_engine.store import run_reporter
from genie3_engine.store.merge import merge_runs
from genie3_engine.store.run_folder import RunFolder
from tests.time_series_data import small_series

pytestmark = pytest.mark.usefixtures("home")
FOREST = ForestSpec(TIME_SERIES, n_trees=20, seed=3, knock_outs="multiply")


def shuffled(expression):
    rng = np.random.default_rng(0)
    genes, samples = rng.permutation(expression.n_genes), rng.permutation(expression.n_samples)
    return Expression(
        np.ascontiguousarray(expression.values[np.ix_(genes, samples)]),
        tuple(expression.genes[at] for at in genes),
        tuple(expression.samples[at] for at in samples),
        sheet=expression.sheet.take(samples),
    )


def made(folder, expression, **layout):
    """A run that nobody has begun."""
    dataset = save_dataset(expression)
    spec = build_run_spec(
        expression, dataset=dataset, forest=FOREST, layout=LayoutSpec(**{"n_threads": 1, **layout})
    )
    status = RunStatus(JobState.QUEUED, created=1.0)
    return RunFolder.create(folder, spec, status)


def links(run):
    worker.run(run.path)
    return run.links_path.read_bytes()


def test_run__has_the_same_bytes_on_any_layout(tmp_path, monkeypatch):
    """Threads, processes, shards, a stop, and the order of genes and samples change nothing."""
    expression = small_series(n_steady=4)
    expected = links(made(tmp_path / "one", expression))
    assert links(made(tmp_path / "both", expression, n_processes=2, n_threads=2)) == expected
    assert links(made(tmp_path / "shuffled", shuffled(expression))) == expected
    shards = []
    for index in range(2):
        shards.append(made(tmp_path / f"{index}", expression, shard_index=index, n_shards=2).path)
        worker.run(shards[-1])
    merged = merge_runs(shards, tmp_path / "merged")
    assert merged.links_path.read_bytes() == expected
    assert runs.notes(merged.path) == runs.notes(tmp_path / "one")

    monkeypatch.setattr(run_reporter, "_PROGRESS_SECONDS", 0.0)
    resumed, done = made(tmp_path / "resumed", expression), []
    with pytest.raises(RunInterruptedError):
        worker.run(
            resumed.path,
            on_progress=lambda status: done.append(status.targets_done),
            should_stop=lambda: bool(done) and done[-1] >= 3,
        )
    assert 3 <= len(resumed.finished_targets()) < 8
    assert links(resumed) == expected


def test_run__names_the_dynamics_wherever_it_is_described(tmp_path):
    run = made(tmp_path / "run", small_series(n_steady=4))
    worker.run(run.path)
    targets = pq.read_table(run.targets_path)
    assert "oob_next_r" in targets.column_names
    assert min(targets["oob_next_r"].to_pylist()) > 0
    (note,) = runs.notes(run.path)
    chosen = "dyn" if "decay_rate" in targets.column_names else "lag"
    assert ("dynGENIE3" in note) == (chosen == "dyn")
    rows = dict(setting_rows(run.spec))
    assert (rows["Dynamics"], rows["Knock-outs"]) == ("Automatic", "Multiply")
    report = run_report(run.path)
    assert "inferred with the time-series method [1]" in report.methods
    assert "Scientific Reports 8:3384" in report.methods
    command = dict(report.provenance)["Command"]
    assert "--method time-series" in command
    assert "--knock-outs multiply" in command


def test_build_run_spec__refuses_data_of_no_series():
    bare = Expression(np.random.default_rng(0).random((3, 9)), ("a", "b", "c"), tuple("ABCDEFGHI"))
    with pytest.raises(InputError, match="needs a time series of two samples") as refused:
        build_run_spec(bare, forest=FOREST)
    assert "sample sheet with the columns series and time" in refused.value.remedy


def test_infer__takes_time_series_from_a_sample_sheet(tmp_path, capsys):
    expression = small_series(n_steady=4)
    lines = ["\t".join(["gene", *expression.samples])]
    lines += [
        "\t".join([gene, *map(repr, row.tolist())])
        for gene, row in zip(expression.genes, expression.values, strict=True)
    ]
    (tmp_path / "data.tsv").write_text("\n".join(lines) + "\n")
    rows = ["sample\tseries\ttime\tperturbed\tperturbation"]
    for at, sample in enumerate(expression.samples):
        series, time, genes, how, *_ = expression.sheet.row(at)
        rows.append("\t".join([sample, series, repr(time) if series else "", ",".join(genes), how]))
    (tmp_path / "sheet.tsv").write_text("\n".join(rows) + "\n")
    command = ["infer", str(tmp_path / "data.tsv"), "--method", "time-series", "--trees", "20"]
    command += ["--seed", "3", "--threads", "1", "--json", "--out", str(tmp_path / "run")]
    options = ["--dynamics", "lag", "--knock-outs", "multiply"]
    sheet = ["--sample-sheet", str(tmp_path / "sheet.tsv")]
    assert main([*command, *options, *sheet]) == 0
    facts = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (facts["dynamics"], facts["steady_states"]) == ("lag", "add")
    assert facts["notes"][0].startswith("The next value was learned (dynamics: lag).")

    command[-1] = str(tmp_path / "other")
    assert main([*command, *options]) == 2
    assert "the time-series method needs a time series" in capsys.readouterr().err.lower()
    (tmp_path / "sheet.tsv").write_text("\n".join(row.replace("KO", "OE") for row in rows) + "\n")
    assert main([*command, *options, *sheet]) == 2
    assert "The knock-out factor needs samples in which" in capsys.readouterr().err
