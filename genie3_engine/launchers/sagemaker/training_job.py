"""Build the request of a training job; start, describe and stop the job."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import CloudError
from genie3_engine.launchers.sagemaker.errors import GONE, refusals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genie3_engine.launchers.sagemaker.options import SageMakerOptions

ENDED = frozenset({"Completed", "Failed", "Stopped"})


@dataclass(frozen=True, slots=True)
class Job:
    """A training job, as the service describes it.

    Parameters
    ----------
    name : str
        Its name.
    state : str
        InProgress, Completed, Failed, Stopping or Stopped.
    secondary : str
        What it is at: Starting, Downloading, Training, Interrupted, MaxRuntimeExceeded and others.
    message : str
        The service's words on that.
    failure : str
        Why it failed.
    created, training_began, ended : float or None
        Seconds since the epoch; the instances are paid for from ``training_began`` on.
    training_seconds, billable_seconds : int or None
        Of one instance, once it has ended.
    instance_type : str
        Of each host.
    n_instances : int
        How many hosts.
    spot : bool
        Whether it takes spot instances.
    n_interruptions : int
        How often spot instances were taken away so far.
    phases : tuple
        Each secondary state with when it began and ended, in seconds since the epoch.
    """

    name: str
    state: str
    secondary: str = ""
    message: str = ""
    failure: str = ""
    created: float | None = None
    training_began: float | None = None
    ended: float | None = None
    training_seconds: int | None = None
    billable_seconds: int | None = None
    instance_type: str = ""
    n_instances: int = 1
    spot: bool = False
    n_interruptions: int = 0
    phases: tuple[tuple[str, float, float | None], ...] = ()

    @property
    def has_ended(self) -> bool:
        """True when nothing runs any more."""
        return self.state in ENDED


def start(session: Any, request: Mapping[str, Any]) -> None:  # noqa: ANN401 -- boto3's
    """Begin a training job.

    Parameters
    ----------
    session : boto3.Session
        Where.
    request : mapping
        What `training_job.training_job` returns.

    Raises
    ------
    CloudError
        When AWS refuses. A connection that drops is asked whether the job began nevertheless.
    """
    from sagemaker.core.resources import TrainingJob

    name = request["TrainingJobName"]
    about = f"{request['ResourceConfig']['InstanceType']}, role {request['RoleArn']}"
    try:
        with refusals("starting the training job", about=about):
            TrainingJob.create(**_snake(request), session=session, region=session.region_name)
    except CloudError as error:
        if error.code in {"cloud-unreachable", "cloud-capacity"} and _began(session, name):
            return
        raise


def describe(session: Any, name: str) -> Job:  # noqa: ANN401 -- boto3's
    """Return a training job as it is now.

    Raises
    ------
    CloudError
        When AWS cannot be asked, or does not know the job (code ``cloud-gone``).
    """
    with refusals("asking for the training job", about=name):
        found = _resource(session, name)
    return _job(found)


def stop(session: Any, name: str) -> None:  # noqa: ANN401 -- boto3's
    """Ask a training job to stop; one that has ended is left as it is."""
    with refusals("stopping the training job", about=name):
        found = _resource(session, name)
        if found.training_job_status == "InProgress":
            found.stop()


def _resource(session: Any, name: str) -> Any:  # noqa: ANN401 -- sagemaker-core's own type
    from sagemaker.core.resources import TrainingJob

    return TrainingJob.get(training_job_name=name, session=session, region=session.region_name)


def _began(session: Any, name: str) -> bool:  # noqa: ANN401 -- boto3's
    try:
        describe(session, name)
    except CloudError as error:
        if error.code == GONE:
            return False
        raise
    return True


def _job(found: Any) -> Job:  # noqa: ANN401 -- sagemaker-core's own type
    resources = _known(found.resource_config)
    phases = [
        (each.status, _seconds(each.start_time) or 0.0, _seconds(each.end_time))
        for each in _known(found.secondary_status_transitions) or ()
    ]
    transitions = _known(found.secondary_status_transitions) or ()
    return Job(
        name=found.training_job_name,
        state=_known(found.training_job_status) or "",
        secondary=_known(found.secondary_status) or "",
        message=(_known(transitions[-1].status_message) or "") if transitions else "",
        failure=_known(found.failure_reason) or "",
        created=_seconds(found.creation_time),
        training_began=_seconds(found.training_start_time),
        ended=_seconds(found.training_end_time),
        training_seconds=_known(found.training_time_in_seconds),
        billable_seconds=_known(found.billable_time_in_seconds),
        instance_type=(_known(resources.instance_type) or "") if resources else "",
        n_instances=(_known(resources.instance_count) or 1) if resources else 1,
        spot=bool(_known(found.enable_managed_spot_training)),
        n_interruptions=sum(1 for status, _, _ in phases if status == "Interrupted"),
        phases=tuple(phases),
    )


def _known(value: Any) -> Any:  # noqa: ANN401 -- any attribute of sagemaker-core
    """Return a value; None for what sagemaker-core calls unassigned."""
    return None if type(value).__name__ == "Unassigned" else value


def _seconds(value: Any) -> float | None:  # noqa: ANN401 -- a time, or unassigned
    known = _known(value)
    return known.timestamp() if isinstance(known, datetime) else None


def _snake(value: Any, *, are_names: bool = True) -> Any:  # noqa: ANN401 -- any part of a request
    """Name the fields of a request as sagemaker-core does; a map's own keys stay."""
    from sagemaker.core.utils.utils import convert_to_snake_case

    if isinstance(value, dict):
        return {
            convert_to_snake_case(key) if are_names else key: _snake(
                item, are_names=key != "Environment"
            )
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_snake(item) for item in value]
    return value


