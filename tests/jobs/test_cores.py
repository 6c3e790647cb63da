from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from threadpoolctl import threadpool_info

from genie3_engine.jobs.cores import (
    single_threaded_here,
    single_threaded_libraries,
    usable_cores,
)


@pytest.fixture
def four_cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1, 2, 3})


def machine(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.usefixtures("four_cores")
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, 4),
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/cpu.max": "max 100000\n"}, 4),
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/cpu.max": "200000 100000\n"}, 2),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "150000 100000\n"}, 2),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "10000 100000\n"}, 1),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "garbage\n"}, 4),
        (
            {
                "proc/self/cgroup": "4:memory:/x\n2:cpu,cpuacct:/x\n",
                "sys/fs/cgroup/cpu/x/cpu.cfs_quota_us": "300000\n",
                "sys/fs/cgroup/cpu/x/cpu.cfs_period_us": "100000\n",
            },
            3,
        ),
        (
            {
                "proc/self/cgroup": "2:cpu:/\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            4,
        ),
    ],
)
def test_usable_cores__heeds_containers(tmp_path, files, expected):
    assert usable_cores(machine(tmp_path, files)) == expected


@pytest.mark.usefixtures("four_cores")
@pytest.mark.parametrize(("given", "expected"), [("2", 2), ("64", 4)])
def test_usable_cores__are_those_that_a_scheduler_has_given(tmp_path, monkeypatch, given, expected):
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", given)
    assert usable_cores(tmp_path) == expected


def test_usable_cores__heeds_affinity(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {5})
    assert usable_cores(tmp_path) == 1


def test_single_threaded_libraries__limits_what_is_loaded_and_what_will_be(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with single_threaded_libraries():
        assert {pool["num_threads"] for pool in threadpool_info()} <= {1}
        assert os.environ["OMP_NUM_THREADS"] == os.environ["MKL_NUM_THREADS"] == "1"
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ


def test_single_threaded_here__holds_in_a_thread():
    with ThreadPoolExecutor(1, initializer=single_threaded_here) as pool:
        assert {info["num_threads"] for info in pool.submit(threadpool_info).result()} <= {1}


@pytest.mark.usefixtures("four_cores")
def test_usable_cores__are_at_most_what_the_limits_allow(home, tmp_path, monkeypatch):
    home.mkdir()
    (home / "limits.toml").write_text("[person]\ncores = 2\n")
    assert usable_cores(tmp_path) == 2
    monkeypatch.setenv("SLURM_JOB_ID", "1")  # on a cluster the scheduler decides
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "3")
    assert usable_cores(tmp_path) == 3
    monkeypatch.delenv("SLURM_JOB_ID")
    (home / "limits.toml").write_text("[person")
    assert usable_cores(tmp_path) == 4
