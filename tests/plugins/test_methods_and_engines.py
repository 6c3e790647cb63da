"""Methods and an engine that another package declares by entry points."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from genie3_engine import runs
from genie3_engine.cli import main
from genie3_engine.errors import OptionError
from genie3_engine.model import ENGINES, METHODS, ForestSpec, RunSpec
from genie3_engine.planning.memory import engine_bytes
from genie3_engine.planning.workloads import workload_of
from genie3_engine.reports import run_report
from genie3_engine.store.parts import read_targets
from genie3_engine.store.run_folder import RunFolder
from tests.pages.conftest import dataset, open_page, small_expression  # noqa: F401

PLUGIN = Path(__file__).with_name("correlation_plugin.py")


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """The plug-in, as installed for this process and for those that it starts."""
    folder = tmp_path / "installed"
    info = folder / "correlation_plugin-1.0.dist-info"
    info.mkdir(parents=True)
    shutil.copy(PLUGIN, folder)
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: correlation-plugin\nVersion: 1.0\n"
    )
    (info / "entry_points.txt").write_text(
        "[genie3.methods]\nBT = correlation_plugin:METHOD\nSQ = correlation_plugin:SQUARES\n"
        "[genie3.engines]\ncorrelation = correlation_plugin:ENGINE\n"
    )
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    for registry in (METHODS, ENGINES):
        for name, value in (("_is_searched", False), ("_places", dict(registry._places))):
            monkeypatch.setattr(registry, name, value)
        monkeypatch.setattr(registry, "_records", dict(registry._records))


@pytest.fixture
def data(tmp_path):
    expression = small_expression()
    lines = ["\t".join(["gene", *expression.samples])]
    for gene, values in zip(expression.genes, expression.values, strict=True):
        lines.append("\t".join([gene, *map(str, values)]))
    file = tmp_path / "data.tsv"
    file.write_text("\n".join(lines) + "\n")
    return str(file)


@pytest.mark.usefixtures("plugin")
def test_plugin__is_on_the_help_of_the_command_line(capsys):
    assert main(["infer", "--help"]) == 0
    text = capsys.readouterr().out
    assert "|BT|SQ" in text
    assert "--engine compiled|scikit-learn|correlation" in text


@pytest.mark.usefixtures("plugin", "home")
def test_plugin__runs_on_several_processes_and_is_reported(data, tmp_path):
    run = tmp_path / "run"
    options = ["--method", "bt", "--engine", "correlation", "--processes", "2", "--seed", "3"]
    assert main(["infer", data, "--out", str(run), *options]) == 0
    assert RunFolder.open(run).spec.forest == ForestSpec(method="BT", seed=3, engine="correlation")
    report = run_report(run)
    settings = dict(report.settings)
    assert (settings["Method"], settings["Engine"]) == ("Balanced Trees", "Correlation")
    assert "--method BT" in dict(report.provenance)["Command"]
    for words in ("forest of balanced trees", "the correlation engine", "Doe J", "Pearson K"):
        assert words in report.methods


@pytest.mark.usefixtures("plugin", "home")
def test_plugin__method_runs_on_the_built_in_engines(data, tmp_path):
    quick = ["--method", "BT", "--trees", "2", "--targets", "2"]
    for engine in ("compiled", "scikit-learn"):
        run = tmp_path / engine
        assert main(["infer", data, "--out", str(run), "--engine", engine, *quick]) == 0
        assert RunFolder.open(run).has_result


@pytest.mark.usefixtures("plugin", "home")
def test_plugin__method_with_a_scorer_of_its_own_takes_blocks_of_targets(data, tmp_path, capsys):
    runs = {}
    for layout in ((), ("--processes", "2"), ("--shard", "1/2")):
        run = tmp_path / f"run{len(runs)}"
        words = ["--method", "sq", "--seed", "3", *layout]
        assert main(["infer", data, "--out", str(run), *words]) == 0
        runs[layout] = RunFolder.open(run)
    shown = capsys.readouterr()
    assert "--seed is not used by squared correlation." in shown.err
    assert "12 targets know no direction." in shown.out
    whole, spread, shard = runs.values()
    assert whole.links_path.read_bytes() == spread.links_path.read_bytes()
    assert whole.spec.forest.to_dict() == {"method": "SQ", "engine": "compiled"}
    rows = {row.target: row for row in read_targets(whole.targets_path)}
    assert {row.n_trees for row in rows.values()} == {2}
    assert all(rows[row.target].n_links == row.n_links for row in read_targets(shard.targets_path))
    report = run_report(whole.path)
    assert dict(report.settings)["Method"] == "Squares"
    assert "Trees per target" not in dict(report.settings)
    assert "For each gene, all other genes were ranked by squared" in report.methods
    assert "[1] Galton" in report.methods


@pytest.mark.usefixtures("plugin", "home")
def test_plugin__method_with_a_scorer_of_its_own_is_refused_where_it_cannot_be(tmp_path, capsys):
    with pytest.raises(OptionError, match="squared correlation is not computed by scikit-learn"):
        ForestSpec(method="SQ", engine="scikit-learn")
    few = tmp_path / "few.tsv"
    few.write_text("gene\ts1\ts2\ts3\nA\t1\t2\t3\nB\t3\t1\t2\nC\t2\t2\t1\n")
    assert main(["infer", str(few), "--out", str(tmp_path / "run"), "--method", "SQ"]) == 2
    assert "3 samples; squared correlation needs 4" in capsys.readouterr().err


@pytest.mark.usefixtures("plugin", "home")
def test_plugin__is_forecast(data, capsys):
    options = ["--method", "BT", "--engine", "correlation", "--trees", "5"]
    assert main(["forecast", data, "--json", *options]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["wall_seconds"] > 0


@pytest.mark.usefixtures("plugin")
def test_plugin__memory_is_its_own():
    spec = RunSpec("0" * 64, forest=ForestSpec(method="BT", engine="correlation"))
    work = workload_of(spec, 100, 20, n_cores=1)
    assert engine_bytes(work) == 8.0 * 100 * 20
    work = workload_of(RunSpec("0" * 64, forest=ForestSpec(method="SQ")), 100, 20, n_cores=1)
    assert engine_bytes(work) == 16.0 * 100


@pytest.mark.usefixtures("plugin")
def test_plugin__is_on_the_form_and_filled_in_from_an_earlier_run(
    open_page,  # noqa: F811
    dataset,  # noqa: F811
    home,
):
    app = open_page("infer", data=dataset)
    assert {"Balanced Trees", "Squares"} <= set(app.selectbox(key="method").options)
    assert "Correlation" in app.button_group(key="engine").options
    forest = ForestSpec(method="BT", k=7, n_trees=20, seed=5, engine="correlation")
    run = runs.create(RunSpec(dataset, forest=forest, keep=4), home / "runs" / "one")
    app = open_page("infer", data=dataset, like=run.name)
    assert not app.exception
    assert app.selectbox(key="method").value == "BT"
    assert app.button_group(key="engine").value == "correlation"
    numbers = {key: app.number_input(key=key).value for key in ("k_number", "n_trees", "seed")}
    assert numbers == {"k_number": 7, "n_trees": 20, "seed": 5}
    assert app.number_input(key="keep_number").value == 4
