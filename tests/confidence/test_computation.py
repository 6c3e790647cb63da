"""Tests of what a run computes for the evidence of its links, and of its life cycle."""

import pickle
from dataclasses import replace

import pytest

from genie3_engine import confidence_worker, runs, worker
from genie3_engine.confidence import computation, null_forests, replicates
from genie3_engine.errors import RunError, RunInterruptedError
from genie3_engine.inference.layout import infer_targets
from genie3_engine.model import ConfidenceSpec, JobState, LayoutSpec
from genie3_engine.runs.merge import merge
from genie3_engine.store import run_reporter
from genie3_engine.store.evidence import Evidence
from genie3_engine.store.run_folder import RunFolder
from tests.simulated_networks import tiny_run
from tests.tiny_evidence import N_GENES, N_NULLS, enough_samples, judged_run, use_tiny_evidence

N_HALF_TARGETS = 20 * N_GENES

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture(autouse=True)
def _tiny(request, monkeypatch):
    if request.cls is None:
        use_tiny_evidence(monkeypatch)
    monkeypatch.setattr(run_reporter, "_PROGRESS_SECONDS", 0.0)


def result(run):
    return run.links_path.read_bytes(), run.evidence_path.read_bytes()


@pytest.fixture
def whole(tmp_path):
    """The bytes of links and evidence that nothing has disturbed."""
    run = judged_run(tmp_path / "whole", layout=LayoutSpec(n_threads=1))
    worker.run(run.path)
    return result(run)


class Stop:
    """Asks for a stop once a step has counted so many."""

    def __init__(self, step, number):
        self._step, self._number = step, number
        self._reached = False

    def __call__(self, status):
        is_there = status.step == self._step and status.counted[0] >= self._number
        self._reached = self._reached or is_there

    def asked(self):
        return self._reached


def test_run__with_confidence_has_evidence_and_the_same_links(tmp_path, whole):
    plain = tiny_run(tmp_path / "plain", engine="compiled", expression=enough_samples())
    worker.run(plain.path)
    assert plain.links_path.read_bytes() == whole[0]
    assert not plain.evidence_path.exists()
    assert not plain.lacks_evidence


def test_run__with_confidence_tells_its_steps_and_counts(tmp_path):
    run = judged_run(tmp_path / "run")
    seen = []
    worker.run(run.path, on_progress=seen.append)
    steps = list(dict.fromkeys(status.step for status in seen))
    before = {"reading", "preparing", "compiling"}
    expected = ["computing", "nulls", "halves", "writing", "evidence"]
    assert [step for step in steps if step not in before] == expected
    last = {step: [s for s in seen if s.step == step][-1] for step in ("nulls", "halves")}
    assert last["nulls"].counted == (N_NULLS, N_NULLS)
    assert last["halves"].counted == (N_HALF_TARGETS, N_HALF_TARGETS)
    assert last["halves"].targets_done == N_GENES
    assert run.read_status().state is JobState.DONE
    seconds = run.read_timings()["seconds"]
    assert {"nulls", "halves", "evidence"} <= set(seconds)
    assert run.read_timings()["replicate_seconds"] > 0
    assert not run.replicates_folder.exists()
    assert not run.parts_folder.exists()


def test_run__with_confidence_gives_the_same_bytes_on_threads(tmp_path, whole):
    run = judged_run(tmp_path / "run")
    worker.run(run.path, layout=LayoutSpec(n_threads=2))
    assert result(run) == whole


def test_run__with_confidence_has_the_same_bytes_from_what_reaches_another_process(
    tmp_path, whole, monkeypatch
):
    def infer_elsewhere(plan, **options):
        return infer_targets(pickle.loads(pickle.dumps(plan)), **options)

    monkeypatch.setattr(replicates, "infer_targets", infer_elsewhere)
    run = judged_run(tmp_path / "run")
    worker.run(run.path, layout=LayoutSpec(n_threads=1))
    assert result(run) == whole


def test_run__with_confidence_gives_the_same_bytes_in_shards(tmp_path, whole):
    shards = []
    for index in range(3):
        layout = LayoutSpec(n_threads=1, shard_index=index, n_shards=3)
        shard = judged_run(tmp_path / f"shard{index}", layout=layout)
        worker.run(shard.path)
        assert shard.has_result
        assert not shard.evidence_path.exists()
        shards.append(shard.path)
    assert result(merge(shards, tmp_path / "merged")) == whole


def test_merge__with_confidence_goes_on_after_it_was_cut(tmp_path, whole, monkeypatch):
    shards = []
    for index in range(2):
        layout = LayoutSpec(n_threads=1, shard_index=index, n_shards=2)
        shard = judged_run(tmp_path / f"shard{index}", layout=layout)
        worker.run(shard.path)
        shards.append(shard.path)
    with monkeypatch.context() as broken:
        broken.setattr(computation, "write_evidence", _die_while_writing)
        with pytest.raises(KeyboardInterrupt):
            merge(shards, tmp_path / "merged")
    merged = RunFolder.open(tmp_path / "merged")
    assert merged.read_status().state is JobState.FAILED
    assert result(merge(shards, merged.path)) == whole
    with pytest.raises(RunError, match="already"):
        merge(shards, merged.path)


