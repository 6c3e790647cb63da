"""A run whose names are hostile."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from genie3_engine import worker
from genie3_engine.data.expression import Expression
from genie3_engine.datasets.store import save_dataset
from genie3_engine.model import SCIKIT_LEARN, ForestSpec, JobState, RunSpec, RunStatus
from genie3_engine.store.run_folder import RunFolder
from tests.fabricated_evidence import fabricate_evidence
from tests.reports.hostile import HOSTILE


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of hostile genes, name and source."""
    home = tmp_path_factory.mktemp("reports")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENIE3_HOME", str(home))
        values = np.random.default_rng(0).normal(size=(len(HOSTILE), 15))
        data = Expression(values, tuple(HOSTILE), tuple(f"s{i}" for i in range(15)))
        spec = RunSpec(
            save_dataset(data, name=HOSTILE[0]),
            forest=ForestSpec(n_trees=5, engine=SCIKIT_LEARN),
            name=HOSTILE[6],
            source=HOSTILE[2],
            recipe=("log1p",),
        )
        RunFolder.create(home / "run", spec, RunStatus(JobState.QUEUED))
        worker.run(home / "run")
        yield home / "run"


@pytest.fixture
def evident(run, tmp_path):
    """The same run, with evidence."""
    shutil.copytree(run, tmp_path / "evident")
    fabricate_evidence(tmp_path / "evident")
    return tmp_path / "evident"
