from __future__ import annotations

import io
import json
import os
import random
import shutil
import struct
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from genie3_engine import worker
from genie3_engine.archives import import_archive, imports
from genie3_engine.errors import Genie3Error, InputError, StorageError
from genie3_engine.jobs import admission, atomic_write
from genie3_engine.jobs.leftovers import remove_leftovers
from genie3_engine.model import JobState
from genie3_engine.store.run_folder import RunFolder
from tests.archives.conftest import archived, files_in, imported
from tests.archives.packing import changed, edited, listed, packed, unpacked
from tests.data.raws import sparse
from tests.simulated_networks import tiny_expression, tiny_run
from tools.faults.rights import without_root_rights

SPEC, STATUS, LINKS = "run/spec.json", "run/status.json", "run/links.parquet"


def test_import__gives_the_same_run_and_the_same_archive(archive, finished, tmp_path):
    home = tmp_path / "other" / "home"
    found = imported(archive, home)
    assert (found.path.name, found.is_new, found.has_data) == (finished[1].name, True, True)
    assert found.sentences == (f"The run {finished[1].name} was imported.",)
    for name in ("links.parquet", "targets.parquet", "views.json", "labels.json"):
        assert (found.path / name).read_bytes() == (finished[1] / name).read_bytes()
    assert archived(found.path, home=home) == archive


def test_import__brings_sparse_expression_and_refuses_a_damaged_one(tmp_path, home):
    expression = replace(tiny_expression(), values=sparse(tiny_expression().values.clip(0)))
    run = tiny_run(home / "runs" / "20261130-120000-a1b2c3", expression=expression)
    worker.run(run.path)
    content = archived(run.path)
    found = imported(content, tmp_path / "other")
    values = f"data/{run.spec.dataset}/values.genes"
    assert found.has_data
    assert (tmp_path / "other" / values).read_bytes() == (home / values).read_bytes()
    whole = unpacked(content)["data/values.genes"]
    damaged = changed(content, {"data/values.genes": whole[:12] + b"?" + whole[13:]})
    with pytest.raises(Genie3Error):
        imported(damaged, tmp_path / "third")


def test_import__looks_at_the_disk_of_the_runs_and_at_that_of_the_data(
    archive, tmp_path, monkeypatch
):
    usage = shutil.disk_usage(tmp_path)
    for elsewhere in ("runs", "data"):
        home = tmp_path / f"home of {elsewhere}"
        (other := tmp_path / elsewhere).mkdir()
        home.mkdir()
        (home / elsewhere).symlink_to(other)

        def free(place, other=other):
            is_full = Path(place).resolve() == other
            return usage._replace(total=10**12, free=100_000_010 if is_full else 10**12)

        monkeypatch.setattr(shutil, "disk_usage", free)
        with pytest.raises(StorageError, match=f"/{elsewhere} has 100 MB left"):
            imported(archive, home)
        assert not list(other.iterdir())


def test_import__asks_each_disk_for_what_it_will_hold(archive, tmp_path, monkeypatch):
    of_run = sum(len(text) for name, text in unpacked(archive).items() if name[:4] == "run/")
    usage = shutil.disk_usage(tmp_path)
    (other := tmp_path / "other").mkdir()
    (home := tmp_path / "home").mkdir()
    (home / "runs").symlink_to(other)

    def free(place):
        is_other = Path(place).resolve() == other
        return usage._replace(total=10**12, free=100_000_000 + of_run if is_other else 10**12)

    monkeypatch.setattr(shutil, "disk_usage", free)
    with pytest.raises(StorageError, match="/runs has 100 MB left"):
        imported(archive, home)  # both folders are on one disk
    monkeypatch.setattr(admission, "disk_of", lambda folder: folder.resolve() == other)
    assert imported(archive, home).has_data


@pytest.mark.parametrize("with_data", [True, False])
def test_import__beside_a_data_set_that_is_closed_leaves_it(first, tmp_path, with_data):
    home = tmp_path / "other"
    content = archived(first, with_data=with_data)
    imported(archived(first), home)
    shutil.rmtree(home / "runs")
    data = next(iter((home / "data").iterdir()))
    data.chmod(0)
    try:
        with without_root_rights():
            if with_data:
                with pytest.raises(StorageError, match="data could not be written"):
                    imported(content, home)
            else:
                assert not imported(content, home).has_data
    finally:
        data.chmod(0o700)
    assert len(list((home / "runs").iterdir())) == (not with_data)


