"""Tests of requests against the service model."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie3_engine import runs
from genie3_engine.errors import OptionError
from genie3_engine.launchers.registry import LAUNCHERS
from genie3_engine.launchers.sagemaker import training_job
from genie3_engine.launchers.sagemaker.options import SageMakerOptions
from genie3_engine.launchers.sagemaker.state import load
from genie3_engine.store.run_folder import RunFolder
from tools.sagemaker_emulator.limits import violations

ROLE = "arn:aws:iam::123456789012:role/genie3"
CHANNELS = {name: f"s3://bucket/genie3/{name}/" for name in ("engine", "data", "run")}

texts = st.text(
    st.characters(whitelist_categories=["L", "N"], whitelist_characters=" _.:/=+-@"), max_size=200
)
choices = st.builds(
    dict,
    instance_type=st.sampled_from(["ml.c5.2xlarge", "ml.m7i.48xlarge", "ml.c7i.large"]),
    instances=st.integers(1, 100),
    spot=st.booleans(),
    max_run_seconds=st.integers(60, 28 * 86400),
    volume_gb=st.integers(1, 16384),
    kms_key=st.sampled_from(["", "alias/mine", "arn:aws:kms:us-east-1:123456789012:key/1-2"]),
    tags=st.dictionaries(texts.filter(lambda t: 1 <= len(t) <= 128), texts, max_size=20),
    job_prefix=st.from_regex(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,29}", fullmatch=True),
    image=st.sampled_from(["", "123456789012.dkr.ecr.us-east-1.amazonaws.com/genie3:1"]),
    experiment=st.text(max_size=300),
)


def asked(options):
    return training_job.training_job(
        options,
        name=training_job.job_name(options.job_prefix),
        role_arn=ROLE,
        image=options.image or "image:1",
        channels=CHANNELS,
        base="s3://bucket/genie3/runs/key",
    )


@given(choices)
@settings(max_examples=60, deadline=None)
def test_training_job__is_what_the_service_takes(values):
    try:
        options = SageMakerOptions(**values)
    except OptionError:
        return
    wanted = asked(options)
    assert training_job.faults(wanted) == []
    assert violations("sagemaker", "CreateTrainingJob", wanted) == []
    assert all(len(part) <= 256 for part in training_job.ENTRYPOINT)


def test_training_job__has_a_vpc_and_a_longest_wait():
    options = SageMakerOptions(
        instance_type="ml.c5.xlarge",
        spot=True,
        max_run_seconds=3600,
        subnets=("subnet-1", "subnet-2"),
        security_groups=("sg-1",),
        kms_key="key",
    )
    wanted = asked(options)
    assert training_job.faults(wanted) == []
    assert wanted["VpcConfig"] == {
        "SecurityGroupIds": ["sg-1"],
        "Subnets": ["subnet-1", "subnet-2"],
    }
    assert wanted["StoppingCondition"] == {
        "MaxRuntimeInSeconds": 3600,
        "MaxWaitTimeInSeconds": 7200,
    }
    assert wanted["OutputDataConfig"]["KmsKeyId"] == "key"
    assert wanted["ResourceConfig"]["VolumeKmsKeyId"] == "key"


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (["TrainingJobName"], "x" * 64, "64 characters, 63 at most"),
        (["RoleArn"], "mine", "RoleArn"),
        (["ResourceConfig", "InstanceType"], "ml.none.such", "InstanceType cannot be"),
        (["ResourceConfig", "InstanceCount"], "3", "not a whole number"),
        (["StoppingCondition", "MaxRuntimeInSeconds"], 0, "1 at least"),
        (["Environment"], {"A": "x" * 513}, "513 characters, 512 at most"),
        (["EnableManagedSpotTraining"], "yes", "not yes or no"),
        (["Tags"], [{"Key": "only"}], "lacks Value"),
        (["Unknown"], 1, "has no Unknown"),
    ],
)
def test_faults__are_found(path, value, fault):
    wanted = asked(SageMakerOptions(instance_type="ml.c5.xlarge"))
    place = wanted
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    assert any(fault in found for found in training_job.faults(wanted))


def test_job_name__is_short_enough_for_any_prefix():
    names = {training_job.job_name("p" * 30) for _ in range(50)}
    assert len(names) == 50
    assert all(len(name) <= 63 for name in names)


@pytest.mark.slow(10, waits=True)
def test_start__sends_what_was_shown_and_no_secret(spec_of, tmp_path, emulator, monkeypatch, ended):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASECRET")
    nasty = "$(touch /tmp/owned); `id`"
    spec = replace(spec_of(tags={"team": "a b"}), name=nasty, source=nasty)
    shown = LAUNCHERS[spec.launcher].create(None).estimate_cost(spec)
    run = runs.start(spec, folder=tmp_path / "run")
    sent = emulator.requests("CreateTrainingJob")[-1]
    assert sent["TrainingJobName"] == runs.launcher_of(run).view(run).job

    def bare(values):
        key = values["CheckpointConfig"]["S3Uri"].split("/")[-3]
        text = json.dumps({**values, "TrainingJobName": ""}, sort_keys=True)
        return text.replace(key, "KEY")

    assert bare(sent) == bare(shown.request)
    assert sent["Environment"] == {"PYTHONUNBUFFERED": "1"}
    assert nasty not in json.dumps(sent)
    ended(run)
    for path in tmp_path.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert b"very-secret" not in content
        assert b"AKIASECRET" not in content


def test_start__uploads_data_and_program_once(spec_of, tmp_path, emulator, ended):
    from genie3_engine.launchers.sagemaker.client import session_of
    from genie3_engine.launchers.sagemaker.storage import Bucket

    spec = spec_of(prefix="once")
    plan = LAUNCHERS[spec.launcher].create(None).estimate_cost(spec)
    options = SageMakerOptions.from_dict(plan.options)
    bucket = Bucket(session_of(options), options.bucket)
    bucket.create()
    first = runs.start(spec, folder=tmp_path / "first")
    shared = [key for _, key, _, is_shared in plan.uploads if is_shared]
    assert len(shared) == 4
    for key in shared:
        bucket.put(key, b"untouched")  # a second upload would undo this
    kept = [bucket.read(key) for key in shared]
    runs.cancel(first)
    ended(first)
    second = runs.start(spec, folder=tmp_path / "second")
    assert [bucket.read(key) for key in shared] == kept
    runs.cancel(second)
    ended(second)


def test_cleanup__leaves_nothing_that_is_the_runs_own(spec_of, tmp_path, ended):
    from genie3_engine.errors import RunError
    from genie3_engine.launchers.sagemaker.client import session_of
    from genie3_engine.launchers.sagemaker.storage import Bucket

    run = runs.start(spec_of(prefix="cleaned"), folder=tmp_path / "run")
    launcher = runs.launcher_of(run)
    with pytest.raises(RunError, match="at work"):
        launcher.cleanup(run)
    ended(run)
    options = load(RunFolder.open(run)).options
    bucket = Bucket(session_of(options), options.bucket)
    assert launcher.cleanup(run).n_logs == 1
    left = [stored.key.split("/")[1] for stored in bucket.list("cleaned/")]
    assert sorted(set(left)) == ["data", "engine"]
    launcher.cleanup(run, shared=True)
    assert list(bucket.list("cleaned/")) == []
    assert (run / "links.parquet").is_file()
