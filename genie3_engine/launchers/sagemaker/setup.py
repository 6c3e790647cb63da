"""Check the setup, generate IAM policies, and delete what a run has left in the cloud."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import CloudError, Genie3Error, OptionError, RunError
from genie3_engine.launchers.base import MISSING, OK, UNKNOWN, Check, Cleaned
from genie3_engine.launchers.exclusive import exclusive
from genie3_engine.launchers.sagemaker import errors, logs
from genie3_engine.launchers.sagemaker.client import (
    account_of,
    bucket_name,
    caller,
    client_of,
    forget_sessions,
    session_of,
)
from genie3_engine.launchers.sagemaker.errors import refusals
from genie3_engine.launchers.sagemaker.options import POLICIES
from genie3_engine.launchers.sagemaker.state import load
from genie3_engine.launchers.sagemaker.storage import Bucket, is_absent

if TYPE_CHECKING:
    from genie3_engine.launchers.sagemaker.options import SageMakerOptions
    from genie3_engine.launchers.shared_jobs import SharedJob

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
            is_unseen = error.code in {errors.UNREACHABLE, errors.THROTTLED}
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
        with refusals("looking at it", about=f"role {name}"):
            role = client_of(session_of(options), "iam").get_role(RoleName=name)["Role"]
    except Genie3Error as error:
        if error.code == errors.DENIED:
            return Check(
                "role",
                UNKNOWN,
                f"You may not look at the role {name}, so it is unknown whether it fits.",
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
    """Return whether a bucket that can be used is also closed to the public."""
    is_closed = bucket.is_closed()
    if is_closed is None:
        return Check("bucket", OK, f"{name} can be used; public access could not be checked.")
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
    with refusals("asking for the quota", about=wanted):
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
    if error.code not in {errors.DENIED, errors.ROLE, errors.BUCKET}:
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


_UNKNOWN = {"Account": "ACCOUNT", "Region": "REGION"}


def policy(whose: str, options: SageMakerOptions) -> dict[str, Any]:
    """Return a least-privilege IAM policy, as plain JSON values.

    Parameters
    ----------
    whose : str
        A value of `POLICIES`.
    options : SageMakerOptions
        Fill in the places: bucket, role, job prefix, key. What cannot be determined without
        credentials stays as ``ACCOUNT`` and ``REGION``.

    Raises
    ------
    OptionError
        When there is no such policy.
    """
    known = [each.value for each in POLICIES]
    if whose not in known:
        raise OptionError(f"There is no policy {whose!r}.", f"Choose one of {', '.join(known)}.")
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
    """Return account, region and partition, as far as they can be determined."""
    account, region, partition = _UNKNOWN["Account"], _UNKNOWN["Region"], "aws"
    try:
        session = session_of(options)
        region = session.region_name
        partition = session.get_partition_for_region(region)
        account = account_of(options)
    except CloudError:  # the policy is for a user without access yet
        region = options.region or region
    return account, region, partition


def clean(folder: SharedJob, *, shared: bool = False) -> Cleaned:
    """Delete what a run has left in the cloud; its folder here stays as it is.

    Parameters
    ----------
    folder : SharedJob
        A run that is not live.
    shared : bool
        Whether the data set and the program go too; other runs send them again when they need them.

    Raises
    ------
    RunError
        When the run is live, or was never submitted.
    CloudError
        When AWS refuses.
    """
    if folder.read_status().state.is_live:
        raise RunError(f"The run in {folder.path} is at work.", "Cancel it, or wait until it ends.")
    with exclusive(folder):
        record = load(folder)
        if record is None or record.job is None:
            raise RunError(f"The run in {folder.path} left nothing in a cloud.", "")
        session = session_of(record.options)
        bucket = Bucket(session, record.options.bucket)
        prefixes = [f"{record.base}/"]
        kept = "the data set and the program, which other runs share (--shared deletes them)"
        if shared:
            prefix = record.options.prefix
            prefixes += [
                f"{prefix}/data/{folder.data_key}/",
                f"{prefix}/engine/{record.engine}/",
            ]
            kept = "nothing of this run in the bucket"
        found = [stored for prefix in prefixes for stored in bucket.list(prefix)]
        bucket.delete(stored.key for stored in found)
        try:
            n_logs = logs.delete(session, record)
        except CloudError as error:
            n_logs = 0
            kept += f"; the logs: {error.message}"
    n_bytes = sum(stored.n_bytes for stored in found)
    return Cleaned(len(found), n_bytes, n_logs, kept)
