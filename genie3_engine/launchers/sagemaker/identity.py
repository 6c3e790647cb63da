"""Whose account is it, and what are its role and its bucket called?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from genie3_engine.launchers.sagemaker.refusals import refusals
from genie3_engine.launchers.sagemaker.session import client_of, session_of

if TYPE_CHECKING:
    from genie3_engine.launchers.sagemaker.options import SageMakerOptions

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
    """Return the bucket that is used when nobody names one."""
    return f"genie3-{account}-{region}"


def role_arn(options: SageMakerOptions, account: str) -> str:
    """Return the ARN of a role that is given by name, or of the emulator's own."""
    session = session_of(options)
    partition = session.get_partition_for_region(session.region_name)
    return f"arn:{partition}:iam::{account}:role/{options.role or _EMULATED_ROLE}"
