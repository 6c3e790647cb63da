from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from genie3_engine.jobs.machine import children_memory_bytes, peak_memory_bytes, usable_memory

ASK = "from genie3_engine.jobs.machine import peak_memory_bytes; print(peak_memory_bytes())"


def test_peak_memory_bytes__never_falls():
    before = peak_memory_bytes()
    held = bytearray(before + 50_000_000)
    held[::4096] = b"x" * len(held[::4096])
    del held
    assert peak_memory_bytes() > before + 40_000_000


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells them apart")
def test_peak_memory_bytes__leaves_the_parent_out():
    code = (
        "import subprocess, sys; held = b'x' * 300_000_000; "
        f"subprocess.run([sys.executable, '-c', {ASK!r}])"
    )
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(asked.stdout) < 200_000_000


def test_children_memory_bytes__counts_a_living_child():
    before = children_memory_bytes()
    command = [sys.executable, "-S", "-c", "print(flush=True); input()"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as child:
        child.stdout.readline()
        assert children_memory_bytes() > before + 1_000_000
        child.communicate(b"\n")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None),
        ({"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/memory.max": "max\n"}, None),
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/memory.max": "2000000\n"}, 2_000_000),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "9223372036854771712\n"}, None),
        (
            {
                "proc/self/cgroup": "4:memory:/x\n2:cpu:/x\n",
                "sys/fs/cgroup/memory/x/memory.limit_in_bytes": "3000000\n",
            },
            3_000_000,
        ),
    ],
)
def test_usable_memory__heeds_containers(tmp_path, files, expected):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert usable_memory(tmp_path) == (expected or psutil.virtual_memory().total)
