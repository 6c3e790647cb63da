"""Tests of ranking."""

import json
import math
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from genie3_engine.errors import RunError, StorageError
from genie3_engine.model import LayoutSpec, TargetSummary
from genie3_engine.store import external_sort, parts, ranking
from genie3_engine.store.ranking import provenance, rank_links, write_targets
from tests.store.network import GENES, links_into, write_parts

ALL = range(len(GENES))


def all_links():
    """Rank the small network's links the slow and obvious way."""
    rows = []
    for target in range(len(GENES)):
        links = links_into(target)
        rows += [
            (GENES[regulator], GENES[target], importance)
            for regulator, importance in zip(links.regulators, links.importance, strict=True)
        ]
    rows.sort(key=lambda row: (-row[2], row[0], row[1]))
    return rows


def random_part(folder, n_links):
    """Write a part of links at random."""
    rng = np.random.default_rng(0)
    columns = [
        rng.integers(0, len(GENES), n_links).astype(np.int32),
        rng.integers(0, len(GENES), n_links).astype(np.int32),
        rng.random(n_links).astype(np.float32),
    ]
    table = pa.Table.from_arrays(
        [pa.array(column) for column in columns], schema=parts.part_schema()
    )
    pq.write_table(table, folder / "part.parquet")
    return folder / "part.parquet"


def ranked(folder, targets=ALL, *, batch=5, name="links.parquet", **options):
    write_parts(folder / f"parts of {name}", targets, batch=batch)
    files = sorted((folder / f"parts of {name}").iterdir())
    rank_links(files, folder / name, GENES, **options)
    return folder / name


class TestOrder:
    def test_rank_links__is_the_obvious_order(self, tmp_path):
        table = pq.read_table(ranked(tmp_path)).to_pandas()
        expected = pd.DataFrame(all_links(), columns=["regulator", "target", "importance"])
        pd.testing.assert_frame_equal(table.astype({"regulator": str, "target": str}), expected)

    def test_rank_links__names_genes_by_the_whole_list(self, tmp_path):
        table = pq.read_table(ranked(tmp_path, [0, 1]))
        assert pa.types.is_dictionary(table.schema.field("target").type)
        for column in ("regulator", "target"):
            assert table[column].chunk(0).dictionary.to_pylist() == list(GENES)
        assert table.schema.field("importance").type == pa.float32()

    def test_rank_links__counts_what_it_wrote(self, tmp_path):
        write_parts(tmp_path / "parts", [3])
        n_links = rank_links(
            list((tmp_path / "parts").iterdir()), tmp_path / "links.parquet", GENES
        )
        assert n_links == len(links_into(3).regulators)

    def test_rank_links__of_nothing_is_an_empty_table(self, tmp_path):
        assert rank_links([], tmp_path / "links.parquet", GENES) == 0
        assert pq.read_table(tmp_path / "links.parquet").num_rows == 0

    def test_rank_links__leaves_out_targets_that_another_part_holds(self, tmp_path):
        whole = ranked(tmp_path)
        write_parts(tmp_path / "twice", range(len(GENES)), batch=40)
        write_parts(tmp_path / "twice", [3, 4])
        first, second = sorted((tmp_path / "twice").iterdir())
        rank_links(
            [first, second], tmp_path / "b.parquet", GENES, without={first: [3], second: [4]}
        )
        assert (tmp_path / "b.parquet").read_bytes() == whole.read_bytes()


