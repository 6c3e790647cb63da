from __future__ import annotations

import pytest

from genie3_engine.launchers.slurm import asking
from genie3_engine.launchers.slurm.asking import ask
from genie3_engine.launchers.slurm.errors import NO_PROGRAM, UNREACHABLE, SlurmError


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Make one of Slurm's programs of some shell script."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=":")

    def make(name, script):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    return make


def test_ask__passes_arguments_and_input_without_a_shell(program):
    program("sbatch", 'echo "$0|$1|$2"; cat')
    first, _, rest = ask("sbatch", "$HOME;", "a b", stdin="text\n").partition("\n")
    path, *arguments = first.split("|")
    assert path.startswith("/")
    assert arguments == ["$HOME;", "a b"]
    assert rest == "text\n"


def test_ask__leaves_options_of_the_environment_out(program, monkeypatch):
    for name in ("SBATCH_PARTITION", "SQUEUE_FORMAT", "SLURM_JOB_ID", "SLURM_CONF"):
        monkeypatch.setenv(name, "set")
    program("squeue", "env")
    lines = ask("squeue").splitlines()
    names = {line.partition("=")[0] for line in lines}
    assert not names & {"SBATCH_PARTITION", "SQUEUE_FORMAT", "SLURM_JOB_ID"}
    assert {"SLURM_CONF=set", "SLURM_TIME_FORMAT=%s", "LC_ALL=C"} <= set(lines)


def test_ask__translates_a_refusal(program):
    program("sbatch", "echo 'sbatch: error: Invalid qos specification' >&2; exit 1")
    with pytest.raises(SlurmError, match="quality of service") as caught:
        ask("sbatch")
    assert caught.value.code == "slurm-qos"


def test_ask__does_not_wait_for_ever(program):
    program("squeue", "exec sleep 100")
    with pytest.raises(SlurmError, match=r"did not answer within 0\.1 s") as caught:
        ask("squeue", seconds=0.1)
    assert caught.value.code == UNREACHABLE


def test_ask__without_slurm_names_the_login_node(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not asking.is_here()
    with pytest.raises(SlurmError, match="no sbatch") as caught:
        ask("sbatch")
    assert caught.value.code == NO_PROGRAM
    assert "login node" in caught.value.remedy


def test_ask__of_a_program_that_cannot_be_run(program):
    program("sinfo", "")
    broken = asking.shutil.which("sinfo")
    with open(broken, "w") as file:
        file.write("#!/no/such/shell\n")
    with pytest.raises(SlurmError, match="cannot be run") as caught:
        ask("sinfo")
    assert caught.value.code == NO_PROGRAM


def test_require_controller__passes_when_one_of_two_is_up(program):
    program("scontrol", "echo 'Slurmctld(primary) at a is UP'")
    asking.require_controller()
    program(
        "scontrol",
        "echo 'Slurmctld(primary) at a is DOWN'; echo 'Slurmctld(backup) at b is UP'; exit 1",
    )
    asking.require_controller()


def test_require_controller__refuses_when_none_is_up(program):
    program("scontrol", "echo 'Slurmctld(primary) at a is DOWN'; echo '*****'; exit 1")
    with pytest.raises(SlurmError, match=r"a is DOWN\.") as caught:
        asking.require_controller()
    assert caught.value.code == UNREACHABLE


def test_cluster_name__is_asked_for_once(program, monkeypatch, tmp_path):
    monkeypatch.setenv("SLURM_CONF", str(tmp_path / "slurm.conf"))
    assert asking.known_cluster_name() == ""
    program("scontrol", "echo 'ClusterName             = plants'; echo 'Other = x'")
    assert asking.cluster_name() == "plants"
    program("scontrol", "exit 1")
    assert asking.cluster_name() == asking.known_cluster_name() == "plants"
