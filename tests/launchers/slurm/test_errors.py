from __future__ import annotations

import pytest

from genie3_engine.launchers.slurm.errors import NO_JOB, REFUSED, UNREACHABLE, refusal


@pytest.mark.parametrize(
    ("program", "text", "code", "remedy"),
    [
        (
            "sbatch",
            "sbatch: error: invalid partition specified: nope\n"
            "sbatch: error: Batch job submission failed: Invalid partition name specified\n",
            "slurm-partition",
            "--partition",
        ),
        (
            "sbatch",
            "sbatch: error: Batch job submission failed: User's group not permitted to use this "
            "partition",
            "slurm-partition",
            "--partition",
        ),
        (
            "sbatch",
            "sbatch: error: Batch job submission failed: Invalid account or account/partition "
            "combination specified",
            "slurm-account",
            "--account",
        ),
        (
            "sbatch",
            "sbatch: error: Batch job submission failed: Invalid qos specification",
            "slurm-qos",
            "--qos",
        ),
        (
            "sbatch",
            "sbatch: error: Batch job submission failed: Invalid feature specification",
            "slurm-constraint",
            "--constraint",
        ),
        (
            "sbatch",
            "sbatch: error: Memory specification can not be satisfied\n"
            "sbatch: error: Batch job submission failed: Requested node configuration is not "
            "available",
            "slurm-memory",
            "--memory",
        ),
        (
            "sbatch",
            "sbatch: error: Batch job submission failed: Requested node configuration is not "
            "available",
            "slurm-nodes",
            "--cpus",
        ),
        (
            "sbatch",
            "sbatch: error: Batch job submission failed: Invalid job array specification",
            "slurm-tasks",
            "--tasks",
        ),
        (
            "sbatch",
            "sbatch: error: Batch job submission failed: Requested time limit is invalid (missing "
            "or exceeds some limit)",
            "slurm-time",
            "--time",
        ),
        (
            "sbatch",
            "sbatch: error: QOSMaxSubmitJobPerUserLimit\n"
            "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job "
            "submit limit, user's size and/or time limits)",
            "slurm-limit",
            "--tasks",
        ),
        (
            "sbatch",
            "sbatch: error: Batch job submission failed: Invalid license specification",
            "slurm-sbatch",
            "--sbatch",
        ),
        (
            "sbatch",
            "sbatch: unrecognized option '--foo'\nTry \"sbatch --help\" for more information",
            "slurm-sbatch",
            "--sbatch",
        ),
        (
            "sbatch",
            "sbatch: error: Invalid generic resource (gres) specification",
            "slurm-sbatch",
            "--sbatch",
        ),
        (
            "sbatch",
            "sbatch: error: Batch job submission failed: Unable to contact slurm controller "
            "(connect failure)",
            UNREACHABLE,
            "Wait",
        ),
        (
            "scontrol",
            "Slurmctld(primary) at login1 is DOWN\n",
            UNREACHABLE,
            "Wait",
        ),
        (
            "squeue",
            "slurm_load_jobs error: Socket timed out on send/recv operation",
            UNREACHABLE,
            "Wait",
        ),
        (
            "sbatch",
            "sbatch: error: Batch job submission failed: Protocol authentication error",
            "slurm-credentials",
            "munge",
        ),
        ("squeue", "slurm_load_jobs error: Invalid job id specified", NO_JOB, ""),
        ("sacct", "Slurm accounting storage is disabled\n", "slurm-no-accounting", ""),
        (
            "scontrol",
            "Requested operation is presently disabled for job 7",
            "slurm-disabled",
            "--no-requeue",
        ),
        ("sbatch", "sbatch: error: Something new", REFUSED, "option"),
    ],
)
def test_refusal__names_the_option_that_mends_it(program, text, code, remedy):
    error = refusal(program, text)
    assert error.code == code
    assert remedy in error.remedy
    assert error.is_unanswered == (code == UNREACHABLE)


def test_refusal__has_slurms_own_words_and_no_more():
    text = (
        "sbatch: error: invalid partition specified: nope\n"
        "sbatch: error: Batch job submission failed: Invalid partition name specified\n"
    )
    assert refusal("sbatch", text).message == (
        "Slurm refuses the partition: invalid partition specified: nope; Invalid partition name "
        "specified."
    )


def test_refusal__without_words_has_the_exit_code():
    assert "squeue ended with exit code 3" in refusal("squeue", "", exit_code=3).message
