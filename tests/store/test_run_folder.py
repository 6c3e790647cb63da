"""Tests of run folders."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from genie3_engine.errors import RunError, StorageError
from genie3_engine.jobs import filenames
from genie3_engine.model import (
    ConfidenceSpec,
    ErrorRecord,
    ForestSpec,
    JobState,
    RunSpec,
    RunStatus,
)
from genie3_engine.store.confidence_folder import ConfidenceFolder
from genie3_engine.store.evidence import EvidenceWriter
from genie3_engine.store.run_folder import RunFolder
from tests.contracts.job_contract import JobContract
from tests.store.network import GENES, write_parts

ROOT = Path(__file__).resolve().parents[2]
QUEUED = RunStatus(JobState.QUEUED, created=1.0)
FORECAST = {"step_seconds": {"computing": 8.0, "writing": 1.0}, "n_targets": 4}
HOLD = """
import sys
from pathlib import Path
from genie3_engine.store.run_folder import RunFolder
with RunFolder(Path(sys.argv[1])).lock():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def run(tmp_path, spec):
    return RunFolder.create(tmp_path / "new" / "run", spec, QUEUED)


class TestRun(JobContract):
    @pytest.fixture
    def job(self, run):
        return run


def test_subject__is_that_of_whole_runs(tmp_path):
    assert RunFolder(tmp_path / "one").subject == "run one"
    assert RunFolder(tmp_path / "one" / filenames.MEMBERS / "forest").subject == ""


class TestReadExpectation:
    def test_read_expectation__is_of_the_forecast(self, run):
        (run.path / "forecast.json").write_text(json.dumps(FORECAST))
        assert run.read_expectation().seconds_per_target == 2.0

    @pytest.mark.parametrize(
        "changes",
        [
            {"instance_type": "ml.c5.xlarge"},  # the steps are this machine's
            {"n_targets": 0},
            {"n_targets": None},
            {"step_seconds": {"writing": 1.0}},
            {"step_seconds": {"computing": 0.0}},
            {"step_seconds": {"computing": "long"}},
            {"step_seconds": []},
        ],
    )
    def test_read_expectation__is_none_without_a_forecast_for_this_machine(self, run, changes):
        assert run.read_expectation() is None
        (run.path / "forecast.json").write_text(json.dumps(FORECAST | changes))
        assert run.read_expectation() is None

    @pytest.mark.parametrize("text", ["", "[", "[1]", "null"])
    def test_read_expectation__is_none_when_the_file_is_damaged(self, run, text):
        (run.path / "forecast.json").write_text(text)
        assert run.read_expectation() is None


