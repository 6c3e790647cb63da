"""A controller that is away, jobs that are preempted, and a power cut of all nodes."""

from __future__ import annotations

import signal

import pytest

from genie3_engine.launchers.slurm.errors import UNREACHABLE, SlurmError
from genie3_engine.model import JobState
from genie3_engine.store.run_folder import RunFolder
from tests.cluster.runs import (
    N_GENES,
    ended,
    hold,
    links,
    local_links,
    new_run,
    seen,
    send,
    task_of,
    workers,
)
from tests.waiting import wait_until
from tools.slurm_cluster.cluster import CONTROLLER

pytestmark = pytest.mark.slow(40, waits=True)


@pytest.fixture(autouse=True)
def idle_nodes(slurm):
    """Each test begins with all nodes, whatever the one before did."""
    wait_until(slurm.is_idle, shown=slurm.logs)


def test_controller__is_away(slurm, launcher, tmp_path, expected):
    """The run goes on and can be stopped; then it is resumed with another number of tasks."""
    run, other = new_run(tmp_path / "run"), new_run(tmp_path / "other")
    launcher.submit(run)
    hold((run, 0))
    slurm.stop(CONTROLLER)
    before = RunFolder(other).read_status()
    with pytest.raises(SlurmError) as refused:
        launcher.submit(other)
    assert refused.value.code == UNREACHABLE
    assert refused.value.remedy
    assert RunFolder(other).read_status() == before
    wait_until(lambda: launcher._queue.look().refusal)
    status = launcher.status(run)
    assert (status.state, status.step) == (JobState.RUNNING, "computing")
    launcher.cancel(run)
    assert launcher.status(run).state is JobState.STOPPING
    send(signal.SIGCONT, run)
    wait_until(lambda: not workers(run))  # it has read the request in its folder
    slurm.start(CONTROLLER)
    stopped = ended(launcher, run)
    assert (stopped.state, stopped.error) == (JobState.CANCELLED, None)
    assert 0 < stopped.targets_done < N_GENES

    launcher.change(run, {"tasks": 2})
    launcher.submit(run)
    status = ended(launcher, run)
    assert (status.state, status.targets_found) == (JobState.DONE, stopped.targets_done)
    assert links(run) == expected


def test_controller__restarts_with_a_full_queue(slurm, launcher, tmp_path):
    run = new_run(tmp_path / "run", n_trees=2)
    blocks = slurm.ask("sbatch", "--parsable", "-N4", "--exclusive", "--wrap", "sleep 600").strip()
    wait_until(lambda: "idle" not in slurm.states().values())
    launcher.submit(run)
    wait_until(lambda: launcher._queue.look().asked)
    slurm.stop(CONTROLLER)
    slurm.start(CONTROLLER)
    assert seen(launcher, run, JobState.QUEUED, "waiting").error is None
    slurm.ask("scancel", blocks)
    assert ended(launcher, run).state is JobState.DONE
    assert links(run) == local_links(tmp_path / "local", n_trees=2)


def test_task__is_preempted(slurm, launcher, tmp_path, expected):
    run = new_run(tmp_path / "run", cpus=2, sbatch=("--nodelist=node1",))
    launcher.submit(run)
    hold((run, 0))
    urgent = ("-p", "urgent", "-w", "node1", "--exclusive", "--wrap", "sleep 600")
    job = slurm.ask("sbatch", "--parsable", *urgent).strip()
    seen(launcher, run, JobState.RUNNING, "interrupted")
    slurm.ask("scancel", job)
    status = ended(launcher, run)
    assert (status.state, status.error) == (JobState.DONE, None)
    assert links(run) == expected
    assert task_of(run, 0).read_status().targets_found > 0


def test_nodes__all_lose_their_power_and_come_back(slurm, launcher, tmp_path, expected):
    run = new_run(tmp_path / "run", tasks=2)
    launcher.submit(run)
    hold((run, 0), (run, 1))
    for node in slurm.nodes:
        slurm.kill(node)
    for node in slurm.nodes:
        slurm.start(node)
    status = ended(launcher, run)
    assert (status.state, status.error) == (JobState.DONE, None)
    assert links(run) == expected
    assert all(task_of(run, task).read_status().targets_found > 0 for task in range(2))
