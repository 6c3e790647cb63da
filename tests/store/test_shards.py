from __future__ import annotations

import pytest

from genie3_engine.errors import RunError
from genie3_engine.store import shards
from tests.store.network import GENES, links_into


def test_shard_targets__divide_all_targets(make_run):
    runs = [make_run(f"{index}", shard=(index, 3), targets=[]) for index in range(3)]
    targets = [shards.shard_targets(run.spec, GENES) for run in runs]
    assert sorted(sum(targets, ())) == sorted(GENES)
    assert targets[1] == GENES[1::3]


def test_positions_of__are_ascending_and_refuse_other_genes():
    assert shards.positions_of([GENES[5], GENES[2]], GENES).tolist() == [2, 5]
    assert len(shards.positions_of(None, GENES)) == len(GENES)
    with pytest.raises(RunError, match="is not a gene"):
        shards.positions_of(["other"], GENES)


def test_repeated_targets__names_those_of_a_later_part(make_run):
    run = make_run(targets=[3, 7, 3], batch=2)
    shard = shards.gathered(run)
    repeated = shards.repeated_targets([shard], GENES)
    assert list(repeated.values()) == [[3]]
    assert list(repeated) == [shard.files[1]]
    assert shard.targets[GENES[3]].n_links == len(links_into(3).regulators)


def test_repeated_targets__of_distinct_parts_are_none(make_run):
    assert shards.repeated_targets([shards.gathered(make_run())], GENES) == {}


def test_shard_of__a_finished_run_has_its_ranked_links(make_run):
    run = make_run(finish=True)
    assert shards.shard_of(run).files == (run.links_path,)
    assert shards.shard_of(run).targets.keys() == set(GENES)
