from __future__ import annotations

from pathlib import Path

import pytest

from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.launchers.slurm.options import SlurmOptions
from genie3_engine.launchers.slurm.record import SlurmRecord, Submission, load, save
from genie3_engine.launchers.slurm.rows import Ending
from tests.simulated_networks import tiny_run


@pytest.fixture
def run(home, tmp_path):
    return tiny_run(tmp_path / "run")


def test_load__returns_what_was_saved(run):
    record = SlurmRecord(
        SlurmOptions(tasks=3, setup=("module load python",)),
        submissions=[
            Submission("1", "2", 3, 5.0, "genie3-x-1"),
            Submission("3", "6", 3, 6.0, "genie3-x-2", n_steps=3, later_jobs=("4", "5")),
        ],
        is_cancelled=True,
        endings=[Ending(0, "FAILED", exit_code=1), Ending(None, "CANCELLED")],
        logs_read={"0001-of-0003": 10},
    )
    save(run, record)
    assert load(run) == record


@pytest.mark.parametrize(
    "values", [None, {}, {"launcher": "local"}, {"launcher": "slurm", "options": {"bad": 1}}]
)
def test_load__of_anything_else_is_none(run, values):
    if values is not None:
        atomic_write.write_json(run.path / filenames.SUBMISSION, values)
    assert load(run) is None


def test_next_name__is_of_one_run_and_one_submission():
    first, second = SlurmRecord(SlurmOptions()), SlurmRecord(SlurmOptions())
    assert first.next_name() != second.next_name()
    name = first.next_name()
    first.submissions.append(Submission("", "", 1, 0.0, name))
    assert first.next_name() != name


def test_amend__changes_the_last_submission():
    earlier = Submission("1", "2", 1, 0.0, "a")
    record = SlurmRecord(SlurmOptions(), submissions=[earlier, Submission("", "", 2, 1.0, "b")])
    assert record.amend(array_job="7").array_job == "7"
    assert record.submissions == [earlier, Submission("7", "", 2, 1.0, "b")]
    assert record.submission.jobs == ("7",)


def test_output__is_the_file_of_one_task_or_of_the_merge():
    submission = Submission("12", "13", 2, 0.0, "a")
    assert submission.output(Path("/run"), 1) == Path("/run/tasks/slurm-12_1.txt")
    assert submission.output(Path("/run"), None) == Path("/run/tasks/slurm-13.txt")


def test_output__of_a_job_in_steps_is_that_of_the_last_step_that_has_begun(tmp_path):
    submission = Submission("12", "15", 2, 0.0, "a", n_steps=3, later_jobs=("13", "14"))
    (tmp_path / "tasks").mkdir()
    assert submission.output(tmp_path, 1).name == "slurm-12_1.txt"
    (tmp_path / "tasks/slurm-13_1.txt").touch()
    assert submission.output(tmp_path, 1).name == "slurm-13_1.txt"


def test_steps__are_submissions_of_one_array_of_which_the_last_merges():
    submission = Submission("12", "15", 2, 0.0, "a", n_steps=2, later_jobs=("13",))
    assert [each.jobs for each in submission.steps()] == [("12",), ("13", "15")]
    assert [*Submission("12", "13", 2, 0.0, "a").steps()] == [Submission("12", "13", 2, 0.0, "a")]
