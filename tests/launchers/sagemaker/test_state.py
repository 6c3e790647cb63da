from __future__ import annotations

import json

import pytest

from genie3_engine.errors import CloudError
from genie3_engine.launchers.base import Host
from genie3_engine.launchers.sagemaker import state
from genie3_engine.launchers.sagemaker.options import SageMakerOptions
from genie3_engine.launchers.sagemaker.state import Collection, JobRecord, TrainingState
from genie3_engine.launchers.sagemaker.training_job import Job
from tests.simulated_networks import tiny_run

# As version 0.1.0 has written it.
OLD = {
    "launcher": "sagemaker",
    "options": {"instance_type": "ml.c5.xlarge", "instances": 2, "subnets": []},
    "key": "k",
    "engine": "e",
    "jobs": [
        {
            "name": "j",
            "submitted": 1.0,
            "instance_type": "ml.c5.xlarge",
            "n_instances": 2,
            "spot": False,
            "usd_an_hour": 0.23,
            "price_note": "",
            "seen": {"state": "Completed", "billable_seconds": 3600},
        }
    ],
    "is_cancelled": False,
    "checked": 5.0,
    "refusal": None,
    "hosts": [
        {
            "name": "algo-1",
            "rank": 0,
            "state": "done",
            "step": "",
            "targets_done": 4,
            "targets_total": 4,
            "heartbeat": 7.0,
            "timings": None,
        }
    ],
    "logs_read": {"a": "token"},
    "logs_checked": 0.0,
}


@pytest.fixture
def run(home, tmp_path):
    return tiny_run(tmp_path / "run", launcher="sagemaker")


def test_load__reads_the_file_of_version_0_1_0(run):
    (run.path / state.FILE).write_text(json.dumps(OLD))
    loaded = state.load(run)
    assert loaded.options.instances == 2
    assert loaded.job.seen.state == "Completed"
    assert loaded.job.dollars(now=9.0) == pytest.approx(0.46)
    assert loaded.collection == Collection()
    assert [host.targets_done for host in loaded.hosts] == [4]


def test_load__returns_what_was_saved(run):
    seen = Job("j", "Stopped", phases=(("Starting", 1.0, 2.0), ("Training", 2.0, None)))
    job = JobRecord("j", 1.0, "ml.x.y", 1, False, seen=seen)
    host = Host("algo-1", 0, "running", "computing", 1, 4, 7.0)
    saved = TrainingState(SageMakerOptions(), jobs=[job], hosts=[host])
    saved.collection.refuse(CloudError("Down.", "Wait.", code="cloud-unreachable"))
    state.save(run, saved)
    assert state.load(run) == saved


@pytest.mark.parametrize("text", ["", "[]", '{"launcher": "local"}', '{"launcher": "sagemaker"}'])
def test_load__of_another_file_is_none(run, text):
    (run.path / state.FILE).write_text(text)
    assert state.load(run) is None


def test_is_due__doubles_the_pause_at_each_refusal():
    collection = Collection(tried=100.0)
    assert collection.is_due(100.0)
    assert not collection.is_due(102.0, pause=3.0)
    error = CloudError("Down.", "Wait.")
    pauses = []
    for _ in range(9):
        collection.refuse(error)
        pauses.append(next(s for s in range(2000) if collection.is_due(100.0 + s)))
    assert pauses == [15, 30, 60, 120, 240, 480, 900, 900, 900]


def test_view_of__a_run_that_was_never_submitted_is_none(run):
    assert state.view_of(run) is None
