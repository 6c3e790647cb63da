"""A host of a training job: its files, its process, its results.

The folders are where ``/opt/ml`` would, below a temporary one. In the command and the environment
that the job asks for, ``/opt/ml`` is replaced by it; the files of the channels are left as they
are, so a container's program must find its folders relative to its own file or by its arguments.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tools.sagemaker_emulator.jobs import REGION, Job
from tools.sagemaker_emulator.storage import LogStream, Storage

_ML = "/opt/ml"
_FOLDERS = ("input/config", "input/data", "model", "output/data", "checkpoints")
# What a container has of its machine: where programs and packages come from, and nothing secret.
# Compiled code is kept between jobs as in an image that has been used before.
_PASSED_ON = ("LANG", "TZ", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "XDG_CACHE_HOME")
_FAILURE_LENGTH = 1024


@dataclass(slots=True)
class Host:
    """One machine of a job.

    Parameters
    ----------
    job : Job
        The job.
    name : str
        Such as ``algo-1``.
    root : Path
        Its own ``/opt/ml``.
    """

    job: Job
    name: str
    root: Path
    process: subprocess.Popen[str] | None = None
    follower: threading.Thread | None = None

    def prepare(self, storage: Storage) -> None:
        """Lay out the folders, the channels, the configuration and the checkpoints."""
        for folder in _FOLDERS:
            (self.root / folder).mkdir(parents=True)
        request, hosts = self.job.request, self.job.hosts
        channels = request.get("InputDataConfig", [])
        for channel in channels:
            source = channel["DataSource"]["S3DataSource"]
            is_shared_out = source.get("S3DataDistributionType") == "ShardedByS3Key"
            share = (hosts.index(self.name), len(hosts)) if is_shared_out else (0, 1)
            folder = self.root / "input/data" / channel["ChannelName"]
            storage.download(source["S3Uri"], folder, share=share)
        if "CheckpointConfig" in request:
            storage.download(
                request["CheckpointConfig"]["S3Uri"], self.root / "checkpoints", must_exist=False
            )
        instance_type = request["ResourceConfig"]["InstanceType"]
        group = {"instance_group_name": "homogeneousCluster", "instance_type": instance_type}
        resources = {
            "current_host": self.name,
            "current_instance_type": instance_type,
            "current_group_name": "homogeneousCluster",
            "hosts": sorted(hosts),  # as text: algo-10 stands before algo-2, as in the cloud
            "instance_groups": [{**group, "hosts": sorted(hosts)}],
            "network_interface_name": "eth0",
        }
        modes = {each["ChannelName"]: {"TrainingInputMode": "File"} for each in channels}
        self._write("resourceconfig", resources)
        self._write("hyperparameters", request.get("HyperParameters", {}))
        self._write("inputdataconfig", modes)

    def start(self, log: LogStream) -> None:
        """Run the container's command."""
        image = self.job.request["AlgorithmSpecification"]
        command = [
            self._placed(part)
            for part in (*image["ContainerEntrypoint"], *image.get("ContainerArguments", []))
        ]
        self.process = subprocess.Popen(
            command,
            env=self._environment(),
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.follower = threading.Thread(target=log.follow, args=(self.process,), daemon=True)
        self.follower.start()

    @property
    def exit_code(self) -> int | None:
        """Return how its command ended; None while it runs."""
        return None if self.process is None else self.process.poll()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the command and all that it started."""
        if self.process is not None and self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def wait(self) -> None:
        """Return when the command has ended and its last line is in the log."""
        if self.process is not None:
            self.process.wait()
        if self.follower is not None:
            self.follower.join(timeout=10)  # a grandchild may hold the pipe open

    def failure(self) -> str:
        """Return the reason that the command left behind."""
        file = self.root / "output/failure"
        if not file.is_file():
            return ""
        return file.read_text(encoding="utf-8", errors="replace")[:_FAILURE_LENGTH]

    def _environment(self) -> dict[str, str]:
        asked = self.job.request.get("Environment", {})
        passed = {
            key: value
            for key, value in os.environ.items()
            if key in _PASSED_ON or key.startswith("PIP_")
        }
        own = Path(sys.executable).parent
        return {
            "XDG_CACHE_HOME": str(Path("~/.cache").expanduser()),
            **passed,
            "HOME": str(self.root),
            "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
            "PATH": f"{own}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "PYTHONUNBUFFERED": "1",
            "AWS_REGION": REGION,
            "TRAINING_JOB_NAME": self.job.name,
            "TRAINING_JOB_ARN": self.job.arn,
            **{key: self._placed(value) for key, value in asked.items()},
        }

    def _placed(self, text: str) -> str:
        return text.replace(_ML, str(self.root))

    def _write(self, name: str, values: object) -> None:
        file = self.root / "input/config" / f"{name}.json"
        file.write_text(json.dumps(values), encoding="utf-8")
