"""Tests of merging shards that combine networks inside them."""

import shutil

import pytest

from genie3_engine import runs
from genie3_engine.errors import RunError
from genie3_engine.model import METHODS, ForestSpec, JobState, LayoutSpec, Method
from genie3_engine.runs.merge import merge
from tests.simulated_networks import tiny_expression


@pytest.fixture
def both():
    """A method that combines two quick ones."""
    record = Method(
        label="Both",
        help="",
        phrase="both, combined",
        settings=("how", "seed"),
        paragraph="genie3_engine.reports.method_sentences:member_sentences",
        scale="",
        members=("RF", "precision"),
    )
    with METHODS.registered("both", record):
        yield ForestSpec("both")


@pytest.fixture
def shards(home, tmp_path, both):
    return [
        runs.infer(
            tiny_expression(),
            tmp_path / f"shard{index}",
            forest=both,
            layout=LayoutSpec(shard_index=index, n_shards=2),
        )
        for index in range(2)
    ]


class TestMerge:
    def test_merge__of_shards_with_networks_inside_is_the_undivided_run(
        self, home, both, shards, tmp_path
    ):
        whole = runs.infer(tiny_expression(), tmp_path / "whole", forest=both)
        merged = merge(shards, tmp_path / "merged")
        assert merged.read_status().state is JobState.DONE
        for name in ("links.parquet", "members/RF/links.parquet"):
            assert (merged.path / name).read_bytes() == (whole / name).read_bytes()
        with pytest.raises(RunError, match="already"):
            merge(shards, tmp_path / "merged")

    def test_merge__goes_on_after_it_was_cut(self, shards, tmp_path):
        merged = merge(shards, tmp_path / "merged")
        expected = merged.links_path.read_bytes()
        merged.links_path.unlink()
        merged.targets_path.unlink()
        shutil.rmtree(merged.path / "members" / "precision")
        assert merge(shards, tmp_path / "merged").links_path.read_bytes() == expected

    def test_merge__refuses_what_is_missing_and_other_networks(self, shards, tmp_path):
        with pytest.raises(RunError, match="is not among the runs"):
            merge(shards[:1], tmp_path / "merged")
        assert not (tmp_path / "merged").exists()
        other = runs.infer(tiny_expression(), tmp_path / "other", forest=ForestSpec("both", seed=1))
        with pytest.raises(RunError, match="does not belong to the same network"):
            merge([shards[0], other], tmp_path / "merged")
