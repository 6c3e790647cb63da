from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from genie3_engine.jobs.machine import children_memory_bytes, peak_memory_bytes

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
