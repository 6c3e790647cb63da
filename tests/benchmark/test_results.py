from __future__ import annotations

import pytest

from genie3_engine.benchmark.experiment_folder import ExperimentFolder
from genie3_engine.benchmark.results import experiment_results
from genie3_engine.errors import RunError
from tests.benchmark.measured import measurement


def test_findings__of_a_new_experiment_are_empty(folder, spec):
    found = experiment_results(folder)
    assert found.spec.configurations == spec.configurations
    assert (found.measurements, found.rows, found.summary) == ((), (), ())


def test_findings__hold_what_is_measured_so_far(folder, spec):
    experiment = ExperimentFolder.open(folder)
    slot = spec.schedule()[0]
    configuration = spec.configurations[slot.index]
    experiment.write_row(slot.key, measurement(configuration, 2.0, repeat=slot.repeat))
    found = experiment_results(folder)
    assert len(found.measurements) == 1
    assert [row.configuration for row in found.rows if row.n_repeats] == [configuration]
    assert found.summary


def test_findings__refuses_another_folder(tmp_path):
    with pytest.raises(RunError):
        experiment_results(tmp_path)
