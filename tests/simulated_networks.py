"""Small stored data sets and runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from genie3_engine.data.expression import Expression
from genie3_engine.datasets.store import save_dataset
from genie3_engine.model import (
    COMPILED,
    RANDOM_FOREST,
    SCIKIT_LEARN,
    ForestSpec,
    JobState,
    LayoutSpec,
    RunSpec,
    RunStatus,
)
from genie3_engine.store.run_folder import RunFolder


def tiny_expression(n_genes: int = 8) -> Expression:
    """Independent genes, out of order."""
    rng = np.random.default_rng(11)
    return Expression(
        values=rng.normal(size=(n_genes, 10)),
        genes=tuple(f"gene {n_genes - gene:03d}" for gene in range(n_genes)),
        samples=tuple(f"sample {sample + 1}" for sample in range(10)),
        has_sample_names=False,
    )


def tiny_run(
    folder: Path,
    *,
    n_genes: int = 8,
    n_trees: int = 2,
    layout: LayoutSpec | None = None,
    engine: str = SCIKIT_LEARN,
    method: str = RANDOM_FOREST,
    expression: Expression | None = None,
    **spec: Any,
) -> RunFolder:
    """Store a data set and make a run on it that nobody has begun."""
    dataset = save_dataset(expression or tiny_expression(n_genes))
    forest = ForestSpec(method, n_trees=n_trees, seed=1, engine=engine)
    return RunFolder.create(
        folder,
        RunSpec(dataset, forest=forest, layout=layout or LayoutSpec(), **spec),
        RunStatus(JobState.QUEUED, created=1.0),
    )


def endless_run(folder: Path, *, n_processes: int = 1, **spec: Any) -> RunFolder:
    """Make a run that keeps a core busy for many minutes, and stops within a second when asked."""
    layout = LayoutSpec(n_processes=n_processes, n_threads=1)
    return tiny_run(folder, n_genes=5_000, n_trees=100_000, layout=layout, engine=COMPILED, **spec)
