"""A home that version 0.1.0 wrote opens, shows and resumes in every later version.

`home_0_1_0.tar.gz` was written by that version: by its command line, its page's functions for a
label, an upload and a run in the background, and the SageMaker emulator. It holds:

- four data sets, two of them made by fixes, one with labels, regulators and its upload;
- runs that are done: regulators, fixes, Extra-Trees with links kept, scikit-learn, two shards and
  their merged network, one in the background, one on two instances of the emulator;
- ``interrupted`` and ``killed``, runs with parts whose worker was ended by SIGINT and SIGKILL, and
  ``cloud-lost``, a job that was stopped;
- the experiments ``threads``, done, and ``engines``, stopped after one of three runs;
- the settings of the cloud, and the trial behind a forecast.

`home_0_1_0.json` holds the hashes of the two unfinished networks, computed without a break by the
same version (see `test_links_bytes.hashes_of`).
"""

from __future__ import annotations

import json
import platform
import tarfile
from pathlib import Path

import pytest

from genie3_engine import benchmark, cli, runs
from genie3_engine.model import JobState
from tests.compatibility.test_links_bytes import compare, hashes_of
from tests.pages.conftest import open_page, texts  # noqa: F401 - a fixture
from tests.waiting import wait_until

HERE = Path(__file__).parent
BULK = "be969b8c04a31cc156bdfe1b5d56defe81fd32bf8708e18ac3ed3a1e6a73820b"
BACKGROUND = "20261129-160400-1117bd"
N_LINKS = {
    "done": 161,
    "fixed": 380,
    "extra-trees": 200,
    "scikit-learn": None,
    "shard1": None,
    "shard2": None,
    "merged": 552,
    BACKGROUND: 552,
    "cloud": 552,
}
ENDED = {"interrupted": "cancelled", "killed": "lost", "cloud-lost": "cancelled"}
BREAK_OPTIONS = ("--trees", "600", "--seed", "3", "--threads", "1")


@pytest.fixture
def home(home: Path) -> Path:
    """A copy of the home, as if it had been written on this machine."""
    with tarfile.open(HERE / "home_0_1_0.tar.gz") as archive:
        archive.extractall(home.parent, filter="data")
    for path in home.rglob("status.json"):
        status = json.loads(path.read_text())
        path.write_text(json.dumps({**status, "host": platform.node()}))
    return home


def call(*arguments: object) -> None:
    assert cli.main([str(argument) for argument in arguments]) == 0


def test_runs__are_listed_as_they_ended(home):
    found = {run.id: run for run in runs.history()}
    states = {name: run.status.state.value for name, run in found.items()}
    assert states == {**dict.fromkeys(N_LINKS, "done"), **ENDED}
    done = found["done"]
    assert done.title == "The first network"
    assert done.labels.tags == ("bulk", "seven regulators")
    assert done.labels.note == "Look at gene10."
    assert len(done.spec.regulators) == 7
    recipe = ("drop-nameless", "average-duplicates", "fill-missing", "log1p")
    assert found["fixed"].spec.recipe == recipe
    extra_trees = found["extra-trees"].spec
    assert (extra_trees.forest.method, extra_trees.keep) == ("ET", 5)
    assert found[BACKGROUND].title == "From the page"
    assert runs.timings(done.path)["targets_computed"] == 24
    assert "compiled engine" in runs.log_tail(done.path)


@pytest.mark.parametrize("name", N_LINKS)
def test_runs__are_shown_by_the_command_line(name, home, tmp_path, capsys):
    run = home / "runs" / name
    call("status", run, "--json")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["state"] == "done"
    call("links", run, "-o", tmp_path / "links.tsv", "--format", "tsv")
    n_links = len((tmp_path / "links.tsv").read_text().splitlines()) - 1
    assert n_links == (N_LINKS[name] or n_links) > 0
    call("report", run, "-o", tmp_path / "report.html")
    call("logs", run)


