"""Thousands of damaged files: each becomes a matrix or one clear error.

The seeds decide the files, so a failure names one that can be read again. A share of them is tried
each time; all 10,000 take two to four minutes:

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
    command = [sys.executable, "tests/data/io/fuzz.py"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    workers = [
        subprocess.Popen(
            [*command, str(first), str(N_FILES), "2"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        for first in range(2)
    ]
    for worker in workers:
        out, err = worker.communicate()
        last = out.splitlines()[-1] if out else ""
        assert worker.returncode == 0, f"stopped at seed {last}: {err[-2000:]}"
        said = json.loads(last)
        assert said["faults"] == []
        assert sum(said["ends"].values()) == N_FILES // 2
        assert said["ends"]["matrix"] > 0
        assert max(said["peak_mib"], said["peak_mib_apart"]) < MIB_AT_MOST
