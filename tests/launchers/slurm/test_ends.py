from __future__ import annotations

import pytest

from genie3_engine.launchers.slurm import ends
from genie3_engine.launchers.slurm.errors import NO_ACCOUNTING, SlurmError
from genie3_engine.launchers.slurm.record import Submission
from genie3_engine.launchers.slurm.rows import Ending, Row

SUBMISSION = Submission("3", "8", 2, 0.0)
MEBIBYTE = 1 << 20
ACCOUNTS = """\
3_0|CANCELLED by 1001|0:15|node2||100M
3_0.batch|CANCELLED|0:15|node2|51200K|
3_1|OUT_OF_MEMORY|0:125|node1||100M
3_1.batch|OUT_OF_MEMORY|0:125|node1|102400K|
3_[2-3%1]|PENDING|0:0|None assigned||100M
8|COMPLETED|0:0|node1||1Gn
9|FAILED|1:0|node1||1Gn
no row
"""
CONTROLS = """\
JobId=3 ArrayJobId=3 ArrayTaskId=1 JobName=w JobState=FAILED Reason=JobLaunchFailure Restarts=0 \
ExitCode=0:9 NodeList=node1 BatchHost=node1 NumCPUs=2 MinMemoryCPU=50M TRES=cpu=2,mem=100M
JobId=7 ArrayJobId=3 ArrayTaskId=0 JobState=TIMEOUT Reason=TimeLimit ExitCode=0:15 BatchHost=node4
JobId=8 JobState=PENDING Reason=Dependency ExitCode=0:0 NodeList=(null) MinMemoryNode=50M
"""
EXCEEDED = """\
slurmstepd-node1: error: StepId=7.batch exceeded memory limit (132038656 > 52428800), being killed
slurmstepd-node1: error: *** JOB 7 ON node1 CANCELLED AT 2026-11-30T11:53:48 ***
"""
KILLED = "slurmstepd: error: Detected 1 oom-kill event(s) in StepId=4.batch."


@pytest.fixture
def answers(monkeypatch):
    """Return what Slurm's programs print, by their names; a missing one refuses."""
    texts = {}

    def ask(program, *arguments):
        del arguments
        if program not in texts:
            raise SlurmError("This cluster keeps no accounts.", code=NO_ACCOUNTING)
        return texts[program]

    monkeypatch.setattr(ends, "ask", ask)
    return texts


def write_output(run, task, text):
    path = SUBMISSION.output(run, task)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def test_parse_accounts__has_who_cancelled_and_the_memory_that_was_used():
    assert ends.parse_accounts(ACCOUNTS, SUBMISSION) == [
        Ending(
            0,
            "CANCELLED",
            exit_code=0,
            signal=15,
            node="node2",
            by="1001",
            peak_bytes=50 * MEBIBYTE,
            limit_bytes=100 * MEBIBYTE,
        ),
        Ending(
            1,
            "OUT_OF_MEMORY",
            exit_code=0,
            signal=125,
            node="node1",
            peak_bytes=100 * MEBIBYTE,
            limit_bytes=100 * MEBIBYTE,
        ),
        Ending(None, "COMPLETED", exit_code=0, signal=0, node="node1", limit_bytes=1024 * MEBIBYTE),
    ]


def test_parse_controls__reads_each_task_that_has_ended():
    assert ends.parse_controls(CONTROLS, SUBMISSION) == [
        Ending(
            1,
            "FAILED",
            "JobLaunchFailure",
            exit_code=0,
            signal=9,
            node="node1",
            limit_bytes=100 * MEBIBYTE,
        ),
        Ending(0, "TIMEOUT", "TimeLimit", exit_code=0, signal=15, node="node4"),
    ]


def test_read_endings__of_the_queue_alone(tmp_path, answers):
    rows = [
        Row("3", 0, "COMPLETED", node="node1"),
        Row("3", 1, "FAILED", "NonZeroExitCode", "node2"),
        Row("8", None, "CANCELLED", "DependencyNeverSatisfied"),
        Row("4", 0, "FAILED"),
    ]
    assert ends.read_endings(tmp_path, SUBMISSION, rows) == [
        Ending(0, "COMPLETED", node="node1"),
        Ending(1, "FAILED", "NonZeroExitCode", node="node2"),
        Ending(None, "CANCELLED", "DependencyNeverSatisfied"),
    ]


def test_read_endings__adds_exit_codes_of_control(tmp_path, answers):
    answers["scontrol"] = CONTROLS
    found = ends.read_endings(tmp_path, SUBMISSION, [Row("3", 1, "FAILED", "JobLaunchFailure")])
    assert [(each.task, each.state, each.signal) for each in found] == [
        (0, "TIMEOUT", 15),
        (1, "FAILED", 9),
    ]


@pytest.mark.parametrize("text", [EXCEEDED, KILLED])
def test_read_endings__finds_in_the_output_that_memory_was_used_up(tmp_path, answers, text):
    answers["scontrol"] = CONTROLS
    write_output(tmp_path, 1, text)
    found = ends.read_endings(tmp_path, SUBMISSION, [])[1]
    assert found.state == "OUT_OF_MEMORY"
    assert found.peak_bytes == (132038656 if text == EXCEEDED else None)


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("slurmstepd: error: *** JOB 3 CANCELLED DUE TO TIME LIMIT ***", ["TIMEOUT"]),
        ("slurmstepd: error: *** JOB 3 CANCELLED AT X DUE TO NODE FAILURE ***", ["NODE_FAIL"]),
        ("slurmstepd: error: *** JOB 3 ON node3 CANCELLED AT X ***", ["CANCELLED"]),
        ("genie3: the run was CANCELLED AT noon, with an oom-kill", []),
        ("slurmstepd: error: CANCELLED AT X DUE TO PREEMPTION\nTask 1 of 2 on n, restart 1.\n", []),
        ("", []),
    ],
)
def test_read_endings__of_jobs_that_slurm_has_forgotten(tmp_path, answers, text, states):
    write_output(tmp_path, 0, text)
    found = ends.read_endings(tmp_path, SUBMISSION, [])
    assert [each.state for each in found] == states


def test_read_endings__believes_a_task_that_is_completed(tmp_path, answers):
    write_output(tmp_path, 0, KILLED)
    (end,) = ends.read_endings(tmp_path, SUBMISSION, [Row("3", 0, "COMPLETED")])
    assert end.state == "COMPLETED"