CHECKPOINTS = "/opt/ml/checkpoints"
ENTRYPOINT = ("python3", "/opt/ml/input/data/engine/start.py")
IMAGE_VERSION = "1.9-0"
# Python's expressions know no Unicode categories; these are near enough inside [...].
_CATEGORIES = {r"\p{L}": r"\w", r"\p{Z}": r"\s", r"\p{N}": r"\d"}


def job_name(prefix: str) -> str:
    """Return a training job's name that no other has: the time in UTC and a random end."""
    return f"{prefix}-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def image_of(options: SageMakerOptions, region: str) -> str:
    """Return the container's image: the user's, or SageMaker's own for scikit-learn.

    Raises
    ------
    CloudError
        When SageMaker has none in the region.
    """
    if options.image:
        return options.image
    from sagemaker.core import image_uris

    try:
        found: str = image_uris.retrieve(
            "sklearn", region, version=IMAGE_VERSION, instance_type=options.instance_type
        )
    except ValueError as error:
        raise CloudError(
            f"SageMaker has no scikit-learn image for {options.instance_type} in {region}.",
            "Choose another --region, or give your own --image.",
            code="cloud-image",
        ) from error
    return found


def training_job(
    options: SageMakerOptions,
    *,
    name: str,
    role_arn: str,
    image: str,
    channels: Mapping[str, str],
    base: str,
) -> dict[str, Any]:
    """Return the request that begins a training job.

    Parameters
    ----------
    options : SageMakerOptions
        What the user chose.
    name : str
        The job's.
    role_arn : str
        The role's.
    image : str
        The container's.
    channels : mapping
        From a channel's name to where its files lie, a folder in S3.
    base : str
        The run's own folder in S3; parts of every job of the run lie there together, so that a
        later job finds what an earlier one has finished.

    Returns
    -------
    dict
        As ``CreateTrainingJob`` takes it. What the user typed is in tags and in the job's name
        only: nothing of it reaches the container.
    """
    resources: dict[str, Any] = {
        "InstanceType": options.instance_type,
        "InstanceCount": options.instances,
        "VolumeSizeInGB": options.volume_gb,
    }
    output = {"S3OutputPath": f"{base}/output"}
    if options.kms_key:
        resources["VolumeKmsKeyId"] = output["KmsKeyId"] = options.kms_key
    stopping = {"MaxRuntimeInSeconds": options.max_run_seconds}
    if options.longest_wait_seconds is not None:
        stopping["MaxWaitTimeInSeconds"] = options.longest_wait_seconds
    tags = {**options.tags, "genie3:run": base.rsplit("/", 1)[-1]}
    if options.experiment:
        tags["genie3:experiment"] = re.sub(r"[^\w .:/=+\-@]", "_", options.experiment)[:256]
    request: dict[str, Any] = {
        "TrainingJobName": name,
        "RoleArn": role_arn,
        "AlgorithmSpecification": {
            "TrainingImage": image,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": list(ENTRYPOINT),
        },
        "InputDataConfig": [_channel(channel, uri) for channel, uri in channels.items()],
        "OutputDataConfig": output,
        "ResourceConfig": resources,
        "StoppingCondition": stopping,
        "EnableManagedSpotTraining": options.spot,
        "CheckpointConfig": {"S3Uri": f"{base}/checkpoints/", "LocalPath": CHECKPOINTS},
        "Environment": {"PYTHONUNBUFFERED": "1"},
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }
    if options.subnets:
        request["VpcConfig"] = {
            "SecurityGroupIds": list(options.security_groups),
            "Subnets": list(options.subnets),
        }
    return request


