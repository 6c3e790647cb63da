from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from genie3_engine.errors import CloudError, RunError
from genie3_engine.jobs import filenames
from genie3_engine.launchers import background
from genie3_engine.launchers.sagemaker import launcher as module
from genie3_engine.launchers.sagemaker.launcher import SageMakerLauncher
from genie3_engine.launchers.sagemaker.options import SageMakerOptions
from genie3_engine.launchers.sagemaker.state import JobRecord, TrainingState, load, save
from genie3_engine.model import JobState
from genie3_engine.model.statuses import COLLECTING
from tests.simulated_networks import tiny_run

DOWN = CloudError("Down.", "Wait.", code="cloud-unreachable")


class Downloads:
    """Stand in for everything that is downloaded; each attempt may be refused or wait."""

    def __init__(self):
        self.n = 0
        self.error = None
        self.may_end = threading.Event()
        self.may_end.set()

    def __call__(self, *_, **__):
        self.n += 1
        self.may_end.wait()
        if self.error is not None:
            raise self.error


@pytest.fixture
def downloads(monkeypatch):
    downloads = Downloads()
    monkeypatch.setattr(module, "download_parts", downloads)
    monkeypatch.setattr(module, "gather", downloads)
    monkeypatch.setattr(module, "ask", lambda folder, status, *_, **__: status)
    yield downloads
    downloads.may_end.set()
    background.wait()


@pytest.fixture
def run(home, tmp_path, downloads):
    """A run at work whose job was submitted to an emulator that is never asked."""
    run = tiny_run(tmp_path / "run", launcher="sagemaker")
    options = SageMakerOptions(endpoint_url="http://localhost:1", bucket="bucket")
    job = JobRecord("j", 1.0, "ml.x.y", 1, spot=False)
    save(run, TrainingState(options, key="k", jobs=[job]))
    run.write_status(
        replace(run.read_status(), state=JobState.RUNNING, step="computing", targets_done=3)
    )
    return run


def test_collect_partial__never_keeps_a_page_waiting(run, downloads):
    launcher = SageMakerLauncher(poll_seconds=0)
    downloads.may_end.clear()  # the network is slow
    for _ in range(5):
        assert launcher.collect_partial(run.path, wait=False) == (0, 0)
    downloads.may_end.set()
    background.wait(run.path)
    assert downloads.n == 1


def test_collect_partial__asks_no_more_often_than_status(run, downloads):
    launcher = SageMakerLauncher(poll_seconds=3600)
    for _ in range(5):
        launcher.collect_partial(run.path, wait=False)
        background.wait(run.path)
    assert downloads.n == 1
    launcher.collect_partial(run.path)  # the user asks
    assert downloads.n == 2


def test_collect_partial__gives_the_reason_when_nothing_is_here(run, downloads):
    launcher = SageMakerLauncher(poll_seconds=0)
    downloads.error = DOWN
    launcher.collect_partial(run.path, wait=False)
    background.wait(run.path)
    with pytest.raises(CloudError, match="Down"):
        launcher.collect_partial(run.path, wait=False)


def test_status__gives_the_reason_of_a_refused_collection(run, downloads):
    launcher = SageMakerLauncher(poll_seconds=0)
    run.write_status(replace(run.read_status(), step=COLLECTING))
    downloads.error = DOWN
    for _ in range(5):
        launcher.status(run.path)
        background.wait(run.path)
    status = launcher.status(run.path)
    assert (status.state, status.error.message) == (JobState.UNKNOWN, "Down.")
    assert downloads.n == 1  # the next attempt is due later, not at the next look


def test_status__tries_a_refused_collection_again_when_it_is_due(run, downloads):
    launcher = SageMakerLauncher(poll_seconds=0)
    run.write_status(replace(run.read_status(), step=COLLECTING))
    downloads.error = DOWN
    launcher.status(run.path)
    background.wait(run.path)
    record = load(run)
    record.collection.tried -= 3600
    save(run, record)
    downloads.error = None
    launcher.status(run.path)
    background.wait(run.path)
    assert downloads.n == 2
    assert load(run).collection.refusal is None


@pytest.mark.parametrize("act", ["submit", "cancel"])
@pytest.mark.parametrize("content", ["", "{", "[1]", '{"launcher": "sagemaker"}'])
def test_submit_and_cancel__of_a_run_whose_record_is_damaged_are_refused(run, act, content):
    record = run.path / filenames.SUBMISSION
    record.write_text(content)
    if act == "submit":
        run.write_status(replace(run.read_status(), state=JobState.FAILED))
    with pytest.raises(RunError, match=f"{record} cannot be read"):
        getattr(SageMakerLauncher(poll_seconds=0), act)(run.path)
    assert record.read_text() == content


def test_cancel__of_a_refused_collection_fails_the_run_with_the_reason(run, downloads):
    launcher = SageMakerLauncher(poll_seconds=0)
    run.write_status(replace(run.read_status(), step=COLLECTING))
    launcher.cancel(run.path)  # what was computed is paid for: it is collected
    assert run.read_status().state is JobState.RUNNING
    downloads.error = DOWN
    launcher.status(run.path)
    background.wait(run.path)
    launcher.cancel(run.path)
    assert run.read_status().error.message == "Down."
    assert run.read_status().state.is_resumable


def test_cancel__between_two_steps_begins_no_job_of_the_next(run, downloads, monkeypatch):
    monkeypatch.setattr(module, "gather", lambda *_, **__: "permuting: 3 forests")
    monkeypatch.setattr(SageMakerLauncher, "_submit", lambda *_: pytest.fail("A job began."))
    launcher = SageMakerLauncher(poll_seconds=0)
    run.write_status(replace(run.read_status(), step=COLLECTING))
    launcher.cancel(run.path)
    launcher.status(run.path)
    background.wait(run.path)
    status = run.read_status()
    assert (status.state, status.step, status.error) == (JobState.CANCELLED, "", None)
