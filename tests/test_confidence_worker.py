"""Tests of the worker that computes the evidence for a finished run."""

import pytest

from genie3_engine import confidence_worker, runs, worker
from genie3_engine.errors import RunError, RunInterruptedError
from genie3_engine.model import ConfidenceSpec, JobState, LayoutSpec, RunStatus
from genie3_engine.store import run_reporter
from genie3_engine.store.confidence_folder import ConfidenceFolder
from genie3_engine.store.run_folder import RunFolder
from tests.simulated_networks import tiny_run
from tests.tiny_evidence import enough_samples, judged_run, use_tiny_evidence

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture(autouse=True)
def _tiny(monkeypatch):
    use_tiny_evidence(monkeypatch)
    monkeypatch.setattr(run_reporter, "_PROGRESS_SECONDS", 0.0)


@pytest.fixture
def run(tmp_path):
    """A run that is done, without evidence."""
    run = tiny_run(tmp_path / "run", engine="compiled", expression=enough_samples())
    worker.run(run.path, layout=LayoutSpec(n_threads=1))
    return run


def test_run__gives_the_evidence_of_a_run_that_had_it_computed_at_once(run, tmp_path):
    at_once = judged_run(tmp_path / "at once")
    worker.run(at_once.path)
    before = run.read_status()
    job = runs.create_confidence(run.path)
    seen = []
    status = confidence_worker.run(job.path, on_progress=seen.append)
    assert run.evidence_path.read_bytes() == at_once.evidence_path.read_bytes()
    assert run.read_status() == before
    assert (status.state, status.targets_done) == (JobState.DONE, 5)
    steps = list(dict.fromkeys(each.step for each in seen))
    assert steps == ["reading", "nulls", "halves", "evidence"]
    assert {"nulls", "halves", "evidence"} <= set(job.read_timings()["seconds"])
    assert not (job.path / "nulls").exists()
    assert not run.lacks_evidence


@pytest.mark.parametrize("step", ["nulls", "halves"])
def test_run__stopped_goes_on(run, step):
    job = runs.create_confidence(run.path)
    seen = []

    def should_stop():
        return bool(seen) and seen[-1].step == step and seen[-1].counted[0] >= 2

    with pytest.raises(RunInterruptedError):
        confidence_worker.run(job.path, on_progress=seen.append, should_stop=should_stop)
    assert job.read_status().state is JobState.CANCELLED
    assert run.read_status().state is JobState.DONE
    assert run.lacks_evidence
    again = []
    confidence_worker.run(runs.create_confidence(run.path).path, on_progress=again.append)
    assert next(each for each in again if each.step == step).counted[0] >= 2
    assert not run.lacks_evidence


def test_run__of_a_run_without_links_fails(tmp_path):
    unfinished = judged_run(tmp_path / "run")
    job = ConfidenceFolder.ask(
        unfinished.replicates_folder, ConfidenceSpec(), RunStatus(JobState.QUEUED)
    )
    with pytest.raises(RunError, match="is not done"):
        confidence_worker.run(job.path)
    assert job.read_status().state is JobState.FAILED


def test_main__does_the_job_as_a_program(run, capsys):
    job = runs.create_confidence(run.path, ConfidenceSpec(p_values=False))
    assert confidence_worker.main([str(job.path)]) == 0
    assert not RunFolder.open(run.path).lacks_evidence
    assert confidence_worker.main([str(run.path)]) == 2
    assert "no confidence job" in capsys.readouterr().err
