"""How is a training job begun, looked at and stopped?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import CloudError
from genie3_engine.launchers.sagemaker.refusals import GONE, refusals

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        What `request.training_job` returns.

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
