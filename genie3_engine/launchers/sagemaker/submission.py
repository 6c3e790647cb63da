"""List and upload the files of a run, and build its request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from genie3_engine.errors import CloudError, Genie3Error, OptionError
from genie3_engine.launchers.sagemaker import training_job
from genie3_engine.launchers.sagemaker.bundle import pack_engine
from genie3_engine.launchers.sagemaker.client import account_of, bucket_name, role_arn, session_of
from genie3_engine.launchers.sagemaker.options import SageMakerOptions
from genie3_engine.launchers.sagemaker.state import TrainingState
from genie3_engine.launchers.sagemaker.storage import Bucket
from genie3_engine.launchers.shared_jobs import Cargo


@dataclass(frozen=True, slots=True)
class Item:
    """A file that the instances read.

    Parameters
    ----------
    key : str
        Where in the bucket.
    n_bytes : int
        Its size.
    what : str
        What it is, for people.
    content : bytes or Path
        The file.
    is_shared : bool
        Whether other runs use it too: then it is sent once only.
    """

    key: str
    n_bytes: int
    what: str
    content: bytes | Path
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Shipment:
    """Everything that a job takes: where it goes, the files, and the request.

    Parameters
    ----------
    options : SageMakerOptions
        With region, role and bucket as they were determined.
    items : tuple of Item
        The files.
    request : dict
        As ``CreateTrainingJob`` takes it.
    engine : str
        Hash of the program.
    """

    options: SageMakerOptions
    items: tuple[Item, ...]
    request: dict[str, Any]
    engine: str


def settled(options: SageMakerOptions) -> SageMakerOptions:
    """Return options with nothing left open: region, bucket, and the role's ARN.

    Raises
    ------
    OptionError
        When instance type or role are not given.
    CloudError
        When AWS must be asked for the account and cannot be.
    """
    if not options.instance_type:
        raise OptionError(
            "No instance type is given.", "Give --instance-type, such as ml.c5.2xlarge."
        )
    session = session_of(options)
    if not options.role and not options.is_emulator:
        raise OptionError(
            "No role is given: the instances need one to read the bucket.",
            "Give --role; `cloud policy` prints what it must allow.",
        )
    is_arn = options.role.startswith("arn:")
    account = "" if options.bucket and is_arn else account_of(options)
    return replace(
        options,
        region=session.region_name,
        bucket=options.bucket or bucket_name(account, session.region_name),
        role=options.role if is_arn else role_arn(options, account),
    )


def shipment(cargo: Cargo, record: TrainingState) -> Shipment:
    """Return what a run's next job takes; nothing is sent yet.

    Parameters
    ----------
    cargo : Cargo
        What the instances need of the run.
    record : TrainingState
        Its options, settled, and its key.

    Raises
    ------
    OptionError
        When SageMaker has no such instance type.
    CloudError
        When the program cannot be packed, there is no image, or the service would refuse the
        request: by its own model.
    """
    options = record.options
    pack = pack_engine()
    channels = {
        "engine": f"{options.prefix}/engine/{pack.digest}",
        "data": f"{options.prefix}/data/{cargo.data_key}",
        "run": f"{record.base}/spec",
    }
    items = [
        Item(f"{channels['engine']}/{name}", len(content), "the program", content, True)
        for name, content in pack.files
    ]
    for channel, files in (("data", cargo.data), ("run", cargo.settings)):
        folder, is_shared = channels[channel], channel == "data"
        items += [
            Item(f"{folder}/{each.name}", each.n_bytes, each.what, each.content, is_shared)
            for each in files
        ]
    wanted = training_job.training_job(
        options,
        name=training_job.job_name(options.job_prefix),
        role_arn=options.role,
        image=training_job.image_of(options, options.region),
        channels={name: f"s3://{options.bucket}/{key}/" for name, key in channels.items()},
        base=f"s3://{options.bucket}/{record.base}",
    )
    if faults := training_job.faults(wanted):
        raise _refused(faults, options)
    return Shipment(options, tuple(items), wanted, pack.digest)


def send(sent: Shipment, bucket: Bucket) -> None:
    """Upload what is not in the bucket yet.

    Parameters
    ----------
    sent : Shipment
        What the job takes.
    bucket : Bucket
        Where to.
    """
    for item in sent.items:
        if item.is_shared and bucket.holds(item.key):
            continue
        if isinstance(item.content, Path):
            bucket.upload(item.key, item.content)
        else:
            bucket.put(item.key, item.content)


def _refused(faults: list[str], options: SageMakerOptions) -> Genie3Error:
    if any(fault.startswith("InstanceType cannot be") for fault in faults):
        return OptionError(
            f"SageMaker has no instance type {options.instance_type}.",
            "Choose another --instance-type, such as ml.c5.2xlarge.",
            code="cloud-instance-type",
        )
    return CloudError(
        f"SageMaker would refuse the job: {'; '.join(faults[:3])}.",
        "Fix that option and try again.",
        code="cloud-refused",
    )