def _channel(name: str, uri: str) -> dict[str, Any]:
    source = {
        "S3DataType": "S3Prefix",
        "S3Uri": uri,
        "S3DataDistributionType": "FullyReplicated",
    }
    return {"ChannelName": name, "InputMode": "File", "DataSource": {"S3DataSource": source}}


def faults(request: Mapping[str, Any], *, operation: str = "CreateTrainingJob") -> list[str]:
    """Return what the service would refuse of a request: its own model, lengths and enums included.

    Parameters
    ----------
    request : mapping
        The request.
    operation : str
        Of SageMaker.

    Returns
    -------
    list of str
        One phrase a fault, such as ``TrainingJobName has 70 characters, 63 at most``.
    """
    return list(_faults(dict(request), _shape(operation), operation))


@lru_cache(maxsize=4)
def _shape(operation: str) -> Any:  # noqa: ANN401 -- botocore's shapes
    """Return what an operation takes; the service's model is large, and read once."""
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    model = ServiceModel(Loader().load_service_model("sagemaker", "service-2"), "sagemaker")
    return model.operation_model(operation).input_shape


def _faults(value: Any, shape: Any, where: str) -> list[str]:  # noqa: ANN401 -- botocore's shapes
    """Judge a part of a request by its shape."""
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            return [f"{where} is not a structure"]
        found = [f"{where} lacks {name}" for name in shape.required_members if name not in value]
        for name, item in value.items():
            if name in shape.members:
                found += _faults(item, shape.members[name], name)
            else:
                found.append(f"{where} has no {name}")
        return found
    if kind in {"list", "map"}:
        found = _size_faults(len(value), shape, where, "entries")
        if kind == "list":
            return found + [fault for item in value for fault in _faults(item, shape.member, where)]
        for key, item in value.items():
            found += _faults(key, shape.key, f"a name in {where}")
            found += _faults(item, shape.value, f"{where} {key}")
        return found
    if kind == "string":
        return _text_faults(value, shape, where)
    if kind in {"integer", "long"}:
        if not isinstance(value, int) or isinstance(value, bool):
            return [f"{where} is not a whole number"]
        return _size_faults(value, shape, where, "")
    return [] if kind != "boolean" or isinstance(value, bool) else [f"{where} is not yes or no"]


def _size_faults(size: int, shape: Any, where: str, unit: str) -> list[str]:  # noqa: ANN401
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    has = f"has {size} {unit}" if unit else f"is {size}"
    if least is not None and size < least:
        return [f"{where} {has}, {least} at least"]
    if most is not None and size > most:
        return [f"{where} {has}, {most} at most"]
    return []


def _text_faults(value: Any, shape: Any, where: str) -> list[str]:  # noqa: ANN401
    if not isinstance(value, str):
        return [f"{where} is not a text"]
    found = _size_faults(len(value), shape, where, "characters")
    if shape.enum and value not in shape.enum:
        found.append(f"{where} cannot be {value}")
    pattern = shape.metadata.get("pattern")
    if pattern:
        for category, ours in _CATEGORIES.items():
            pattern = pattern.replace(category, ours)
        if not re.fullmatch(pattern, value):
            found.append(f"{where} has a form that the service does not take: {value[:60]!r}")
    return found