def test_merge__refuses_shards_of_other_confidence(tmp_path):
    shards = []
    for index, confidence in enumerate([ConfidenceSpec(), ConfidenceSpec(stability=False)]):
        layout = LayoutSpec(n_threads=1, shard_index=index, n_shards=2)
        shard = judged_run(tmp_path / f"shard{index}", confidence, layout=layout)
        worker.run(shard.path)
        shards.append(shard.path)
    with pytest.raises(RunError, match="confidence both there, p-values here"):
        merge(shards, tmp_path / "merged")


def test_merge__of_an_undivided_run_takes_its_evidence_along(tmp_path, whole):
    merged = merge([tmp_path / "whole"], tmp_path / "merged")
    assert result(merged) == whole


@pytest.mark.parametrize(
    ("step", "number"), [("computing", 2), ("nulls", 0), ("nulls", 3), ("halves", 50)]
)
def test_run__stopped_and_resumed_gives_the_same_bytes(tmp_path, whole, step, number):
    run = judged_run(tmp_path / "run", layout=LayoutSpec(n_threads=1))
    stop = Stop(step, number)
    with pytest.raises(RunInterruptedError):
        worker.run(run.path, on_progress=stop, should_stop=stop.asked)
    stopped = run.read_status()
    assert stopped.state is JobState.CANCELLED
    assert not run.has_result
    seen = []
    worker.run(run.path, on_progress=seen.append)
    assert result(run) == whole
    again = [status for status in seen if status.step == step]
    assert again[0].counted[0] >= number
    assert not run.replicates_folder.exists()


def test_run__killed_while_evidence_is_written_resumes(tmp_path, whole, monkeypatch):
    run = judged_run(tmp_path / "run")
    with monkeypatch.context() as broken:
        broken.setattr(computation, "write_evidence", _die_while_writing)
        with pytest.raises(KeyboardInterrupt):
            worker.run(run.path)
    assert run.has_result
    assert run.lacks_evidence
    seen = []
    worker.run(run.path, on_progress=seen.append)
    assert result(run) == whole
    assert not {status.step for status in seen} & {"computing", "nulls", "halves"}
    assert not list(run.path.glob(".evidence*"))


def _die_while_writing(run, parts, expression):
    (run.path / ".evidence.parquet.1-ab.aside").write_bytes(b"half")
    raise KeyboardInterrupt


def test_run__killed_before_the_parts_are_gone_removes_them(tmp_path, whole):
    run = RunFolder.open(tmp_path / "whole")
    (run.replicates_folder / "nulls").mkdir(parents=True)
    (run.replicates_folder / "nulls" / "part").touch()
    run.write_status(replace(run.read_status(), state=JobState.LOST))
    worker.run(run.path)
    assert not run.replicates_folder.exists()
    assert result(run) == whole


def test_run__with_one_kind_of_evidence_computes_no_other(tmp_path):
    run = judged_run(tmp_path / "run", ConfidenceSpec(p_values=False))
    seen = []
    worker.run(run.path, on_progress=seen.append)
    assert "nulls" not in {status.step for status in seen}
    assert Evidence.open(run.path).columns == ("stability",)


def test_run__of_parts_only_leaves_the_parts_of_replicates(tmp_path):
    run = judged_run(tmp_path / "run")
    worker.run(run.path, parts_only=True)
    assert sorted(path.name for path in run.replicates_folder.iterdir()) == ["halves", "nulls"]
    assert not run.has_result


def test_finish_evidence__refuses_what_is_not_finished(tmp_path):
    run = judged_run(tmp_path / "run")
    worker.run(run.path, parts_only=True)
    for part in (run.replicates_folder / "nulls").iterdir():
        part.unlink()
    with pytest.raises(RunError, match="7 of 7 nulls are missing"):
        computation.finish_evidence(run, enough_samples())


class TestRealEvidence:
    """Null forests and evidence as runs compute them, though few of them."""

    @pytest.fixture(autouse=True)
    def _few(self, monkeypatch):
        monkeypatch.setattr(null_forests, "nulls_in_all", lambda n_targets: 32)

    def test_run__gives_the_same_evidence_on_threads_in_shards_and_later(self, tmp_path):
        confidence = ConfidenceSpec()
        at_once = judged_run(tmp_path / "at once", confidence, layout=LayoutSpec(n_threads=1))
        worker.run(at_once.path)
        assert set(Evidence.open(at_once.path).columns) >= {"p", "q", "stability", "rival"}
        shards = []
        for index in range(2):
            layout = LayoutSpec(n_threads=1, shard_index=index, n_shards=2)
            shards.append(judged_run(tmp_path / f"shard{index}", confidence, layout=layout).path)
            worker.run(shards[-1])
        merged = merge(shards, tmp_path / "merged")
        later = tiny_run(tmp_path / "later", engine="compiled", expression=enough_samples())
        worker.run(later.path)
        job = runs.create_confidence(later.path)
        confidence_worker.run(job.path, layout=LayoutSpec(n_threads=2))
        assert result(merged) == result(later) == result(at_once)

    def test_run__adds_one_kind_to_the_other_without_computing_that_again(self, tmp_path):
        at_once = judged_run(tmp_path / "at once", layout=LayoutSpec(n_threads=1))
        worker.run(at_once.path)
        run = judged_run(tmp_path / "run", ConfidenceSpec(p_values=False))
        worker.run(run.path, layout=LayoutSpec(n_threads=1))
        job = runs.create_confidence(run.path, ConfidenceSpec(stability=False))
        seen = []
        confidence_worker.run(job.path, on_progress=seen.append)
        assert {status.step for status in seen} & {"nulls", "halves"} == {"nulls"}
        assert result(run) == result(at_once)
