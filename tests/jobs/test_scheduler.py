"""Tests of what schedulers state in the environment."""

from __future__ import annotations

import pytest

from genie3_engine.jobs.scheduler import (
    SCHEDULERS,
    scheduled_attempt,
    scheduled_cores,
    scheduled_job,
    scheduled_scratch,
)


@pytest.fixture(autouse=True)
def no_scheduler(monkeypatch):
    for scheduler in SCHEDULERS:
        for name in (*scheduler.job, *scheduler.cores):
            monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("environment", "job", "cores"),
    [
        ({}, "", None),
        ({"NCPUS": "8", "NSLOTS": "8", "JOB_ID": "5"}, "", None),  # of other programs
        ({"SLURM_JOB_ID": "12", "SLURM_CPUS_PER_TASK": "4"}, "Slurm 12", 4),
        ({"SLURM_JOB_ID": "12", "SLURM_CPUS_ON_NODE": "16"}, "Slurm 12", 16),
        ({"SLURM_JOB_ID": "12", "SLURM_CPUS_PER_TASK": "many"}, "Slurm 12", None),
        ({"PBS_JOBID": "12[3].host", "NCPUS": "4"}, "PBS 12[3].host", 4),
        ({"JOB_ID": "12", "SGE_TASK_ID": "3", "NSLOTS": "4"}, "Grid Engine 12 3", 4),
        ({"LSB_JOBID": "12", "LSB_JOBINDEX": "3", "LSB_DJOB_NUMPROC": "4"}, "LSF 12 3", 4),
    ],
)
def test_scheduled__job_and_cores_are_those_of_the_scheduler(monkeypatch, environment, job, cores):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert scheduled_job() == job
    assert scheduled_cores() == cores


@pytest.mark.parametrize(
    ("environment", "attempt"),
    [
        ({}, ""),
        ({"SLURM_JOB_ID": "12"}, "0"),
        ({"SLURM_JOB_ID": "12", "SLURM_RESTART_COUNT": "2"}, "2"),
        ({"JOB_ID": "12", "SGE_TASK_ID": "3", "RESTARTED": "1"}, "1"),
        ({"PBS_JOBID": "12"}, ""),
    ],
)
def test_scheduled_attempt__counts_how_often_a_job_has_begun(monkeypatch, environment, attempt):
    monkeypatch.delenv("SLURM_RESTART_COUNT", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert scheduled_attempt() == attempt


def test_scheduled_scratch__is_what_a_job_may_write(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("SLURM_TMPDIR", raising=False)
    assert scheduled_scratch() is None
    monkeypatch.setenv("SLURM_JOB_ID", "12")
    assert scheduled_scratch() == tmp_path
    monkeypatch.setenv("SLURM_TMPDIR", str(tmp_path / "nowhere"))
    assert scheduled_scratch() == tmp_path
    (tmp_path / "nowhere").mkdir()
    assert scheduled_scratch() == tmp_path / "nowhere"
