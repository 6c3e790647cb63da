from __future__ import annotations

import os

import pytest

from genie3_engine import runs
from genie3_engine.errors import RunError
from genie3_engine.model import IN_VIVO, ForestSpec, JobState, RunSpec, RunStatus
from genie3_engine.people import log
from genie3_engine.store.run_folder import RunFolder
from tests.simulated_networks import tiny_run


@pytest.fixture
def put(home):
    """Put a run that is done into the home, and return its folder."""

    def put(folder, *, created=1.0, **spec):
        status = RunStatus(JobState.DONE, created=created)
        return RunFolder.create(home / "runs" / folder, RunSpec("d" * 64, **spec), status).path

    return put


def test_history__has_the_newest_first_and_leaves_out_damaged_folders(put, home):
    put("old", created=1.0)
    put("new", created=2.0)
    (put("damaged") / "spec.json").write_text("{")
    (home / "runs" / "stray").mkdir()
    assert [run.id for run in runs.history()] == ["new", "old"]


def test_history__reads_a_run_that_has_ended_again_only_when_its_folder_has_changed(
    put, monkeypatch
):
    run, reads, read_status = put("a"), [], RunFolder.read_status
    monkeypatch.setattr(
        RunFolder, "read_status", lambda self: reads.append(self.path) or read_status(self)
    )
    os.utime(run, (1.0, 1.0))  # long ago, by the clock of any file system
    (first,), (again,) = runs.history(), runs.history()
    assert again is first
    assert reads == [run]
    runs.label(run, name="second")
    assert runs.history()[0].title == "second"


def test_history__looks_at_the_process_of_a_live_run_each_time(put, home):
    run = put("a")
    RunFolder(run).write_status(RunStatus(JobState.RUNNING, heartbeat=1.0))
    os.utime(run, (1.0, 1.0))
    assert runs.history()[0].status.state is JobState.LOST


def test_title__is_the_label_then_the_name_then_data_and_settings(put):
    put("a", created=3.0, name="named", source="x.tsv")
    put("b", created=2.0, source="x.tsv")
    put("c", created=1.0)
    forest = "Random Forest, 1,000 trees"
    titles = ["named", f"x: {forest}", f"{'d' * 12}: {forest}"]
    assert [run.title for run in runs.history()] == titles


def test_label__shows_in_the_list_immediately(put):
    run = put("a", name="first")
    assert runs.history()[0].title == "first"
    runs.label(run, name="second", tags=["paper"])
    (listed,) = runs.history()
    assert (listed.title, listed.labels.tags) == ("second", ("paper",))
    runs.label(run, note="only this")
    assert runs.labels(run).name == "second"


def test_label__refuses_a_folder_without_a_run(tmp_path):
    with pytest.raises(RunError):
        runs.label(tmp_path, name="x")


def test_log_tail__of_one_machine_has_its_lines_only(put):
    run = put("run")
    (run / "log.txt").write_text("[algo-1] a\n[algo-2] b\n[algo-1] c\n[algo-1] d\n")
    assert runs.log_tail(run, 2, host="algo-1") == "c\nd"
    assert runs.log_tail(run, host="algo-3") == ""


def test_members__are_the_runs_inside_a_run(home, tmp_path):
    run = tiny_run(tmp_path / "run").path
    assert runs.members(run) == []
    tiny_run(run / "members" / "RF")
    (run / "members" / "begun").mkdir()
    assert [each.id for each in runs.members(run)] == [f"{run.name}/RF"]


def test_with_members__names_finished_networks_after_the_run_they_are_in(home, put):
    run = put("run", name="mine", forest=ForestSpec(IN_VIVO))
    inside = tiny_run(run / "members" / "RF", name="Forest")
    inside.write_status(RunStatus(JobState.DONE))
    assert [each.title for each in runs.with_members(runs.history())] == ["mine", "mine: Forest"]
    inside.write_status(RunStatus(JobState.RUNNING))
    assert [each.id for each in runs.with_members(runs.history())] == ["run"]


def test_history__records_once_that_a_run_was_killed(home, monkeypatch):
    monkeypatch.setenv("GENIE3_SERVER_HOME", str(home))
    status = RunStatus(JobState.RUNNING, created=1.0, heartbeat=1.0)
    RunFolder.create(home / "runs" / "killed", RunSpec("0" * 64), status)
    for _ in range(2):
        assert runs.history()[0].status.state is JobState.LOST
    assert [(each.action, each.subject, each.text) for each in log.entries()] == [
        ("ended", "run killed", "lost")
    ]
