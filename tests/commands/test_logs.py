from __future__ import annotations

from types import SimpleNamespace

from genie3_engine import runs
from genie3_engine.cli import main
from genie3_engine.launchers.base import JobView, LogChunk
from genie3_engine.model import ErrorRecord, JobState, RunStatus


def test_logs__following_says_once_that_nobody_answers(monkeypatch, tmp_path, capsys):
    nobody = RunStatus(JobState.UNKNOWN, error=ErrorRecord("cloud-unreachable", "No answer.", ""))
    seen = iter([nobody, nobody, RunStatus(JobState.RUNNING), RunStatus(JobState.DONE)])
    launcher = SimpleNamespace(
        status=lambda run: next(seen), logs=lambda run, since: LogChunk("", since)
    )
    monkeypatch.setattr(runs, "launcher_of", lambda run: launcher)
    monkeypatch.setattr("genie3_engine.commands.logs._PAUSE_SECONDS", 0.0)
    assert main(["logs", str(tmp_path), "--follow"]) == 0
    said = capsys.readouterr().err
    assert said.count("No answer. Still trying.") == 1
    assert said.count("There is an answer again.") == 1


def test_logs__of_one_host_are_its_lines_only(monkeypatch, tmp_path, capsys):
    text = "[algo-1] one\n[algo-2] two\n"
    launcher = SimpleNamespace(logs=lambda run, since: LogChunk(text, since))
    monkeypatch.setattr(runs, "launcher_of", lambda run: launcher)
    assert main(["logs", str(tmp_path), "--host", "algo-2"]) == 0
    assert capsys.readouterr().out == "[algo-2] two\n"


def test_logs__of_one_task_are_its_lines_only(monkeypatch, tmp_path, capsys):
    text = "[task 1] one\n[task 12] two\n"
    launcher = SimpleNamespace(logs=lambda run, since: LogChunk(text, since))
    monkeypatch.setattr(runs, "launcher_of", lambda run: launcher)
    assert main(["logs", str(tmp_path), "--task", "1"]) == 0
    assert capsys.readouterr().out == "[task 1] one\n"
    assert main(["logs", str(tmp_path), "--task", "0"]) == 2
    assert "'0' is not a task" in capsys.readouterr().err


def test_logs__of_a_task_that_the_run_does_not_have(monkeypatch, tmp_path, capsys):
    view = JobView(job="12", host_names=("task 1", "task 2"))
    launcher = SimpleNamespace(
        logs=lambda run, since: LogChunk("[task 1] one\n", since), view=lambda run: view
    )
    monkeypatch.setattr(runs, "launcher_of", lambda run: launcher)
    assert main(["logs", str(tmp_path), "--task", "2"]) == 0  # it has written nothing yet
    assert main(["logs", str(tmp_path), "--task", "9"]) == 2
    assert "no task 9. It has task 1 to task 2" in capsys.readouterr().err
