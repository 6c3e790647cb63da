"""Runs that hold parts of a small network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from genie3_engine.model import ForestSpec, JobState, LayoutSpec, RunSpec, RunStatus
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
        run = RunFolder.create(tmp_path / name, spec, RunStatus(JobState.QUEUED, created=1.0))
        if targets is None:
            targets = [GENES.index(target) for target in shard_targets(spec, GENES)]
        write_parts(run.parts_folder, targets, batch=batch, shard=shard)
        if finish:
            finish_run(run, GENES)
        return run

    return make
