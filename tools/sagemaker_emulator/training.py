"""Run a training job from Starting to its end."""

from __future__ import annotations

import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.sagemaker_emulator.hosts import Host
from tools.sagemaker_emulator.jobs import Job
from tools.sagemaker_emulator.storage import LogStream, MissingObjectsError, Storage

_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the emulated cloud takes.

    Parameters
    ----------
    start_seconds : float
        From the request to instances.
    grace_seconds : float
        From SIGTERM to SIGKILL; 120 in the cloud.
    sync_seconds : float
        Between two looks at the checkpoints.
    """

    start_seconds: float = 0.2
    grace_seconds: float = 10.0
    sync_seconds: float = 0.3


class Training:
    """One job at work.

    Parameters
    ----------
    job : Job
        The job; its state is kept up to date.
    endpoint : str
        The server's address.
    pace : Pace
        How long things take.
    """

    def __init__(self, job: Job, endpoint: str, pace: Pace) -> None:
        self.job, self.pace = job, pace
        self.hosts: list[Host] = []
        self._failed_first: list[str] = []
        self._is_closed = False
        self._endpoint = endpoint
        self._storage = Storage(endpoint)

    def run(self) -> None:
        """Bring the job to its end; what goes wrong here itself ends it as failed."""
        job = self.job
        try:
            attempt = 0
            while self._attempt(attempt) == "Interrupted":
                job.interrupted.clear()
                job.move("InProgress", "Interrupted", "Managed spot training was interrupted")
                attempt += 1
        except MissingObjectsError as error:
            job.failure_reason = f"ClientError: Data download failed:{error}"
            job.move("Failed", "Failed", "Training job failed")
        except Exception as error:
            if self._is_closed:  # there is no storage any more
                return
            job.failure_reason = f"InternalServerError: {type(error).__name__}: {error}"[:1024]
            job.move("Failed", "Failed", "Training job failed")
            raise

    def kill(self) -> None:
        """End the job's processes immediately; the server is about to end."""
        self._is_closed = True
        self.job.stop_asked.set()
        self._end(lambda host: host.send(signal.SIGKILL))

    def _attempt(self, attempt: int) -> str:
        """Run all hosts once; return why they ended, and move the job unless it goes on."""
        job = self.job
        work = Path(tempfile.mkdtemp(prefix=f"{job.name}-"))
        try:
            job.move("InProgress", "Starting", "Launching the instances")
            if not self._pause(self.pace.start_seconds):
                job.move("Stopped", "Stopped", "Training job stopped")
                return "Stopped"
            job.move("InProgress", "Downloading", "Downloading input data")
            job.started = job.started or time.time()
            self.hosts = [Host(job, name, work / name) for name in job.hosts]
            for host in self.hosts:
                host.prepare(self._storage)
            for host in self.hosts:
                stream = f"{job.name}/{host.name}-{int(time.time())}{attempt or ''}"
                host.start(LogStream(self._endpoint, stream))
            job.move("InProgress", "Training", "Training image download completed")
            why = self._watch()
            if why != "Interrupted":
                self._finish(why)
            return why
        finally:
            self._end(lambda host: host.send(signal.SIGKILL))
            shutil.rmtree(work, ignore_errors=True)

    def _watch(self) -> str:
        """Return when every host has ended, or must, and none is left at work."""
        began = synced = time.monotonic()
        why = "Completed"
        while any(host.exit_code is None for host in self.hosts):
            time.sleep(_LOOK_SECONDS)
            for host in self.hosts:
                if host.name in self.job.killed_hosts:
                    host.send(signal.SIGKILL)
            self.job.killed_hosts.clear()
            if time.monotonic() - synced > self.pace.sync_seconds:
                self._sync()
                synced = time.monotonic()
            asked = self._reason_to_stop(began)
            if asked:
                why = asked
                self._stop_hosts()
                break
        for host in self.hosts:
            host.wait()
        self._sync()
        if why == "Completed" and any(host.exit_code for host in self.hosts):
            why = "Failed"
        return why

    def _reason_to_stop(self, began: float) -> str:
        job = self.job
        longest = job.request["StoppingCondition"].get("MaxRuntimeInSeconds", 86_400)
        if any(host.exit_code not in {None, 0} for host in self.hosts):
            return "Failed"
        if job.stop_asked.is_set():
            return "Stopped"
        if job.interrupted.is_set():
            return "Interrupted"
        return "MaxRuntimeExceeded" if time.monotonic() - began > longest else ""

    def _stop_hosts(self) -> None:
        """Ask the hosts to end, as a container is asked, then end them."""
        codes = {host.name: host.exit_code for host in self.hosts}
        self._end(lambda host: host.send(signal.SIGTERM))
        until = time.monotonic() + self.pace.grace_seconds
        while time.monotonic() < until and any(host.exit_code is None for host in self.hosts):
            time.sleep(_LOOK_SECONDS)
        self._end(lambda host: host.send(signal.SIGKILL))
        self._failed_first = [name for name, code in codes.items() if code not in {None, 0}]

    def _finish(self, why: str) -> None:
        job = self.job
        # While it is stopping the job stays so; otherwise it is in progress until its very end.
        job.move(job.status, "Uploading", "Uploading generated training model")
        prefix = f"{job.request['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{job.name}/output"
        outputs = [host.root / "output/data" for host in self.hosts]
        self._storage.upload_archive(outputs, f"{prefix}/output.tar.gz")
        if why == "Failed":
            job.failure_reason = self._failure()
            job.move("Failed", "Failed", "Training job failed")
            return
        models = [host.root / "model" for host in self.hosts]
        self._storage.upload_archive(models, f"{prefix}/model.tar.gz")
        job.model_artifacts = f"{prefix}/model.tar.gz"
        status = "Completed" if why == "Completed" else "Stopped"
        job.move(status, why, f"Training job {status.lower()}")

    def _failure(self) -> str:
        """Return the reason of the first host that failed, as the service words it."""
        failed = [host for host in self.hosts if host.exit_code not in {None, 0}]
        guilty = next((host for host in failed if host.name in self._failed_first), failed[0])
        code = guilty.exit_code or 1
        reason = guilty.failure()
        told = f"{reason}, " if reason else ""
        return f"AlgorithmError: {told}exit code: {code if code > 0 else 128 - code}"[:1024]

    def _sync(self) -> None:
        checkpoints = self.job.request.get("CheckpointConfig")
        if checkpoints is None:
            return
        for host in self.hosts:
            self._storage.upload_changed(host.root / "checkpoints", checkpoints["S3Uri"])

    def _pause(self, seconds: float) -> bool:
        """Wait; return False when a stop was requested meanwhile."""
        return not self.job.stop_asked.wait(seconds)

    def _end(self, act: Callable[[Host], object]) -> None:
        for host in self.hosts:
            act(host)