class TestSameBytes:
    @pytest.fixture(autouse=True)
    def small_groups(self, monkeypatch):
        monkeypatch.setattr(ranking, "ROW_GROUP_LINKS", 300)

    def test_rank_links__has_row_groups_of_one_size(self, tmp_path):
        metadata = pq.read_metadata(ranked(tmp_path))
        sizes = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
        assert set(sizes[:-1]) == {300}
        assert 0 < sizes[-1] <= 300
        assert sum(sizes) == len(all_links())

    @pytest.mark.parametrize("batch", [1, 7, 1000])
    @pytest.mark.parametrize("read", [64, 1 << 17])
    def test_rank_links__does_not_depend_on_batches(self, tmp_path, monkeypatch, batch, read):
        expected = ranked(tmp_path).read_bytes()
        monkeypatch.setattr(external_sort, "READ_LINKS", read)
        shuffled = np.random.default_rng(batch).permutation(len(GENES)).tolist()
        got = ranked(tmp_path, shuffled, batch=batch, name="other.parquet", n_threads=1)
        assert got.read_bytes() == expected

    def test_rank_links__does_not_depend_on_memory(self, tmp_path, monkeypatch):
        """A sort that must use the disk, and is given too little memory at first."""
        part = random_part(tmp_path, 1_500_000)
        monkeypatch.setattr(ranking, "ROW_GROUP_LINKS", 1 << 18)
        for memory in (2_000_000, 10**9):
            rank_links(
                [part],
                tmp_path / f"{memory}.parquet",
                GENES,
                memory_bytes=memory,
            )
        assert (tmp_path / "2000000.parquet").read_bytes() == (
            tmp_path / "1000000000.parquet"
        ).read_bytes()
        importance = pq.read_table(tmp_path / "2000000.parquet")["importance"].to_numpy()
        assert (np.diff(importance) <= 0).all()

    @pytest.mark.parametrize("at_once", [1, 100, 500])
    def test_rank_links__does_not_depend_on_bands(self, tmp_path, monkeypatch, at_once):
        expected = ranked(tmp_path).read_bytes()
        monkeypatch.setattr(external_sort, "SORT_LINKS", at_once)
        assert ranked(tmp_path, name="other.parquet").read_bytes() == expected

    def test_bands__hold_every_link_once(self, tmp_path, monkeypatch):
        monkeypatch.setattr(external_sort, "SORT_LINKS", 10_000)
        source = external_sort.LinkSource([random_part(tmp_path, 100_000)], {})
        bands = source.bands()
        sizes = [sum(batch.num_rows for batch in source.batches(band)) for band in bands]
        assert 10 <= len(bands) <= 13
        assert max(sizes) <= 10_000
        assert sum(sizes) == 100_000
        assert [number for band in bands[::-1] for number in band] == list(range(1 << 16))

    def test_rank_links__of_a_scheduler_s_job_is_sorted_on_the_disk_of_its_machine(
        self, tmp_path, monkeypatch
    ):
        used = []
        mkdtemp = tempfile.mkdtemp

        def make(**where):
            used.append(Path(mkdtemp(**where)))
            return str(used[-1])

        monkeypatch.setattr(tempfile, "mkdtemp", make)
        expected = ranked(tmp_path).read_bytes()
        assert used == []
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        monkeypatch.setenv("SLURM_JOB_ID", "12")
        monkeypatch.setenv("SLURM_TMPDIR", str(scratch))
        assert ranked(tmp_path, name="again").read_bytes() == expected
        (folder,) = used
        assert folder.parent == scratch
        assert not any(scratch.iterdir())
        monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10))
        assert ranked(tmp_path, name="full").read_bytes() == expected
        assert len(used) == 1

    def test_rank_links__of_ranked_shards_is_that_of_the_whole(self, tmp_path):
        shards = [
            ranked(tmp_path, range(index, len(GENES), 3), name=f"{index}.parquet")
            for index in range(3)
        ]
        rank_links(shards, tmp_path / "merged.parquet", GENES)
        assert (tmp_path / "merged.parquet").read_bytes() == ranked(tmp_path).read_bytes()

    def test_provenance__does_not_depend_on_the_layout(self, spec):
        other = replace(
            spec,
            layout=LayoutSpec(n_processes=3, shard_index=1, n_shards=2),
            name="other",
            source="elsewhere",
            created="2020-01-01",
            launcher="cloud",
        )
        assert provenance(spec) == provenance(other)

    def test_rank_links__carries_its_origin(self, tmp_path, spec):
        path = ranked(tmp_path, about=provenance(spec))
        about = json.loads(pq.read_schema(path).metadata[b"genie3"])
        assert about["dataset"] == spec.dataset
        assert about["scale"].startswith("raw: share of the target's variance")
        assert about["forest"]["seed"] == 3

    def test_rank_links__keeps_dictionaries_of_long_names(self, tmp_path):
        """Beyond Parquet's usual megabyte of names the dictionary would be given up."""
        genes = [f"{position:05d}" + "x" * 200 for position in range(12_000)]
        write_parts(tmp_path / "parts", [0])
        rank_links(list((tmp_path / "parts").iterdir()), tmp_path / "links.parquet", genes)
        column = pq.read_metadata(tmp_path / "links.parquet").row_group(0).column(0)
        assert "PLAIN" not in column.encodings or column.has_dictionary_page
        assert column.total_uncompressed_size < 12_000 * 230