def test_cloud__shows_the_job_that_ended(home):
    run = home / "runs" / "cloud"
    view = runs.launcher_of(run).view(run)
    assert view.job == "genie3-20261129-160637-c122fc"
    assert [host.state for host in view.hosts] == ["done", "done"]
    assert view.is_emulator
    done = home / "runs" / "done"
    assert runs.launcher_of(done).view(done) is None


def test_cloud_settings__are_kept(home):
    options = runs.complete_options(runs.CLOUD, {})
    assert (options["instance_type"], options["region"]) == ("ml.c5.2xlarge", "us-east-1")
    assert (options["max_run_seconds"], options["tags"]) == (7200, {"project": "genie3"})


def test_datasets__open(home):
    found = {info.fingerprint: info for info in runs.list_datasets()}
    shapes = {(info.n_genes, info.n_samples) for info in found.values()}
    assert shapes == {(24, 30), (20, 30), (40, 78)}
    for fingerprint in found:
        expression = runs.open_dataset(fingerprint)
        assert expression.fingerprint == fingerprint
    bulk = found[BULK]
    assert (bulk.name, bulk.labels.note) == ("Bulk, 24 genes", "Simulated by whole numbers.")
    assert bulk.labels.regulators_from == "regulators.txt"
    assert len(bulk.labels.regulators) == 7
    assert set(bulk.labels.regulators) < set(runs.open_dataset(BULK).genes)
    upload = runs.open_upload(bulk.labels.upload)
    assert upload.name == "Bulk of 24 genes"
    recipes = {info.recipe for info in found.values()}
    assert ("drop-empty-samples",) in recipes


def test_interrupted_run__is_resumed_to_the_same_bytes(home):
    run = home / "runs" / "interrupted"
    data = next((home / "uploads").glob("*/files/bulk.tsv"))
    call("infer", data, "--out", run, *BREAK_OPTIONS, "--resume")
    timings = json.loads((run / "timings.json").read_text())
    assert timings["targets_computed"] == 24 - 13
    compare(hashes_of(run / "links.parquet"), json_of("interrupted"))


def test_killed_run__is_resumed_in_the_background_to_the_same_bytes(home):
    run = home / "runs" / "killed"
    runs.resume(run)
    wait_until(lambda: not runs.status(run).state.is_live, shown=lambda: runs.status(run))
    assert runs.status(run).state is JobState.DONE
    assert json.loads((run / "timings.json").read_text())["targets_computed"] < 24
    compare(hashes_of(run / "links.parquet"), json_of("killed"))


@pytest.mark.slow(11)
def test_experiments__open_and_resume(home):
    found = {each.id: each for each in benchmark.history()}
    states = {name: each.status.state.value for name, each in found.items()}
    assert states == {"threads": "done", "engines": "cancelled"}
    experiment_results = benchmark.experiment_results(found["threads"].path)
    assert len(experiment_results.measurements) == 4
    assert not any(each.error for each in experiment_results.measurements)

    engines = found["engines"].path
    first = benchmark.experiment_results(engines).measurements
    benchmark.resume(engines)
    wait_until(lambda: not benchmark.status(engines).state.is_live)
    assert benchmark.status(engines).state is JobState.DONE
    after = benchmark.experiment_results(engines).measurements
    assert len(after) == 3
    assert not any(each.error for each in after)
    assert first[0] in after


PAGES = [
    ("home", {}, "From the page"),
    ("data", {"data": BULK}, "Bulk, 24 genes"),
    ("runs", {}, "12 runs, newest first"),
    ("runs", {"run": "interrupted"}, "13 of 24 targets"),
    ("runs", {"run": "killed"}, "Lost"),
    ("runs", {"run": "cloud"}, "genie3-20261129-160637-c122fc"),
    ("network", {"run": "fixed"}, ""),
    ("speedup", {"experiment": "threads"}, ""),
    ("infer", {"data": BULK}, ""),
]


@pytest.mark.parametrize(("page", "query", "text"), PAGES)
def test_pages__show_it(page, query, text, home, open_page):  # noqa: F811 - the fixture
    app = open_page(page, **query)
    assert not app.exception
    assert text in texts(app)


def json_of(name: str) -> dict[str, str]:
    return json.loads((HERE / "home_0_1_0.json").read_text())[name]
