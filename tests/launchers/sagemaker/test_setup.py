from __future__ import annotations

import json
from dataclasses import replace

import pytest
from botocore.stub import Stubber

from genie3_engine.launchers.sagemaker import client as clients
from genie3_engine.launchers.sagemaker import setup
from genie3_engine.launchers.sagemaker.options import SageMakerOptions

ROLE = "arn:aws:iam::123456789012:role/genie3"
QUOTA = "ml.c5.xlarge for training job usage"


@pytest.fixture
def aws(monkeypatch, home):
    """AWS whose answers are prepared; made-up credentials."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    options = SageMakerOptions(
        instance_type="ml.c5.xlarge", region="us-east-1", role=ROLE, bucket="mine", instances=4
    )
    monkeypatch.setattr(setup, "forget_sessions", lambda: None)
    stubs = {}
    for service in ("sts", "iam", "s3", "service-quotas"):
        client = clients.client_of(clients.session_of(options), service)
        stubs[service] = Stubber(client)
        stubs[service].activate()
    yield options, stubs
    for stub in stubs.values():
        stub.deactivate()


def answers(stubs, *, trust="sagemaker.amazonaws.com", allowed=4.0, blocked=True):
    identity = {
        "Account": "123456789012",
        "Arn": "arn:aws:iam::123456789012:user/me",
        "UserId": "i",
    }
    for _ in range(3):
        stubs["sts"].add_response("get_caller_identity", identity)
    document = json.dumps({"Statement": [{"Principal": {"Service": trust}}]})
    role = {
        "Role": {
            "Arn": ROLE,
            "Path": "/",
            "RoleName": "genie3",
            "RoleId": "A" * 16,
            "CreateDate": "2026-01-01T00:00:00Z",
            "AssumeRolePolicyDocument": document,
        }
    }
    stubs["iam"].add_response("get_role", role)
    s3 = stubs["s3"]
    s3.add_response("list_objects_v2", {})
    s3.add_response("put_object", {})
    s3.add_response("delete_objects", {})
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    block = {"PublicAccessBlockConfiguration": dict.fromkeys(names, blocked)}
    s3.add_response("get_public_access_block", block)
    quota = {"QuotaName": QUOTA, "QuotaCode": "L-1", "Value": allowed}
    stubs["service-quotas"].add_response("list_service_quotas", {"Quotas": [quota]})


def test_checks__find_all_that_is_there(aws):
    options, stubs = aws
    answers(stubs)
    found = list(setup.checks(options))
    assert [(check.name, check.state) for check in found] == [
        (name, "ok") for name in ("credentials", "region", "role", "bucket", "quota")
    ]


def test_checks__name_what_is_missing_and_the_policy_to_add(aws):
    options, stubs = aws
    answers(stubs, trust="ec2.amazonaws.com", allowed=1.0, blocked=False)
    found = {check.name: check for check in setup.checks(options)}
    assert [name for name, check in found.items() if check.state == "missing"] == [
        "role",
        "bucket",
        "quota",
    ]
    assert json.loads(found["role"].policy) == setup.policy("trust", options)
    assert "Block Public Access" in found["bucket"].remedy
    assert "--quota-code L-1" in found["quota"].remedy


def test_checks__end_without_credentials(home):
    found = list(setup.checks(SageMakerOptions(region="us-east-1")))
    assert [(check.name, check.state) for check in found] == [("credentials", "missing")]
    assert "emulator" in found[0].remedy


def test_checks__of_the_emulator_need_nothing(options, home):
    assert {check.state for check in setup.checks(options)} == {"ok"}


def test_policy__allows_what_is_used_and_no_more(aws):
    options, stubs = aws
    answers(stubs)
    options = replace(options, kms_key="1-2", subnets=("a",), security_groups=("b",))
    for whose in ("user", "role"):
        statements = setup.policy(whose, options)["Statement"]
        assert all(statement["Effect"] == "Allow" for statement in statements)
        actions = [
            action
            for statement in statements
            for action in (
                [statement["Action"]]
                if isinstance(statement["Action"], str)
                else statement["Action"]
            )
        ]
        assert not [action for action in actions if "*" in action]
        assert "$" not in json.dumps(statements)
        everywhere = [s["Sid"] for s in statements if s["Resource"] == "*"]
        assert set(everywhere) <= {
            "PricesAndQuotas",
            "MeasuresOfTrainingJobs",
            "TheImage",
            "TheVpc",
        }
    passed = [
        s for s in setup.policy("user", options)["Statement"] if "iam:PassRole" in s["Action"]
    ]
    assert [statement["Resource"] for statement in passed] == [ROLE]
