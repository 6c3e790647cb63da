"""Tests of what the pages show of a cluster: stand-ins answer for Slurm."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from genie3_engine import planning, runs
from genie3_engine.launchers.base import Check, Host, JobView
from genie3_engine.launchers.local import LocalLauncher
from genie3_engine.launchers.slurm import asking, partitions, plan
from genie3_engine.launchers.slurm.partitions import Cluster, Partition
from genie3_engine.model import RunSpec
from genie3_engine.runs import CLUSTER, LAUNCHERS
from tests.pages.conftest import texts
from tests.planning.pilots import pilot

SHORT = Partition("short", True, True, 3600, 4, 2, 2000 * 2**20)
LONG = Partition("long", False, True, None, 2, 16, 64000 * 2**20)
TASKS = (
    Host("task 1", 0, "running", "computing", 5, 10, time.time(), node="node7", n_restarts=1),
    Host("task 2", 1, "queued", "waiting", 0, 10, None, note="waits for a free node"),
)


class Launcher(LocalLauncher):
    """Describes a run as the cluster's launcher does."""

    name = CLUSTER

    def view(self, run):
        bill = {"core_seconds": 5400.0, "n_cores": 4, "n_tasks": 2}
        return JobView(
            job="12",
            state="Running",
            hosts=TASKS,
            host_names=("task 1", "task 2"),
            n_interruptions=1,
            billing=bill,
        )

    def checks(self, options):
        yield Check("partition", "ok", f"{options['partition'] or 'short'} is there.")


@pytest.fixture
def cluster(monkeypatch):
    """A cluster of two partitions that this machine reaches."""

    class Known:
        def look(self):
            return Cluster((SHORT, LONG), 1001)

        ask = look

    monkeypatch.setattr(asking, "is_here", lambda: True)
    monkeypatch.setattr(partitions, "CLUSTER", Known())
    monkeypatch.setattr(plan, "CLUSTER", Known())
    info = replace(LAUNCHERS[CLUSTER], create=Launcher)
    monkeypatch.setitem(LAUNCHERS._records, CLUSTER, info)


def test_infer__offers_a_cluster_only_where_slurm_is(open_page, dataset, monkeypatch):
    monkeypatch.setattr(asking, "is_here", lambda: False)
    app = open_page("infer", data=dataset)
    assert "Slurm cluster" not in app.button_group(key="where").options


def test_infer__shows_the_limits_and_the_forecast_of_a_cluster(
    open_page, dataset, cluster, monkeypatch
):
    started = []
    monkeypatch.setattr(planning, "find", lambda spec, home_folder=None: pilot())
    monkeypatch.setattr(runs, "start", lambda spec: started.append(spec) or (1 / 0))
    app = open_page("infer", data=dataset)
    app.segmented_control(key="where").set_value(CLUSTER).run()
    assert any(
        "Partition short: up to 1 h, 4 nodes with 2 cores" in each.value for each in app.info
    )
    assert {"Tasks", "Time", "Memory of a task", "Core-hours"} <= {
        each.label for each in app.metric
    }
    assert app.selectbox(key="slurm_partition").options == ["short", "long"]
    app.selectbox(key="slurm_partition").set_value("long").run()
    assert any("Partition long: no time limit" in each.value for each in app.info)
    app.number_input(key="slurm_tasks").set_value(3).run()
    assert next(each.value for each in app.metric if each.label == "Tasks") == "3"
    app.text_area(key="slurm_setup").set_value("module load a, b\nsource it").run()
    app.button(key="run").click().run()
    (spec,) = started
    assert spec.launcher == CLUSTER
    chosen = {"tasks": 3, "partition": "long", "setup": ["module load a, b", "source it"]}
    assert spec.launcher_options == runs.complete_options(CLUSTER, chosen)


def test_runs__shows_each_task_and_core_hours(open_page, dataset, home, cluster):
    run = runs.create(RunSpec(dataset, launcher=CLUSTER), home / "runs" / "one")
    app = open_page("runs", run=run.name)
    assert not app.exception
    figures = {each.label: each.value for each in app.metric}
    assert figures["Slurm cluster status"] == "Running"
    assert (figures["Tasks"], figures["Core-hours so far"]) == ("1 of 2", "1.5")
    assert "Job `12` · 1 restart" in texts(app)
    table = next(each.value for each in app.dataframe if "Node" in each.value)
    assert [*table["Node"]] == ["node7", ""]
    assert [*table["Restarts"]] == [1, 0]
    assert [*table["Note"]] == ["", "waits for a free node"]


def test_setup__is_that_of_the_launcher_in_the_address(open_page, home, cluster):
    app = open_page("sagemaker", launcher=CLUSTER)
    assert app.title[0].value == "Slurm cluster"
    app.selectbox(key="setup_slurm_partition").set_value("long").run()
    app.text_input(key="setup_slurm_account").set_value("grn").run()
    app.button(key="save_cloud").click().run()
    assert runs.saved_options(CLUSTER) == {"account": "grn", "partition": "long"}
    app.button(key="check_cloud").click().run()
    assert "long is there" in texts(app)
