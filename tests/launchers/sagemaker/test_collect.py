"""Tests of the collection of results."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from genie3_engine import runs, worker
from genie3_engine.errors import CloudError, RunError
from genie3_engine.launchers.sagemaker.collect import download_parts, gather
from genie3_engine.launchers.sagemaker.options import SageMakerOptions
from genie3_engine.launchers.sagemaker.state import JobRecord, TrainingState
from genie3_engine.launchers.sagemaker.storage import Stored
from genie3_engine.launchers.shared_run import SharedRun
from genie3_engine.model import JobState, LayoutSpec
from genie3_engine.store.links import RankedLinks
from tests.simulated_networks import tiny_run
from tests.tiny_evidence import judged_run, use_tiny_evidence

N_HOSTS = 2
RECORD = TrainingState(
    SageMakerOptions(), key="key", jobs=[JobRecord("j", 1.0, "ml.x.y", N_HOSTS, False)]
)
CHECKPOINTS = RECORD.checkpoints


class FolderBucket:
    """A bucket that is a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_down = False

    def list(self, prefix):
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                key = prefix + path.relative_to(self.folder).as_posix()
                yield Stored(key, path.stat().st_size, "")

    def download(self, key, path):
        if self.is_down:
            raise CloudError("Down.", "Wait.", code="cloud-unreachable")
        path.write_bytes((self.folder / key.removeprefix(CHECKPOINTS)).read_bytes())


def compute(folder, make_run):
    """Compute a run on its hosts; return the bucket with their parts."""
    parts = folder / "bucket"
    (parts / "confidence").mkdir(parents=True)
    for rank in range(N_HOSTS):
        layout = LayoutSpec(n_threads=1, shard_index=rank, n_shards=N_HOSTS)
        host = make_run(folder / f"host {rank}", layout=layout)
        host.parts_folder.symlink_to(parts)
        host.replicates_folder.symlink_to(parts / "confidence")
        worker.run(host.path, parts_only=True)
    (parts / "host-0000-of-0002.json").write_text("{}")
    return FolderBucket(parts)


@pytest.fixture
def computed(home, tmp_path):
    """A run whose hosts are done, and the bucket with their parts."""
    bucket = compute(tmp_path, tiny_run)
    run = SharedRun(tiny_run(tmp_path / "run", launcher="sagemaker").path)
    return run, replace(RECORD), bucket


def parts_of(bucket):
    return sorted(bucket.folder.glob("part-*"))


def test_gather__gives_the_local_bytes(computed, tmp_path):
    run, record, bucket = computed
    gather(run, record, bucket, home=None)
    local = tiny_run(tmp_path / "local")
    worker.run(local.path)
    assert run.links_path.read_bytes() == local.links_path.read_bytes()
    assert run.read_status().state is JobState.DONE
    assert not run.parts_folder.exists()
    gather(run, record, bucket, home=None)  # nothing is left to do


def test_gather__writes_the_evidence_from_the_replicates_of_all_hosts(home, tmp_path, monkeypatch):
    use_tiny_evidence(monkeypatch)
    bucket = compute(tmp_path, judged_run)
    run = SharedRun(judged_run(tmp_path / "run", launcher="sagemaker").path)
    gather(run, replace(RECORD), bucket, home=None)
    local = judged_run(tmp_path / "local")
    worker.run(local.path)
    assert run.evidence_path.read_bytes() == local.evidence_path.read_bytes()
    assert run.read_status().state is JobState.DONE
    assert not run.replicates_folder.exists()


def test_gather__refuses_missing_replicates(home, tmp_path, monkeypatch):
    use_tiny_evidence(monkeypatch)
    bucket = compute(tmp_path, judged_run)
    run = SharedRun(judged_run(tmp_path / "run", launcher="sagemaker").path)
    next((bucket.folder / "confidence" / "nulls").iterdir()).unlink()
    with pytest.raises(RunError, match="nulls are missing"):
        gather(run, replace(RECORD), bucket, home=None)
    status = run.read_status()
    assert (status.state, status.state.is_resumable) == (JobState.FAILED, True)


def test_gather__refuses_missing_targets(computed):
    run, record, bucket = computed
    parts_of(bucket)[0].unlink()
    with pytest.raises(RunError, match="missing"):
        gather(run, record, bucket, home=None)
    status = run.read_status()
    assert (status.state, status.state.is_resumable) == (JobState.FAILED, True)
    assert not run.has_result


def test_gather__takes_a_damaged_part_for_missing(computed):
    run, record, bucket = computed
    part = parts_of(bucket)[0]
    part.write_bytes(part.read_bytes()[:50])
    with pytest.raises(RunError, match="missing"):
        gather(run, record, bucket, home=None)


def test_gather__refuses_parts_of_other_data(computed, tmp_path):
    run, record, bucket = computed
    other = tiny_run(tmp_path / "other", n_genes=9)
    worker.run(other.path, parts_only=True)
    part = next(other.parts_folder.glob("part-*"))
    (bucket.folder / "part-0000-of-0009-000001.parquet").write_bytes(part.read_bytes())
    with pytest.raises(RunError, match="belongs to data set"):
        gather(run, record, bucket, home=None)
    assert run.read_status().state is JobState.FAILED


def test_gather__tries_again_when_the_bucket_was_out_of_reach(computed):
    run, record, bucket = computed
    before = run.read_status()
    bucket.is_down = True
    with pytest.raises(CloudError):
        gather(run, record, bucket, home=None)
    assert run.read_status() == before
    bucket.is_down = False
    gather(run, record, bucket, home=None)
    assert run.read_status().state is JobState.DONE


def test_gather__asks_for_another_job_only_while_that_computes_something(computed, monkeypatch):
    run, record, bucket = computed
    monkeypatch.setattr(SharedRun, "finish", lambda self, home: "9 targets")
    assert gather(run, record, bucket, home=None) == "9 targets"
    assert run.read_status().state is JobState.QUEUED
    record.missing = "9 targets"
    with pytest.raises(RunError, match="computed nothing that was missing"):
        gather(run, record, bucket, home=None)
    assert run.read_status().state is JobState.FAILED


def test_gather__of_a_bug_leaves_the_reason(computed, monkeypatch):
    run, record, bucket = computed
    monkeypatch.setattr(bucket, "download", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        gather(run, record, bucket, home=None)
    status = run.read_status()
    assert (status.state, status.error.code) == (JobState.FAILED, "bug")
    assert "division by zero" in status.error.message


def test_partial_links__rank_what_is_here_so_far(computed):
    run, record, bucket = computed
    assert runs.partial_links(run.path) is None
    parts_of(bucket)[-1].unlink()
    download_parts(bucket, record.checkpoints, run)
    partial = RankedLinks(runs.partial_links(run.path))
    targets = {link["target"] for batch in partial.batches(0, 999) for link in batch.to_pylist()}
    assert targets == set(run.finished_targets())
    assert 0 < len(targets) < 8
    assert not run.has_result
