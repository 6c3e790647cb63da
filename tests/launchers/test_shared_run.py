from __future__ import annotations

import json
from dataclasses import replace

import pytest

from genie3_engine.errors import InputError, OptionError
from genie3_engine.launchers.shared_run import SharedRun, cargo_of
from genie3_engine.model import LayoutSpec
from tests.simulated_networks import tiny_run


@pytest.fixture
def run(home, tmp_path):
    return SharedRun(tiny_run(tmp_path / "run").path)


def test_cargo__holds_no_name_that_the_user_gave(run):
    spec = replace(run.spec, name="my secret run", source="secret.tsv")
    cargo = cargo_of(spec, None)
    assert cargo.data_key == run.data_key == run.spec.dataset
    (settings,) = cargo.settings
    assert b"secret" not in settings.content
    assert json.loads(settings.content)["dataset"] == spec.dataset
    assert all(each.n_bytes > 0 for each in cargo.data)


def test_cargo__refuses_a_shard_and_data_that_are_not_stored(run):
    with pytest.raises(OptionError, match="shard"):
        cargo_of(replace(run.spec, layout=LayoutSpec(shard_index=0, n_shards=2)), None)
    with pytest.raises(InputError, match="not stored"):
        cargo_of(replace(run.spec, dataset="0" * 64), None)
