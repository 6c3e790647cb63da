"""The emulator as an AWS client meets it, over HTTP."""

from __future__ import annotations

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.tools.test_limits import REQUEST
from tests.waiting import HANG_SECONDS, wait_until
from tools.sagemaker_emulator.emulator import Emulator
from tools.sagemaker_emulator.storage import LOG_GROUP

pytestmark = pytest.mark.slow(2, waits=True)
# Leaves a checkpoint, shows what it finds, and ends as the file beside it says.
PROGRAM = """
import json, os, pathlib, sys, time
root = pathlib.Path(__file__).resolve().parents[3]
host = json.load(open(root / "input/config/resourceconfig.json"))["current_host"]
before = sorted(file.name for file in (root / "checkpoints").iterdir())
print("found", *before, flush=True)
print("secrets", *[name for name in os.environ if "SECRET" in name or "ACCESS" in name], flush=True)
(root / "checkpoints" / f"{host}-{len(before)}").write_text("x")
(root / "output/data" / host).write_text("x")
seconds, code, reason = json.load(open(root / "input/data/engine/plan.json"))
time.sleep(seconds if not before else 0)
if reason:
    (root / "output/failure").write_text(reason)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def emulator():
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(scope="module")
def aws(emulator):
    """A maker of clients, without retries."""

    def client(service):
        return boto3.client(
            service,
            endpoint_url=emulator.url,
            region_name="us-east-1",
            aws_access_key_id="x",
            aws_secret_access_key="x",
            config=Config(retries={"total_max_attempts": 1}),
        )

    client("s3").create_bucket(Bucket="bucket")
    return client


@pytest.fixture
def submit(aws, request):
    """Start a job that sleeps, then ends with a code and a reason; return its name."""

    def submit(seconds=0.0, code=0, reason="", *, n_hosts=1, **changes):
        name = request.node.originalname.replace("_", "-")[:60]
        s3 = aws("s3")
        s3.put_object(Bucket="bucket", Key=f"{name}/start.py", Body=PROGRAM.encode())
        plan = f'[{seconds}, {code}, "{reason}"]'
        s3.put_object(Bucket="bucket", Key=f"{name}/plan.json", Body=plan.encode())
        source = {
            "S3DataType": "S3Prefix",
            "S3Uri": f"s3://bucket/{name}/",
            "S3DataDistributionType": "FullyReplicated",
        }
        resources = {**REQUEST["ResourceConfig"], "InstanceCount": n_hosts}
        aws("sagemaker").create_training_job(
            **{
                **REQUEST,
                "TrainingJobName": name,
                "ResourceConfig": resources,
                "InputDataConfig": [
                    {"ChannelName": "engine", "DataSource": {"S3DataSource": source}}
                ],
                "CheckpointConfig": {"S3Uri": f"s3://bucket/checkpoints/{name}/"},
                **changes,
            }
        )
        return name

    return submit


@pytest.fixture
def wait(aws):
    """Return a job's description once it has a status or a secondary status."""

    def wait(name, *wanted):
        def described():
            return aws("sagemaker").describe_training_job(TrainingJobName=name)

        def reached():
            job = described()
            return job if {job["TrainingJobStatus"], job["SecondaryStatus"]} & {*wanted} else None

        return wait_until(reached, shown=lambda: described()["SecondaryStatus"])

    return wait


def log_of(aws, name):
    logs = aws("logs")
    streams = logs.describe_log_streams(logGroupName=LOG_GROUP, logStreamNamePrefix=f"{name}/")
    return {
        stream["logStreamName"].split("/")[1]: [
            event["message"]
            for event in logs.get_log_events(
                logGroupName=LOG_GROUP, logStreamName=stream["logStreamName"], startFromHead=True
            )["events"]
        ]
        for stream in streams["logStreams"]
    }


def checkpoints(aws, name):
    listed = aws("s3").list_objects_v2(Bucket="bucket", Prefix=f"checkpoints/{name}/")
    return [item["Key"].rsplit("/", 1)[1] for item in listed.get("Contents", [])]


