"""Fixtures of all tests."""

from __future__ import annotations

import functools
import gc
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from genie3_engine.data.expression import Expression
from tools.sagemaker_emulator.emulator import Emulator
from tools.slurm_cluster import programs
from tools.slurm_cluster.cluster import Cluster
from tools.slurm_cluster.configuration import Shape

# First calls compile, machines are shared and slow, and the same examples come everywhere.
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("project", deadline=None, derandomize=True, suppress_health_check=SLOW)
settings.load_profile("project")

# A test that names no home would write into that of whoever runs the tests: it fails instead.
os.environ["GENIE3_HOME"] = f"{os.devnull}/a test needs the fixture home"

ROOT = Path(__file__).resolve().parents[1]
KERNELS = "tests/kernels/"


class Scheduling(LoadFileScheduling):
    """Gives a process one file of tests at a time, and all files of the kernels at once.

    One process compiles what they have in common.
    """

    def _split_scope(self, nodeid: str) -> str:
        return KERNELS if nodeid.startswith(KERNELS) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """Use `Scheduling` where files are asked for."""
    return Scheduling(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect the tests without looking for garbage, of which imports leave little."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest files first, so that none of them runs alone at the end.

    Files that wait for other programs are put beside files that compute: no core is idle.
    """
    seconds: Counter[Path] = Counter()
    waiting: set[Path] = set()
    for item in items:
        slow = item.get_closest_marker("slow")
        seconds[item.path] += slow.args[0] if slow else 0
        if slow and slow.kwargs.get("waits"):
            waiting.add(item.path)
    places: Counter[bool] = Counter()
    order = {}
    for path in sorted(seconds, key=lambda path: -seconds[path]):
        waits = path in waiting
        order[path] = places[waits], not waits
        places[waits] += 1
    items.sort(key=lambda item: order[item.path])


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Give the process its main module back: a page under test takes its place.

    A process that is spawned later would run that page instead.
    """
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session", autouse=True)
def components_found_once() -> Iterator[None]:
    """Look for components in the installed packages once, instead of for each page under test.

    Streamlit reads the metadata of all packages, which takes most of the time of such a test.
    """
    if "streamlit" not in sys.modules:  # no page is tested
        yield
        return
    from streamlit.components.v2 import manifest_scanner

    found = functools.cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data, which lies beside the project where there is any."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real data sets (../shared/data) are not on this machine")
    return folder


@pytest.fixture(scope="session")
def shared_cases() -> Path:
    """Files that were read wrongly once, beside the project where there are any."""
    folder = ROOT.parent / "shared" / "cases" / "input"
    if not folder.is_dir():
        pytest.skip("the cases (../shared/cases/input) are not on this machine")
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for data sets and runs."""
    folder = tmp_path / "home"
    monkeypatch.setenv("GENIE3_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def cloud() -> Iterator[Emulator]:
    """The emulator of SageMaker: real HTTP on this machine, real workers, nothing at AWS."""
    with Emulator("--grace-seconds", "1") as emulator:
        yield emulator


@pytest.fixture
def emulator(cloud: Emulator) -> Iterator[Emulator]:
    """The emulator, without the faults that another test has asked for."""
    cloud.clear()
    yield cloud
    cloud.clear()


@pytest.fixture(scope="module")
def slurm_shape() -> Shape:
    """What the cluster of a test file consists of; a file may override it."""
    return Shape()


@pytest.fixture(scope="session")
def slurm_programs() -> None:
    """Slurm's programs on this machine."""
    if missing := programs.missing():
        # where the tests must be whole, none may be left out in silence
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)


@pytest.fixture(scope="module")
def slurm(slurm_programs: None, slurm_shape: Shape) -> Iterator[Cluster]:
    """A real Slurm of its own for a test file; `SLURM_CONF` names it."""
    with Cluster(slurm_shape) as cluster, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLURM_CONF", str(cluster.configuration))
        yield cluster


@pytest.fixture
def expression() -> Expression:
    """A small matrix, genes and samples out of order."""
    rng = np.random.default_rng(1)
    return Expression(
        rng.normal(size=(4, 3)), ("d", "b", "a", "c"), ("s3", "s1", "s2"), has_sample_names=True
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    mount = shutil.which("mount")
    mounted = mount and subprocess.run([mount, *options], capture_output=True).returncode == 0
    if not mounted:
        pytest.skip("a small disk cannot be mounted here (that takes root)")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
