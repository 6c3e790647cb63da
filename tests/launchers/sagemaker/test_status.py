from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine.launchers.base import Host
from genie3_engine.launchers.sagemaker import status
from genie3_engine.launchers.sagemaker.training_job import Job
from genie3_engine.model import JobState, RunStatus

AT_WORK = RunStatus(JobState.RUNNING, targets_total=10, heartbeat=5.0)


def host(rank=0, done=0, step="computing", state="running"):
    return Host(f"algo-{rank + 1}", rank, state, step, done, 5, 7.0)


@pytest.mark.parametrize(
    ("secondary", "state", "step"),
    [
        ("Pending", JobState.QUEUED, "waiting"),
        ("Starting", JobState.QUEUED, "launching"),
        ("Downloading", JobState.QUEUED, "downloading"),
        ("Training", JobState.RUNNING, "computing"),
        ("Interrupted", JobState.RUNNING, "interrupted"),
        ("Uploading", JobState.RUNNING, "uploading"),
        ("SomethingNew", JobState.QUEUED, "starting"),
    ],
)
def test_seen__translates_what_the_service_is_at(secondary, state, step):
    job = Job("j", "InProgress", secondary)
    now = status.seen(AT_WORK, job, [host(0, 2), host(1, 1, "reading")], is_cancelled=False)
    assert (now.state, now.step, now.targets_done, now.heartbeat) == (state, step, 3, 7.0)


def test_seen__of_a_job_that_is_to_stop_is_stopping():
    for state, is_cancelled in (("InProgress", True), ("Stopping", False)):
        job = Job("j", state, "Training")
        now = status.seen(AT_WORK, job, [], is_cancelled=is_cancelled)
        assert now.state is JobState.STOPPING


@pytest.mark.parametrize(
    ("first", "second", "end"),
    [
        ({"expected_end": 50.0}, {"expected_end": 60.0}, 60.0),
        ({"expected_end": 50.0}, {"state": "done"}, 50.0),
        ({"expected_end": 50.0}, {}, None),  # nobody knows how long the second takes
    ],
)
def test_seen__ends_with_the_last_host(first, second, end):
    hosts = [replace(host(rank, 2), **values) for rank, values in enumerate((first, second))]
    now = status.seen(AT_WORK, Job("j", "InProgress", "Training"), hosts, is_cancelled=False)
    assert now.expected_end == end


def test_seen__has_no_end_before_every_host_has_reported():
    hosts = [replace(host(0, 2), expected_end=50.0, targets_per_second=0.5)]
    now = status.seen(AT_WORK, Job("j", "InProgress", "Training"), hosts, is_cancelled=False)
    assert (now.expected_end, now.targets_per_second) == (None, 0.5)


def test_seen__never_counts_back():
    before = RunStatus(JobState.RUNNING, targets_done=6, targets_total=10)
    now = status.seen(before, Job("j", "InProgress", "Training"), [host(0, 2)], is_cancelled=False)
    assert now.targets_done == 6


@pytest.mark.parametrize(
    ("job", "state", "code", "text"),
    [
        (Job("j", "Stopped", "Stopped"), JobState.CANCELLED, None, ""),
        (Job("j", "Stopped", "MaxRuntimeExceeded"), JobState.FAILED, "cloud-time", "--max-run"),
        (Job("j", "Stopped", "MaxWaitTimeExceeded"), JobState.FAILED, "cloud-time", "--max-wait"),
        (
            Job("j", "Failed", failure="AlgorithmError: genie3: algo-2: No memory., exit code: 1"),
            JobState.FAILED,
            "worker",
            "algo-2: No memory.",
        ),
        (
            Job("j", "Failed", failure="AlgorithmError: exit code: 137"),
            JobState.LOST,
            "lost",
            "137",
        ),
        (
            Job("j", "Failed", failure="CapacityError: Unable to provision requested ML compute"),
            JobState.FAILED,
            "cloud-capacity",
            "Unable to provision",
        ),
        (
            Job("j", "Failed", failure="ClientError: Access denied to S3 s3://b/k"),
            JobState.FAILED,
            "cloud-bucket",
            "Access denied",
        ),
        (Job("j", "Failed", failure="InternalServerError: x"), JobState.FAILED, None, "x"),
    ],
)
def test_ended__says_why(job, state, code, text):
    now = status.ended(AT_WORK, job, "last line", is_cancelled=False)
    assert now.state is state
    if code is not None:
        assert now.error.code == code
    if text:
        assert text in f"{now.error.message} {now.error.remedy}"
        assert now.error.remedy
        assert now.state.is_resumable


def test_ended__of_a_failure_that_was_asked_for_is_cancelled():
    job = Job("j", "Failed", failure="AlgorithmError: exit code: 137")
    assert status.ended(AT_WORK, job, "", is_cancelled=True).state is JobState.CANCELLED
