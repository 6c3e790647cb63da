"""Thousands of damaged files: each becomes a matrix or one clear error.

The seeds decide the files, so a failure names one that can be read again. A share of them is tried
each time; all 10,000 take four to eight minutes:

    GENIE3_FUZZ=10000 python -m pytest tests/data/io/test_fuzz.py
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
N_FILES = int(os.environ.get("GENIE3_FUZZ", "640"))
MIB_AT_MOST = 1024


@pytest.mark.slow(4)
def test_read_expression__survives_damaged_files():
    done = subprocess.run(
        [sys.executable, "tests/data/io/fuzz.py", "0", str(N_FILES), "1"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    last = done.stdout.splitlines()[-1] if done.stdout else ""
    assert done.returncode == 0, f"stopped at seed {last}: {done.stderr[-2000:]}"
    said = json.loads(last)
    assert said["faults"] == []
    assert sum(said["ends"].values()) == N_FILES
    assert said["ends"]["matrix"] > 0
    assert max(said["peak_mib"], said["peak_mib_apart"]) < MIB_AT_MOST
