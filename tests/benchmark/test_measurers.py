"""Runs of an experiment are measured here and by launchers."""

from __future__ import annotations

import json
import shlex
from types import SimpleNamespace

import pytest

from genie3_engine import runs
from genie3_engine.benchmark import Configuration, ExperimentSpec, SimulatedData, measurers
from genie3_engine.benchmark.measurers import LauncherMeasurer, Task, measure_all
from genie3_engine.benchmark.subject import Subject
from genie3_engine.cli import main
from genie3_engine.errors import CloudError, OptionError
from genie3_engine.launchers.base import LauncherInfo
from genie3_engine.model import COMPILED, ErrorRecord, JobState, RunSpec, RunStatus
from genie3_engine.store.run_folder import RunFolder


@pytest.mark.slow(12)
def test_experiment__measures_layouts_on_instances(home, tmp_path, capsys, emulator):
    assert main(shlex.split(f"cloud save --endpoint-url {emulator.url} --instances 3")) == 0
    assert main(shlex.split(f"simulate --genes 6 --samples 10 --out {tmp_path}/data")) == 0
    measure = (
        f"experiment {tmp_path}/data/expression.tsv --out {tmp_path}/lab --engines compiled"
        " --threads 1 --instances 2 --instance-types ml.m5.xlarge,ml.c5.xlarge --targets 4"
        " --trees 3 --json"
    )
    n_before = len(emulator.requests("CreateTrainingJob"))
    capsys.readouterr()
    assert main(shlex.split(measure)) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    jobs = emulator.requests("CreateTrainingJob")[n_before:]
    assert main(shlex.split(f"{measure.removesuffix('--json')} --resume")) == 0  # it is done
    said = capsys.readouterr().out
    assert "billable s" in said
    assert "instances" in said
    assert [(row["instance_type"], row["instances"]) for row in found["rows"]] == [
        ("ml.m5.xlarge", 2),
        ("ml.c5.xlarge", 2),
    ]
    assert found["rows"][0]["speedup"] == 1.0
    assert found["rows"][0]["efficiency"] is None
    for row in found["rows"]:
        assert row["error"] == ""
        assert row["total_seconds"] > row["seconds"]["starting"] > 0
        assert row["elapsed_seconds"] == row["seconds"]["computing"]
        assert row["billable_seconds"] > 0
        assert row["dollars"] > 0
    assert found["machine"]["processor"] == "up to 2 x ml.m5.xlarge, ml.c5.xlarge"
    tags = [{tag["Key"]: tag["Value"] for tag in job["Tags"]} for job in jobs]
    assert [tag["genie3:experiment"] for tag in tags] == ["lab", "lab"]
    resources = [job["ResourceConfig"] for job in jobs]
    assert [each["InstanceCount"] for each in resources] == [2, 2]
    assert {each["InstanceType"] for each in resources} == {"ml.m5.xlarge", "ml.c5.xlarge"}
    data = {job["InputDataConfig"][1]["DataSource"]["S3DataSource"]["S3Uri"] for job in jobs}
    assert len(data) == 1


class Account:
    """A measurer of an account that may have two jobs at a time."""

    runs_in_parallel, needs_warm_up = True, False

    def __init__(self):
        self.at_work, self.most = set(), 0

    def start(self, task):
        if len(self.at_work) == 2:
            raise CloudError("So many instances are too many.", "Wait.", code="cloud-quota")
        self.at_work.add(task.key)
        self.most = max(self.most, len(self.at_work))
        return False

    def wait(self, task, *, report, should_stop):
        self.at_work.remove(task.key)
        return task.key


def tasks(folder, n=5):
    one = Configuration(COMPILED)
    return [
        Task(f"000-{repeat:03d}", one, Subject("0" * 64), folder / "lab" / "runs" / str(repeat))
        for repeat in range(1, n + 1)
    ]


def ignored(task):
    return lambda step, *, error=None: None


def run_all(measurer, wanted):
    return list(measure_all(measurer, wanted, report=ignored, should_stop=lambda: False))


def test_measure_all__begins_no_more_than_the_account_may_have(tmp_path):
    account, wanted = Account(), tasks(tmp_path)
    assert run_all(account, wanted) == [(task, task.key) for task in wanted]
    assert account.most == 2


def test_measure_all__of_an_account_that_may_have_none_is_refused(tmp_path):
    account = Account()
    account.at_work = {"somebody's", "else's"}
    with pytest.raises(CloudError, match="too many"):
        run_all(account, tasks(tmp_path, 1))


