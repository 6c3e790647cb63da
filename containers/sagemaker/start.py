"""Run one host of a training job, from its start to its end.

It finds its rank among the hosts, unpacks the engine, installs what the image lacks, and starts the
same worker as everywhere on the shard of its rank. Parts of the network go to the checkpoints as
they are finished, and a note next to them reports the progress of this host. Standard library only:
nothing else is known to be there yet.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from importlib import metadata
from pathlib import Path
from types import FrameType
from typing import Any

# /opt/ml in the cloud. Found from where this file lies, so that it also works elsewhere.
ML = Path(__file__).resolve().parents[3]
CHANNELS = ML / "input/data"
CHECKPOINTS = ML / "checkpoints"
LOOK_SECONDS = 0.25
NOTE_SECONDS = 2.0
REASON_LENGTH = 1_000  # the service keeps 1,024 characters of it


class HostError(Exception):
    """A host cannot do its share: what is wrong, and the remedy, in one line."""


class Host:
    """One machine among the machines of its job.

    Parameters
    ----------
    resources : dict
        The service's content of ``resourceconfig.json``.
    """

    def __init__(self, resources: dict[str, Any]) -> None:
        self.name = str(resources["current_host"])
        self.hosts = sorted(resources["hosts"], key=number_of)
        self.rank = self.hosts.index(self.name)
        self._noted = ""
        self._noted_at = 0.0

    def note(self, task: Path, *, is_last: bool = False) -> None:
        """Write the progress of this host next to the parts, when it has changed."""
        if not is_last and time.monotonic() - self._noted_at < NOTE_SECONDS:
            return
        note = json.dumps(
            {
                "host": self.name,
                "job": os.environ.get("TRAINING_JOB_NAME", ""),
                "status": read_json(task / "status.json"),
                "timings": read_json(task / "timings.json"),
            }
        )
        if note == self._noted:
            return
        self._noted, self._noted_at = note, time.monotonic()
        file = CHECKPOINTS / f"host-{self.rank:04d}-of-{len(self.hosts):04d}.json"
        aside = file.with_name(f".{file.name}.new")
        aside.write_text(note, encoding="utf-8")
        os.replace(aside, file)


def number_of(host: str) -> tuple[str, int]:
    """Return what puts hosts in their order: ``algo-2`` comes before ``algo-10``."""
    name, _, number = host.rpartition("-")
    return name, int(number) if number.isdigit() else 0


def read_json(file: Path) -> Any:  # noqa: ANN401 - JSON
    """Return a file's values; None while it is not there."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def unpack_engine(folder: Path) -> None:
    """Unpack the engine's own source and the list of what it needs."""
    with tarfile.open(CHANNELS / "engine/engine.tar.gz") as archive:
        archive.extractall(folder, filter="data")


def missing_packages(requirements: Path) -> list[str]:
    """Return the requirements whose package this image does not have in any version."""
    wanted = [line.split("#")[0].strip() for line in requirements.read_text().splitlines()]
    return [line for line in wanted if line and not is_installed(re.split(r"[=<>\[ ]", line)[0])]


def is_installed(package: str) -> bool:
    """Return True when the image has the package."""
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True


def install(requirements: Path) -> None:
    """Install what the image lacks.

    Raises
    ------
    HostError
        When that fails.
    """
    missing = missing_packages(requirements)
    if not missing:
        print("The image has every package that the engine needs.")
        return
    print("Installing", *missing, flush=True)
    options = ["--quiet", "--no-input", "--no-compile"]  # modules compile when they are imported
    command = [sys.executable, "-m", "pip", "install", *options, *missing]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(done.stdout)
    if done.returncode:
        last = next((line for line in reversed(done.stdout.splitlines()) if line.strip()), "")
        raise HostError(
            f"Installing the engine's packages failed: {last.strip()} Give the job a way to a "
            "package index, or an image that has them (containers/sagemaker/Dockerfile)."
        )