def test_import__again_changes_nothing(archive, tmp_path):
    imported(archive, tmp_path)
    before = files_in(tmp_path)
    again = imported(archive, tmp_path)
    assert not again.is_new
    assert "here already" in again.sentences[0]
    assert files_in(tmp_path) == before


def test_import__of_another_run_of_that_name_gets_a_new_one(archive, tmp_path):
    one = imported(archive, tmp_path)
    (one.path / "labels.json").write_text('{"name": "Changed since"}')
    two = imported(archive, tmp_path)
    assert two.path.name == f"{one.path.name}-2"
    assert two.sentences[0].startswith(f"Another run is called {one.path.name}")
    assert imported(archive, tmp_path).path == two.path
    assert json.loads((one.path / "labels.json").read_text())["name"] == "Changed since"


def test_import__without_data_names_what_is_missing(finished, tmp_path):
    home, run = finished
    bare = archived(run, with_data=False, home=home)
    assert not [name for name in unpacked(bare) if name.startswith("data/")]
    found = imported(bare, tmp_path)
    assert not found.has_data
    assert "Its data set is not here" in found.sentences[1]
    assert archived(found.path, home=tmp_path) == bare


def test_import__without_data_refuses_a_data_set_that_is_no_hash(finished, tmp_path):
    home, run = finished
    bare = archived(run, with_data=False, home=home)
    with pytest.raises(InputError, match="its run cannot be read"):
        imported(edited(bare, SPEC, dataset="../../elsewhere"), tmp_path)
    assert list((tmp_path / "runs").iterdir()) == []


def test_import__leaves_a_data_set_that_is_here_as_it_is(archive, finished, tmp_path):
    shutil.copytree(finished[0] / "data", tmp_path / "data")
    (table,) = (tmp_path / "data").glob("*/genes.json")
    table.unlink()
    imported(archive, tmp_path)
    assert not table.exists()


def test_import__takes_no_process_launcher_or_path(archive, tmp_path):
    status = json.loads(unpacked(archive)[STATUS])
    own = {"pid": os.getpid(), "host": "", "state": "running", "error": None}
    content = edited(archive, STATUS, **{**status, **own})
    found = RunFolder.open(imported(content, tmp_path / "one").path)
    assert found.read_status().owner is None
    assert found.read_status().state is JobState.CANCELLED
    content = edited(archive, SPEC, launcher="slurm", launcher_options={"partition": "secret"})
    spec = RunFolder.open(imported(content, tmp_path / "two").path).spec
    assert (spec.launcher, spec.launcher_options) == ("local", {})
    content = edited(archive, SPEC, source="/home/ann/data.tsv")
    assert RunFolder.open(imported(content, tmp_path / "three").path).spec.source == "data.tsv"


def test_import__shows_its_progress(archive, tmp_path):
    seen = []
    import_archive(
        io.BytesIO(archive), home=tmp_path, on_bytes=lambda done, all_: seen.append((done, all_))
    )
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1] > 0


def test_import__needs_room(archive, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(StorageError, match="must stay free"):
        imported(archive, tmp_path)


def test_import__under_way_is_no_leftover_whatever_the_clock(archive, tmp_path):
    home, gone = tmp_path / "home", []

    def clean(_done, _all):
        for path in home.rglob("*"):
            os.utime(path, (1e9, 1e9))
        gone.extend(remove_leftovers(home))

    import_archive(io.BytesIO(archive), home=home, on_bytes=clean)
    assert gone == []


@pytest.mark.parametrize("at", [0, 4, 6, 13])
def test_import__that_fails_or_is_killed_leaves_all_of_the_run_or_nothing(
    archive, tmp_path, monkeypatch, at
):
    n_before = 0

    def killed(path):
        nonlocal n_before
        n_before += 1
        if n_before > at:
            raise KeyboardInterrupt

    home = tmp_path / "home"
    with monkeypatch.context() as patch:
        patch.setattr(atomic_write, "sync", killed)
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt):
            imported(archive, home)
    for path in (home / "runs").iterdir():  # the run is not there, or whole
        assert path.name[0] == "." or archived(path, home=home) == archive
    day_ago = time.time() - 2 * 24 * 3600
    for path in home.rglob("*"):
        os.utime(path, (day_ago, day_ago))
    found = imported(archive, home)
    assert archived(found.path, home=home) == archive
    assert not list(home.rglob("*.aside"))


