from __future__ import annotations

import pytest

from tools.sagemaker_emulator.limits import violations

REQUEST = {
    "TrainingJobName": "job",
    "RoleArn": "arn:aws:iam::123456789012:role/genie3",
    "AlgorithmSpecification": {
        "TrainingImage": "image",
        "TrainingInputMode": "File",
        "ContainerEntrypoint": ["python3", "/opt/ml/input/data/engine/start.py"],
    },
    "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 10},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    "Tags": [{"Key": "Ärger 1", "Value": "x"}],
}


def changed(path: str, value: object) -> dict:
    request = {**REQUEST}
    *above, last = path.split(".")
    inner = request
    for name in above:
        inner[name] = {**inner[name]}
        inner = inner[name]
    inner[last] = value
    return request


def test_violations__none_in_a_request_as_it_should_be():
    assert violations("sagemaker", "CreateTrainingJob", REQUEST) == []


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("TrainingJobName", "a" * 64, "length less than or equal to 63"),
        ("TrainingJobName", "no space", "regular expression pattern"),
        ("RoleArn", None, "must be a string"),
        ("ResourceConfig.InstanceType", "ml.m9.huge", "enum value set"),
        ("ResourceConfig.InstanceCount", -1, "greater than or equal to 0"),
        ("ResourceConfig.InstanceCount", "2", "must be a number"),
        ("ResourceConfig.Cores", 4, "Unknown member 'Cores'"),
        ("AlgorithmSpecification.ContainerArguments", ["x" * 257], "less than or equal to 256"),
        ("Environment", {"NAME": "x" * 513}, "less than or equal to 512"),
        ("HyperParameters", {str(i): "" for i in range(101)}, "less than or equal to 100"),
        ("HyperParameters", {"genes": "x" * 2501}, "less than or equal to 2500"),
        ("EnableManagedSpotTraining", "yes", "true or false"),
        ("Tags", "x", "must be a list"),
    ],
)
def test_violations__tell_the_member_and_the_rule(path, value, told):
    broken = violations("sagemaker", "CreateTrainingJob", changed(path, value))
    assert told in "; ".join(broken)


def test_violations__tell_what_is_missing():
    request = {key: value for key, value in REQUEST.items() if key != "RoleArn"}
    (broken,) = violations("sagemaker", "CreateTrainingJob", request)
    assert "'roleArn'" in broken
    assert "must not be null" in broken
