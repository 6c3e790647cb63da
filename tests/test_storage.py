from __future__ import annotations

import errno
import io
import os
import tempfile
import time
from dataclasses import replace

import pytest

from genie3_engine import runs, storage
from genie3_engine.data.simulate import sample_network
from genie3_engine.errors import RunError, StorageError
from genie3_engine.jobs import atomic_write, disk_usage
from genie3_engine.model import COMBINED, ForestSpec, JobState, Parent, RunSpec, RunStatus
from genie3_engine.storage import Kind
from genie3_engine.store.run_folder import RunFolder
from tests.simulated_networks import tiny_run
from tools.faults.disk import UNLINK, watched
from tools.faults.failing import FailingDisk


@pytest.fixture(autouse=True)
def _own_scratch(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def upload(name, content=b"x" * 40):
    return runs.keep_upload([(name, io.BytesIO(content))])


def made_long_ago(of, home):
    about = home / "uploads" / of.id / "upload.json"
    atomic_write.write_json(about, {**atomic_write.read_json(about), "created": 1e9})


def by_kind(kind):
    return [item for item in storage.inventory().items if item.kind is kind]


@pytest.fixture
def run(home):
    """A cancelled run in the home, with half of its targets."""
    run = tiny_run(home / "runs" / "run")
    done = {"state": JobState.CANCELLED, "targets_done": 4, "targets_total": 8, "ended": 2e9}
    status = replace(run.read_status(), **done)
    run.write_status(status)
    return run


def test_inventory__of_an_empty_home(home):
    found = storage.inventory()
    assert (found.items, found.leftovers, found.used_bytes, found.categories()) == ((), (), 0, [])
    assert found.limit_bytes is None
    assert 0 < found.free_bytes <= found.disk_bytes


def test_inventory__names_what_each_deletion_costs(run, home):
    (item,) = by_kind(Kind.RUN)
    assert item.cost == "4 of 8 targets that are done have to be computed again."
    assert (item.path, item.last_used, item.may_go, item.is_proposed) == (
        run.path,
        2e9,
        True,
        False,
    )
    (item,) = by_kind(Kind.DATASET)
    assert item.cost.startswith("1 run is on it.")
    assert item.may_go
    assert not item.is_proposed
    status = run.read_status()
    run.write_status(replace(status, state=JobState.DONE))
    assert by_kind(Kind.RUN)[0].cost == "Its network has to be inferred again."
    run.write_status(
        replace(status, state=JobState.QUEUED, heartbeat=time.time(), created=time.time())
    )
    (item,) = by_kind(Kind.RUN)
    assert not item.may_go
    (item,) = by_kind(Kind.DATASET)
    assert not item.may_go
    assert item.cost.endswith(" needs it.")
    with pytest.raises(RunError):
        storage.delete(item)


def test_inventory__keeps_a_run_that_a_combination_in_the_queue_reads(run, home):
    spec = RunSpec(
        "0" * 64,
        forest=ForestSpec(COMBINED),
        parents=(Parent("one", str(run.path), "1" * 64), Parent("two", "/gone", "2" * 64)),
        name="both",
    )
    queued = RunStatus(JobState.QUEUED, created=time.time())
    RunFolder.create(home / "runs" / "both", spec, queued)
    item = {item.id: item for item in by_kind(Kind.RUN)}["run"]
    assert (item.may_go, item.cost) == (False, "The combination 'both' needs it.")
    with pytest.raises(RunError, match="The combination 'both' needs this run"):
        storage.delete(item)


def test_inventory__reads_each_history_once(run, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("It is read again.")

    for module in ("differential.lifecycle", "benchmark.lifecycle", "runs.needs"):
        monkeypatch.setattr(f"genie3_engine.{module}.history", refuse)
    assert len(by_kind(Kind.RUN)) == 1


def test_inventory__adds_up(run, home):
    (home / "limits.toml").write_text('[person]\ndisk = "5 GB"\n')
    (run.path / "evidence.parquet").write_bytes(b"x" * 7)
    (home / "data" / ".a.aside").write_bytes(b"x" * 5)
    os.utime(home / "data" / ".a.aside", (1e9, 1e9))
    upload("gold.tsv")
    found = storage.inventory()
    categories = {name: (number, size) for name, number, size in found.categories()}
    assert categories["Evidence"] == (1, 7)
    assert categories["Leftovers"] == (1, 5)
    assert categories["Uploads"][0] == categories["Runs"][0] == categories["Data sets"][0] == 1
    assert sum(size for _, size in categories.values()) == found.used_bytes
    assert found.limit_bytes == 5e9
    sizes = [item.n_bytes for item in found.items]
    assert sizes == sorted(sizes, reverse=True)


def test_inventory__proposes_only_what_nothing_uses(home):
    gold, sets, source = (upload(name, name.encode()) for name in ("gold", "sets.gmt", "data"))
    runs.keep_gene_sets([("sets.gmt", io.BytesIO(b"sets.gmt"))], name="My sets")
    dataset = runs.save_dataset(sample_network().expression, name="Data")
    runs.remember_reading(dataset, upload=source.id, reading={})
    for each in (gold, sets, source):
        made_long_ago(each, home)
    items = {item.name: item for item in by_kind(Kind.UPLOAD)}
    assert {name: (each.may_go, each.is_proposed) for name, each in items.items()} == {
        "gold": (True, True),
        "My sets": (True, False),
        "data": (False, False),
    }
    assert items["data"].cost == "The data set Data was read from it."
    assert not by_kind(Kind.DATASET)[0].is_proposed  # it is new
    with pytest.raises(RunError, match="Delete the data set with it"):
        storage.delete(items["data"])
    for name in ("gold", "My sets"):
        storage.delete(items[name])
    assert [item.name for item in by_kind(Kind.UPLOAD)] == ["data"]
    storage.delete(by_kind(Kind.DATASET)[0])
    assert by_kind(Kind.UPLOAD) == []


def test_delete__removes_a_run_and_keeps_its_data(run):
    storage.delete(by_kind(Kind.RUN)[0])
    assert not run.path.exists()
    assert len(by_kind(Kind.DATASET)) == 1


def test_clean_up__removes_unused_uploads_only_where_the_limits_ask_for_it(home):
    old, new = upload("old", b"1"), upload("new", b"2")
    made_long_ago(old, home)
    (home / "data").mkdir()
    (home / "data" / ".a.aside").write_bytes(b"x" * 5)
    os.utime(home / "data" / ".a.aside", (1e9, 1e9))
    assert [each.path.name for each in storage.removable()] == [".a.aside"]
    (home / "limits.toml").write_text('[cleaning]\nunused_uploads = "30 days"\n')
    assert [each.path.name for each in storage.clean_up()] == [".a.aside", old.id]
    assert [item.id for item in by_kind(Kind.UPLOAD)] == [new.id]
    assert storage.clean_up() == []


def test_clean_up__removes_what_can_be_and_names_what_cannot(home):
    for name in (".a.aside", ".b.aside"):
        (home / "data").mkdir(parents=True, exist_ok=True)
        (home / "data" / name).touch()
        os.utime(home / "data" / name, (1e9, 1e9))
    disk = FailingDisk(errno.EROFS, at=1, lasting=True, kinds={UNLINK})
    refused = pytest.raises(StorageError, match=r"\.a\.aside could not be written: the disk is rea")
    with watched(home, disk), refused:
        storage.clean_up()
    assert len(storage.clean_up()) == 2


def test_inventory__measures_no_folder_twice(run, home, monkeypatch):
    files = {path.name: path.read_bytes() for path in run.path.iterdir() if path.is_file()}
    for number in range(20):
        for name, content in files.items():
            folder = home / "runs" / str(number)
            folder.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
    for folder, _, _ in os.walk(home):
        os.utime(folder, (1e9, 1e9))
    first = storage.inventory()
    assert len(by_kind(Kind.RUN)) == 21
    monkeypatch.setattr(disk_usage, "_look", None)
    assert storage.inventory().items == first.items
