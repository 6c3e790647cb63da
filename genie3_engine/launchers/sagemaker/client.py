"""Sessions and clients of AWS, the account, and default names of bucket and role."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import CloudError, OptionError
from genie3_engine.launchers.sagemaker.errors import refusals

if TYPE_CHECKING:
    from genie3_engine.launchers.sagemaker.options import SageMakerOptions


_EMULATOR_REGION = "us-east-1"


@lru_cache(maxsize=1)
def _session_type() -> Any:  # noqa: ANN401 -- boto3 has no types
    """Return the class of sessions whose clients share an address and time limits."""
    try:
        import boto3
        from botocore.config import Config
    except ModuleNotFoundError as error:
        raise OptionError(
            f"Runs on SageMaker need {error.name}, which is not installed.",
            "Install it: pip install sagemaker-core boto3",
        ) from error

    # A page should report an error soon rather than wait.
    limits = Config(
        connect_timeout=5,
        read_timeout=30,
        retries={"total_max_attempts": 4, "mode": "standard"},
        user_agent_extra="genie3-engine",
    )

    class Session(boto3.Session):  # type: ignore[misc]  # boto3 has no types
        def __init__(self, endpoint_url: str, **kwargs: Any) -> None:  # noqa: ANN401 -- boto3's
            super().__init__(**kwargs)
            self._endpoint_url = endpoint_url or None

        def client(self, service_name: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            config = kwargs.pop("config", None)
            kwargs["config"] = limits if config is None else config.merge(limits)
            kwargs.setdefault("endpoint_url", self._endpoint_url)
            return super().client(service_name, *args, **kwargs)

    return Session


def session_of(options: SageMakerOptions) -> Any:  # noqa: ANN401 -- boto3 has no types
    """Return the session for some options, the same one each time.

    Parameters
    ----------
    options : SageMakerOptions
        Profile, region and address. An emulator on this machine gets made-up credentials: the
        user's never go there.

    Raises
    ------
    CloudError
        When there is no such profile, or no region is known.
    OptionError
        When the SDK is not installed.
    """
    _session_type()
    with refusals("reading the AWS configuration"):
        found = _session(
            options.profile or os.environ.get("AWS_PROFILE", ""),
            options.region,
            options.endpoint_url.rstrip("/"),
            is_emulator=options.is_emulator,
        )
    if not found.region_name:
        raise CloudError(
            "No AWS region is given.", "Give --region, such as us-east-1.", code="cloud-region"
        )
    return found


def forget_sessions() -> None:
    """Forget every session: the next one reads the credentials afresh."""
    _session.cache_clear()
    client_of.cache_clear()


@lru_cache(maxsize=16)
def _session(profile: str, region: str, endpoint_url: str, *, is_emulator: bool) -> Any:  # noqa: ANN401
    new = _session_type()
    if is_emulator:
        return new(
            endpoint_url,
            aws_access_key_id="emulator",
            aws_secret_access_key="emulator",
            region_name=region or _EMULATOR_REGION,
        )
    return new(endpoint_url, profile_name=profile or None, region_name=region or None)


@lru_cache(maxsize=64)
def client_of(session: Any, service: str, region: str = "") -> Any:  # noqa: ANN401 -- boto3's
    """Return a session's client of a service, the same one each time: it is slow to make."""
    with refusals(f"reaching {service}"):
        return session.client(service, **({"region_name": region} if region else {}))


_EMULATED_ROLE = "genie3-emulator"


def caller(options: SageMakerOptions) -> dict[str, str]:
    """Return who the credentials belong to: ``Account`` and ``Arn``.

    Raises
    ------
    CloudError
        When there are no credentials, they have expired, or AWS cannot be reached.
    """
    with refusals("checking the credentials"):
        found = client_of(session_of(options), "sts").get_caller_identity()
    return {"Account": str(found["Account"]), "Arn": str(found["Arn"])}


def account_of(options: SageMakerOptions) -> str:
    """Return the number of the account; see `caller`."""
    return _account(session_of(options), options)


@lru_cache(maxsize=16)
def _account(session: Any, options: SageMakerOptions) -> str:  # noqa: ANN401 -- boto3's
    return caller(options)["Account"]


def bucket_name(account: str, region: str) -> str:
    """Return the default bucket."""
    return f"genie3-{account}-{region}"


def role_arn(options: SageMakerOptions, account: str) -> str:
    """Return the ARN of a role that is given by name, or of the emulator's own."""
    session = session_of(options)
    partition = session.get_partition_for_region(session.region_name)
    return f"arn:{partition}:iam::{account}:role/{options.role or _EMULATED_ROLE}"
