"""What must AWS allow, and to whom, so that a run can happen there, and nothing more?"""

from __future__ import annotations

import json
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import CloudError, OptionError
from genie3_engine.launchers.sagemaker.identity import account_of, bucket_name
from genie3_engine.launchers.sagemaker.session import session_of

if TYPE_CHECKING:
    from genie3_engine.launchers.sagemaker.options import SageMakerOptions

POLICIES = {
    "user": "what you yourself must be allowed",
    "role": "what the instances must be allowed",
    "trust": "who may take the role: SageMaker, for your account",
}
_UNKNOWN = {"Account": "ACCOUNT", "Region": "REGION"}


def policy(whose: str, options: SageMakerOptions) -> dict[str, Any]:
    """Return a least-privilege IAM policy, as plain JSON values.

    Parameters
    ----------
    whose : str
        A key of `POLICIES`.
    options : SageMakerOptions
        Fill in the places: bucket, role, job prefix, key. What nobody can find out without
        credentials stays as ``ACCOUNT`` and ``REGION``.

    Raises
    ------
    OptionError
        When there is no such policy.
    """
    if whose not in POLICIES:
        raise OptionError(f"There is no policy {whose!r}.", f"Choose {', '.join(POLICIES)}.")
    places = _places(options)
    found: dict[str, Any] = _read(whose, places)
    if whose != "trust" and options.kms_key:
        found["Statement"].append(_read("kms", places))
    if whose == "role" and options.subnets:
        found["Statement"].append(_read("vpc", places))
    return found


def _read(name: str, places: dict[str, str]) -> dict[str, Any]:
    text = (files(__package__) / "policies" / f"{name}.json").read_text(encoding="utf-8")
    filled: dict[str, Any] = json.loads(Template(text).safe_substitute(places))
    return filled


def _places(options: SageMakerOptions) -> dict[str, str]:
    account, region, partition = options_account(options)
    role = options.role or "genie3-instances"
    key = options.kms_key
    if key and not key.startswith("arn:"):
        key = f"arn:{partition}:kms:{region}:{account}:key/{key}"
    return {
        "Account": account,
        "Region": region,
        "Partition": partition,
        "Bucket": options.bucket or bucket_name(account, region),
        "Prefix": options.prefix,
        "JobPrefix": options.job_prefix,
        "RoleArn": role
        if role.startswith("arn:")
        else f"arn:{partition}:iam::{account}:role/{role}",
        "KeyArn": key,
    }


def options_account(options: SageMakerOptions) -> tuple[str, str, str]:
    """Return account, region and partition, as far as they can be found out."""
    account, region, partition = _UNKNOWN["Account"], _UNKNOWN["Region"], "aws"
    try:
        session = session_of(options)
        region = session.region_name
        partition = session.get_partition_for_region(region)
        account = account_of(options)
    except CloudError:  # the policy is for somebody who has no access yet
        region = options.region or region
    return account, region, partition
