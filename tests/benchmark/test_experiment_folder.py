"""Experiments on disk keep the contract of every job."""

from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine.benchmark.experiment_folder import ExperimentFolder
from genie3_engine.errors import RunError
from genie3_engine.launchers.registry import CLOUD
from tests.benchmark.measured import measurement
from tests.contracts.job_contract import JobContract


@pytest.mark.slow(0.5)
class TestExperiment(JobContract):
    @pytest.fixture
    def job(self, folder):
        return ExperimentFolder.open(folder)


def test_rows__are_in_the_order_of_the_grid_without_damaged_ones(folder):
    experiment = ExperimentFolder.open(folder)
    slots = experiment.spec.schedule()
    for slot in slots:
        one = experiment.spec.configurations[slot.index]
        experiment.write_row(slot.key, measurement(one, 1.0, repeat=slot.repeat))
    (folder / "rows" / "000-001.json").write_text("{")
    assert [row.repeat for row in experiment.rows()] == [2, 1, 2]
    assert all(experiment.has_row(slot) for slot in slots)


def test_require_same__lets_the_name_differ(folder):
    experiment = ExperimentFolder.open(folder)
    experiment.require_same(replace(experiment.spec, name="other", created="now"))
    with pytest.raises(RunError, match="n_trees"):
        experiment.require_same(replace(experiment.spec, n_trees=99))


def test_grace__leaves_cloud_runs_the_time_to_be_stopped(folder):
    experiment = ExperimentFolder.open(folder)
    here = experiment.grace_seconds
    experiment._spec = replace(experiment.spec, launcher=CLOUD)
    assert experiment.grace_seconds > 10 * here
