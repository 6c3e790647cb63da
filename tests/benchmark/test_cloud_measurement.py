"""Tests of measurements on cloud instances."""

from __future__ import annotations

import json
import shlex

import pytest

from genie3_engine import runs
from genie3_engine.benchmark import Configuration, ExperimentSpec, SimulatedData, cloud_measurement
from genie3_engine.benchmark.local_measurement import Subject
from genie3_engine.cli import main
from genie3_engine.errors import CloudError, OptionError
from genie3_engine.model import COMPILED, RunState, RunStatus
from tools.sagemaker_emulator.emulator import Emulator


def test_experiment__measures_layouts_on_instances(home, tmp_path, capsys):
    with Emulator("--grace-seconds", "3") as emulator:
        assert main(shlex.split(f"cloud save --endpoint-url {emulator.url} --instances 3")) == 0
        assert main(shlex.split(f"simulate --genes 6 --samples 10 --out {tmp_path}/data")) == 0
        measure = (
            f"experiment {tmp_path}/data/expression.tsv --out {tmp_path}/lab --engines compiled"
            " --threads 1 --instances 1,2 --targets 4 --trees 3 --instance-type ml.m5.xlarge --json"
        )
        capsys.readouterr()
        assert main(shlex.split(measure)) == 0
        found = json.loads(capsys.readouterr().out.splitlines()[-1])
        jobs = emulator.requests("CreateTrainingJob")
        assert main(shlex.split(f"{measure.removesuffix('--json')} --resume")) == 0  # it is done
        said = capsys.readouterr().out
    assert "billable s" in said
    assert "instances" in said
    assert [row["instances"] for row in sorted(found["rows"], key=lambda r: r["instances"])] == [
        1,
        2,
    ]
    for row in found["rows"]:
        assert row["error"] == ""
        assert row["total_seconds"] > row["seconds"]["starting"] > 0
        assert row["elapsed_seconds"] == row["seconds"]["computing"]
        assert row["billable_seconds"] > 0
        assert row["dollars"] > 0
    assert found["machine"]["processor"] == "up to 2 x ml.m5.xlarge"
    tags = [{tag["Key"]: tag["Value"] for tag in job["Tags"]} for job in jobs]
    assert [tag["genie3:experiment"] for tag in tags] == ["lab", "lab"]
    assert sorted(job["ResourceConfig"]["InstanceCount"] for job in jobs) == [1, 2]
    data = {job["InputDataConfig"][1]["DataSource"]["S3DataSource"]["S3Uri"] for job in jobs}
    assert len(data) == 1


class Account:
    """Stands in for the cloud: two jobs at a time."""

    def __init__(self):
        self.at_work, self.most = set(), 0

    def launch(self, configuration, subject, folder, options):
        if len(self.at_work) == 2:
            raise CloudError("So many instances are too many.", "Wait.", code="cloud-quota")
        self.at_work.add(folder.name)
        self.most = max(self.most, len(self.at_work))

    def measure(self, configuration, subject, folder, *, repeat, should_stop):
        self.at_work.remove(folder.name)
        return folder.name


def test_measure_all__begins_no_more_than_the_account_may_have(monkeypatch, tmp_path):
    account = Account()
    monkeypatch.setattr(cloud_measurement, "launch", account.launch)
    monkeypatch.setattr(cloud_measurement, "measure", account.measure)
    spec = ExperimentSpec(
        "x", "", (Configuration(COMPILED),), n_repeats=5, simulated=SimulatedData(10, 10)
    )
    found = list(cloud_measurement.measure_all(spec, spec.schedule(), None, tmp_path))
    assert found == [(slot, slot.key) for slot in spec.schedule()]
    assert account.most == 2


def test_measure_all__writes_no_row_for_a_run_that_was_cancelled(monkeypatch, tmp_path):
    """A job that is still stopping when its experiment is resumed is measured anew."""
    states = iter([RunState.STOPPING, RunState.STOPPING, RunState.CANCELLED, RunState.DONE])
    launched = []
    monkeypatch.setattr(cloud_measurement, "_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(cloud_measurement, "launch", lambda *_: launched.append(1))
    monkeypatch.setattr(runs, "status", lambda *_, **__: RunStatus(next(states)))
    timings = {"seconds": {"total": 9.0}, "billing": {"billable_seconds": 5.0, "dollars": 0.1}}
    monkeypatch.setattr(runs, "timings", lambda *_: timings)
    spec = ExperimentSpec("x", "", (Configuration(COMPILED),), simulated=SimulatedData(10, 10))
    subject = Subject("0" * 64)
    ((_, row),) = cloud_measurement.measure_all(spec, spec.schedule(), subject, tmp_path)
    assert (row.error, row.total_seconds) == ("", 9.0)
    assert len(launched) == 2


def test_measure_all__of_an_account_that_may_have_none_is_refused(monkeypatch, tmp_path):
    account = Account()
    account.at_work = {"somebody's", "else's"}
    monkeypatch.setattr(cloud_measurement, "launch", account.launch)
    spec = ExperimentSpec("x", "", (Configuration(COMPILED),), simulated=SimulatedData(10, 10))
    with pytest.raises(CloudError, match="too many"):
        list(cloud_measurement.measure_all(spec, spec.schedule(), None, tmp_path))


def test_experiment__of_many_instances_takes_a_place_that_has_them():
    many = Configuration(COMPILED, n_instances=2)
    with pytest.raises(OptionError, match="instances"):
        ExperimentSpec("x", "", (many,), simulated=SimulatedData(10, 10))


def test_configuration__counts_the_workers_of_all_instances():
    many = Configuration(COMPILED, n_threads=4, n_instances=8)
    assert (many.workers, many.is_serial) == (32, False)
    assert many.label == "compiled, 8 instances x 1 process x 4 threads"
