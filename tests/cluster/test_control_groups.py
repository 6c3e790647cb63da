"""Jobs that are confined by control groups, as on most clusters."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from genie3_engine.model import JobState
from tests.cluster.runs import ended, new_run
from tools.slurm_cluster.configuration import Shape

pytestmark = [
    pytest.mark.slow(8, waits=True),
    pytest.mark.skipif(
        os.geteuid() != 0 or not os.access("/sys/fs/cgroup/memory", os.W_OK),
        reason="confining jobs takes root and control groups of version 1",
    ),
]


@pytest.fixture(scope="module")
def slurm_shape():
    return Shape(n_nodes=1, is_confined=True)


def test_memory__that_is_too_small_ends_with_a_size_to_request(launcher, tmp_path):
    run = new_run(tmp_path / "run", memory="50M", cpus=2)
    launcher.submit(run)
    status = ended(launcher, run)
    assert (status.state, status.error.code) == (JobState.FAILED, "memory")
    assert status.error.message.startswith("Task 1 has used up its memory on node1")
    assert "52 MB requested" in status.error.message  # 50 MiB
    assert "--memory " in status.error.remedy


def test_groups__are_removed_with_the_cluster(slurm):
    groups = [*Path("/sys/fs/cgroup").glob("*/slurm_node1")]
    assert groups
    slurm.close()
    assert not [group for group in groups if group.exists()]