class TestCreate:
    def test_create__writes_spec_and_status(self, run, spec):
        there = RunFolder.open(run.path)
        assert there.spec == spec
        assert there.read_status() == QUEUED
        assert sorted(os.listdir(run.path)) == ["lock", "spec.json", "status.json"]

    def test_create__takes_an_empty_folder(self, tmp_path, spec):
        assert RunFolder.create(tmp_path, spec, QUEUED).spec == spec

    def test_create__takes_up_a_creation_that_was_cut_short(self, tmp_path, spec):
        (tmp_path / "status.json").touch()
        (tmp_path / "lock").touch()
        (tmp_path / ".spec.json.1-ab.aside").touch()
        (tmp_path / "log.txt").touch()
        run = RunFolder.create(tmp_path, spec, QUEUED)
        assert run.read_status() == QUEUED

    def test_create__refuses_a_folder_of_something_else(self, tmp_path, spec):
        (tmp_path / "thesis.tex").touch()
        with pytest.raises(RunError, match=r"not empty.*'thesis\.tex'.*another --out"):
            RunFolder.create(tmp_path, spec, QUEUED)
        assert os.listdir(tmp_path) == ["thesis.tex"]

    def test_create__refuses_a_file(self, tmp_path, spec):
        (tmp_path / "file").touch()
        with pytest.raises(RunError, match="is a file, not a folder"):
            RunFolder.create(tmp_path / "file", spec, QUEUED)

    def test_create__refuses_a_path_through_a_file(self, tmp_path, spec):
        (tmp_path / "file").touch()
        with pytest.raises(RunError, match=r"file is a file, not a folder"):
            RunFolder.create(tmp_path / "file" / "run", spec, QUEUED)

    def test_create__says_that_the_same_run_can_be_resumed(self, run, spec):
        with pytest.raises(RunError, match=r"this very run.*--resume"):
            RunFolder.create(run.path, replace(spec, name="other"), QUEUED)

    def test_create__names_what_differs_from_another_run(self, run, spec):
        other = replace(spec, forest=ForestSpec(n_trees=10, seed=4))
        with pytest.raises(RunError, match=r"another run: seed 3 there, 4 asked for.*--out"):
            RunFolder.create(run.path, other, QUEUED)
        assert RunFolder.open(run.path).spec == spec

    def test_require_same__says_how_confidence_is_added(self, run, spec):
        with_confidence = replace(spec, confidence=ConfidenceSpec())
        with pytest.raises(RunError, match=r"confidence none there.*with: confidence .*run"):
            run.require_same(with_confidence)
        other = replace(with_confidence, forest=ForestSpec(n_trees=10, seed=4))
        with pytest.raises(RunError, match=r"seed 3 there.*another --out"):
            run.require_same(other)

    def test_create__lets_one_of_many_win(self, tmp_path, spec):
        barrier = threading.Barrier(6)
        outcomes = []

        def create(seed):
            mine = replace(spec, forest=ForestSpec(seed=seed))
            barrier.wait()
            try:
                RunFolder.create(tmp_path / "run", mine, QUEUED)
                outcomes.append(seed)
            except RunError:
                outcomes.append(None)

        threads = [threading.Thread(target=create, args=(seed,)) for seed in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (winner,) = [seed for seed in outcomes if seed is not None]
        assert RunFolder.open(tmp_path / "run").spec.forest.seed == winner

    def test_create__says_when_the_folder_may_not_be_written(self, tmp_path, spec):
        if os.geteuid() == 0:
            pytest.skip("root may write everywhere")
        tmp_path.chmod(0o500)
        with pytest.raises(StorageError, match="may not write"):
            RunFolder.create(tmp_path / "run", spec, QUEUED)


class TestOpen:
    def test_open__says_when_there_is_no_run(self, tmp_path):
        with pytest.raises(RunError, match="There is no run in"):
            RunFolder.open(tmp_path)

    @pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"forest": {"k": -1}}'])
    def test_open__says_when_the_spec_is_damaged(self, run, text):
        (run.path / "spec.json").write_text(text)
        with pytest.raises(RunError, match=r"spec\.json cannot be read"):
            RunFolder.open(run.path)

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [({"targets": ...}, "it has no 'targets'"), ({"forest": {"k": -1}}, "is -1\\.")],
    )
    def test_open__names_what_is_wrong_in_the_spec(self, run, changes, reason):
        values = {**run.spec.to_dict(), **changes}
        kept = {name: value for name, value in values.items() if value is not ...}
        (run.path / "spec.json").write_text(json.dumps(kept))
        with pytest.raises(RunError, match=f"cannot be read: .*{reason}"):
            RunFolder.open(run.path)

    @pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"state": "asleep"}'])
    def test_read_status__says_when_it_is_damaged(self, run, text):
        (run.path / "status.json").write_text(text)
        with pytest.raises(RunError, match=r"status\.json cannot be read"):
            run.read_status()

    def test_read_status__says_when_it_is_missing(self, run):
        (run.path / "status.json").unlink()
        with pytest.raises(RunError, match=r"There is no status\.json"):
            run.read_status()


class TestStatus:
    def test_status__comes_back_as_it_was(self, run):
        status = RunStatus(
            JobState.FAILED,
            targets_done=3,
            targets_total=5,
            step="computing",
            error=ErrorRecord("input", "Why", "What"),
        )
        run.write_status(status)
        assert run.read_status() == status

    def test_read_status__is_whole_while_another_writes(self, run):
        stop = threading.Event()

        def write():
            count = 0
            while not stop.is_set():
                count += 1
                run.write_status(replace(QUEUED, targets_done=count, step="x" * (count % 999)))

        writer = threading.Thread(target=write)
        writer.start()
        try:
            seen = [run.read_status().targets_done for _ in range(500)]
        finally:
            stop.set()
            writer.join()
        assert seen == sorted(seen)

    def test_timings__are_none_until_they_are_written(self, run):
        assert run.read_timings() is None
        run.write_timings({"total": 1.5})
        assert run.read_timings() == {"total": 1.5}

    @pytest.mark.parametrize(
        "text",
        ["[1]", '{"seconds": []}', '{"versions": null}', '{"layout": 99}', '{"n_links": [1]}'],
    )
    def test_read_timings__says_when_they_are_damaged(self, run, text):
        (run.path / "timings.json").write_text(text)
        with pytest.raises(RunError, match=r"timings\.json cannot be read"):
            run.read_timings()


