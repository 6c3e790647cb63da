from __future__ import annotations

import pytest

from genie3_engine.errors import OptionError
from genie3_engine.launchers.sagemaker.options import SageMakerOptions


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"instance_type": "c5.xlarge"}, "--instance-type"),
        ({"instance_type": "ml.c5.xlarge; id"}, "--instance-type"),
        ({"instances": 0}, "--instances"),
        ({"instances": 101}, "--instances"),
        ({"max_run_seconds": 5}, "--max-run"),
        ({"max_run_seconds": 29 * 86400}, "--max-run"),
        ({"max_wait_seconds": 7200}, "--max-wait"),
        ({"spot": True, "max_run_seconds": 7200, "max_wait_seconds": 3600}, "--max-wait"),
        ({"volume_gb": 0}, "--volume"),
        ({"subnets": ("subnet-1",)}, "VPC"),
        ({"tags": {"": "x"}}, "tag"),
        ({"tags": {"aws:x": "x"}}, "tag"),
        ({"tags": {"x": "\x00"}}, "tag"),
        ({"tags": {str(number): "" for number in range(46)}}, "tags"),
        ({"job_prefix": "-x"}, "--job-prefix"),
        ({"job_prefix": "x" * 31}, "--job-prefix"),
        ({"bucket": "s3://mine"}, "--bucket"),
        ({"prefix": "/x"}, "--prefix"),
        ({"region": "here"}, "--region"),
        ({"role": "a role"}, "--role"),
        ({"endpoint_url": "localhost"}, "--endpoint-url"),
    ],
)
def test_options__that_no_job_can_have_are_refused(values, named):
    with pytest.raises(OptionError, match=named) as refused:
        SageMakerOptions(**values)
    assert refused.value.remedy


def test_options__come_back_from_plain_values():
    options = SageMakerOptions(
        instance_type="ml.c5.xlarge",
        spot=True,
        subnets=("a",),
        security_groups=("b",),
        tags={"x": "y"},
    )
    assert SageMakerOptions.from_dict(options.to_dict()) == options
    assert SageMakerOptions().to_dict() == {}


@pytest.mark.parametrize("values", [{"unknown": 1}, {"instances": "3"}, {"spot": "yes"}])
def test_from_dict__refuses_what_it_does_not_know(values):
    with pytest.raises(OptionError):
        SageMakerOptions.from_dict(values)


@pytest.mark.parametrize(
    ("url", "is_emulator"),
    [
        ("", False),
        ("http://localhost:5956", True),
        ("http://127.0.0.1:1/", True),
        ("https://vpce.example.com", False),
        ("http://localhost.example.com", False),
    ],
)
def test_is_emulator__is_an_address_on_this_machine_only(url, is_emulator):
    assert SageMakerOptions(endpoint_url=url).is_emulator is is_emulator


def test_merged__takes_what_was_given_even_where_it_is_the_default():
    saved = SageMakerOptions(instances=4, spot=True, max_run_seconds=60, max_wait_seconds=90)
    given = {"instances": 1, "spot": False, "max_run_seconds": 86400}
    assert SageMakerOptions.merged(saved.to_dict(), given) == SageMakerOptions()
    whole = SageMakerOptions().to_dict(is_whole=True)
    assert SageMakerOptions.merged(saved.to_dict(), whole) == SageMakerOptions()