def test_job__runs_its_command_once_a_host(aws, submit, wait):
    name = submit(n_hosts=2)
    job = wait(name, "Completed", "Failed")
    assert job["TrainingJobStatus"] == "Completed"
    assert [each["Status"] for each in job["SecondaryStatusTransitions"]][-3:] == [
        "Training",
        "Uploading",
        "Completed",
    ]
    assert job["BillableTimeInSeconds"] >= 1
    assert sorted(checkpoints(aws, name)) == ["algo-1-0", "algo-2-0"]
    logs = log_of(aws, name)
    assert sorted(stream[:6] for stream in logs) == ["algo-1", "algo-2"]
    assert all("secrets" in lines for lines in logs.values())  # and nothing behind the word


def test_job__fails_with_the_hosts_reason(submit, wait):
    job = wait(submit(code=3, reason="no memory"), "Completed", "Failed")
    assert job["FailureReason"] == "AlgorithmError: no memory, exit code: 3"


def test_job__fails_when_a_host_breaks(emulator, submit, wait):
    name = submit(seconds=HANG_SECONDS, n_hosts=2)
    wait(name, "Training")
    emulator.kill(name, "algo-2")
    assert wait(name, "Failed")["FailureReason"] == "AlgorithmError: exit code: 137"


def test_job__stops_when_asked(aws, submit, wait):
    name = submit(seconds=HANG_SECONDS)
    wait(name, "Training")
    aws("sagemaker").stop_training_job(TrainingJobName=name)
    assert wait(name, "Stopped")["SecondaryStatus"] == "Stopped"


def test_job__begins_again_with_its_checkpoints_after_an_interruption(emulator, aws, submit, wait):
    stopping = {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 3600}
    name = submit(seconds=HANG_SECONDS, EnableManagedSpotTraining=True, StoppingCondition=stopping)
    wait(name, "Training")
    wait_until(lambda: checkpoints(aws, name))
    emulator.interrupt(name)
    job = wait(name, "Completed", "Failed")
    assert "Interrupted" in [each["Status"] for each in job["SecondaryStatusTransitions"]]
    assert sorted(checkpoints(aws, name)) == ["algo-1-0", "algo-1-1"]


def test_create__refuses_what_the_service_refuses(aws, submit):
    submit()
    refused = [
        ({}, "ResourceInUse"),
        ({"TrainingJobName": "other name"}, "ValidationException"),
        ({"TrainingJobName": "other", "EnableManagedSpotTraining": True}, "ValidationException"),
        (
            {
                "TrainingJobName": "other",
                "ResourceConfig": {**REQUEST["ResourceConfig"], "InstanceCount": 65},
            },
            "ResourceLimitExceeded",
        ),
    ]
    for changes, code in refused:
        with pytest.raises(ClientError) as caught:
            submit(**changes)
        assert caught.value.response["Error"]["Code"] == code
    with pytest.raises(ClientError, match="not found"):
        aws("sagemaker").describe_training_job(TrainingJobName="nobody")


def test_faults__come_on_demand(emulator, aws):
    s3, sagemaker = aws("s3"), aws("sagemaker")
    emulator.fault("ListTrainingJobs", code="ThrottlingException", status=400)
    with pytest.raises(ClientError, match="ThrottlingException"):
        sagemaker.list_training_jobs()
    emulator.fault("ListTrainingJobs", drop=True)
    with pytest.raises(ConnectionClosedError):
        sagemaker.list_training_jobs()
    emulator.fault("PUT /bucket/x", code="AccessDenied", status=403)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket="bucket", Key="x", Body=b"")
    s3.put_object(Bucket="bucket", Key="x", Body=b"")
    sagemaker.list_training_jobs()


def test_requests__are_kept(emulator, submit):
    name = submit()
    assert name in [each["TrainingJobName"] for each in emulator.requests("CreateTrainingJob")]
