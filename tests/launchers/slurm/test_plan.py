from __future__ import annotations

import pytest

from genie3_engine import planning, runs
from genie3_engine.errors import OptionError
from genie3_engine.launchers.shared_jobs import open_shared
from genie3_engine.launchers.slurm import plan as plans
from genie3_engine.launchers.slurm.errors import SlurmError
from genie3_engine.launchers.slurm.options import SlurmOptions
from genie3_engine.launchers.slurm.partitions import Cluster, Partition
from tests.planning.pilots import pilot
from tests.simulated_networks import tiny_expression

SHORT = Partition("short", True, True, 3600, 4, 2, 2000 * 2**20)


@pytest.fixture
def spec(home):
    expression = tiny_expression()
    return runs.build_run_spec(expression, dataset=runs.save_dataset(expression))


@pytest.fixture
def job(spec, tmp_path):
    return open_shared(runs.create(spec, tmp_path / "run"))


@pytest.fixture
def slurm(monkeypatch):
    """Return the commands that are asked, of a cluster of small nodes."""
    asked = []

    class Known:
        def look(self):
            return Cluster((SHORT,))

    monkeypatch.setattr(plans, "CLUSTER", Known())
    monkeypatch.setattr(plans, "ask", lambda *words, stdin: asked.append((words, stdin)))
    return asked


@pytest.fixture
def measured(monkeypatch):
    monkeypatch.setattr(planning, "find", lambda spec, home_folder=None: pilot())


def test_settled__is_sized_by_the_forecast(job, slurm, measured):
    options = plans.settled(SlurmOptions(), job)
    assert (options.tasks, options.cpus, options.time, options.memory) == (1, 2, 600, "1G")


def test_settled__without_a_pilot_leaves_time_and_memory_to_the_cluster(job, slurm):
    options = plans.settled(SlurmOptions(), job)
    assert (options.tasks, options.time, options.memory) == (4, None, None)


def test_settled__refuses_what_the_cluster_can_never_run(job, slurm):
    with pytest.raises(OptionError, match="--memory is 9G"):
        plans.settled(SlurmOptions(memory="9G"), job)


def test_plan__has_both_scripts_and_what_slurm_says(spec, slurm, measured):
    found = plans.plan(SlurmOptions(tasks=3, cpus=1), spec)
    (tasks, tasks_text), (merge, merge_text) = found.scripts
    assert "--array=0-2" in tasks
    assert "--tasks 3" in tasks_text
    assert "--dependency=afterok:TASKS" in merge
    assert merge_text.splitlines()[-1].endswith("genie3_engine.worker RUN")
    assert found.options["tasks"] == 3
    assert found.problems == ()
    assert {each.label for each in found.figures} == {
        *("Tasks", "Time", "Memory of a task", "Core-hours")
    }
    ((words, text),) = slurm
    assert "--test-only" in words
    assert text == tasks_text
    assert not any(word.startswith("--chdir") for word in words)


def test_plan__says_what_slurm_refuses(spec, slurm, measured, monkeypatch):
    def refuse(*words, stdin):
        raise SlurmError("Slurm refuses the account: x.", "Give another.")

    monkeypatch.setattr(plans, "ask", refuse)
    found = plans.plan(SlurmOptions(cpus=1), spec)
    assert found.problems == ("Slurm refuses the account: x. Give another.",)


def test_plan__finds_itself_what_slurm_would_keep_waiting(spec, slurm):
    found = plans.plan(SlurmOptions(time=7200), spec)
    assert "--time is 2 h" in found.problems[0]
    assert slurm == []
    assert found.figures == ()


def test_figures__say_what_a_task_has(spec, slurm, measured):
    forecast = planning.forecast(spec, runs.open_dataset(spec.dataset), pilot())
    options = SlurmOptions(tasks=2).to_dict(is_whole=True)
    tasks, time, memory, core_hours = plans.figures(options, forecast)
    assert (tasks.value, tasks.help) == ("2", "Of 2 cores each.")
    assert "0:10:00" in time.help
    assert memory.value == "1G"
    assert float(core_hours.value) > 0


def test_limits__are_those_of_the_chosen_partition(slurm):
    assert plans.limits({}).startswith("Partition short: up to 1 h")
    assert plans.limits({"partition": "none"}) == ""
