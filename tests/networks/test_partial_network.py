from __future__ import annotations

import numpy as np
import pytest

from genie3_engine import worker
from genie3_engine.model import TargetLinks
from genie3_engine.networks.links import ranked_links
from genie3_engine.networks.partial_network import partial_network
from genie3_engine.store.parts import PartWriter
from tests.simulated_networks import tiny_run

COLUMNS = ["regulator", "target", "importance"]


def test_partial_network__of_nothing_is_empty(tmp_path, home):
    found = partial_network(tiny_run(tmp_path / "run").path, top=10)
    assert (found.n_targets, found.n_links, len(found.links)) == (0, 0, 0)


@pytest.mark.parametrize("top", [5, 1000])
def test_partial_network__of_all_targets_has_the_links_of_the_result(tmp_path, home, top):
    whole, parts = tiny_run(tmp_path / "whole"), tiny_run(tmp_path / "parts")
    worker.run(whole.path)
    worker.run(parts.path, parts_only=True)
    found = partial_network(parts.path, top=top)
    ranked = ranked_links(whole.path, top=top)
    assert found.n_targets == 8
    assert found.links["rank"].tolist() == list(range(1, len(ranked) + 1))
    assert found.links["importance"].tolist() == ranked["importance"].tolist()
    assert {*found.links[COLUMNS].itertuples(index=False)} == {
        *ranked[COLUMNS].itertuples(index=False)
    }


def test_partial_network__leaves_a_damaged_part_out(tmp_path, home):
    run = tiny_run(tmp_path / "run")
    worker.run(run.path, parts_only=True)
    (part,) = run.parts_folder.glob("*.parquet")
    part.write_bytes(part.read_bytes()[:100])
    assert partial_network(run.path, top=10).n_targets == 0


def test_partial_network__counts_a_target_once_that_two_parts_hold(tmp_path, home):
    run = tiny_run(tmp_path / "run")
    genes = tuple(f"gene {gene:03d}" for gene in range(1, 9))
    links = TargetLinks(0, np.array([3], np.int32), np.array([0.5], np.float32), 0.1, 1.0)
    for shard in (0, 1):  # a replaced instance writes again what the first one has written
        with PartWriter(
            run.parts_folder, run.spec.dataset, shard_index=shard, n_shards=2, genes=genes
        ) as writer:
            writer.add(links)
    found = partial_network(run.path, top=10)
    assert (found.n_targets, found.n_links) == (1, 1)
    assert found.links[COLUMNS].values.tolist() == [["gene 004", "gene 001", 0.5]]
