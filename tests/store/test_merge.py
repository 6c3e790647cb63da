"""Tests of merging parts and shards."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from genie3_engine.datasets.store import save_dataset
from genie3_engine.errors import InputError, RunError, StorageError
from genie3_engine.model import ForestSpec, JobState, RunSpec
from genie3_engine.store import merge, ranking
from genie3_engine.store.merge import finish_run, merge_runs
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.shards import shard_targets
from tests.store.network import GENES, links_into, write_parts

SHARDS = [(0, 3), (1, 3), (2, 3)]


def make_shards(make_run, **options):
    return [make_run(f"shard{i + 1}", shard=(i, n), **options).path for i, n in SHARDS]


class TestFinishRun:
    def test_finish_run__replaces_parts_by_the_result(self, make_run):
        run = make_run()
        n_links = finish_run(run, GENES)
        assert n_links == sum(len(links_into(t).regulators) for t in range(len(GENES)))
        assert sorted(os.listdir(run.path)) == [
            "links.parquet",
            "lock",
            "spec.json",
            "status.json",
            "targets.parquet",
        ]

    def test_finish_run__asked_again_changes_nothing(self, make_run):
        run = make_run()
        n_links = finish_run(run, GENES)
        before = run.links_path.read_bytes()
        assert finish_run(run, GENES) == n_links
        assert run.links_path.read_bytes() == before

    def test_finish_run__names_missing_targets(self, make_run):
        run = make_run(targets=range(5, 40))
        with pytest.raises(
            RunError, match=r"not finished: 5 targets \(gene 000, gene 001, gene 002, …\) missing"
        ):
            finish_run(run, GENES)
        assert not run.has_result
        assert run.parts_folder.exists()

    def test_finish_run__names_foreign_targets(self, make_run, spec):
        run = make_run(spec=replace(spec, targets=GENES[:2]), targets=[0, 1, 2])
        with pytest.raises(RunError, match="holds target gene 002 that this network does not have"):
            finish_run(run, GENES)

    def test_finish_run__takes_a_target_written_twice_once(self, make_run):
        run, again = make_run("one"), make_run("two")
        write_parts(again.parts_folder, [3, 17, 3])
        for each in (run, again):
            finish_run(each, GENES)
        assert again.links_path.read_bytes() == run.links_path.read_bytes()

    def test_finish_run__keeps_the_parts_when_the_disk_is_full(self, make_run, monkeypatch):
        run = make_run()

        def full(*_):
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(ranking._RowGroups, "add", full)
            with pytest.raises(StorageError, match="the disk is full"):
                finish_run(run, GENES)
        assert not run.has_result
        assert len(run.finished_targets()) == len(GENES)
        assert finish_run(run, GENES) > 0

    @pytest.mark.parametrize("step", ["rank_links", "write_targets", "rmtree"])
    def test_finish_run__interrupted_anywhere_can_be_finished(self, make_run, monkeypatch, step):
        expected = make_run("whole", finish=True).links_path.read_bytes()
        run = make_run()

        def interrupted(*_, **__):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(shutil if step == "rmtree" else merge, step, interrupted)
            with pytest.raises(KeyboardInterrupt):
                finish_run(run, GENES)
        assert len(run.finished_targets()) == len(GENES)
        finish_run(run, GENES)
        assert run.links_path.read_bytes() == expected
        assert not run.parts_folder.exists()

    def test_finish_run__of_a_resumed_run_gives_the_same_bytes(self, make_run):
        expected = make_run("whole", finish=True).links_path.read_bytes()
        run = make_run(targets=range(0, 40, 3), batch=2)
        missing = [t for t in range(40) if GENES[t] not in run.finished_targets()]
        write_parts(run.parts_folder, missing[::-1], batch=9)
        finish_run(run, GENES)
        assert run.links_path.read_bytes() == expected


class TestMergeRuns:
    def test_merge_runs__gives_the_bytes_of_the_undivided_run(self, make_run, tmp_path):
        whole = make_run("whole", finish=True)
        shards = make_shards(make_run, finish=True)
        merged = merge_runs(shards[::-1], tmp_path / "merged")
        assert merged.links_path.read_bytes() == whole.links_path.read_bytes()
        assert merged.targets_path.read_bytes() == whole.targets_path.read_bytes()

    def test_merge_runs__makes_a_run_that_is_done(self, make_run, tmp_path):
        merged = merge_runs(make_shards(make_run, finish=True), tmp_path / "merged")
        status = RunFolder.open(merged.path).read_status()
        assert (status.state, status.targets_done, status.targets_total) == (JobState.DONE, 40, 40)
        assert status.ended is not None
        assert merged.spec.layout.n_shards == 1
        assert merged.read_timings() is not None
        assert not merged.is_locked

    def test_merge_runs__keeps_the_shards(self, make_run, tmp_path):
        shards = make_shards(make_run, finish=True)
        merge_runs(shards, tmp_path / "merged")
        assert all(RunFolder.open(path).has_result for path in shards)

    def test_merge_runs__takes_parts_of_shards_that_were_not_ranked(self, make_run, tmp_path):
        whole = make_run("whole", finish=True)
        shards = make_shards(make_run)
        finish_run(RunFolder.open(shards[1]), GENES)
        merged = merge_runs(shards, tmp_path / "merged")
        assert merged.links_path.read_bytes() == whole.links_path.read_bytes()

    def test_merge_runs__takes_genes_from_the_data_set(self, home, tmp_path, expression, spec):
        spec = RunSpec(save_dataset(expression))
        runs = []
        for index in range(2):
            layout = replace(spec.layout, shard_index=index, n_shards=2)
            status = merge.RunStatus(JobState.FAILED)
            run = RunFolder.create(tmp_path / str(index), replace(spec, layout=layout), status)
            write_parts(
                run.parts_folder,
                range(index, 4, 2),
                fingerprint=spec.dataset,
                genes=("a", "b", "c", "d"),
            )
            runs.append(run.path)
        merged = merge_runs(runs, tmp_path / "merged")
        assert list(merged.finished_targets()) == ["a", "b", "c", "d"]

    def test_merge_runs__says_when_the_data_set_is_not_here(self, home, make_run, tmp_path):
        with pytest.raises(InputError, match="is not stored"):
            merge_runs(make_shards(make_run), tmp_path / "merged")

    def test_merge_runs__takes_one_whole_run(self, make_run, tmp_path):
        run = make_run(finish=True)
        merged = merge_runs([run.path], tmp_path / "merged")
        assert merged.links_path.read_bytes() == run.links_path.read_bytes()


class TestRefusals:
    @pytest.fixture
    def out(self, tmp_path):
        yield tmp_path / "merged"
        assert not (tmp_path / "merged" / "links.parquet").exists()

    def test_merge_runs__refuses_nothing(self, out):
        with pytest.raises(RunError, match="nothing to merge"):
            merge_runs([], out)

    def test_merge_runs__names_an_absent_shard(self, make_run, out):
        shards = make_shards(make_run, finish=True)
        with pytest.raises(
            RunError, match=r"Shard 1/3 is not among the runs: 13 targets \(gene 001, gene 004"
        ):
            merge_runs([shards[0], shards[2]], out)

    def test_merge_runs__names_the_run_that_is_not_finished(self, make_run, out):
        shards = make_shards(make_run, finish=True)[:2]
        unfinished = make_run("unfinished", shard=(2, 3), targets=[2, 5, 11])
        with pytest.raises(
            RunError, match=r"unfinished \(shard 2/3\) is not finished: 10 targets \(gene 008"
        ):
            merge_runs([*shards, unfinished.path], out)

    def test_merge_runs__names_targets_that_occur_twice(self, make_run, out):
        shards = make_shards(make_run, finish=True)
        with pytest.raises(
            RunError,
            match=r"14 targets \(gene 000, gene 003, gene 006, …\) more than once: gene 000 is in "
            r"\S+shard1 \(shard 3/3\) and in \S+shard1",
        ):
            merge_runs([*shards, shards[0]], out)

    def test_merge_runs__names_foreign_targets(self, make_run, spec, out):
        few = replace(spec, targets=GENES[:3])
        one = make_run("one", spec=few, shard=(0, 2))
        two = make_run("two", spec=few, shard=(1, 2), targets=[1, 39])
        finish_run(one, GENES)
        with pytest.raises(RunError, match=r"two \(shard 1/2\) holds target gene 039 that"):
            merge_runs([one.path, two.path], out)

    def test_merge_runs__names_what_differs(self, make_run, spec, out):
        one = make_run("one", shard=(0, 2), finish=True)
        other = replace(spec, forest=ForestSpec(n_trees=10, seed=9))
        two = make_run("two", shard=(1, 2), spec=other, finish=True)
        with pytest.raises(
            RunError,
            match=r"two does not belong to the same network as .*one: seed 3 there, 9 here",
        ):
            merge_runs([one.path, two.path], out)

    def test_merge_runs__refuses_shards_of_two_cuts(self, make_run, out):
        one = make_run("one", shard=(0, 2), finish=True)
        two = make_run("two", shard=(1, 3), finish=True)
        with pytest.raises(RunError, match="divide the targets differently"):
            merge_runs([one.path, two.path], out)

    def test_merge_runs__refuses_a_folder_that_holds_no_run(self, tmp_path, out):
        with pytest.raises(RunError, match="There is no run in"):
            merge_runs([tmp_path], out)


class TestOut:
    def test_merge_runs__refuses_a_folder_of_something_else(self, make_run, tmp_path):
        out = tmp_path / "merged"
        out.mkdir()
        (out / "thesis.tex").touch()
        with pytest.raises(RunError, match="not empty"):
            merge_runs(make_shards(make_run, finish=True), out)

    def test_merge_runs__refuses_a_network_that_is_there(self, make_run, tmp_path):
        shards = make_shards(make_run, finish=True)
        merge_runs(shards, tmp_path / "merged")
        with pytest.raises(RunError, match="holds this very network already"):
            merge_runs(shards, tmp_path / "merged")

    def test_merge_runs__refuses_to_write_over_a_shard(self, make_run):
        shards = make_shards(make_run, finish=True)
        with pytest.raises(RunError, match="holds another run: shard 3/3 there"):
            merge_runs(shards, shards[0])

    def test_merge_runs__goes_on_where_it_was_cut_short(self, make_run, tmp_path, monkeypatch):
        shards = make_shards(make_run, finish=True)

        def interrupted(*_, **__):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(merge, "write_targets", interrupted)
            with pytest.raises(KeyboardInterrupt):
                merge_runs(shards, tmp_path / "merged")
        status = RunFolder.open(tmp_path / "merged").read_status()
        assert status.state is JobState.FAILED
        assert status.error is not None
        assert status.error.remedy == "Merge the shards again."
        merged = merge_runs(shards, tmp_path / "merged")
        assert merged.read_status().state is JobState.DONE


class TestNames:
    def test_shard_targets__takes_every_nth(self, spec):
        layout = replace(spec.layout, shard_index=1, n_shards=15)
        assert shard_targets(replace(spec, layout=layout), GENES) == (
            GENES[1],
            GENES[16],
            GENES[31],
        )

    def test_store__is_cheap_to_import(self):
        code = (
            "import sys, genie3_engine.store.merge, genie3_engine.store.links\n"
            "print([name for name in ('duckdb', 'pyarrow', 'pandas', 'numpy') "
            "if name in sys.modules])"
        )
        root = Path(__file__).resolve().parents[2]
        run = subprocess.run(
            [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
        )
        assert run.stdout.strip() == "[]"

    def test_result__has_no_pandas_index_or_host(self, make_run):
        metadata = pq.read_schema(make_run(finish=True).links_path).metadata
        assert set(metadata) == {b"genie3"}