def at_end(archive, form, place, value):
    """Return an archive with another number in its end record."""
    end = bytearray(archive)
    struct.pack_into(form, end, len(end) - 22 + place, value)
    return bytes(end)


def in_list(archive, name, form, place, value):
    """Return an archive with another number in the list of its files."""
    content = bytearray(archive)
    begin = struct.unpack_from("<L", content, len(content) - 6)[0]
    at = content.index(name.encode(), begin) - 46
    struct.pack_into(form, content, at + place, value)
    return bytes(content)


def with_file(archive, name, content=b"{}", *, method=zipfile.ZIP_DEFLATED, mode=0, **fields):
    """Return an archive with one more file, of any name and kind, which its manifest lists."""
    entries = unpacked(archive)
    info = zipfile.ZipInfo("x")
    info.filename = name
    info.compress_type, info.external_attr = method, mode << 16
    for field, value in fields.items():
        setattr(info, field, value)
    manifest = listed({**entries, name: content})["manifest.json"]
    return packed({**entries, "manifest.json": manifest}, (info, content))


def twice(archive, name):
    with pytest.warns(UserWarning, match="Duplicate"):
        return with_file(archive, name, unpacked(archive)[name])


def bomb(archive):
    """Return an archive with a file of little but zeros, larger than is believed."""
    return with_file(archive, "run/list-1.parquet", bytes(70_000_000))


def longer_than_listed(archive):
    """Return an archive with a file that unpacks to more than it says."""
    name, entries = "data/values.npy", unpacked(archive)
    size = len(entries[name]) - 8
    manifest = listed({**entries, name: entries[name][:size]})["manifest.json"]
    content = bytearray(
        in_list(packed({**entries, "manifest.json": manifest}), name, "<L", 24, size)
    )
    struct.pack_into("<L", content, content.index(name.encode()) - 8, size)
    return bytes(content)


def overlapping(archive):
    """Return an archive in whose list two files lie at the same place."""
    return in_list(archive, "run/status.json", "<L", 42, 0)


def with_hidden_bytes(archive):
    """Return an archive with bytes between its files and their list."""
    begin = struct.unpack_from("<L", archive, len(archive) - 6)[0]
    return at_end(archive[:begin] + b"hidden" + archive[begin:], "<L", 16, begin + 6)


