"""Nodes that fail while a run is at work there."""

from __future__ import annotations

import pytest

from genie3_engine.model import JobState
from tests.cluster.runs import ended, hold, links, new_run, node_of, seen, task_of, workers
from tests.waiting import wait_until

pytestmark = pytest.mark.slow(60, waits=True)


def test_node__fails_and_its_tasks_begin_again(slurm, launcher, tmp_path, expected):
    """A node dies under two runs, of which one may not begin again; another is cut off."""
    strict = new_run(tmp_path / "strict", sbatch=("--nodelist=node1", "--no-requeue"))
    twice = new_run(tmp_path / "twice", sbatch=("--exclude=node1,node2",))
    shared = new_run(tmp_path / "shared", tasks=2, sbatch=("--exclude=node3,node4",))
    for run in (strict, twice, shared):
        launcher.submit(run)
    hold((strict, 0), (twice, 0), (shared, 0))
    cut_off = node_of(twice)
    assert node_of(strict) == node_of(shared) == "node1"
    assert cut_off == "node3"
    slurm.kill("node1")
    slurm.freeze(cut_off)
    wait_until(lambda: task_of(shared, 1).read_status().state is JobState.DONE)
    seen(launcher, shared, JobState.RUNNING, "interrupted")
    # the node that was cut off comes back when the task has begun again elsewhere
    wait_until(lambda: len(workers(twice)) == 2)
    slurm.thaw(cut_off)

    lost = ended(launcher, strict)
    assert (lost.state, lost.error.code) == (JobState.LOST, "lost")
    assert "Task 1 has vanished: the node node1 failed. The log ends with:" in lost.error.message
    assert "Resume" in lost.error.remedy
    for run in (shared, twice):
        status = ended(launcher, run)
        assert (status.state, status.error) == (JobState.DONE, None)
        assert links(run) == expected
        assert 0 < task_of(run, 0).read_status().targets_found < 32  # not all were computed again