class TestTrouble:
    def test_rank_links__names_a_damaged_part(self, tmp_path):
        damaged = tmp_path / "part-0000-of-0001-000001.parquet"
        damaged.write_bytes(b"PAR1 and nothing more")
        with pytest.raises(RunError, match=r"000001\.parquet cannot be read"):
            rank_links([damaged], tmp_path / "links.parquet", GENES)
        assert [path.name for path in tmp_path.iterdir()] == [damaged.name]

    def test_rank_links__leaves_nothing_on_a_full_disk(self, tmp_path, small_disk):
        part = random_part(tmp_path, 1_000_000)
        with pytest.raises(StorageError, match=r"the disk is full.*Free some space"):
            rank_links([part], small_disk / "links.parquet", GENES)
        assert not list(small_disk.iterdir())

    def test_rank_links__says_when_the_sort_fills_the_disk(self, tmp_path, small_disk):
        part = random_part(tmp_path, 3_000_000)
        with pytest.raises(StorageError, match="the disk is full"):
            rank_links(
                [part],
                tmp_path / "links.parquet",
                GENES,
                memory_bytes=24_000_000,
                temporary=small_disk / "sorting",
            )
        assert not list(small_disk.iterdir())
        assert not (tmp_path / "links.parquet").exists()


class TestTargets:
    def test_write_targets__sorts_and_tells_unknown_from_zero(self, tmp_path):
        rows = [
            TargetSummary("b", 0.0, 2.0, 3),
            TargetSummary("a", math.nan, 1.0, 0),
        ]
        write_targets(tmp_path / "targets.parquet", rows)
        table = pq.read_table(tmp_path / "targets.parquet")
        assert table.to_pydict() == {
            "target": ["a", "b"],
            "oob_r2": [None, 0.0],
            "seconds": [1.0, 2.0],
            "n_links": [0, 3],
        }
        back = parts.read_targets(tmp_path / "targets.parquet")
        assert math.isnan(back[0].oob_r2)
        assert back[1] == rows[0]

    def test_read_targets__has_what_methods_add(self, tmp_path):
        boosted = TargetSummary("a", 0.5, 1.0, 3, n_trees=7, oob_gain=0.25)
        series = TargetSummary("b", 0.5, 1.0, 3, decay_rate=0.1, oob_next_r=0.75)
        write_targets(tmp_path / "targets.parquet", [boosted, series])
        first, second = parts.read_targets(tmp_path / "targets.parquet")
        assert (first.n_trees, first.oob_gain) == (7, 0.25)
        assert (second.n_trees, second.decay_rate, second.oob_next_r) == (None, 0.1, 0.75)
        assert math.isnan(first.decay_rate)
        assert math.isnan(second.oob_gain)

    def test_read_targets__has_the_workers_where_they_were_recorded(self, tmp_path):
        one = TargetSummary("a", 0.5, 1.0, 3, worker="2.1", began=1e9, elapsed=1.5)
        other = TargetSummary("b", 0.5, 1.0, 3)
        write_targets(tmp_path / "targets.parquet", [one, other])
        first, second = parts.read_targets(tmp_path / "targets.parquet")
        assert (first.worker, first.began, first.elapsed) == ("2.1", 1e9, 1.5)
        assert second.worker == ""
        assert math.isnan(second.began)

    def test_read_targets__says_when_they_are_damaged(self, tmp_path):
        (tmp_path / "targets.parquet").write_bytes(b"no")
        with pytest.raises(RunError, match="cannot be read"):
            parts.read_targets(tmp_path / "targets.parquet")