def large_matrix():
    stream = io.BytesIO()
    np.save(stream, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return stream.getvalue()


def other_values(archive):
    stream = io.BytesIO()
    np.save(stream, np.load(io.BytesIO(unpacked(archive)["data/values.npy"])) + 1)
    return stream.getvalue()


def parent(**values):
    of = {"name": "p", "path": "p", "sha256": "0" * 64, "method": "", "imported": ""}
    return [{**of, **values}] * 2


DEEP = b'{"a":' * 100_000
HOSTILE = {
    "nothing": lambda a: b"",
    "a text": lambda a: b"regulator\ttarget\n" * 99,
    "cut in the middle": lambda a: a[: len(a) // 2],
    "cut at the end": lambda a: a[:-1],
    "bytes before": lambda a: b"MZ" + a,
    "bytes after": lambda a: a + b"\0",
    "a comment": lambda a: at_end(a, "<H", 20, 3) + b"abc",
    "a part of several": lambda a: at_end(a, "<H", 4, 1),
    "hidden bytes": with_hidden_bytes,
    "overlapping files": overlapping,
    "too many files": lambda a: at_end(at_end(a, "<H", 8, 60_000), "<H", 10, 60_000),
    "a list that is too short": lambda a: at_end(at_end(a, "<H", 8, 3), "<H", 10, 3),
    "no manifest": lambda a: packed({n: c for n, c in unpacked(a).items() if n[0] != "m"}),
    "manifest: no JSON": lambda a: packed({**unpacked(a), "manifest.json": b"{"}),
    "manifest: nested": lambda a: packed({**unpacked(a), "manifest.json": DEEP}),
    "manifest: later version": lambda a: changed(a, {}, version=99),
    "manifest: another format": lambda a: changed(a, {}, format="zip"),
    "manifest: a path as id": lambda a: changed(a, {}, run="../../etc"),
    "manifest: no files": lambda a: changed(a, {}, files={}),
    "a file that is not listed": lambda a: packed({**unpacked(a), "run/labels.txt": b"x"}),
    "a file that is missing": lambda a: packed(
        {n: c for n, c in unpacked(a).items() if n != LINKS}
    ),
    "another size": lambda a: packed({**unpacked(a), LINKS: b"PAR1"}),
    "another hash": lambda a: packed(
        {**unpacked(a), SPEC: unpacked(a)[SPEC].replace(b"mine", b"ours")}
    ),
    "path: up": lambda a: with_file(a, "run/../../evil.json"),
    "path: absolute": lambda a: with_file(a, "/etc/cron.d/evil"),
    "path: a drive": lambda a: with_file(a, "C:/evil.json"),
    "path: backslashes": lambda a: with_file(a, "run\\..\\evil.json"),
    "path: a stream of NTFS": lambda a: with_file(a, "run/spec.json:evil"),
    "path: a device of Windows": lambda a: with_file(a, "run/NUL.json"),
    "path: hidden": lambda a: with_file(a, "run/.bashrc"),
    "path: a space at the end": lambda a: with_file(a, "run/spec.json "),
    "path: a point at the end": lambda a: with_file(a, "run/spec.json."),
    "path: other letters": lambda a: with_file(a, "run/sp\u0435c.json"),
    "path: a NUL": lambda a: with_file(a, "run/spec\0.json"),
    "path: too long": lambda a: with_file(a, f"run/{'a' * 300}.json"),
    "path: too deep": lambda a: with_file(a, "/".join("abcdefgh")),
    "path: empty parts": lambda a: with_file(a, "run//spec.json"),
    "a folder": lambda a: with_file(a, "run/parts/", b"", mode=0o040755),
    "a symbolic link": lambda a: with_file(a, "run/labels.json2", b"/etc/passwd", mode=0o120777),
    "a link of a known name": lambda a: in_list(a, SPEC, "<L", 38, 0o120777 << 16),
    "a device": lambda a: in_list(a, SPEC, "<L", 38, 0o020666 << 16),
    "a name twice": lambda a: twice(a, SPEC),
    "names that meet": lambda a: with_file(a, "run/Spec.json"),
    "a file in the place of a folder": lambda a: with_file(a, "run"),
    "encrypted": lambda a: in_list(a, SPEC, "<H", 8, 1),
    "another compression": lambda a: with_file(a, "run/list-1.parquet", method=zipfile.ZIP_LZMA),
    "more properties": lambda a: with_file(
        a, "run/list-1.parquet", extra=struct.pack("<HH4s", 0x7075, 4, b"evil")
    ),
    "a bomb": bomb,
    "a terabyte": lambda a: in_list(a, "data/values.npy", "<L", 24, 0xFFFFFFFE),
    "longer than it says": longer_than_listed,
    "another name in its header": lambda a: a.replace(b"run/spec.json", b"run/evil.json", 1),
    "a file of no run": lambda a: changed(a, {"run/lock": b""}),
    "a run inside too many": lambda a: changed(
        a, {f"run/members/evil/{n}": unpacked(a)[f"run/{n}"] for n in ("spec.json", "status.json")}
    ),
    "spec: missing": lambda a: changed(a, {SPEC: None}),
    "spec: no JSON": lambda a: changed(a, {SPEC: b"\xff\xfe"}),
    "spec: nested": lambda a: changed(a, {SPEC: DEEP}),
    "spec: not a number": lambda a: changed(
        a, {SPEC: unpacked(a)[SPEC].replace(b'"keep": null', b'"keep": NaN')}
    ),
    "spec: unknown method": lambda a: edited(a, SPEC, forest={"method": "evil"}),
    "spec: more fields": lambda a: edited(a, SPEC, evil=1),
    "spec: numbers as names": lambda a: edited(a, SPEC, targets=[1, 2]),
    "spec: another data set": lambda a: edited(a, SPEC, dataset="0" * 64),
    "spec: a parent elsewhere": lambda a: edited(
        a, SPEC, parents=parent(imported="../../../etc/passwd")
    ),
    "spec: a parent that is missing": lambda a: edited(
        a, SPEC, parents=parent(imported="list-1.parquet")
    ),
    "spec: a list that it does not combine": lambda a: changed(
        a, {"run/list-1.parquet": unpacked(a)[LINKS]}
    ),
    "status: counts that are texts": lambda a: edited(a, STATUS, targets_done="9"),
    "status: done without links": lambda a: changed(a, {LINKS: None}),
    "labels: a name that is none": lambda a: edited(a, "run/labels.json", name={"a": 1}),
    "labels: too many": lambda a: edited(a, "run/labels.json", tags=["a" * i for i in range(99)]),
    "views: damaged": lambda a: edited(a, "run/views.json", views=[{"id": "../x"}]),
    "views: a colour that is code": lambda a: changed(
        a, {"run/views.json": unpacked(a)["run/views.json"].replace(b"#112233", b"url(x);")}
    ),
    "links: no Parquet": lambda a: changed(a, {LINKS: b"PAR1" * 9}),
    "targets: no Parquet": lambda a: changed(a, {"run/targets.parquet": b"PAR1" * 9}),
    "evidence: of nothing": lambda a: changed(a, {"run/evidence.parquet": b"PAR1PAR1"}),
    "data: a pickle": lambda a: changed(a, {"data/values.npy": large_matrix()}),
    "data: other values": lambda a: changed(a, {"data/values.npy": other_values(a)}),
    "data: other genes": lambda a: edited(a, "data/dataset.json", genes=["a"] * 8),
    "data: no hash": lambda a: changed(a, {}, dataset=""),
    "data: a gene table that is none": lambda a: changed(a, {"data/genes.json": b"[]"}),
    "data: annotations of other samples": lambda a: changed(
        a, {"data/annotations.json": b'{"a": {"groups": ["x"], "samples": [0]}}'}
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_import__refuses(archive, tmp_path, kind):
    content = HOSTILE[kind](archive)
    assert content != archive
    with pytest.raises(Genie3Error) as refused:
        imported(content, tmp_path)
    assert isinstance(refused.value, InputError)
    assert refused.value.message.count(". ") == 0
    assert refused.value.message.startswith("The archive ")
    assert refused.value.remedy
    assert not files_in(tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.name not in ("runs", "data")]


def test_import__of_damaged_bytes_is_refused_or_the_same(archive, tmp_path):
    whole = tmp_path / "whole"
    imported(archive, whole)
    expected = files_in(whole)
    random_ = random.Random(1)
    n_same = 0
    for number in range(300):
        damaged = bytearray(archive)
        for _ in range(random_.choice((1, 1, 1, 4))):
            damaged[random_.randrange(len(damaged))] ^= 1 << random_.randrange(8)
        home = tmp_path / f"home-{number}"
        try:
            imported(bytes(damaged), home)
        except InputError:
            assert not files_in(home)
        else:  # what differs is the time of a file, which is not looked at
            n_same += 1
            assert files_in(home) == expected
    assert n_same < 60


def test_import__of_tables_with_too_many_rows_at_a_time_is_refused(archive, tmp_path, monkeypatch):
    monkeypatch.setattr(imports, "_MOST_ROWS", 7)
    with pytest.raises(InputError, match=r"rows in one group"):
        imported(archive, tmp_path)
    assert not files_in(tmp_path)


def test_import__of_a_real_archive_of_another_program_is_refused(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("readme.txt", "Hello.")
    with pytest.raises(InputError, match="not an archive of a run"):
        imported(stream.getvalue(), Path(tmp_path))
