from __future__ import annotations

from types import SimpleNamespace

from genie3_engine import runs
from genie3_engine.cli import main
from genie3_engine.model import JobState, RunStatus


def test_resume__of_a_run_that_is_done_is_refused(run, capsys):
    assert main(["resume", str(run)]) == 2
    assert capsys.readouterr().err.startswith("genie3: error: ")


def test_resume__of_a_run_at_work_keeps_none_of_the_options(run, monkeypatch, capsys):
    changed = []
    now = RunStatus(JobState.RUNNING, heartbeat=1.0)
    launcher = SimpleNamespace(
        name="slurm",
        status_now=lambda run: now,
        change=lambda run, options: changed.append(options),
    )
    monkeypatch.setattr(runs, "launcher_of", lambda run: launcher)
    assert main(["resume", str(run), "--tasks", "4"]) == 2
    assert "at work" in capsys.readouterr().err
    assert changed == []
