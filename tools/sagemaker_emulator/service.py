"""The emulated operations of SageMaker.

Training jobs only; everything else goes on to moto.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from tools.sagemaker_emulator.jobs import Job
from tools.sagemaker_emulator.limits import violations
from tools.sagemaker_emulator.training import Pace, Training

_MOST_INSTANCES = 64


class RefusedError(Exception):
    """The service refuses a request.

    Parameters
    ----------
    code, message : str
        As the service words them.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Service:
    """The training jobs of one account.

    Parameters
    ----------
    endpoint : str
        The server's address.
    pace : Pace
        How long things take.
    """

    def __init__(self, endpoint: str, pace: Pace) -> None:
        self._endpoint, self._pace = endpoint, pace
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self.trainings: dict[str, Training] = {}
        self.operations: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "CreateTrainingJob": self._create,
            "DescribeTrainingJob": self._describe,
            "StopTrainingJob": self._stop,
            "ListTrainingJobs": self._list,
        }

    def answer(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Return an operation's answer.

        Raises
        ------
        RefusedError
            When the request breaks one of the service's rules.
        """
        broken = violations("sagemaker", operation, request)
        if broken:
            errors = f"{len(broken)} validation error{'s' if len(broken) > 1 else ''} detected: "
            raise RefusedError("ValidationException", errors + "; ".join(broken))
        return self.operations[operation](request)

    def training(self, name: str) -> Training:
        """Return a job at work or ended.

        Raises
        ------
        RefusedError
            When there is none of that name.
        """
        if name not in self.trainings:
            raise RefusedError("ValidationException", "Requested resource not found.")
        return self.trainings[name]

    def close(self) -> None:
        """End the jobs that are at work, and what they have left on the disk."""
        for training in self.trainings.values():
            training.kill()
        for thread in self._threads:
            thread.join(timeout=5)

    def _create(self, request: dict[str, Any]) -> dict[str, Any]:
        _refuse_combinations(request)
        with self._lock:
            name = request["TrainingJobName"]
            if name in self.trainings:
                raise RefusedError("ResourceInUse", f"Training job names must be unique: {name}")
            training = Training(Job(request), self._endpoint, self._pace)
            self.trainings[name] = training
        thread = threading.Thread(target=training.run, daemon=True, name=name)
        self._threads.append(thread)
        thread.start()
        return {"TrainingJobArn": training.job.arn}

    def _describe(self, request: dict[str, Any]) -> dict[str, Any]:
        return self.training(request["TrainingJobName"]).job.description()

    def _stop(self, request: dict[str, Any]) -> dict[str, Any]:
        job = self.training(request["TrainingJobName"]).job
        if job.has_ended:
            raise RefusedError(
                "ValidationException",
                f"The request was rejected because the training job is in status {job.status}.",
            )
        job.status = "Stopping"
        job.move("Stopping", "Stopping", "Stopping the training job")
        job.stop_asked.set()
        return {}

    def _list(self, request: dict[str, Any]) -> dict[str, Any]:
        rows = [
            training.job.summary()
            for name, training in self.trainings.items()
            if request.get("NameContains", "").lower() in name.lower()
            and request.get("StatusEquals", training.job.status) == training.job.status
        ]
        rows.sort(key=lambda row: row["CreationTime"], reverse=True)
        return {"TrainingJobSummaries": rows[: request.get("MaxResults", 100)]}


def _refuse_combinations(request: dict[str, Any]) -> None:
    """Refuse what each member allows and the service does not."""
    stopping = request.get("StoppingCondition", {})
    longest = stopping.get("MaxRuntimeInSeconds", 86_400)
    wait = stopping.get("MaxWaitTimeInSeconds")
    is_spot = request.get("EnableManagedSpotTraining", False)
    if is_spot and (wait is None or wait < longest):
        raise RefusedError(
            "ValidationException",
            "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to "
            "MaxRuntimeInSeconds",
        )
    if not is_spot and wait is not None:
        raise RefusedError(
            "ValidationException",
            "MaxWaitTimeInSeconds above 0 is invalid when EnableManagedSpotTraining is false",
        )
    image = request["AlgorithmSpecification"]
    if "TrainingImage" not in image and "AlgorithmName" not in image:
        raise RefusedError(
            "ValidationException", "Missing TrainingImage or AlgorithmName in the request"
        )
    if not image.get("ContainerEntrypoint"):
        raise RefusedError(
            "ValidationException",
            "The emulator runs no images: it needs AlgorithmSpecification.ContainerEntrypoint.",
        )
    resources = request["ResourceConfig"]
    if "InstanceType" not in resources or "InstanceCount" not in resources:
        raise RefusedError("ValidationException", "Missing InstanceType or InstanceCount")
    if resources["InstanceCount"] > _MOST_INSTANCES:
        raise RefusedError(
            "ResourceLimitExceeded",
            f"The account-level service limit '{resources['InstanceType']} for training job usage' "
            f"is {_MOST_INSTANCES} Instances, with current utilization of 0 Instances and a "
            f"request delta of {resources['InstanceCount']} Instances. Please use AWS Service "
            "Quotas to request an increase for this quota.",
        )
