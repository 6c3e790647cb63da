from __future__ import annotations

import sys

import pytest

from genie3_engine.errors import CloudError, OptionError
from genie3_engine.launchers.sagemaker import client
from genie3_engine.launchers.sagemaker.options import SageMakerOptions


def test_session_of__an_emulator_never_takes_the_users_credentials(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "mine")
    options = SageMakerOptions(endpoint_url="http://localhost:1")
    session = client.session_of(options)
    assert session.get_credentials().access_key == "emulator"
    assert session is client.session_of(options)
    assert client.client_of(session, "s3").meta.endpoint_url == "http://localhost:1"


def test_session_of__requires_a_region(monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with pytest.raises(CloudError, match="region"):
        client.session_of(SageMakerOptions())


def test_role_arn__completes_a_name():
    options = SageMakerOptions(region="us-east-1", role="mine")
    assert client.role_arn(options, "123456789012") == "arn:aws:iam::123456789012:role/mine"
    assert client.bucket_name("123456789012", "us-east-1") == "genie3-123456789012-us-east-1"


def test_session_of__says_what_to_install(monkeypatch):
    client.forget_sessions()
    client._session_type.cache_clear()
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(OptionError, match="need boto3, which is not installed") as refused:
        client.session_of(SageMakerOptions(region="us-east-1"))
    assert "pip install" in refused.value.remedy
