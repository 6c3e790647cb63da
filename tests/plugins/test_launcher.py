"""A launcher that another package registers in one place."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from genie3_engine import benchmark, planning, runs
from genie3_engine.benchmark import Configuration, ExperimentSpec, SimulatedData, measurers
from genie3_engine.cli import main
from genie3_engine.launchers.base import Check, Cleaned, Host, JobView, LauncherInfo, LaunchPlan
from genie3_engine.launchers.local import LocalLauncher
from genie3_engine.launchers.registry import LAUNCHERS
from genie3_engine.model import COMPILED, ForestSpec, JobState, RunSpec, Setting
from genie3_engine.reports import run_report
from genie3_engine.store.run_folder import RunFolder
from tests import waiting
from tests.pages.conftest import dataset, open_page, small_expression, texts  # noqa: F401

QUEUE = Setting(name="node_queue", label="Queue", help="Queue of the cluster.", default="short")
N_NODES = Setting(
    name="n_nodes", label="Nodes", help="Nodes of a run.", default=1, kind="integer", minimum=1
)
PROJECT = Setting(name="project", label="Project", help="Who pays.", default="", is_advanced=True)


class ClusterLauncher(LocalLauncher):
    """Starts runs as the local launcher does, under another name."""

    name = "cluster"

    def view(self, run):
        host = Host("task-1", 0, "running", "", 3, 12, None, note="waits for a free node")
        return JobView(job=f"job of {run.name}", state="COMPLETED", hosts=(host,))

    def checks(self, options):
        yield Check("scheduler", "ok", f"It answers for {options['project']}.")
        yield Check("node_queue", "missing", f"There is no {options['node_queue']}.", "Choose one.")

    def estimate_cost(self, spec):
        options = spec.launcher_options
        return LaunchPlan(
            options=options, request={"script": "run.sh"}, cost=f"{options['n_nodes']} node hours."
        )

    def cleanup(self, run, *, shared=False):
        return Cleaned(1, 2**20, 0, "the matrix" if not shared else "nothing")


INFO = LauncherInfo(
    label="Cluster",
    help="Nodes of the institute's cluster.",
    create=ClusterLauncher,
    settings=(QUEUE, N_NODES, PROJECT),
    machines="n_nodes",
    cores=lambda options: 48 if options["node_queue"] == "long" else 6,
    notice=lambda options: "" if options.get("project") else "The cluster needs a project.",
    about="The matrix goes to the cluster's disk.",
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


@pytest.mark.parametrize("command", ["submit", "resume", "cloud", "experiment"])
def test_plugin__is_on_the_help_of_the_command_line(command, capsys):
    assert main([command, "--help"]) == 0
    text = capsys.readouterr().out
    assert "Cluster" in text
    assert "--node-queue TEXT" in text
    assert "--project TEXT" in text


def test_plugin__runs_a_run_and_is_reported(home, data, tmp_path, capsys):
    run = tmp_path / "run"
    command = ["submit", data, "--out", str(run), "--launcher", "cluster", "--trees", "2"]
    assert main([*command, "--node-queue", "long", "--n-nodes", "3", "--json"]) == 0
    begun = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (begun["run"], begun["job"]) == (str(run), "job of run")
    spec = RunFolder.open(run).spec
    assert spec.launcher == "cluster"
    assert spec.launcher_options == {"node_queue": "long", "n_nodes": 3}
    waiting.wait_until(lambda: runs.status(run).state is JobState.DONE)
    rows = {("Launcher", "Cluster"), ("Queue", "long"), ("Nodes", "3")}
    assert rows <= set(run_report(run).settings)
    assert rows <= set(runs.launcher_rows(spec))
    assert main(["status", str(run)]) == 0
    said = capsys.readouterr().out
    assert "Cluster" in said
    assert "COMPLETED" in said
    assert "3 of 12 targets, waits for a free node" in said
    assert "paid for" not in said
    assert main(["cleanup", str(run)]) == 0
    assert "Deleted 1 files (1.00 MiB)" in capsys.readouterr().out


def test_plugin__is_checked_and_saves_its_options(home, capsys):
    command = [
        "cloud",
        "save",
        "--launcher",
        "cluster",
        "--project",
        "grn",
        "--node-queue",
        "night",
    ]
    assert main(command) == 0
    assert runs.saved_options("cluster") == {"project": "grn", "node_queue": "night"}
    capsys.readouterr()
    assert main(["cloud", "check", "--launcher", "cluster"]) == 2
    said = capsys.readouterr().out
    assert "It answers for grn." in said
    assert "There is no night. Choose one." in said


def test_plugin__estimates_what_a_run_would_cost(home, data, tmp_path, capsys):
    command = ["submit", data, "--out", str(tmp_path / "run"), "--launcher", "cluster"]
    assert main([*command, "--n-nodes", "5", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "run.sh" in said
    assert "5 node hours." in said
    assert not (tmp_path / "run").exists()


def test_plugin__refuses_options_of_another_launcher(home, data, tmp_path, capsys):
    command = ["submit", data, "--out", str(tmp_path / "run"), "--launcher", "cluster"]
    assert main([*command, "--spot"]) == 2
    assert "--spot is an option of SageMaker, not of Cluster" in capsys.readouterr().err


def test_plugin__that_runs_here_is_forecast(home, tmp_path):
    expression = small_expression()
    spec = runs.build_run_spec(expression, dataset=runs.save_dataset(expression))
    planning.measure(spec)
    with LAUNCHERS.registered("here", replace(INFO, is_this_machine=True)):
        for launcher, is_forecast in (("here", True), ("cluster", False), (runs.CLOUD, False)):
            run = runs.create(
                RunSpec(spec.dataset, forest=spec.forest, launcher=launcher), tmp_path / launcher
            )
            assert (run / "forecast.json").exists() == is_forecast


def test_plugin__measures_an_experiment(home):
    spec = ExperimentSpec(
        "x",
        benchmark.MY_OWN,
        (Configuration(COMPILED, n_targets=2, n_instances=2),),
        simulated=SimulatedData(10, 12),
        n_trees=2,
        launcher="cluster",
        launcher_options={"node_queue": "long"},
    )
    folder = benchmark.create(spec)
    benchmark.conduct(folder)
    (row,) = benchmark.experiment_results(folder).measurements
    assert row.error == ""
    assert row.total_seconds > 0
    run = RunFolder.open(next((folder / "runs").iterdir())).spec
    assert run.launcher == "cluster"
    assert run.launcher_options == {"node_queue": "long", "n_nodes": 2}
    machine = benchmark.status(folder).machine
    assert (machine["processor"], machine["usable_cores"]) == ("up to 2 x Cluster", 96)


def test_plugin__whose_cores_are_chosen_gets_those_of_each_configuration(home, monkeypatch):
    n_cores = Setting(name="n_cores", label="Cores", help="Of a node.", default=1, kind="integer")
    started = []
    monkeypatch.setattr(runs, "start", lambda spec, **_: started.append(spec.launcher_options))
    monkeypatch.setattr(measurers, "run_spec_of", lambda *_: RunSpec("d" * 64))
    info = replace(INFO, settings=(*INFO.settings, n_cores), cores_setting="n_cores")
    with LAUNCHERS.registered("cores", info):
        configuration = Configuration(COMPILED, n_targets=2, n_processes=2, n_threads=3)
        task = measurers.Task("one", configuration, SimpleNamespace(home=home), home / "run")
        measurers.LauncherMeasurer("cores", {}).start(task)
    assert started == [{"n_nodes": 1, "n_cores": 6}]


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
        launcher_options={"node_queue": "long", "n_nodes": 3},
    )
    run = runs.create(spec, home / "runs" / "one")
    app = open_page("infer", data=dataset, like=run.name)
    assert not app.exception
    assert app.button_group(key="where").value == "cluster"
    assert app.text_input(key="cluster_node_queue").value == "long"
    assert app.number_input(key="cluster_n_nodes").value == 3


def test_plugin__is_among_the_machines_of_an_experiment(open_page, home, monkeypatch):  # noqa: F811
    started = []
    monkeypatch.setattr(benchmark, "start", lambda spec: started.append(spec) or home / "new")
    app = open_page("speedup")
    app.button_group(key="lab_where").set_value("cluster").run()
    assert any("needs a project" in each.value for each in app.info)
    app.text_input(key="lab_cluster_node_queue").set_value("long").run()
    app.multiselect(key="lab_cluster_n_nodes").set_value([1, 4]).run()
    assert "machines together" in texts(app)
    app.button(key="start_experiment").click().run()
    assert not app.exception
    (spec,) = started
    assert (spec.launcher, spec.launcher_options) == ("cluster", {"node_queue": "long"})
    assert {each.n_instances for each in spec.configurations} == {1, 4}
    assert max(each.n_threads for each in spec.configurations) == 48


def test_plugin__has_its_setup_on_the_page(open_page, home):  # noqa: F811
    app = open_page("sagemaker")
    app.button_group(key="setup_launcher").set_value("cluster").run()
    assert app.title[0].value == "Cluster"
    assert "The matrix goes to the cluster's disk." in texts(app)
    app.text_input(key="setup_cluster_project").set_value("grn").run()
    app.button(key="save_cloud").click().run()
    assert runs.saved_options("cluster") == {"project": "grn"}
    app.button(key="check_cloud").click().run()
    assert not app.exception
    assert "There is no short" in texts(app)


def test_plugin__shows_the_job_of_a_run(open_page, dataset, home):  # noqa: F811
    run = runs.create(RunSpec(dataset, launcher="cluster"), home / "runs" / "one")
    app = open_page("runs", run=run.name)
    assert not app.exception
    assert "job of one" in texts(app)
    assert "Cluster status" in [each.label for each in app.metric]
    tables = [each.value for each in app.dataframe]
    assert any("waits for a free node" in str(table) for table in tables)
