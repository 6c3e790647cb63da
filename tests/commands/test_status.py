from __future__ import annotations

import json
import re
import time
from types import SimpleNamespace

from genie3_engine import runs
from genie3_engine.cli import main
from genie3_engine.model import ErrorRecord, JobState, RunStatus
from genie3_engine.runs import Host, JobView


def test_status__shows_a_local_run_that_is_done(run, capsys):
    assert main(["status", str(run)]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^state +done", out, re.M)
    assert re.search(r"^targets +12 of 12", out, re.M)


def test_status__gives_the_error_of_a_run_as_json(home, monkeypatch, tmp_path, capsys):
    problem = ErrorRecord("input", "Bad.", "Fix it.")
    failed = RunStatus(JobState.FAILED, targets_done=1, targets_total=5, error=problem)
    launcher = SimpleNamespace(status_now=lambda run: failed, view=lambda run: None)
    monkeypatch.setattr(runs, "launcher_of", lambda run: launcher)
    assert main(["status", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["state"], found["targets_done"], found["targets_total"]) == ("failed", 1, 5)
    assert found["error"] == {"code": "input", "message": "Bad.", "remedy": "Fix it."}


def test_status__shows_the_tasks_of_a_cluster_and_core_hours(monkeypatch, tmp_path, capsys):
    now = RunStatus(JobState.RUNNING, step="computing", targets_done=3, targets_total=8)
    at_work = Host(
        "task 1", 0, "running", "computing", 3, 4, time.time(), node="node7", n_restarts=2
    )
    waiting = Host("task 2", 1, "queued", "waiting", 0, 4, None, note="waits for a free node")
    view = JobView(job="12", hosts=(at_work, waiting), billing={"core_seconds": 5400.0})
    launcher = SimpleNamespace(name=runs.CLUSTER, status_now=lambda run: now, view=lambda run: view)
    monkeypatch.setattr(runs, "launcher_of", lambda run: launcher)
    monkeypatch.setattr(runs, "confidence_status", lambda run: None)
    assert main(["status", str(tmp_path)]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "paid for 1.5 core-hours so far" in out
    assert "task 1 running, computing, 3 of 4 targets, on node7, 2 restarts, seen" in out
    assert "task 2 queued, waiting, 0 of 4 targets, waits for a free node" in out


def test_status__shows_the_place_in_the_queue(monkeypatch, tmp_path, capsys):
    now = RunStatus(JobState.QUEUED, step="waiting", targets_total=8)
    launcher = SimpleNamespace(name="local", status_now=lambda run: now, view=lambda run: None)
    monkeypatch.setattr(runs, "launcher_of", lambda run: launcher)
    monkeypatch.setattr(runs, "confidence_status", lambda run: None)
    monkeypatch.setattr(runs, "place_in_queue", lambda run: runs.Place(2, 1, is_next=False))
    assert main(["status", str(tmp_path)]) == 0
    assert "2 jobs of yours and 1 job of others are before it" in capsys.readouterr().out


def test_status__of_a_folder_without_a_run_is_an_error(home, tmp_path, capsys):
    assert main(["status", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
