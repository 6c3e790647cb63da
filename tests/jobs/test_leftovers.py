from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pytest

from genie3_engine.benchmark.experiment_folder import experiments_folder
from genie3_engine.differential.comparison_folder import comparisons_folder
from genie3_engine.jobs import filenames, queue
from genie3_engine.jobs.leftovers import (
    being_written,
    leftovers,
    remove_leftovers,
    remove_leftovers_in,
    rule,
)
from genie3_engine.jobs.locks import FolderLock
from genie3_engine.jobs.user_directory import data_folder, runs_folder, uploads_folder
from genie3_engine.people import links
from genie3_engine.planning import forecast_history, pilot

DAY = 86_400


@pytest.fixture(autouse=True)
def _own_scratch(tmp_path, monkeypatch):
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))


def put(path, *, old=True, text="x"):
    """Write a file; an old one was written long ago, as was its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    if old:
        for each in (path, path.parent):
            os.utime(each, (1e9, 1e9))
    return path


def names(home, **options):
    return {str(each.path.relative_to(home)) for each in leftovers(home, **options)}


def a_run(home, name="run", *, n_shards=1, **files):
    folder = home / "runs" / name
    put(folder / "spec.json", text=json.dumps({"layout": {"n_shards": n_shards}}))
    put(folder / "status.json")
    for file in files.get("with_files", ()):
        put(folder / file)
    return folder


def test_leftovers__are_what_was_cut_short_long_ago(home):
    put(home / "uploads" / ".abc.aside" / "files" / "a.tsv", text="x" * 50)
    os.utime(home / "uploads" / ".abc.aside", (1e9, 1e9))
    put(home / "data" / ".def.aside", old=False)
    put(home / "runs" / ".r.1234.deleted" / "links.parquet")
    put(home / "queue" / ".000000000001-ab.ticket")
    put(home / "runs" / "run" / ".status.json.12-ab.aside")
    put(home / "runs" / "run" / ".sorting" / "spill")
    put(home / "runs" / "run" / "parts" / ".part.aside")
    put(home / "runs" / "run" / "parts" / "part-1.parquet")
    put(home / "uploads" / "0123" / "files" / "a.aside")
    put(home / "uploads" / "0123" / "files" / ".hidden")
    put(home / "uploads" / "0123" / "files" / ".of-a-person.aside")
    put(home / "people" / "abc" / "data" / ".x.aside")
    put(home / ".foreign.deleted" / "a")  # the home may be a folder that holds other things, too
    put(home / "Documents" / ".foreign.aside")
    expected = {
        "uploads/.abc.aside",
        "runs/.r.1234.deleted",
        "queue/.000000000001-ab.ticket",
        "runs/run/.status.json.12-ab.aside",
        "runs/run/.sorting",
        "runs/run/parts/.part.aside",
    }
    assert names(home) == expected
    assert names(home, seconds=0) == {*expected, "data/.def.aside"}
    assert names(home / "people" / "abc") == {"data/.x.aside"}
    assert sum(each.n_bytes for each in leftovers(home)) == 55
    assert len(remove_leftovers(home)) == 6
    assert names(home) == set()
    assert (home / "runs" / "run" / "parts" / "part-1.parquet").exists()


def test_leftovers__are_looked_for_in_every_folder_of_a_home(home):
    own = {
        *(data_folder(), runs_folder(), uploads_folder(), queue.FOLDER, pilot.FOLDER, links.LINKS),
        *(forecast_history.POINTERS, comparisons_folder(), experiments_folder(), filenames.GROUP),
    }
    for folder in own:
        put(home / folder / ".x.aside")
    assert names(home) == {f"{Path(folder).name}/.x.aside" for folder in own}


def test_leftovers__of_a_folder_that_a_lock_holds_stay(home):
    run = a_run(home, with_files=[".sorting/spill", "tasks/0001-of-0002/status.json"])
    put(run / "members" / "precision" / ".x.aside")
    assert len(leftovers(home)) == 2
    for held in (run, run / "tasks" / "0001-of-0002", run / "members" / "precision"):
        lock = FolderLock(held)
        assert lock.acquire()
        assert leftovers(home) == []
        lock.release()
    assert len(leftovers(home)) == 2


def test_leftovers__are_parts_only_where_the_whole_result_is_there(home):
    result = ["links.parquet", "targets.parquet"]
    part = "parts/part-0001-of-0001-000001.parquet"
    a_run(home, "done", with_files=[*result, part])
    a_run(home, "half", with_files=["links.parquet", part])
    a_run(home, "cancelled", with_files=[part])
    a_run(home, "shard", n_shards=3, with_files=[*result, part])
    put(a_run(home, "damaged", with_files=[*result, part]) / "spec.json", text="[")
    assert names(home) == {"runs/done/parts"}


def test_leftovers__are_scratch_of_this_machine_at_the_home_of_its_server(home, tmp_path):
    put(tmp_path / "scratch" / "genie3-read-abc" / "values.npy")
    put(tmp_path / "scratch" / "genie3-genes-abc")
    put(tmp_path / "scratch" / "genie3-input-abc")
    put(tmp_path / "scratch" / "genie3-views-abc" / "view.json")  # as long as its server
    put(tmp_path / "scratch" / "genie3-0" / "kernel")
    put(tmp_path / "scratch" / "other-read-abc")
    put(tmp_path / "scratch" / "genie3-pilot-new" / "x", old=False)
    (home / "people" / "abc").mkdir(parents=True)
    found = [each.path.name for each in leftovers(home)]
    assert found == ["genie3-genes-abc", "genie3-input-abc", "genie3-read-abc"]
    assert leftovers(home / "people" / "abc") == []


def test_leftovers__a_folder_is_as_old_as_its_newest_file(home):
    put(home / "uploads" / ".abc.aside" / "old")
    put(home / "uploads" / ".abc.aside" / "new", old=False)
    os.utime(home / "uploads" / ".abc.aside", (1e9, 1e9))
    assert leftovers(home) == []


def test_being_written__keeps_a_folder_whatever_the_clock(home):
    aside = home / "uploads" / ".abc.aside"
    put(aside / "files" / "a.tsv")
    os.utime(aside, (1e9, 1e9))
    with being_written(aside):
        assert leftovers(home, seconds=0) == []
    assert len(leftovers(home, seconds=0)) == 1


def test_remove_leftovers_in__looks_at_one_folder_only(home):
    put(home / "data" / ".a.aside")
    put(home / "data" / "below" / ".b.aside")
    put(home / "data" / ".keep")
    remove_leftovers_in(home / "data")
    assert sorted(path.name for path in (home / "data").iterdir()) == [".keep", "below"]
    assert (home / "data" / "below" / ".b.aside").exists()


def test_rule__has_the_age_of_the_limits(home):
    assert "when they are 24 hours old" in rule()
    put(home / "limits.toml", text='[cleaning]\nleftovers = "3 days"\n')
    assert "when they are 3 days old" in rule()
    put(home / "data" / ".a.aside")
    assert names(home) == {"data/.a.aside"}
