"""Fixtures of the tests of networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genie3_engine.model import TargetLinks
from genie3_engine.store.merge import finish_run
from genie3_engine.store.parts import PartWriter
from tests.fabricated_evidence import fabricate_evidence
from tests.simulated_networks import tiny_expression, tiny_run


@pytest.fixture
def evident_run(tmp_path, home) -> Path:
    """Return a finished run of 56 links with fabricated evidence; its data are stored."""
    run = tiny_run(tmp_path / "evident")
    genes = tuple(sorted(tiny_expression().genes))
    dataset = run.spec.dataset
    with PartWriter(run.parts_folder, dataset, shard_index=0, n_shards=1, genes=genes) as writer:
        for target in range(len(genes)):
            others = np.array([i for i in range(len(genes)) if i != target], np.int32)
            importance = (np.linspace(0.6, 0.1, len(others)) / (1 + target)).astype(np.float32)
            writer.add(TargetLinks(target, others, importance, 0.5, 0.1))
    finish_run(run, genes)
    fabricate_evidence(run.path)
    return run.path
