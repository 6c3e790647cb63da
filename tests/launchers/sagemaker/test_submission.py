from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine.errors import InputError, OptionError
from genie3_engine.launchers.sagemaker.options import SageMakerOptions
from genie3_engine.launchers.sagemaker.state import TrainingState
from genie3_engine.launchers.sagemaker.submission import settled, shipment
from genie3_engine.model import LayoutSpec


def sent(spec):
    options = settled(SageMakerOptions.from_dict(spec.launcher_options))
    return shipment(spec, TrainingState(options, "key"))


def test_shipment__uploads_data_program_and_settings(spec_of):
    plan = sent(spec_of(instances=3))
    assert {item.what for item in plan.items} >= {"the program", "the expression", "the settings"}
    assert plan.request["ResourceConfig"]["InstanceCount"] == 3


def test_shipment__refuses_a_shard(spec_of):
    spec = replace(spec_of(), layout=LayoutSpec(shard_index=0, n_shards=2))
    with pytest.raises(OptionError, match="shard"):
        sent(spec)


def test_shipment__refuses_data_that_are_not_stored(spec_of):
    with pytest.raises(InputError, match="not stored"):
        sent(replace(spec_of(), dataset="0" * 64))