class Work:
    """What this host computes: a task of a run or of a comparison.

    Parameters
    ----------
    folder : Path
        Where the engine, the run and the home lie.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.run = folder / "run"
        self.module = ["genie3_engine.worker", str(self.run), "--parts-only"]

    def lay_out(self) -> None:
        """Make the folder of the run, and the home that its data set lies in."""
        datasets = self.home / "data"
        datasets.mkdir(parents=True)
        self.run.mkdir()
        (self.run / "parts").symlink_to(CHECKPOINTS, target_is_directory=True)
        if (CHANNELS / "run/comparison.json").is_file():
            self.module = ["genie3_engine.differential", str(self.run)]
            for file in [*(CHANNELS / "data").iterdir(), CHANNELS / "run/comparison.json"]:
                (self.run / file.name).symlink_to(file)
        else:
            self._lay_out_run(datasets)
        (self.run / "status.json").write_text(json.dumps({"state": "queued"}), encoding="utf-8")

    def _lay_out_run(self, datasets: Path) -> None:
        spec = read_json(CHANNELS / "run/spec.json")
        (datasets / spec["dataset"]).symlink_to(CHANNELS / "data", target_is_directory=True)
        if spec.get("confidence"):  # its parts have folders of their own
            replicates = CHECKPOINTS / "confidence"
            replicates.mkdir(exist_ok=True)
            (self.run / "confidence").symlink_to(replicates, target_is_directory=True)
        (self.run / "spec.json").write_text(json.dumps(spec), encoding="utf-8")


def compute(work: Work, host: Host) -> int:
    """Run the worker on this host's task to its end; return its exit code.

    A request to stop is handed on: the worker ends with the targets under way.

    Raises
    ------
    HostError
        When the worker failed.
    """
    environment = {
        **os.environ,
        "GENIE3_HOME": str(work.home),
        "PYTHONPATH": str(work.folder / "engine"),
        "PYTHONUNBUFFERED": "1",
    }
    n_hosts = len(host.hosts)
    command = [sys.executable, "-m", *work.module, "--task", f"{host.rank + 1}/{n_hosts}"]
    task = work.run / f"tasks/{host.rank + 1:04d}-of-{n_hosts:04d}"
    worker = subprocess.Popen(command, env=environment, cwd=work.folder)

    def hand_on(number: int, frame: FrameType | None) -> None:
        worker.send_signal(signal.SIGTERM)

    signal.signal(signal.SIGTERM, hand_on)
    log = Log(task / "log.txt")
    while worker.poll() is None:
        time.sleep(LOOK_SECONDS)
        log.show()
        host.note(task)
    log.show()
    host.note(task, is_last=True)
    if worker.returncode not in {0, 130}:
        raise HostError(reason_of(task, worker.returncode))
    return worker.returncode


def reason_of(task: Path, code: int) -> str:
    """Return why the worker failed, as it wrote it down itself."""
    error = (read_json(task / "status.json") or {}).get("error") or {}
    told = " ".join(part for part in (error.get("message"), error.get("remedy")) if part)
    if told:
        return told
    if code == -signal.SIGKILL:
        return "The worker was killed, most often for want of memory. Choose a larger instance."
    return f"The worker ended with code {code}. See the host's log."


class Log:
    """The run's log, shown on standard output as it grows.

    Parameters
    ----------
    file : Path
        The log.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._shown = file, 0

    def show(self) -> None:
        """Print what came since the last time."""
        try:
            with self._file.open("rb") as log:
                log.seek(self._shown)
                news = log.read()
        except FileNotFoundError:
            return
        self._shown += len(news)
        if news:
            print(news.decode(errors="replace"), end="", flush=True)


def main() -> int:
    """Do this host's share; return 0 when it is done or was asked to stop."""
    host = Host(read_json(ML / "input/config/resourceconfig.json"))
    print(f"{host.name}: shard {host.rank + 1} of {len(host.hosts)}", flush=True)
    try:
        with tempfile.TemporaryDirectory(prefix="genie3-") as folder:
            work = Work(Path(folder))
            unpack_engine(work.folder / "engine")
            install(work.folder / "engine/requirements.txt")
            work.lay_out()
            return compute(work, host)
    except HostError as error:
        reason = f"genie3: {host.name}: {' '.join(str(error).split())}"[:REASON_LENGTH]
        print(reason, flush=True)
        failure = ML / "output/failure"
        failure.parent.mkdir(parents=True, exist_ok=True)
        failure.write_text(reason, encoding="utf-8")
        return 1


if __name__ == "__main__":
    sys.exit(main())
