"""A training job, as the service describes it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

REGION, ACCOUNT = "us-east-1", "123456789012"
_NEVER_SHOWN = {"TrainingJobName", "Tags", "EnableManagedSpotTraining"}
_ENDED = {"Completed", "Failed", "Stopped"}


@dataclass(slots=True)
class Job:
    """A training job.

    Parameters
    ----------
    request : dict
        The parameters of CreateTrainingJob.
    status, secondary : str
        ``TrainingJobStatus`` and ``SecondaryStatus``.
    interrupted, stop_asked : Event
        Set when its spot instances are taken away, and when it is asked to stop.
    killed_hosts : set of str
        Hosts whose machine shall break.
    """

    request: dict[str, Any]
    status: str = "InProgress"
    secondary: str = "Starting"
    created: float = field(default_factory=time.time)
    started: float | None = None
    ended: float | None = None
    changed: float = field(default_factory=time.time)
    transitions: list[dict[str, Any]] = field(default_factory=list)
    failure_reason: str = ""
    model_artifacts: str = ""
    training_seconds: float = 0.0
    interrupted: threading.Event = field(default_factory=threading.Event)
    stop_asked: threading.Event = field(default_factory=threading.Event)
    killed_hosts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin its history."""
        self.move("InProgress", "Starting", "Preparing the instances for training")

    @property
    def name(self) -> str:
        """Return its name."""
        return str(self.request["TrainingJobName"])

    @property
    def arn(self) -> str:
        """Return its full name in AWS."""
        return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/{self.name}"

    @property
    def is_spot(self) -> bool:
        """Return True when it runs on spot instances."""
        return bool(self.request.get("EnableManagedSpotTraining"))

    @property
    def has_ended(self) -> bool:
        """Return True when nothing will change any more."""
        return self.status in _ENDED

    @property
    def hosts(self) -> list[str]:
        """Return the names of its hosts, in their order."""
        return [f"algo-{i + 1}" for i in range(self.request["ResourceConfig"]["InstanceCount"])]

    def move(self, status: str, secondary: str, message: str = "") -> None:
        """Go to another state, and remember when."""
        now = time.time()
        if self.transitions:
            self.transitions[-1].setdefault("EndTime", now)
        entry: dict[str, Any] = {"Status": secondary, "StartTime": now, "StatusMessage": message}
        if status in _ENDED:
            entry["EndTime"] = now
            self.ended = now
        self.transitions.append(entry)
        self.status, self.secondary, self.changed = status, secondary, now

    def description(self) -> dict[str, Any]:
        """Return the answer of DescribeTrainingJob."""
        shown = {key: value for key, value in self.request.items() if key not in _NEVER_SHOWN}
        answer = {
            **shown,
            "TrainingJobName": self.name,
            "TrainingJobArn": self.arn,
            "TrainingJobStatus": self.status,
            "SecondaryStatus": self.secondary,
            "SecondaryStatusTransitions": self.transitions,
            "EnableManagedSpotTraining": self.is_spot,
            "CreationTime": self.created,
            "LastModifiedTime": self.changed,
            "TrainingStartTime": self.started,
            "TrainingEndTime": self.ended,
            "FailureReason": self.failure_reason or None,
        }
        if self.model_artifacts:
            answer["ModelArtifacts"] = {"S3ModelArtifacts": self.model_artifacts}
        if self.has_ended and self.started is not None and self.ended is not None:
            whole = max(1, round(self.ended - self.started))
            answer["TrainingTimeInSeconds"] = whole
            # A made-up discount of 70 %; interrupted work is billed, waiting is not.
            answer["BillableTimeInSeconds"] = max(1, whole * 3 // 10) if self.is_spot else whole
        return {key: value for key, value in answer.items() if value is not None}

    def summary(self) -> dict[str, Any]:
        """Return the job's row in the answer of ListTrainingJobs."""
        row = {
            "TrainingJobName": self.name,
            "TrainingJobArn": self.arn,
            "CreationTime": self.created,
            "TrainingEndTime": self.ended,
            "LastModifiedTime": self.changed,
            "TrainingJobStatus": self.status,
            "SecondaryStatus": self.secondary,
        }
        return {key: value for key, value in row.items() if value is not None}
