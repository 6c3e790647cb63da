from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine.benchmark.experiment import ExperimentSpec, SimulatedData
from genie3_engine.errors import OptionError
from genie3_engine.launchers.registry import CLOUD
from tests.benchmark.measured import jobs, threads

SPEC = ExperimentSpec(
    "x", "my-own", (jobs(1), threads(2)), simulated=SimulatedData(10, 20), n_repeats=3, seed=1
)


def test_schedule__holds_each_run_once_in_an_order_that_the_seed_decides():
    slots = SPEC.schedule()
    assert len(slots) == len(set(slots)) == 6
    assert slots == SPEC.schedule()
    assert slots != replace(SPEC, seed=2).schedule()


def test_spec__comes_back_from_plain_values():
    assert ExperimentSpec.from_dict(SPEC.to_dict()) == SPEC


@pytest.mark.parametrize(
    "change",
    [
        {"configurations": ()},
        {"n_repeats": 0},
        {"n_repeats": 10**6},
        {"simulated": None},
        {"dataset": "0" * 64},
        {"configurations": (jobs(1, n_instances=2),)},
    ],
)
def test_spec__refuses_what_cannot_be_measured(change):
    with pytest.raises(OptionError):
        replace(SPEC, **change)


def test_spec__of_version_0_1_0_has_the_launcher_that_it_knew():
    values = SPEC.to_dict()
    del values["launcher"]
    assert ExperimentSpec.from_dict(values) == SPEC
    values["launcher_options"] = {"instance_type": "ml.c5.large"}
    assert ExperimentSpec.from_dict(values).launcher == CLOUD
