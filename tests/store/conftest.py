"""Runs that hold parts of a small network."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.model import ForestSpec, LayoutSpec, RunSpec, RunState, RunStatus
from genie3_engine.store.merge import finish_run
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.shards import shard_targets
from tests.store.network import FINGERPRINT, GENES, write_parts

MakeRun = Callable[..., RunFolder]


@pytest.fixture
def spec() -> RunSpec:
    """All targets of the small network."""
    return RunSpec(FINGERPRINT, forest=ForestSpec(n_trees=10, seed=3), source="small.tsv")


@pytest.fixture
def make_run(tmp_path: Path, spec: RunSpec) -> MakeRun:
    """Make a run with parts of its targets, or of the ones that are asked for."""

    def make(
        name: str = "run",
        *,
        shard: tuple[int, int] = (0, 1),
        targets: Sequence[int] | None = None,
        batch: int = 5,
        spec: RunSpec = spec,
        finish: bool = False,
    ) -> RunFolder:
        layout = LayoutSpec(shard_index=shard[0], n_shards=shard[1])
        spec = replace(spec, layout=layout)
        run = RunFolder.create(tmp_path / name, spec, RunStatus(RunState.QUEUED, created=1.0))
        if targets is None:
            targets = [GENES.index(target) for target in shard_targets(spec, GENES)]
        write_parts(run.parts_folder, targets, batch=batch, shard=shard)
        if finish:
            finish_run(run, GENES)
        return run

    return make


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
