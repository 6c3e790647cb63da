"""Tests of evidence that is asked for after a run is done."""

import shutil
from dataclasses import replace

import pytest

from genie3_engine import confidence_worker, runs, worker
from genie3_engine.confidence.costs import replicate_loads
from genie3_engine.errors import InputError, OptionError, RunError
from genie3_engine.jobs import lifecycle
from genie3_engine.model import COMBINED, ConfidenceSpec, ForestSpec, JobState, LayoutSpec, Parent
from genie3_engine.runs import confidence
from genie3_engine.runs.confidence import HAS_EVIDENCE
from genie3_engine.store.run_folder import RunFolder
from tests.simulated_networks import tiny_expression, tiny_run
from tests.tiny_evidence import enough_samples, judged_run, use_tiny_evidence

P_VALUES, STABILITY = ConfidenceSpec(stability=False), ConfidenceSpec(p_values=False)


@pytest.fixture(autouse=True)
def _tiny(home, monkeypatch):
    use_tiny_evidence(monkeypatch)


def done(folder, **options):
    options = {"expression": enough_samples(), **options}
    run = tiny_run(folder, engine="compiled", **options)
    worker.run(run.path)
    return run


def test_create_confidence__makes_a_job_inside_the_run(tmp_path):
    run = done(tmp_path / "run")
    assert runs.confidence_status(run.path) is None
    job = runs.create_confidence(run.path, P_VALUES)
    status = runs.confidence_status(run.path)
    assert (status.state, status.targets_total) == (JobState.QUEUED, 5)
    assert RunFolder.open(run.path).confidence == job.spec == P_VALUES
    assert runs.status(run.path).state is JobState.DONE


def test_confidence_seconds__follow_from_the_time_of_the_run(tmp_path, monkeypatch):
    run = done(tmp_path / "run")
    timings = run.read_timings()
    run.write_timings({**timings, "target_seconds": 10.0, "targets_computed": 5})
    monkeypatch.setattr(confidence, "usable_cores", lambda: 2)
    loads = replicate_loads(P_VALUES, run.spec.forest, 5)
    assert runs.confidence_seconds(run.path, P_VALUES) == sum(
        each.number * each.work for each in loads
    )
    run.write_timings({"shards": [timings], "merging": 1.0})
    assert runs.confidence_seconds(run.path, P_VALUES) is None


def test_create_confidence__adds_to_the_evidence_that_is_there(tmp_path):
    run = done(tmp_path / "run")
    confidence_worker.run(runs.create_confidence(run.path, P_VALUES).path)
    with pytest.raises(RunError, match="has this evidence already") as caught:
        runs.create_confidence(run.path, P_VALUES)
    assert caught.value.code == HAS_EVIDENCE
    assert runs.create_confidence(run.path, STABILITY).spec == ConfidenceSpec()


def test_create_confidence__of_a_run_that_has_it_from_the_start_is_refused(tmp_path):
    run = judged_run(tmp_path / "run")
    worker.run(run.path)
    with pytest.raises(RunError, match="already"):
        runs.create_confidence(run.path)


def test_create_confidence__refuses_what_is_not_done(tmp_path):
    run = judged_run(tmp_path / "run")
    with pytest.raises(RunError, match="is not done"):
        runs.create_confidence(run.path)


def test_create_confidence__refuses_a_shard(tmp_path):
    run = done(tmp_path / "run", layout=LayoutSpec(shard_index=1, n_shards=2))
    with pytest.raises(RunError, match="one of 2 shards") as caught:
        runs.create_confidence(run.path)
    assert "Merge" in caught.value.remedy


def test_create_confidence__refuses_few_samples(tmp_path):
    run = done(tmp_path / "run", expression=tiny_expression())
    with pytest.raises(InputError, match="10 samples"):
        runs.create_confidence(run.path)
    runs.create_confidence(run.path, P_VALUES)


def test_create_confidence__refuses_data_that_are_gone(tmp_path, home):
    run = done(tmp_path / "run")
    shutil.rmtree(home / "data")
    with pytest.raises(InputError, match="not stored"):
        runs.create_confidence(run.path)


def test_create_confidence__refuses_a_combination_without_data(tmp_path, home):
    run = done(tmp_path / "run")
    spec = replace(
        run.spec,
        dataset="0" * 64,
        forest=ForestSpec(COMBINED),
        targets=enough_samples().genes,
        parents=(Parent("one", "one", "0" * 64), Parent("other", "other", "1" * 64)),
    )
    combined = RunFolder.create(tmp_path / "combined", spec, run.read_status())
    for path in (run.links_path, run.targets_path):
        shutil.copy(path, combined.path)
    with pytest.raises(OptionError, match="combines lists"):
        runs.create_confidence(combined.path)


def test_add_confidence__starts_the_job_in_the_queue(tmp_path, home, monkeypatch):
    run = done(tmp_path / "run")
    started = []
    monkeypatch.setattr(
        lifecycle,
        "start_in_queue",
        lambda job, home=None, claim=None: started.append((job.path, home)),
    )
    runs.add_confidence(run.path, home=home)
    assert started == [(run.replicates_folder, home)]
    runs.cancel_confidence(run.path)


def test_delete__leaves_a_run_alone_whose_evidence_is_computed(tmp_path):
    run = done(tmp_path / "run")
    job = runs.create_confidence(run.path)
    job.write_status(replace(job.read_status(), state=JobState.RUNNING, heartbeat=1.0))
    with job.lock():
        with pytest.raises(RunError, match="confidence job"):
            runs.delete(run.path)
        with pytest.raises(RunError, match="at work"):
            runs.create_confidence(run.path, P_VALUES)
    assert run.path.is_dir()
    runs.delete(run.path)
    assert not run.path.exists()
