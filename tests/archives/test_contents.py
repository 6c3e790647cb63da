from __future__ import annotations

import os

import pytest

from genie3_engine import worker
from genie3_engine.archives.contents import contents_of, is_known
from genie3_engine.combined_runs import create_combination
from genie3_engine.errors import RunError, RunInterruptedError
from genie3_engine.jobs.process import this_process
from genie3_engine.jobs.stored_files import MOST_RECORD_BYTES
from genie3_engine.model import JobState, RunStatus
from genie3_engine.store.run_folder import RunFolder
from tests.simulated_networks import tiny_run


def test_contents__of_a_done_run(first):
    found = contents_of(first)
    assert (found.run, found.status.state) == (first.name, JobState.DONE)
    assert list(found.files) == [
        *(f"data/{name}" for name in ("dataset.json", "genes.json", "values.npy")),
        "figures/view-01.svg",
        *(f"run/{name}" for name in ("labels.json", "links.parquet", "spec.json", "status.json")),
        *(f"run/{name}" for name in ("targets.parquet", "timings.json", "views.json")),
    ]
    assert all(map(is_known, found.files))
    assert found.files["figures/view-01.svg"].startswith(b"<?xml")


def test_contents__of_a_run_at_work_are_refused(tmp_path, home):
    run = tiny_run(tmp_path / "run")
    run.write_status(RunStatus(JobState.RUNNING, owner=this_process(), created=1.0, heartbeat=1.0))
    with pytest.raises(RunError, match="at work"):
        contents_of(run.path)


def test_contents__of_a_run_whose_name_fits_not_every_system(tmp_path, home):
    run = tiny_run(tmp_path / "my run: (1)")
    found = contents_of(run.path)
    assert found.run == f"run-{run.spec.result_key[:12]}"
    assert found.status.state is JobState.CANCELLED


def test_contents__name_the_file_that_cannot_be_read(tmp_path, home):
    run = tiny_run(tmp_path / "run")
    (run.path / "timings.json").write_text("{")
    with pytest.raises(RunError, match=r"timings.json cannot be read"):
        contents_of(run.path)


def test_contents__read_no_record_that_is_larger_than_any(tmp_path, home):
    run = tiny_run(tmp_path / "run")
    with (run.path / "timings.json").open("wb") as file:
        file.truncate(MOST_RECORD_BYTES + 1)  # sparse: it takes no room
    with pytest.raises(RunError, match=r"timings.json cannot be read") as found:
        contents_of(run.path)
    assert "too large" in str(found.value.__cause__)


@pytest.mark.parametrize("name", ["links.parquet", "targets.parquet"])
def test_contents__hold_no_result_that_is_not_whole(tmp_path, home, name):
    run = tiny_run(tmp_path / "run").path
    worker.run(run)
    os.truncate(run / name, 10**10)  # sparse: it takes no room
    with pytest.raises(RunError, match=rf"{name} cannot be read"):
        contents_of(run)


@pytest.mark.parametrize("size", [100, 10**10])
def test_contents__hold_no_values_that_are_not_whole(tmp_path, home, size):
    run = tiny_run(tmp_path / "run").path
    (values,) = home.rglob("values.npy")
    os.truncate(values, size)
    with pytest.raises(RunError, match=r"The stored data set in .* is damaged"):
        contents_of(run)
    assert contents_of(run, with_data=False).dataset == ""


def test_contents__of_an_unfinished_combination_have_the_links_of_its_parents(tmp_path, home):
    parents = [tmp_path / "one", tmp_path / "two"]
    for number, path in enumerate(parents, 2):
        worker.run(tiny_run(path, n_trees=number).path)
    run = create_combination(parents, tmp_path / "both").path
    with pytest.raises(RunInterruptedError):
        worker.run(run, should_stop=lambda: True)
    found = contents_of(run)
    for number, path in enumerate(parents, 1):
        assert found.files[f"run/parent-{number}.parquet"] == path / "links.parquet"
    assert [each.imported for each in found.spec.parents] == [
        "parent-1.parquet",
        "parent-2.parquet",
    ]
    assert [each.path for each in found.spec.parents] == ["one", "two"]
    worker.run(run)
    done = contents_of(run)
    assert not [name for name in done.files if "parent" in name]
    (parents[0] / "links.parquet").unlink()
    assert contents_of(run).files.keys() == done.files.keys()
    assert RunFolder.open(run).spec.parents[0].path == str(parents[0])