class TestFinishedTargets:
    def test_finished_targets__come_from_the_parts(self, run):
        assert run.finished_targets() == {}
        write_parts(run.parts_folder, [4, 2])
        assert set(run.finished_targets()) == {GENES[2], GENES[4]}
        assert not run.has_result

    def test_finished_targets__come_from_the_result_once_it_is_there(self, make_run):
        run = make_run(finish=True)
        assert run.has_result
        assert not run.parts_folder.exists()
        assert list(run.finished_targets()) == list(GENES)


class TestLock:
    def test_lock__is_held_by_one_process(self, run):
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(run.path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        with holder:
            assert holder.stdout is not None
            holder.stdout.readline()
            assert run.is_locked
            with pytest.raises(RunError, match="Another process"), run.lock():
                pass
            holder.kill()
        assert not run.is_locked
        with run.lock():
            assert run.is_locked

    def test_is_locked__is_false_where_nobody_ever_worked(self, tmp_path):
        assert not RunFolder(tmp_path).is_locked

    def test_lock__is_taken_in_spite_of_those_who_look(self, run):
        stop = threading.Event()

        def look():
            while not stop.is_set():
                _ = run.is_locked

        looker = threading.Thread(target=look)
        looker.start()
        try:
            for _ in range(50):
                with run.lock():
                    pass
        finally:
            stop.set()
            looker.join()

    def test_remove_leftovers__cleans_after_a_killed_worker(self, run):
        run.parts_folder.mkdir()
        (run.path / ".sorting").mkdir()
        for name in (
            ".links.parquet.1-ab.aside",
            "parts/.part-0000-of-0001-000001.parquet.1-ab.aside",
        ):
            (run.path / name).touch()
        fresh = {f".{name}.1-ab.aside" for name in ("status.json", "launcher.json", "labels.json")}
        for name in fresh:
            (run.path / name).touch()  # a launcher or a page may be about to rename it
        run.remove_leftovers()
        assert not list(run.parts_folder.iterdir())
        hidden = [name for name in os.listdir(run.path) if name.startswith(".")]
        assert {*hidden} == fresh


class TestSpec:
    def test_spec__is_plain_json(self, run):
        values = json.loads((run.path / "spec.json").read_text())
        assert RunSpec.from_dict(values) == run.spec


class TestConfidence:
    def ask(self, run, confidence):
        return ConfidenceFolder.ask(run.replicates_folder, confidence, RunStatus(JobState.QUEUED))

    def test_confidence__is_the_specs_until_more_is_asked_for(self, make_run, spec):
        run = make_run(spec=replace(spec, confidence=ConfidenceSpec(stability=False)))
        assert run.confidence == ConfidenceSpec(stability=False)
        assert run.confidence_job is None
        self.ask(run, ConfidenceSpec())
        assert RunFolder.open(run.path).confidence == ConfidenceSpec()
        assert run.confidence_job.run == run.path

    def test_lacks_evidence__until_all_that_is_asked_for_is_there(self, make_run, spec):
        run = make_run()
        assert not run.lacks_evidence
        self.ask(run, ConfidenceSpec(stability=False))
        assert run.lacks_evidence
        with EvidenceWriter(run.evidence_path, genes=["a"], columns=["p", "q"], about={}) as file:
            file.add({"p": np.ones(2), "q": np.ones(2)})
        assert not run.lacks_evidence
        self.ask(run, ConfidenceSpec())
        assert run.lacks_evidence

    def test_differences__take_the_confidence_with_or_without_what_was_added(self, make_run):
        run = make_run()
        self.ask(run, ConfidenceSpec())
        for confidence in (None, ConfidenceSpec()):
            assert run.differences(replace(run.spec, confidence=confidence)) == []
        (found,) = run.differences(replace(run.spec, confidence=ConfidenceSpec(stability=False)))
        assert found == "confidence none there, p-values asked for"

    def test_confidence__is_none_by_default(self, make_run):
        assert make_run().confidence is None

    @pytest.mark.parametrize(
        "text", ["{", "[1]", '{"certainty": true}', '{"p_values": false, "stability": false}']
    )
    def test_confidence__of_a_damaged_file_is_an_error(self, make_run, text):
        run = make_run()
        run.replicates_folder.mkdir()
        (run.replicates_folder / "confidence.json").write_text(text)
        with pytest.raises(RunError, match=r"confidence\.json cannot be read"):
            _ = run.confidence
