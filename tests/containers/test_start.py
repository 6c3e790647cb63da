"""One host of a training job, as a program that is started where its folders are."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from pathlib import Path

import pip
import pyarrow.parquet as pq
import pytest

from genie3_engine import worker
from genie3_engine.model import COMPILED, EXTRA_TREES, ConfidenceSpec
from genie3_engine.store.run_folder import RunFolder
from tests.simulated_networks import endless_run, tiny_run
from tests.tiny_evidence import enough_samples
from tests.waiting import HANG_SECONDS, wait_until

ROOT = Path(__file__).resolve().parents[2]
CONTAINER = ROOT / "containers/sagemaker"


class Job:
    """The folders of a job's host, as the service lays them out."""

    def __init__(self, folder: Path, run: RunFolder, *, hosts: list[str], host: str) -> None:
        self.ml = folder / host / "ml"
        channels = self.ml / "input/data"
        for name in ("engine", "run"):
            (channels / name).mkdir(parents=True)
        for name in ("input/config", "checkpoints", "output"):
            (self.ml / name).mkdir(parents=True)
        shutil.copy(CONTAINER / "start.py", channels / "engine")
        with tarfile.open(channels / "engine/engine.tar.gz", "w:gz") as archive:
            archive.add(ROOT / "genie3_engine", "genie3_engine", filter=without_caches)
            archive.add(CONTAINER / "requirements.txt", "requirements.txt")
        shutil.copytree(
            Path(os.environ["GENIE3_HOME"]) / "data" / run.spec.dataset, channels / "data"
        )
        (channels / "run/spec.json").write_text(json.dumps(run.spec.to_dict()))
        resources = {"current_host": host, "hosts": hosts}
        (self.ml / "input/config/resourceconfig.json").write_text(json.dumps(resources))

    def start(self, python: str = sys.executable) -> subprocess.Popen[str]:
        """Start the host's program with nothing of this process but where its caches are."""
        kept = ("PATH", "HOME", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR", "LANG")
        environment = {key: os.environ[key] for key in kept if key in os.environ}
        return subprocess.Popen(
            [python, self.ml / "input/data/engine/start.py"],
            env={**environment, "TRAINING_JOB_NAME": "job"},
            cwd=self.ml,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @property
    def parts(self) -> list[str]:
        return sorted(file.name for file in (self.ml / "checkpoints").glob("*.parquet"))

    @property
    def note(self) -> dict[str, object]:
        (file,) = (self.ml / "checkpoints").glob("host-*.json")
        note: dict[str, object] = json.loads(file.read_text())
        return note

    @property
    def failure(self) -> str:
        return (self.ml / "output/failure").read_text()


def without_caches(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if "__pycache__" in entry.name else entry


def answer(process: subprocess.Popen[str]) -> tuple[int, str]:
    output, _ = process.communicate(timeout=HANG_SECONDS)
    return process.returncode, output


HOSTS = ["algo-1", "algo-10", "algo-11", "algo-2", *(f"algo-{i}" for i in range(3, 10))]


@pytest.mark.parametrize(
    ("host", "rank", "confidence"),
    [("algo-2", 1, None), ("algo-10", 9, ConfidenceSpec(p_values=False))],
)
def test_start__takes_the_shard_of_its_rank(tmp_path, home, host, rank, confidence):
    run = tiny_run(
        tmp_path / "run",
        expression=enough_samples(22),
        confidence=confidence,
        engine=COMPILED,  # it starts more quickly
    )
    job = Job(tmp_path, run, hosts=HOSTS, host=host)
    code, output = answer(job.start())
    assert code == 0, output
    assert f"{host}: shard {rank + 1} of 11" in output
    assert f"shard {rank}/11" in output or f"shard {rank + 1}/11" in output  # the worker's log
    assert job.note["host"] == host
    assert job.note["job"] == "job"
    assert job.note["status"]["state"] == "done"
    assert job.note["status"]["targets_done"] == 2
    assert job.parts
    assert list((job.ml / "checkpoints").glob(f"host-{rank:04d}-of-0011.json"))
    assert bool(list((job.ml / "checkpoints").glob("confidence/halves/part-*"))) == bool(confidence)


def test_start__says_why_it_failed(tmp_path, home):
    run = tiny_run(tmp_path / "run")
    job = Job(tmp_path, run, hosts=["algo-1"], host="algo-1")
    (job.ml / "input/data/data/values.npy").unlink()
    code, _ = answer(job.start())
    assert code == 1
    assert job.failure.startswith("genie3: algo-1: ")
    assert len(job.failure.splitlines()) == 1
    assert len(job.failure) <= 1024


def test_start__stops_when_asked_and_keeps_its_parts(tmp_path, home):
    run = endless_run(tmp_path / "run")
    job = Job(tmp_path, run, hosts=["algo-1"], host="algo-1")
    process = job.start()
    wait_until(lambda: job.parts)
    process.send_signal(signal.SIGTERM)
    code, output = answer(process)
    assert code == 130, output
    assert job.note["status"]["state"] == "cancelled"
    assert job.parts


def python_of_the_image() -> str | None:
    """A Python 3.12, as the service's image has it."""
    known = [shutil.which("python3.12")]
    known += [str(path) for path in Path.home().glob(".pyenv/versions/3.12.*/bin/python")]
    for python in filter(None, known):
        asked = subprocess.run([python, "-c", "import venv"], capture_output=True)
        if asked.returncode == 0:
            return python
    return None


def environment_like_the_image(python: str, folder: Path) -> str:
    """Make an environment with the image's packages; return its Python.

    pip is that of this environment. The worker imports neither pandas nor scikit-learn: it is
    enough that they are known to be installed. Without --no-compile, compiling modules that
    nothing imports takes most of the time.
    """
    subprocess.run([python, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "pip").symlink_to(Path(pip.__file__).parent)
    for name, version in (("pandas", "2.2.3"), ("scikit_learn", "1.9.1")):
        known = packages / f"{name}-{version}.dist-info"
        known.mkdir()
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        (known / "METADATA").write_text(text, "utf-8")
    of_image = str(folder / "bin/python")
    options = ["--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps"]
    subprocess.run([of_image, "-m", "pip", "install", *options, "numpy==2.5.*"], check=True)
    return of_image


@pytest.mark.slow(50)
def test_start__installs_and_runs_with_the_images_versions(tmp_path, home):
    python = python_of_the_image()
    if python is None:
        pytest.skip("no Python 3.12 here: the image's versions cannot be tried")
    of_image = environment_like_the_image(python, tmp_path / "image")
    # Extra-Trees compile more quickly.
    run = tiny_run(tmp_path / "run", engine=COMPILED, method=EXTRA_TREES)
    job = Job(tmp_path, run, hosts=["algo-1"], host="algo-1")
    code, output = answer(job.start(of_image))
    assert code == 0, output
    assert "Installing" in output
    assert "numba==" in output
    assert job.note["status"]["targets_done"] == 8
    versions = job.note["timings"]["versions"]
    assert versions["python"].startswith("3.12")
    assert versions["numpy"].startswith("2.5")
    worker.run(run.path, parts_only=True)
    assert links(job.ml / "checkpoints") == links(run.parts_folder)


def links(parts: Path) -> list[tuple[int, int, float]]:
    """What was found, in an order of its own: which target is done first is chance."""
    tables = [pq.read_table(part) for part in parts.glob("*.parquet")]
    columns = [
        [t[name].to_pylist() for name in ("target", "regulator", "importance")] for t in tables
    ]
    return sorted(row for table in columns for row in zip(*table, strict=True))
