"""Tests of errors of AWS in words."""

from __future__ import annotations

import pytest
from botocore import exceptions as vendor

from genie3_engine import runs
from genie3_engine.errors import CloudError, OptionError
from genie3_engine.launchers.sagemaker import errors
from genie3_engine.launchers.sagemaker.submission import settled
from genie3_engine.model import JobState
from genie3_engine.store.run_folder import RunFolder

pytestmark = pytest.mark.slow(1, waits=True)

EXPIRED = {"code": "ExpiredTokenException", "message": "The security token is expired"}
THROTTLED = {"code": "ThrottlingException", "message": "Rate exceeded"}


def client_error(code, message="said"):
    return vendor.ClientError({"Error": {"Code": code, "Message": message}}, "CreateTrainingJob")


@pytest.mark.parametrize(
    ("error", "code", "remedy"),
    [
        (client_error("ExpiredToken"), "cloud-expired", "aws sso login"),
        (client_error("UnrecognizedClientException"), "cloud-credentials", "aws configure"),
        (client_error("ThrottlingException"), "cloud-throttled", "Wait"),
        (client_error("ResourceLimitExceeded"), "cloud-quota", "quota"),
        (
            client_error("ValidationException", "Could not assume role arn:aws:iam::1:role/x"),
            "cloud-role",
            "--role",
        ),
        (
            client_error("AccessDeniedException", "not authorized to perform: iam:PassRole"),
            "cloud-role",
            "iam:PassRole",
        ),
        (
            client_error("ValidationException", "instanceType failed to satisfy enum"),
            "cloud-instance-type",
            "--instance-type",
        ),
        (client_error("ValidationException", "Requested resource not found."), "cloud-gone", ""),
        (client_error("AccessDeniedException", "no"), "cloud-denied", "cloud policy"),
        (client_error("ServiceUnavailable"), "cloud-capacity", "later"),
        (client_error("SomethingNew", "it says so"), "cloud-refused", "Fix"),
        (vendor.NoCredentialsError(), "cloud-credentials", "emulator"),
        (vendor.ProfileNotFound(profile="x"), "cloud-credentials", "--profile"),
        (vendor.EndpointConnectionError(endpoint_url="x"), "cloud-unreachable", "network"),
        (vendor.ReadTimeoutError(endpoint_url="x"), "cloud-unreachable", "network"),
        (vendor.ConnectionClosedError(endpoint_url="x"), "cloud-unreachable", "network"),
        (vendor.SSOTokenLoadError(error_msg="x"), "cloud-expired", "aws sso login"),
    ],
)
def test_told__names_a_remedy(error, code, remedy):
    told = errors.translate_error(error, doing="starting the training job")
    assert told.code == code
    assert remedy in told.remedy
    assert len(str(told).splitlines()) == 1


def test_told__speaks_of_the_bucket_when_it_is_the_bucket():
    told = errors.translate_error(client_error("AccessDenied"), doing="uploading", about="bucket b")
    assert (told.code, "bucket b" in told.message) == ("cloud-bucket", True)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"instance_type": "ml.c5.9000xlarge"}, "cloud-instance-type"),
        ({"instance_type": ""}, "option"),
    ],
)
def test_start__of_an_impossible_run_leaves_nothing(spec_of, tmp_path, changes, code):
    with pytest.raises(OptionError) as refused:
        runs.start(spec_of(**changes), folder=tmp_path / "run")
    assert refused.value.code == code
    assert not (tmp_path / "run").exists()


def test_settled__wants_a_role_of_anybody_but_the_emulator(options):
    from dataclasses import replace

    with pytest.raises(OptionError, match="No role"):
        settled(replace(options, endpoint_url="", region="us-east-1"))


def test_settled__without_credentials_says_so(options):
    from dataclasses import replace

    elsewhere = replace(options, endpoint_url="", region="us-east-1", role="mine")
    with pytest.raises(CloudError, match="no AWS credentials") as refused:
        settled(elsewhere)
    assert refused.value.code == "cloud-credentials"


@pytest.mark.parametrize(
    ("match", "fault", "code"),
    [
        ("CreateTrainingJob", {**EXPIRED, "status": 400}, "cloud-expired"),
        ("CreateTrainingJob", {**THROTTLED, "status": 400, "times": 9}, "cloud-throttled"),
        (
            "CreateTrainingJob",
            {"code": "ValidationException", "message": "Could not assume role", "status": 400},
            "cloud-role",
        ),
        (
            "PUT .*values.npy",
            {"code": "AccessDenied", "message": "Access Denied", "status": 403},
            "cloud-bucket",
        ),
    ],
)
def test_start__that_is_refused_is_one_error_and_leaves_nothing(
    spec_of, tmp_path, emulator, match, fault, code
):
    emulator.fault(match, **fault)
    spec = spec_of(prefix=f"p{abs(hash(tmp_path))}")  # nothing of it is in the bucket yet
    with pytest.raises(CloudError) as refused:
        runs.start(spec, folder=tmp_path / "run")
    assert refused.value.code == code
    assert refused.value.remedy
    assert not (tmp_path / "run").exists()


def test_start__finds_out_whether_a_job_began_when_the_connection_drops(
    spec_of, tmp_path, emulator, ended
):
    emulator.fault("DescribeTrainingJob", drop=True, times=2)  # after CreateTrainingJob
    run = runs.start(spec_of(), folder=tmp_path / "run")
    assert ended(run).state is JobState.DONE
    jobs = [
        request
        for request in emulator.requests("CreateTrainingJob")
        if request["TrainingJobName"] == runs.launcher_of(run).view(run).job
    ]
    assert len(jobs) == 1


def test_status__is_unknown_while_nobody_can_be_asked(spec_of, tmp_path, emulator, launcher, ended):
    run = runs.start(spec_of(), folder=tmp_path / "run")
    folder = RunFolder(run)
    stored = folder.read_status()
    for fault, code in (
        ({**EXPIRED, "status": 400}, "cloud-expired"),
        ({**THROTTLED, "status": 400}, "cloud-throttled"),
        ({"drop": True}, "cloud-unreachable"),
    ):
        emulator.fault("DescribeTrainingJob", times=99, **fault)
        launcher._look(folder, is_urgent=True)
        unknown = launcher.status(run)
        assert unknown.state is JobState.UNKNOWN
        assert unknown.error.code == code
        assert unknown.error.remedy
        assert folder.read_status() == stored  # never written down
        emulator.clear()
    assert ended(run).state is JobState.DONE


def test_status__of_a_job_that_aws_has_forgotten_is_lost(spec_of, tmp_path, emulator, launcher):
    run = runs.start(spec_of(), folder=tmp_path / "run")
    gone = {"code": "ValidationException", "message": "Requested resource not found."}
    emulator.fault("DescribeTrainingJob", status=400, times=9, **gone)
    status = launcher._look(RunFolder(run), is_urgent=True)
    assert status.state is JobState.LOST
    assert "Resume" in status.error.remedy
