"""Runs with links of our choice on stored data."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from genie3_engine.data.expression import Expression
from genie3_engine.datasets.store import save_dataset
from genie3_engine.model import JobState, RunSpec, RunStatus, TargetLinks
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.merge import finish_run
from genie3_engine.store.parts import PartWriter
from genie3_engine.store.run_folder import RunFolder

GENES = tuple(f"g{i:02d}" for i in range(30))


def expression(*, n_samples: int = 12, seed: int = 3, **annotations: tuple[str, ...]) -> Expression:
    """Correlated genes; the last one is constant."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(len(GENES), n_samples)) + rng.normal(size=n_samples)
    values[-1] = 2.0
    samples = tuple(f"s{i:04d}" for i in range(n_samples))
    return Expression(values, GENES, samples, annotations=annotations)


def write_run(folder: Path, data: Expression, *, seed: int = 3, n_regulators: int = 8) -> Path:
    """Store data and a network on it, with many links of the same importance."""
    rng = np.random.default_rng(seed)
    run = RunFolder.create(folder, RunSpec(save_dataset(data)), RunStatus(JobState.QUEUED))
    genes = data.canonical().genes
    with PartWriter(run.parts_folder, run.spec.dataset, genes=genes) as writer:
        for target in range(len(genes)):
            importance = np.round(rng.exponential(0.1, n_regulators), 1).astype(np.float32)
            order = np.lexsort((np.arange(n_regulators), -importance)).astype(np.int32)
            order = order[(order != target) & (importance[order] > 0)]
            writer.add(TargetLinks(target, order, importance[order], 0.5, 0.1))
    finish_run(run, genes)
    return run.path


def links_of(run: Path) -> list[tuple[str, str, float]]:
    """Return regulator, target and importance, strongest first."""
    table = RankedLinks(run).page(0, 10**6)[["regulator", "target", "importance"]]
    return list(table.astype({"importance": float}).itertuples(index=False, name=None))
