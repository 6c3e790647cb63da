"""Fixtures of tests on a real Slurm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from genie3_engine.jobs.user_directory import VARIABLE
from genie3_engine.launchers import background
from genie3_engine.launchers.slurm.launcher import SlurmLauncher
from genie3_engine.launchers.slurm.queue import Queue
from tests.cluster.runs import local_links
from tools.slurm_cluster.cluster import Cluster


@pytest.fixture
def launcher(slurm: Cluster, home: Path) -> Iterator[SlurmLauncher]:
    """A launcher that asks often."""
    yield SlurmLauncher(queue=Queue(pause_seconds=0.5, refused_pause_seconds=1.0))
    background.wait()


@pytest.fixture(scope="session")
def expected(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The links of the runs of these tests, computed here."""
    folder = tmp_path_factory.mktemp("local")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(folder / "home"))
        return local_links(folder / "run")