class Service:
    """The statuses of a run at a service, and how often it was submitted."""

    def __init__(self, monkeypatch, *states):
        self.states, self.submitted, self.cleaned = list(states), [], []
        monkeypatch.setattr(measurers, "_ASK_SECONDS", 0.0)
        monkeypatch.setattr(measurers, "run_spec_of", lambda *_: RunSpec("0" * 64))
        monkeypatch.setattr(runs, "status", self.status)
        monkeypatch.setattr(runs, "start", self.start)
        monkeypatch.setattr(runs, "cancel", lambda *_, **__: None)
        launcher = SimpleNamespace(cleanup=self.cleaned.append)
        monkeypatch.setattr(runs, "launcher_of", lambda run: launcher)
        info = LauncherInfo(label="Moon", help="Far away.", create=lambda home: launcher)
        monkeypatch.setitem(runs.LAUNCHERS._records, "moon", info)
        timings = {"seconds": {"total": 9.0}, "billing": {"billable_seconds": 5.0, "dollars": 0.1}}
        monkeypatch.setattr(runs, "timings", lambda *_: timings)

    def status(self, run, **_):
        state = self.states.pop(0)
        error = ErrorRecord("cloud", "AWS is silent.") if state is JobState.UNKNOWN else None
        return RunStatus(state, error=error)

    def start(self, spec, *, folder, home):
        self.submitted.append(spec.launcher)
        RunFolder.create(folder, spec, RunStatus(JobState.QUEUED))


def test_launcher__measures_anew_what_was_still_stopping_when_it_was_resumed(monkeypatch, tmp_path):
    (task,) = tasks(tmp_path, 1)
    RunFolder.create(task.path, RunSpec("0" * 64), RunStatus(JobState.QUEUED))
    states = [JobState.STOPPING, JobState.STOPPING, JobState.CANCELLED, JobState.CANCELLED]
    service = Service(monkeypatch, *states, JobState.DONE)
    ((_, row),) = run_all(LauncherMeasurer("moon", {"size": 1}), [task])
    assert (row.error, row.total_seconds, row.dollars) == ("", 9.0, 0.1)
    assert service.submitted == ["moon"]
    assert service.cleaned == [task.path]  # else nobody would know what is left there


def test_launcher__measures_nothing_of_a_run_that_was_cancelled(monkeypatch, tmp_path):
    service = Service(monkeypatch, JobState.RUNNING, JobState.CANCELLED)
    ((_, row),) = run_all(LauncherMeasurer("moon", {"size": 1}), tasks(tmp_path, 1))
    assert row is None
    assert len(service.submitted) == 1


def test_launcher__reports_that_the_service_cannot_be_asked(monkeypatch, tmp_path):
    Service(monkeypatch, JobState.UNKNOWN, JobState.UNKNOWN, JobState.RUNNING, JobState.DONE)
    told = []

    def report(task):
        return lambda step, *, error=None: told.append(error and error.message)

    measurer = LauncherMeasurer("moon", {"size": 1})
    list(measure_all(measurer, tasks(tmp_path, 1), report=report, should_stop=lambda: False))
    assert told == [None, "AWS is silent.", None]


def test_launcher__stops_until_the_service_has_confirmed(monkeypatch, tmp_path):
    (task,) = tasks(tmp_path, 1)
    measurer = LauncherMeasurer("moon", {"size": 1})
    Service(monkeypatch)
    measurer.stop([task])  # it was never started
    RunFolder.create(task.path, RunSpec("0" * 64), RunStatus(JobState.QUEUED))
    service = Service(monkeypatch, JobState.STOPPING, JobState.UNKNOWN, JobState.CANCELLED)
    measurer.stop([task])
    assert service.states == []
    monkeypatch.setattr(measurers, "_STOP_SECONDS", -1.0)
    Service(monkeypatch, JobState.UNKNOWN)
    with pytest.raises(CloudError, match=r"1 runs .* may still be at work: AWS is silent"):
        measurer.stop([task])


def test_experiment__of_many_instances_takes_a_launcher_that_has_them():
    many = Configuration(COMPILED, n_instances=2)
    with pytest.raises(OptionError, match="takes one machine"):
        ExperimentSpec("x", "", (many,), simulated=SimulatedData(10, 10))


def test_experiment__of_instance_types_takes_a_launcher_that_has_them():
    typed = (Configuration(COMPILED, instance="ml.m5.xlarge"),)
    data = SimulatedData(5, 5)
    with pytest.raises(OptionError, match="has no instance types"):
        ExperimentSpec("x", "my-own", typed, simulated=data)
    spec = ExperimentSpec("x", "my-own", typed, simulated=data, launcher=runs.CLOUD)
    assert ExperimentSpec.from_dict(json.loads(json.dumps(spec.to_dict()))) == spec


def test_configuration__counts_the_workers_of_all_instances():
    many = Configuration(COMPILED, n_threads=4, n_instances=8)
    assert (many.workers, many.is_serial) == (32, False)
    assert many.label == "compiled, 8 instances x 1 process x 4 threads"
