from __future__ import annotations

from dataclasses import replace

import pytest

from genie3_engine.launchers.slurm import submission as jobs
from genie3_engine.launchers.slurm.errors import NO_JOB, REFUSED, UNREACHABLE, SlurmError
from genie3_engine.launchers.slurm.options import SlurmOptions
from genie3_engine.launchers.slurm.record import SlurmRecord, Submission, load
from tests.simulated_networks import tiny_run

NEW = Submission("", "", 2, 1.0, "genie3-x-1")


@pytest.fixture
def run(home, tmp_path):
    return tiny_run(tmp_path / "run")


@pytest.fixture
def slurm_says(monkeypatch):
    """Give Slurm's answers in turn, and record the questions."""

    def make(*answers):
        asked, left = [], list(answers)

        def ask(*command, **_):
            asked.append(command)
            answer = left.pop(0)
            if isinstance(answer, SlurmError):
                raise answer
            return answer

        monkeypatch.setattr(jobs, "ask", ask)
        return asked

    return make


def test_send__submits_the_array_and_a_merge_that_waits_for_it(run, home, slurm_says):
    asked = slurm_says("12\n", "13;cluster\n")
    record = SlurmRecord(SlurmOptions(), submissions=[NEW])
    jobs.send(run, record, home=home)
    assert record.submission.jobs == ("12", "13")
    assert load(run) == record
    assert [command[0] for command in asked] == ["sbatch", "sbatch"]
    assert "--array=0-1" in asked[0]
    assert "--dependency=afterok:12" in asked[1]


def test_send__cancels_an_array_whose_merge_is_refused(run, home, slurm_says):
    asked = slurm_says("12\n", SlurmError("No.", code=REFUSED), "")
    with pytest.raises(SlurmError):
        jobs.send(run, SlurmRecord(SlurmOptions(), submissions=[NEW]), home=home)
    assert asked[-1] == ("scancel", "--name=genie3-x-1", "12")


def test_send__keeps_an_array_whose_merge_was_not_answered(run, home, slurm_says):
    slurm_says("12\n", SlurmError("Away.", code=UNREACHABLE), "14\n")
    record = SlurmRecord(SlurmOptions(), submissions=[NEW])
    with pytest.raises(SlurmError):
        jobs.send(run, record, home=home)
    jobs.send(run, record, home=home)
    assert record.submission.jobs == ("12", "14")


def test_send__chains_the_arrays_of_a_job_in_steps(run, home, slurm_says):
    asked = slurm_says("12", "14", SlurmError("Away.", code=UNREACHABLE), "16", "17")
    record = SlurmRecord(SlurmOptions(), submissions=[replace(NEW, n_steps=3)])
    with pytest.raises(SlurmError):
        jobs.send(run, record, home=home)
    assert load(run).submission.arrays == ("12", "14")
    jobs.send(run, record, home=home)
    assert load(run).submission == record.submission
    assert record.submission.jobs == ("12", "14", "16", "17")
    assert record.submission.is_complete
    after = [[word for word in each if word.startswith("--dependency")] for each in asked]
    assert after == [[], *([f"--dependency=afterok:{job}"] for job in (12, 14, 14, 16))]
    assert "--job-name=genie3-x-1-step3" in asked[3]


def test_find__of_a_job_in_steps_knows_what_was_submitted(slurm_says):
    steps = replace(NEW, n_steps=3)
    slurm_says("genie3-x-1-step2|14\ngenie3-x-1|12\n")
    found = jobs.find(steps)
    assert (found.arrays, found.is_complete) == (("12", "14"), False)


def test_cancel__of_a_job_in_steps_begins_at_the_end(slurm_says):
    asked = slurm_says("", "", "")
    jobs.cancel(Submission("12", "15", 2, 1.0, "x", n_steps=2, later_jobs=("14",)))
    assert [command[-1] for command in asked] == ["15", "14", "12"]
    assert asked[1] == ("scancel", "--name=x-step2", "14")


def test_find__returns_jobs_by_their_names(slurm_says):
    [asked] = [slurm_says("genie3-x-1|12\ngenie3-x-1|12\ngenie3-x-1-merge|13\n")]
    assert jobs.find(NEW) == Submission("12", "13", 2, 1.0, "genie3-x-1")
    assert "genie3-x-1,genie3-x-1-merge" in asked[0]


def test_cancel__begins_with_the_merge_and_passes_over_jobs_that_are_gone(slurm_says):
    asked = slurm_says(SlurmError("Gone.", code=NO_JOB), "")
    jobs.cancel(Submission("12", "13", 2, 1.0, "x"))
    assert asked == [("scancel", "--name=x-merge", "13"), ("scancel", "--name=x", "12")]


def test_cancel__names_the_jobs_and_leaves_those_of_another_cluster_alone(slurm_says, monkeypatch):
    monkeypatch.setattr(jobs, "known_cluster_name", lambda: "mine")
    asked = slurm_says("", "")
    submission = Submission("12", "13", 2, 1.0, "genie3-x-1", "mine")
    jobs.cancel(submission)
    assert asked == [
        ("scancel", "--name=genie3-x-1-merge", "13"),
        ("scancel", "--name=genie3-x-1", "12"),
    ]
    jobs.cancel(replace(submission, cluster="theirs"))
    assert len(asked) == 2
