"""Whole runs of GRNBoost2."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest

from genie3_engine import runs, worker
from genie3_engine.cli import main
from genie3_engine.inference import layout
from genie3_engine.model import GRNBOOST2, IN_VIVO, ForestSpec, setting_rows
from genie3_engine.reports import run_report
from genie3_engine.reports.document import html_report
from genie3_engine.store import parts
from genie3_engine.store.run_folder import RunFolder
from tests.inference.fakes import small_expression


def write(path, rows, samples):
    lines = ["\t".join(["gene", *samples])]
    lines += ["\t".join([name, *(f"{value:.6f}" for value in values)]) for name, values in rows]
    path.write_text("\n".join(lines) + "\n")
    return str(path)


@pytest.mark.usefixtures("home")
def test_run__has_the_same_bytes_in_shards_and_for_shuffled_genes(tmp_path, capsys):
    expression = small_expression()
    rows = list(zip(expression.genes, expression.values, strict=True))
    data = write(tmp_path / "data.tsv", rows, expression.samples)
    order = np.random.default_rng(0).permutation(len(rows))
    (tmp_path / "other").mkdir()
    shuffled = write(
        tmp_path / "other" / "data.tsv", [rows[at] for at in order], expression.samples
    )
    settings = ["--method", "grnboost2", "--generation", "g3", "--seed", "4"]
    whole, turned, merged = (tmp_path / name for name in ("whole", "turned", "merged"))
    assert main(["infer", data, "--out", str(whole), *settings, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert main(["infer", shuffled, "--out", str(turned), *settings]) == 0
    for shard in ("1/2", "2/2"):
        out = tmp_path / shard[0]
        assert main(["infer", data, "--out", str(out), *settings, "--shard", shard]) == 0
    assert main(["merge", str(tmp_path / "1"), str(tmp_path / "2"), "--out", str(merged)]) == 0
    expected = RunFolder.open(whole).links_path.read_bytes()
    assert RunFolder.open(turned).links_path.read_bytes() == expected
    assert RunFolder.open(merged).links_path.read_bytes() == expected

    targets = pq.read_table(RunFolder.open(merged).targets_path)
    assert {"n_trees", "oob_gain"} <= set(targets.column_names)
    trees = targets["n_trees"].to_pylist()
    assert min(trees) >= 25
    assert facts["median_n_trees"] == np.median(trees)
    assert (facts["method"], facts["generation"], facts["stop"]) == (GRNBOOST2, "G3", "window")
    (note,) = facts["notes"]
    assert note.startswith("Boosting stopped early")
    assert runs.notes(whole) == [note]

    shown = dict(setting_rows(RunFolder.open(whole).spec))["Generation of GRNBoost2"]
    assert shown.startswith("G3: as arboreto is today")
    report = run_report(whole)
    assert "(generation G3)" in report.methods
    assert "the median number of trees per target is" in report.methods
    assert "--generation G3 --stop window" in dict(report.provenance)["Command"]
    page = html_report(report)
    assert note.split(":")[0] in page
    assert "Importance: shares of the gain of each tree" in page


@pytest.mark.usefixtures("home")
def test_run__inside_another_passes_its_cautions_on(tmp_path):
    noise = np.random.default_rng(1).normal(size=(12, 40))
    expression = replace(small_expression(), values=noise)
    run = runs.infer(expression, tmp_path / "run", forest=ForestSpec(IN_VIVO))
    (note,) = runs.notes(run)
    assert note.startswith("GRNBoost2: Boosting stopped early")
    assert run_report(run).notes == [note]


@pytest.mark.usefixtures("home")
def test_run__killed_and_resumed_has_the_same_bytes(tmp_path, monkeypatch):
    expression = small_expression()
    rows = zip(expression.genes, expression.values, strict=True)
    data = write(tmp_path / "data.tsv", rows, expression.samples)
    settings = ["--method", "grnboost2", "--seed", "4", "--trees", "60"]
    whole, cut = (str(tmp_path / name) for name in ("whole", "cut"))
    assert main(["infer", data, "--out", whole, *settings]) == 0

    class Killed(BaseException):
        pass

    infer_block, begun = layout.infer_block, []

    def killed(plan, engine, block):
        begun.extend(block)
        if len(begun) > 6:
            raise Killed
        return infer_block(plan, engine, block)

    with monkeypatch.context() as patch:
        patch.setattr(parts, "FLUSH_SECONDS", 0)
        patch.setattr(layout, "infer_block", killed)
        with pytest.raises(Killed):
            main(["infer", data, "--out", cut, *settings, "--threads", "1"])
    run = RunFolder.open(cut)
    assert 1 <= len(run.finished_targets()) < 12
    worker.run(run.path)
    assert run.links_path.read_bytes() == RunFolder.open(whole).links_path.read_bytes()
    resumed, expected = (pq.read_table(RunFolder.open(path).targets_path) for path in (cut, whole))
    for column in ("target", "n_trees", "oob_gain"):
        assert resumed[column].equals(expected[column])


@pytest.mark.usefixtures("home")
def test_run__of_few_samples_is_refused(tmp_path, capsys):
    expression = small_expression(n_samples=19)
    rows = zip(expression.genes, expression.values, strict=True)
    data = write(tmp_path / "data.tsv", rows, expression.samples)
    assert main(["infer", data, "--out", str(tmp_path / "run"), "--method", GRNBOOST2]) == 2
    assert "19 samples; GRNBoost2 needs 20" in capsys.readouterr().err
