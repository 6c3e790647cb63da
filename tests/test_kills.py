"""Runs that are killed at random instants, power cut or not, end with the same bytes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow(60)
def test_runs__end_with_the_same_bytes_after_40_kills():
    command = [sys.executable, "benchmarks/bench_kills.py", "--kills", "40", "--quick"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "40 of 40 the same bytes" in done.stdout
