from __future__ import annotations

import shlex

import pytest

from genie3_engine.launchers.base import MISSING, OK, UNKNOWN
from genie3_engine.launchers.slurm import checks, node_report, partitions
from genie3_engine.launchers.slurm.errors import REFUSED, UNREACHABLE, SlurmError
from genie3_engine.launchers.slurm.options import SlurmOptions

SINFO = "short*|up|10:00|4|8|2000|(null)"
SMALL = SlurmOptions(cpus=1)


class Slurm:
    """Stands in for Slurm's programs: a job begins immediately, on this machine."""

    def __init__(self):
        self.answers = {
            "sbatch": "slurm-wlm 22.05.8",
            "scontrol": "Slurmctld(primary) at here is UP",
            "sinfo": SINFO,
            "squeue": "",
            "scancel": "",
        }
        self.commands = []
        self.reports = True

    def ask(self, *command, stdin="", seconds=0.0):
        self.commands.append(command)
        answer = self.answers[command[0]]
        if isinstance(answer, Exception):
            raise answer
        if command[0] == "sbatch" and stdin and "--test-only" not in command:
            if self.reports:
                last = shlex.split(stdin.splitlines()[-1])
                node_report.main([last[-1]])
            return "7\n"
        return answer


@pytest.fixture
def slurm(monkeypatch, home):
    stand_in = Slurm()
    monkeypatch.setattr(checks, "ask", stand_in.ask)
    monkeypatch.setattr(partitions, "ask", stand_in.ask)
    monkeypatch.setattr(checks, "CLUSTER", partitions.KnownCluster())
    monkeypatch.setattr(checks, "_QUEUE_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(checks, "_PAUSE_SECONDS", 0.001)
    monkeypatch.setenv("SLURMD_NODENAME", "node3")
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "1")
    return stand_in


def found(options=SMALL):
    return {each.name: each for each in checks.checks(options)}


def test_checks__find_everything_there(slurm, home):
    seen = found()
    assert [*seen] == [
        *("programs", "controller", "partition", "request", "node", "home"),
        *("program", "cores", "scratch", "locks"),
    ]
    assert {each.state for each in seen.values()} == {OK}
    assert seen["partition"].message.startswith("short: up to 10 min")
    assert seen["node"].message == "node3 ran a job."
    assert str(home) in seen["home"].message
    assert not [path for path in home.iterdir() if path.name.startswith("cluster-check")]
    assert ("scancel", "7") in slurm.commands


@pytest.mark.parametrize(
    ("program", "code", "state", "name"),
    [
        ("sbatch", "slurm-missing", MISSING, "programs"),
        ("scontrol", UNREACHABLE, UNKNOWN, "controller"),
        ("sinfo", REFUSED, MISSING, "partition"),
    ],
)
def test_checks__end_where_something_is_missing(slurm, program, code, state, name):
    slurm.answers[program] = SlurmError("It refuses.", "Do this.", code=code)
    last = [*found().values()][-1]
    assert (last.name, last.state, last.remedy) == (name, state, "Do this.")


def test_checks__refuse_what_the_partition_does_not_have(slurm):
    partition = found(SlurmOptions(cpus=64))["partition"]
    assert partition.state == MISSING
    assert "--cpus is 64" in partition.message


def test_checks__want_the_cores_that_were_asked_for(slurm):
    cores = found(SlurmOptions(cpus=2))["cores"]
    assert (cores.state, cores.remedy) == (MISSING, "Give fewer --cpus.")


@pytest.mark.parametrize(
    ("row", "state", "words"),
    [
        ("7|N/A|PENDING|N/A|JobHeldUser||N/A", MISSING, "it is held"),
        ("7|N/A|FAILED|1700000000|NonZeroExitCode|node3|N/A", MISSING, "ended as FAILED on node3"),
        ("7|N/A|PENDING|N/A|Resources||N/A", UNKNOWN, "no node is free"),
        ("", MISSING, "was not seen again"),
    ],
)
def test_checks__say_what_became_of_a_job_without_a_report(slurm, row, state, words, monkeypatch):
    monkeypatch.setattr(checks, "WAIT_SECONDS", 0.05)
    slurm.reports, slurm.answers["squeue"] = False, row
    node = found()["node"]
    assert node.state == state
    assert words in node.message
    assert node.remedy


def test_checks__see_that_a_node_has_another_home(slurm, monkeypatch):
    monkeypatch.setattr(checks.secrets, "token_hex", lambda n: "asked")
    monkeypatch.setattr(node_report, "QUESTION", "report-of-another")
    from pathlib import Path

    real = Path.read_text

    def other(self, *words, **named):
        return "another" if self.name == "report-of-another" else real(self, *words, **named)

    monkeypatch.setattr(Path, "read_text", other)
    assert found()["home"].state == MISSING
