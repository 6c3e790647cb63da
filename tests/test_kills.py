"""Runs that are killed at random instants, power cut or not, end with the same bytes."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import bench_kills
from tools.faults.small_runs import SmallRun

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow(60)
def test_runs__end_with_the_same_bytes_after_40_kills():
    command = [sys.executable, "benchmarks/bench_kills.py", "--kills", "40", "--quick"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "40 of 40 the same bytes" in done.stdout


def test_killed__kills_a_run_whose_first_time_was_a_thousand_times_as_long(tmp_path):
    a_moment = SmallRun("a moment", lambda _folder: time.sleep(0.02))
    kill = bench_kills.killed(a_moment, tmp_path / "home", 20.0, random.Random(1))
    assert kill.words.startswith("killed after 0.0")
    assert kill.resumed.code == 0
