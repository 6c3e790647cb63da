import json
import math
import os
import shutil

import numpy as np
import pytest

from genie3_engine.jobs import filenames
from genie3_engine.model import JobState, RunStatus
from genie3_engine.planning import Experience, Outcome, forecast_history, learned, outcome_of, past
from genie3_engine.planning.forecast_history import family_key, note, place_key
from genie3_engine.store.run_folder import RunFolder
from tests.planning.pilots import MACHINE, spec


def outcome(ratio=1.0, *, where="here", low=0.9, high=1.1, memory=1.0):
    return Outcome(where, 100.0, 100 * low, 100 * high, 100.0, 100 * ratio, 1e9, memory * 1e9)


def test_learned__nothing_without_runs():
    found = learned([], "here")
    assert found == Experience()
    assert "No run" in found.sentence()
    assert found.widened(0.1) == 0.1


def test_learned__one_odd_run_changes_little():
    found = learned([outcome(2.0)], "here")
    assert found.factor == pytest.approx(2 ** (1 / 5))
    assert found.n_covered == 0
    assert found.widened(0.05) > 0.1


def test_learned__many_runs_bring_the_factor_home():
    found = learned([outcome(1.5)] * 20, "here")
    assert found.factor == pytest.approx(1.5 ** (20 / 24))
    assert found.sentence().startswith("Of the last 20 runs here with a forecast, 0 ended within")


def test_learned__only_from_the_same_machine_and_engine():
    found = learned([outcome(2.0, where="there"), outcome(1.05)], "here")
    assert found.n_runs == 1
    assert found.n_covered == 1


def test_learned__memory_has_its_own_factor():
    found = learned([outcome(1.0, memory=2.0)] * 4, "here")
    assert found.memory_factor == pytest.approx(math.sqrt(2))
    assert found.factor == 1.0


def test_learned__interval_grows_to_the_errors_there_were_and_shrinks_to_them():
    rng = np.random.default_rng(0)
    noisy = learned([outcome(math.exp(rng.normal(0, 0.4))) for _ in range(20)], "here")
    calm = learned([outcome(math.exp(rng.normal(0, 0.01))) for _ in range(20)], "here")
    assert noisy.widened(0.1) > 0.25
    assert calm.widened(0.1) < 0.06


def finished(home, name="one", *, state=JobState.DONE, computed=10, total=12.0):
    path = home / "runs" / name
    run = RunFolder.create(path, spec(), RunStatus(state))
    run.write_timings(
        {
            "seconds": {"starting": 2.0, "total": total},
            "targets_computed": computed,
            "peak_memory_bytes": 5,
            "machine": MACHINE,
        }
    )
    foretold = {
        "engine": "compiled",
        "n_targets": 10,
        "step_seconds": {"starting": 1.0},
        "wall_seconds": 9.0,
        "low_seconds": 8.0,
        "high_seconds": 11.0,
        "raw_seconds": 10.0,
        "raw_memory_bytes": 4,
    }
    (path / filenames.FORECAST).write_text(json.dumps(foretold))
    return path


def test_outcome_of__leaves_start_up_out(tmp_path):
    found = outcome_of(finished(tmp_path))
    assert found == Outcome(place_key(MACHINE, "compiled"), 8.0, 7.0, 10.0, 9.0, 10.0, 4, 5)
    assert found.is_covered


def test_outcome_of__no_run_that_failed_or_was_resumed(tmp_path):
    assert outcome_of(finished(tmp_path, "a", state=JobState.FAILED)) is None
    assert outcome_of(finished(tmp_path, "b", computed=3)) is None
    assert outcome_of(tmp_path / "nothing") is None


def test_past__newest_first_and_damaged_ones_left_out(tmp_path):
    finished(tmp_path, "a", total=12.0)
    damaged = finished(tmp_path, "b")
    (damaged / filenames.FORECAST).write_text("[")
    finished(tmp_path, "c", total=22.0)
    assert [one.seconds for one in past(tmp_path)] == [20.0, 10.0]


def test_learned__rented_instances_learn_from_their_threads_only():
    slow = Outcome("ml.c5 | compiled", 400.0, 300.0, 600.0, 400.0, 410.0, thread_ratio=1.5)
    found = learned([slow] * 4, "ml.c5 | compiled")
    assert found.factor == pytest.approx(1.5**0.5)
    assert found.n_covered == 4


def test_outcome_of__rented_instances(tmp_path):
    path = finished(tmp_path)
    foretold = json.loads((path / filenames.FORECAST).read_text())
    rented = {"instance_type": "ml.c5.xlarge", "raw_thread_seconds": 2.0}
    (path / filenames.FORECAST).write_text(json.dumps({**foretold, **rented}))
    timings = json.loads((path / "timings.json").read_text())
    (path / "timings.json").write_text(json.dumps({**timings, "target_seconds": 30.0}))
    found = outcome_of(path)
    assert found.where == family_key("ml.c5.9xlarge", "compiled")
    assert found.thread_ratio == 1.5
    assert found.seconds == 12.0


def test_past__finds_runs_outside_the_home_until_they_are_gone(tmp_path):
    run = finished(tmp_path / "elsewhere")
    note(run, tmp_path / "home")
    assert len(past(tmp_path / "home")) == 1
    shutil.rmtree(run)
    assert past(tmp_path / "home") == []
    assert list((tmp_path / "home" / "forecasts").iterdir()) == []


def test_note__needs_nothing_inside_the_home(tmp_path):
    note(finished(tmp_path), tmp_path)
    assert not (tmp_path / "forecasts").exists()
    assert len(past(tmp_path)) == 1


def test_past__reads_unchanged_runs_once(tmp_path, monkeypatch):
    finished(tmp_path, "a", total=12.0)
    first = past(tmp_path)
    monkeypatch.setattr(forecast_history, "outcome_of", None)  # would fail when called
    assert past(tmp_path) == first


def test_past__reads_a_changed_run_again(tmp_path):
    run = finished(tmp_path, "a", total=12.0)
    assert len(past(tmp_path)) == 1
    (run / filenames.FORECAST).write_text("[")
    os.utime(run / filenames.FORECAST, (0, 0))
    assert past(tmp_path) == []
