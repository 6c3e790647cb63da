from __future__ import annotations

from genie3_engine import runs
from genie3_engine.cli import main
from genie3_engine.model import JobState, RunStatus


def test_cancel__asks_also_where_nobody_knows_how_the_run_stands(monkeypatch, tmp_path, capsys):
    asked = []
    monkeypatch.setattr(runs, "status", lambda run: RunStatus(JobState.UNKNOWN))
    monkeypatch.setattr(runs, "cancel", asked.append)
    assert main(["cancel", str(tmp_path)]) == 0
    assert asked == [tmp_path]
    assert "Asked to stop" in capsys.readouterr().out


def test_cancel__of_a_finished_run_stops_its_confidence_job(monkeypatch, tmp_path, capsys):
    asked = []
    monkeypatch.setattr(runs, "status", lambda run: RunStatus(JobState.DONE))
    monkeypatch.setattr(runs, "confidence_status", lambda run: RunStatus(JobState.RUNNING))
    monkeypatch.setattr(runs, "cancel_confidence", asked.append)
    assert main(["cancel", str(tmp_path)]) == 0
    assert asked == [tmp_path]
    assert "evidence" in capsys.readouterr().out
    monkeypatch.setattr(runs, "confidence_status", lambda run: RunStatus(JobState.DONE))
    assert main(["cancel", str(tmp_path)]) == 0
    assert len(asked) == 1
    assert "has ended already" in capsys.readouterr().out
