"""Tests of part files."""

import logging
import math
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from genie3_engine.errors import RunError, RunInterruptedError, StorageError
from genie3_engine.jobs import atomic_write
from genie3_engine.store import parts
from genie3_engine.store.parts import PartWriter, finished_targets, list_parts
from tests.clock import Clock
from tests.store.network import FINGERPRINT, GENES, links_into, take_part, write_parts

ROOT = Path(__file__).resolve().parents[2]
N_STARTS = 1000  # of each of two processes


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def writer(tmp_path, clock):
    return PartWriter(tmp_path, FINGERPRINT, genes=GENES, clock=clock)


def part_names(folder):
    return sorted(path.name for path in folder.iterdir())


class TestPartWriter:
    def test_part__holds_positions_and_importance_as_they_came(self, tmp_path, writer):
        writer.add(links_into(3))
        writer.add(links_into(1))
        writer.flush()
        table = pq.read_table(next(tmp_path.iterdir()))
        expected = [links_into(3), links_into(1)]
        assert table.schema.types == parts.part_schema().types
        np.testing.assert_array_equal(
            table["regulator"], np.concatenate([links.regulators for links in expected])
        )
        np.testing.assert_array_equal(
            table["importance"], np.concatenate([links.importance for links in expected])
        )
        counts = [len(links.regulators) for links in expected]
        np.testing.assert_array_equal(table["target"], np.repeat([3, 1], counts))

    @pytest.mark.parametrize(
        ("shard", "workers"), [((0, 1), ["1", "2", "1", ""]), ((1, 3), ["2.1", "2.2", "2.1", ""])]
    )
    def test_finished_targets__say_which_worker_computed_each(self, tmp_path, shard, workers):
        index, n_shards = shard
        with PartWriter(
            tmp_path, FINGERPRINT, shard_index=index, n_shards=n_shards, genes=GENES
        ) as writer:
            for target, thread in enumerate((71, 34, 71)):
                links = replace(links_into(target), thread=thread, began=1e9 + target, elapsed=0.5)
                writer.add(links)
            writer.add(links_into(3))
        found = finished_targets(tmp_path, FINGERPRINT)
        assert [found[GENES[target]].worker for target in range(4)] == workers
        assert (found[GENES[1]].began, found[GENES[1]].elapsed) == (1e9 + 1, 0.5)

    def test_finished_targets__say_what_is_known_of_each(self, tmp_path, writer):
        writer.add(links_into(7))
        writer.add(links_into(8))
        writer.flush()
        finished = finished_targets(tmp_path, FINGERPRINT)
        assert list(finished) == [GENES[7], GENES[8]]
        assert math.isnan(finished[GENES[7]].oob_r2)
        links = links_into(8)
        summary = finished[GENES[8]]
        assert (summary.oob_r2, summary.seconds) == (links.oob_r2, links.seconds)
        assert summary.n_links == len(links.regulators)

    def test_part__holds_a_target_without_links(self, tmp_path, writer):
        links = links_into(0)
        writer.add(replace(links, regulators=links.regulators[:0], importance=links.importance[:0]))
        writer.flush()
        assert finished_targets(tmp_path, FINGERPRINT)[GENES[0]].n_links == 0

    def test_add__waits_two_seconds(self, tmp_path, writer, clock):
        clock.now = 1.9
        assert not writer.add(links_into(0))
        assert part_names(tmp_path) == []
        clock.now = 2.0
        assert writer.add(links_into(1))
        assert len(finished_targets(tmp_path, FINGERPRINT)) == 2

    def test_flush_if_due__writes_without_a_new_target(self, tmp_path, writer, clock):
        assert not writer.flush_if_due()
        writer.add(links_into(0))
        clock.now = 3.0
        assert writer.flush_if_due()
        assert not writer.flush_if_due()
        assert len(part_names(tmp_path)) == 1

    def test_add__waits_longer_in_long_runs_but_ten_seconds_at_most(self, writer, clock):
        def n_parts(start, seconds):
            written = 0
            for second in range(seconds):
                clock.now = start + second
                written += writer.add(links_into(0, keep=1))
            return written

        assert n_parts(0, 100) == pytest.approx(50, abs=2)
        assert n_parts(100_000, 300) == pytest.approx(30, abs=2)

    @pytest.mark.parametrize("limit", ["MAX_BUFFERED_LINKS", "MAX_BUFFERED_TARGETS"])
    def test_add__holds_a_bounded_batch(self, tmp_path, writer, monkeypatch, limit):
        monkeypatch.setattr(parts, limit, {"MAX_BUFFERED_LINKS": 60}.get(limit, 2))
        assert not writer.add(links_into(0))
        assert writer.add(links_into(1))

    def test_writer__goes_on_after_the_parts_that_are_there(self, tmp_path):
        write_parts(tmp_path, [0, 1], batch=1)
        write_parts(tmp_path, [2], batch=1)
        assert part_names(tmp_path)[-1] == "part-0000-of-0001-000003.parquet"
        assert set(finished_targets(tmp_path, FINGERPRINT)) == set(GENES[:3])

    def test_writer__names_parts_by_shard(self, tmp_path):
        write_parts(tmp_path, [0], shard=(0, 2))
        write_parts(tmp_path, [1], shard=(1, 2))
        assert part_names(tmp_path) == [
            "part-0000-of-0002-000001.parquet",
            "part-0001-of-0002-000001.parquet",
        ]

    def test_writer__writes_what_it_holds_when_interrupted(self, tmp_path, writer):
        def interrupted():
            writer.add(links_into(0))
            raise RunInterruptedError("Stopped.")

        with pytest.raises(RunInterruptedError), writer:
            interrupted()
        assert set(finished_targets(tmp_path, FINGERPRINT)) == {GENES[0]}

    def test_writer__keeps_what_it_holds_when_the_disk_is_full(self, tmp_path, writer, monkeypatch):
        write = pq.write_table
        monkeypatch.setattr(pq, "write_table", _full_disk)
        writer.add(links_into(0))
        with pytest.raises(StorageError, match="the disk is full"), writer:
            writer.flush()
        assert part_names(tmp_path) == []
        monkeypatch.setattr(pq, "write_table", write)
        writer.flush()
        assert set(finished_targets(tmp_path, FINGERPRINT)) == {GENES[0]}

    def test_writer__removes_half_written_parts_of_a_killed_one(self, tmp_path):
        (tmp_path / f".part-0000-of-0001-000001.parquet.9-ab{'.aside'}").write_bytes(b"PAR1")
        write_parts(tmp_path, [0])
        assert part_names(tmp_path) == ["part-0000-of-0001-000001.parquet"]


