"""What is missing before a run can happen on SageMaker, and what has to be added?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import CloudError, Genie3Error
from genie3_engine.launchers.sagemaker import refusals
from genie3_engine.launchers.sagemaker.bucket import Bucket, is_absent
from genie3_engine.launchers.sagemaker.found import MISSING, OK, UNKNOWN, Check
from genie3_engine.launchers.sagemaker.identity import account_of, bucket_name, caller
from genie3_engine.launchers.sagemaker.policy import policy
from genie3_engine.launchers.sagemaker.refusals import refusals as refused
from genie3_engine.launchers.sagemaker.session import client_of, forget_sessions, session_of

if TYPE_CHECKING:
    from genie3_engine.launchers.sagemaker.options import SageMakerOptions

_SERVICE = "sagemaker.amazonaws.com"


def checks(options: SageMakerOptions) -> Iterator[Check]:
    """Yield what was found of each thing, one after the other; what depends on it comes later.

    Parameters
    ----------
    options : SageMakerOptions
        What the user chose.
    """
    forget_sessions()  # the user may have logged in again
    for name, look in _CHECKS.items():
        try:
            found = look(options)
        except Genie3Error as error:
            is_unseen = error.code in {refusals.UNREACHABLE, refusals.THROTTLED}
            found = Check(
                name,
                UNKNOWN if is_unseen else MISSING,
                error.message,
                error.remedy,
                _policy_for(name, error, options),
            )
        yield found
        if name in {"credentials", "region"} and found.state != OK:
            return


def _credentials(options: SageMakerOptions) -> Check:
    if options.is_emulator:
        return Check("credentials", OK, "The emulator takes any; yours are not used.")
    found = caller(options)
    return Check("credentials", OK, f"{found['Arn']} of account {found['Account']}.")


def _region(options: SageMakerOptions) -> Check:
    session = session_of(options)
    region = session.region_name
    known = session.get_available_regions(
        "sagemaker", partition_name=session.get_partition_for_region(region)
    )
    if known and region not in known:
        return Check("region", MISSING, f"{region} has no SageMaker.", "Choose another --region.")
    return Check("region", OK, f"{region}.")


def _role(options: SageMakerOptions) -> Check:
    if options.is_emulator:
        return Check("role", OK, "The emulator needs none.")
    if not options.role:
        return Check(
            "role",
            MISSING,
            "No role is chosen: the instances need one to read the bucket.",
            "Make a role that trusts SageMaker, and allow it this.",
            _text(policy("role", options)),
        )
    name = options.role.rsplit("/", 1)[-1]
    try:
        with refused("looking at it", about=f"role {name}"):
            role = client_of(session_of(options), "iam").get_role(RoleName=name)["Role"]
    except Genie3Error as error:
        if error.code == refusals.DENIED:
            return Check(
                "role",
                UNKNOWN,
                f"You may not look at the role {name}, so nobody knows whether it fits.",
                "Try a run, or add this policy to your user.",
                _text(policy("user", options)),
            )
        raise
    trust = role.get("AssumeRolePolicyDocument", {})
    if _SERVICE not in json.dumps(trust):
        return Check(
            "role",
            MISSING,
            f"The role {name} does not trust {_SERVICE}.",
            "Give it this trust policy.",
            _text(policy("trust", options)),
        )
    return Check("role", OK, f"{role['Arn']} trusts {_SERVICE}.")


def _bucket(options: SageMakerOptions) -> Check:
    session = session_of(options)
    name = options.bucket or bucket_name(account_of(options), session.region_name)
    bucket = Bucket(session, name, kms_key=options.kms_key)
    if options.is_emulator:
        return Check("bucket", OK, f"{name}, made in the emulator when it is needed.")
    try:
        bucket.check(options.prefix)
    except Genie3Error as error:
        if options.create_bucket and isinstance(error, CloudError) and is_absent(error):
            return Check("bucket", OK, f"{name} will be made, closed and encrypted.")
        raise
    probe = f"{options.prefix}/checks/probe"
    bucket.put(probe, b"")
    bucket.delete([probe])
    return _openness(bucket, name)


def _openness(bucket: Bucket, name: str) -> Check:
    """Say whether a bucket that can be used is also closed to the public."""
    is_closed = bucket.is_closed()
    if is_closed is None:
        return Check("bucket", OK, f"{name} can be used; whether the public can, nobody may see.")
    if not is_closed:
        return Check(
            "bucket",
            MISSING,
            f"{name} is not closed to the public.",
            "Turn on Block Public Access for it, or choose another --bucket.",
        )
    return Check("bucket", OK, f"{name} can be used, and is closed to the public.")


def _quota(options: SageMakerOptions) -> Check:
    if options.is_emulator:
        return Check("quota", OK, "The emulator has none; its instances are this machine's.")
    if not options.instance_type:
        return Check("quota", UNKNOWN, "No instance type is chosen.", "Give --instance-type.")
    kind = "spot training job usage" if options.spot else "training job usage"
    wanted = f"{options.instance_type} for {kind}"
    with refused("asking for the quota", about=wanted):
        pages = client_of(session_of(options), "service-quotas").get_paginator(
            "list_service_quotas"
        )
        for page in pages.paginate(ServiceCode="sagemaker"):
            for quota in page["Quotas"]:
                if quota["QuotaName"] == wanted:
                    return _judged(quota, options, wanted)
    return Check(
        "quota",
        UNKNOWN,
        f"AWS names no quota {wanted!r}.",
        "Look under Service Quotas in the AWS console.",
    )


def _judged(quota: dict[str, Any], options: SageMakerOptions, wanted: str) -> Check:
    allowed = int(quota["Value"])
    if allowed >= options.instances:
        return Check("quota", OK, f"{allowed} at a time: {wanted}.")
    return Check(
        "quota",
        MISSING,
        f"Your account may have {allowed} at a time, {options.instances} are wanted: {wanted}.",
        f"Ask for more: aws service-quotas request-service-quota-increase --service-code sagemaker "
        f"--quota-code {quota['QuotaCode']} --desired-value {options.instances}.",
    )


def _policy_for(name: str, error: Genie3Error, options: SageMakerOptions) -> str:
    """Return the policy that helps against a refusal."""
    if error.code not in {refusals.DENIED, refusals.ROLE, refusals.BUCKET}:
        return ""
    return _text(policy("trust" if name == "role" else "user", options))


def _text(values: dict[str, Any]) -> str:
    return json.dumps(values, indent=2)


_CHECKS: dict[str, Callable[[SageMakerOptions], Check]] = {
    "credentials": _credentials,
    "region": _region,
    "role": _role,
    "bucket": _bucket,
    "quota": _quota,
}
