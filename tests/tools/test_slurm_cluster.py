"""The cluster for tests: a real Slurm that starts, breaks, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import wait_until
from tools.slurm_cluster import processes, programs
from tools.slurm_cluster.cluster import CONTROLLER, Cluster, StartError
from tools.slurm_cluster.configuration import Shape, write_configuration

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow(2, waits=True)


def is_gone(folder):
    return not folder.exists() and not processes.processes_of(str(folder))


def rows(cluster):
    """Return the state of each task in the queue; nothing while the controller is away."""
    try:
        shown = cluster.ask("squeue", "-h", "-r", "-t", "all", "-o", "%K %T").split()
    except subprocess.CalledProcessError:
        return {}
    return dict(zip(shown[::2], shown[1::2], strict=True))


def submit(cluster, script, *options):
    place = cluster.folder / "told-%a.txt"
    command = ("sbatch", "--parsable", "-o", str(place), "--open-mode=append", *options)
    return cluster.ask(*command, stdin=f"#!/bin/sh\n{script}\n").strip()


def test_cluster__runs_jobs_and_survives_what_breaks(slurm):
    submit(slurm, "hostname; exec sleep 1000", "-a", "0-3", "--exclusive")
    wait_until(lambda: [*rows(slurm).values()] == ["RUNNING"] * 4, shown=slurm.logs)
    told = [slurm.folder / f"told-{task}.txt" for task in range(4)]
    wait_until(lambda: all(path.exists() and path.read_text() for path in told))
    if slurm.is_isolated:
        assert {path.read_text().strip() for path in told} == {*slurm.nodes}
    assert len(processes.processes_of(str(slurm.folder), "node1")) >= 3  # with its job
    slurm.kill("node1")
    assert not processes.processes_of(str(slurm.folder), "node1")
    slurm.ask("scancel", "1")
    slurm.stop(CONTROLLER)
    slurm.start(CONTROLLER)
    slurm.start("node1")
    wait_until(lambda: rows(slurm).get("0") == "CANCELLED", shown=slurm.logs)
    submit(slurm, "exit 3", "-a", "7", "-w", "node1")
    wait_until(lambda: rows(slurm).get("7") == "FAILED", shown=slurm.logs)


def test_freeze__lets_a_node_stand_still_until_it_is_thawed(slurm):
    ticks = slurm.folder / "ticks"
    job = submit(slurm, f"while :; do echo >> {ticks}; sleep 0.05; done", "-w", "node2")
    wait_until(ticks.exists, shown=slurm.logs)
    slurm.freeze("node2")
    states = {each.status() for each in processes.processes_of(str(slurm.folder), "node2")}
    assert states == {"stopped"}
    before = ticks.stat().st_size
    slurm.thaw("node2")
    wait_until(lambda: ticks.stat().st_size > before)
    slurm.ask("scancel", job)


@pytest.mark.usefixtures("slurm_programs")
def test_cluster__without_isolation_ends_with_its_jobs():
    with Cluster(Shape(n_nodes=1), may_isolate=False) as cluster:
        assert not cluster.is_isolated
        submit(cluster, "trap '' TERM; touch begun; sleep 1000 & wait")
        wait_until((cluster.folder / "begun").exists, shown=cluster.logs)
        jobs = {each.name() for each in processes.processes_of(str(cluster.folder), "node1")}
        assert {"slurmd", "slurmstepd", "slurm_script", "sleep"} <= jobs
        cluster.kill("node1")
        assert not processes.processes_of(str(cluster.folder), "node1")
    assert is_gone(cluster.folder)


@pytest.mark.usefixtures("slurm_programs")
def test_cluster__ends_when_its_owner_is_killed():
    owner = subprocess.Popen(
        [sys.executable, "-m", "tools.slurm_cluster", "--nodes", "1"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = iter(owner.stdout)
    line = next(line for line in lines if "SLURM_CONF" in line)
    next(line for line in lines if "Ctrl-C" in line)
    folder = Path(line.split("=")[1].strip()).parent
    owner.stdin.write("sing node1\nkill node9\nstop controller\n")
    owner.stdin.flush()
    answers = [next(lines).strip() for _ in range(3)]
    assert answers == ["not understood", "not understood", "stop controller: done"]
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    wait_until(lambda: is_gone(folder))


@pytest.mark.usefixtures("slurm_programs")
def test_start__shows_the_logs_when_a_daemon_does_not_start():
    cluster = Cluster(Shape(n_nodes=1, settings={"SelectType": "select/nothing"}))
    with pytest.raises(StartError, match="select/nothing"):
        cluster.__enter__()
    assert is_gone(cluster.folder)


@pytest.mark.usefixtures("slurm_programs")
def test_close__clears_up_when_the_guard_was_killed():
    with Cluster(Shape(n_nodes=1)) as cluster:
        cluster._guard.kill()
    assert is_gone(cluster.folder)


@pytest.mark.parametrize(
    ("version", "confined", "told"),
    [((22, 5), False, "cgroup/v1"), ((24, 5), False, "disabled"), ((25, 11), True, "cgroup/v1")],
)
def test_write_configuration__names_the_control_groups(tmp_path, version, confined, told):
    shape = Shape(n_nodes=3, is_confined=confined, settings={"MinJobAge": "5"})
    text = write_configuration(tmp_path, shape, port=17300, version=version).read_text()
    assert f"CgroupPlugin={told}\n" in (tmp_path / "cgroup.conf").read_text()
    assert "MinJobAge=5\n" in text
    assert "SlurmctldPort=17300\n" in text
    assert [line.split()[3] for line in text.splitlines() if line.startswith("NodeName")] == [
        "Port=17301",
        "Port=17302",
        "Port=17303",
    ]


def test_missing__names_what_is_not_installed(monkeypatch):
    monkeypatch.setattr(programs, "_SEARCH_PATH", os.devnull)
    assert "slurmctld, slurmd" in programs.missing()
    with pytest.raises(FileNotFoundError, match="sbatch is not installed"):
        programs.find("sbatch")


def test_missing__is_the_name_of_a_user_without_one(monkeypatch):
    monkeypatch.setattr(programs.shutil, "which", lambda name, path: name)
    assert programs.missing() == ""
    monkeypatch.setattr(os, "geteuid", lambda: 123_456_789)
    assert programs.missing() == "Slurm needs users with a name, and 123456789 has none"


def test_environment__is_without_what_steers_slurm(monkeypatch):
    monkeypatch.setenv("SBATCH_ACCOUNT", "x")
    monkeypatch.setenv("SLURM_JOB_ID", "1")
    found = programs.environment(SLURM_CONF="y")
    assert not {"SBATCH_ACCOUNT", "SLURM_JOB_ID"} & {*found}
    assert found["SLURM_CONF"] == "y"