class TestSeveralWriters:
    def test_writer__leaves_alone_what_others_are_writing(self, tmp_path):
        others = {
            ".part-0000-of-0002-000007.parquet.9-ab.aside",  # another attempt at the same shard
            ".part-0001-of-0002-000001.parquet.9-ab.aside",
        }
        for name in others:
            (tmp_path / name).write_bytes(b"PAR1")
        write_parts(tmp_path, [0], shard=(0, 2))
        assert {*part_names(tmp_path)} == {*others, "part-0000-of-0002-000001.parquet"}

    def test_writer__of_the_whole_leaves_alone_what_a_task_is_writing(self, tmp_path):
        fresh, stale = (
            tmp_path / f".part-0001-of-0002-00000{batch}.parquet.9-ab.aside" for batch in (1, 2)
        )
        for path in (fresh, stale):
            path.write_bytes(b"PAR1")
        os.utime(stale, (0, 0))
        write_parts(tmp_path, [0])
        assert {*part_names(tmp_path)} == {fresh.name, "part-0000-of-0001-000001.parquet"}

    def test_writer__removes_an_old_leftover_of_its_shard(self, tmp_path):
        stale = tmp_path / ".part-0000-of-0002-000007.parquet.9-ab.aside"
        stale.write_bytes(b"PAR1")
        os.utime(stale, (0, 0))
        write_parts(tmp_path, [0], shard=(0, 2))
        assert part_names(tmp_path) == ["part-0000-of-0002-000001.parquet"]

    def test_writers__of_one_shard_at_once_lose_no_target(self, tmp_path):
        def new_writer():
            return PartWriter(tmp_path, FINGERPRINT, n_shards=2, genes=GENES, clock=Clock())

        first, second = new_writer(), new_writer()
        for number in range(0, 20, 2):
            first.add(links_into(number))
            first.flush()
            second.add(links_into(number + 1))
            second.flush()
        assert set(finished_targets(tmp_path, FINGERPRINT)) == set(GENES[:20])
        assert len(part_names(tmp_path)) == 20

    def test_writers__of_two_processes_that_begin_a_thousand_times_lose_no_part(
        self, tmp_path, monkeypatch
    ):
        """Every start sweeps the folder; none may take a part that another process is writing.

        Half of the writers are second attempts at the shard of the other process.
        """
        monkeypatch.setattr(atomic_write, "sync", lambda path: None)  # a test of names, not disks
        other = subprocess.Popen(
            [sys.executable, "-m", "tests.store.network", str(tmp_path), str(N_STARTS)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert other.stdout is not None
        other.stdout.readline()
        for start in range(N_STARTS):
            take_part(tmp_path, start % 2)
        other.stdout.close()
        assert other.wait() == 0
        assert part_names(tmp_path) == []


def _full_disk(table, stream, **options):
    stream.write(b"PAR1")
    raise OSError(28, "No space left on device")


class TestDamage:
    def test_list_parts__of_no_folder_is_empty(self, tmp_path):
        assert list_parts(tmp_path / "none", FINGERPRINT) == []

    def test_list_parts__refuses_another_data_set(self, tmp_path):
        write_parts(tmp_path, [0])
        with pytest.raises(RunError, match="belongs to data set 0123456789ab, this run to ffff"):
            list_parts(tmp_path, "f" * 64)

    @pytest.mark.parametrize("n_bytes", [0, 4, 200])
    def test_list_parts__leaves_out_a_damaged_part_and_says_so(self, tmp_path, caplog, n_bytes):
        write_parts(tmp_path, [0, 1], batch=1)
        damaged = tmp_path / part_names(tmp_path)[0]
        os.truncate(damaged, n_bytes)
        with caplog.at_level(logging.WARNING):
            found = finished_targets(tmp_path, FINGERPRINT)
        assert set(found) == {GENES[1]}
        assert f"{damaged} is damaged" in caplog.text

    def test_list_parts__leaves_out_a_part_of_another_program(self, tmp_path):
        write_parts(tmp_path, [0])
        table = pq.read_table(next(tmp_path.iterdir()))
        pq.write_table(
            table.replace_schema_metadata(None), tmp_path / "part-0000-of-0001-000002.parquet"
        )
        assert len(list_parts(tmp_path, FINGERPRINT)) == 1


class TestKill:
    """A writer that is really killed, at any instant."""

    @pytest.mark.parametrize("attempt", range(6))
    def test_writer__killed_at_any_instant_leaves_whole_parts(self, tmp_path, attempt):
        writer = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "store" / "network.py"), str(tmp_path)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(random.Random(attempt).uniform(0, 0.2))  # the instant is what is tested
        writer.send_signal(signal.SIGKILL)
        assert writer.wait() == -signal.SIGKILL
        writer.stdout.close()

        n_parts = sum(path.suffix == ".parquet" for path in tmp_path.iterdir())
        found = list_parts(tmp_path, FINGERPRINT)
        assert len(found) == n_parts
        for part in found:
            (summary,) = part.targets
            links = links_into(GENES.index(summary.target))
            table = pq.read_table(part.path)
            np.testing.assert_array_equal(table["regulator"], links.regulators)
            np.testing.assert_array_equal(table["importance"], links.importance)
        write_parts(tmp_path, [0])
        assert not list(tmp_path.glob("*.aside")) + list(tmp_path.glob(".*"))


class TestRealFullDisk:
    def test_writer__survives_a_disk_that_is_really_full(self, small_disk, clock):
        writer = PartWriter(small_disk, FINGERPRINT, genes=GENES, clock=clock)
        rng = np.random.default_rng(0)

        def fill():
            for number in range(200):
                links = links_into(number % len(GENES))
                many = rng.integers(0, len(GENES), 20_000).astype(np.int32)
                random_bits = rng.random(20_000).astype(np.float32)
                writer.add(replace(links, regulators=many, importance=random_bits))
                writer.flush()

        with pytest.raises(StorageError, match="the disk is full"):
            fill()
        found = list_parts(small_disk, FINGERPRINT)
        assert found
        assert not list(small_disk.glob(".*"))
        for part in found:
            pq.read_table(part.path)
        found[0].path.unlink()
        writer.flush()
        assert len(list_parts(small_disk, FINGERPRINT)) == len(found)


def test_sync__is_asked_for_before_the_rename(tmp_path, monkeypatch):
    order = []
    link = os.link
    monkeypatch.setattr(atomic_write, "sync", lambda path: order.append(path.suffix or "folder"))
    monkeypatch.setattr(os, "link", lambda *paths: (order.append("rename"), link(*paths))[1])
    write_parts(tmp_path / "parts", [0])
    assert order == ["folder", ".aside", "rename", "folder"]  # the first for that of the parts
