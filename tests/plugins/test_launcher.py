"""A launcher that another package registers in one place."""

from __future__ import annotations

import json

import pytest

from genie3_engine import planning, runs
from genie3_engine.cli import main
from genie3_engine.launchers.base import LauncherInfo
from genie3_engine.launchers.local import LocalLauncher
from genie3_engine.launchers.registry import LAUNCHERS
from genie3_engine.model import ForestSpec, JobState, RunSpec, Setting
from genie3_engine.reports import run_report
from genie3_engine.store.run_folder import RunFolder
from tests import waiting
from tests.pages.conftest import dataset, open_page, small_expression  # noqa: F401

PARTITION = Setting(
    name="partition", label="Partition", help="Partition of the cluster.", default="short"
)
N_NODES = Setting(
    name="n_nodes", label="Nodes", help="Nodes of a run.", default=1, kind="integer", minimum=1
)


class ClusterLauncher(LocalLauncher):
    """Starts runs as the local launcher does, under another name."""

    name = "cluster"


INFO = LauncherInfo(
    label="Cluster",
    help="Nodes of the institute's cluster.",
    create=ClusterLauncher,
    settings=(PARTITION, N_NODES),
    is_this_machine=True,
)


@pytest.fixture(autouse=True)
def _plugin():
    with LAUNCHERS.registered("cluster", INFO):
        yield


@pytest.fixture
def data(tmp_path):
    expression = small_expression()
    lines = ["\t".join(["gene", *expression.samples])]
    for gene, values in zip(expression.genes, expression.values, strict=True):
        lines.append("\t".join([gene, *map(str, values)]))
    file = tmp_path / "data.tsv"
    file.write_text("\n".join(lines) + "\n")
    return str(file)


def test_plugin__is_on_the_help_of_the_command_line(capsys):
    assert main(["submit", "--help"]) == 0
    text = capsys.readouterr().out
    assert "cluster" in text
    assert "--partition TEXT" in text
    assert "--n-nodes INT" in text


def test_plugin__runs_a_run_and_is_reported(home, data, tmp_path, capsys):
    run = tmp_path / "run"
    command = ["submit", data, "--out", str(run), "--launcher", "cluster", "--trees", "2"]
    assert main([*command, "--partition", "long", "--n-nodes", "3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["run"] == str(run)
    spec = RunFolder.open(run).spec
    assert spec.launcher == "cluster"
    assert spec.launcher_options == {"partition": "long", "n_nodes": 3}
    waiting.wait_until(lambda: runs.status(run).state is JobState.DONE)
    rows = {("Launcher", "Cluster"), ("Partition", "long"), ("Nodes", "3")}
    assert rows <= set(run_report(run).settings)
    assert rows <= set(runs.launcher_rows(spec))


def test_plugin__refuses_options_of_another_launcher(home, data, tmp_path, capsys):
    command = ["submit", data, "--out", str(tmp_path / "run"), "--launcher", "cluster"]
    assert main([*command, "--spot"]) == 2
    assert "--spot is an option of SageMaker, not of Cluster" in capsys.readouterr().err


def test_plugin__that_runs_here_is_forecast(home, tmp_path):
    expression = small_expression()
    spec = runs.build_run_spec(expression, dataset=runs.save_dataset(expression))
    planning.measure(spec)
    for launcher, is_forecast in (("cluster", True), (runs.CLOUD, False)):
        run = runs.create(
            RunSpec(spec.dataset, forest=spec.forest, launcher=launcher), tmp_path / launcher
        )
        assert (run / "forecast.json").exists() == is_forecast


def test_plugin__is_on_the_form_and_filled_in_from_an_earlier_run(
    open_page,  # noqa: F811
    dataset,  # noqa: F811
    home,
):
    app = open_page("infer", data=dataset)
    assert "Cluster" in app.button_group(key="where").options
    spec = RunSpec(
        dataset,
        forest=ForestSpec(n_trees=20),
        launcher="cluster",
        launcher_options={"partition": "long", "n_nodes": 3},
    )
    run = runs.create(spec, home / "runs" / "one")
    app = open_page("infer", data=dataset, like=run.name)
    assert not app.exception
    assert app.button_group(key="where").value == "cluster"
    assert app.text_input(key="cluster_partition").value == "long"
    assert app.number_input(key="cluster_n_nodes").value == 3
