"""Tests of runs that wait for each other."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from genie3_engine import runs
from genie3_engine.model import COMPILED, JobState
from tests.simulated_networks import tiny_run
from tests.waiting import HANG_SECONDS

N_RUNS = 3
SERVER = """
import sys
from pathlib import Path
from genie3_engine import runs
for run in sys.argv[1:]:
    runs.resume(Path(run))
"""


def at_work(found):
    return {
        each.id
        for each in found
        if each.status.state is JobState.RUNNING and each.status.step != "waiting"
    }


@pytest.mark.slow(14)
def test_queue__survives_the_end_of_the_server_and_keeps_its_order(home, tmp_path):
    folders = [
        tiny_run(home / "runs" / f"run-{number}", n_genes=40, n_trees=30, engine=COMPILED).path
        for number in range(N_RUNS)
    ]
    server = [sys.executable, "-c", SERVER, *map(str, folders)]
    subprocess.run(server, check=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
    is_asked_early = False
    deadline = time.monotonic() + HANG_SECONDS
    found = runs.history()
    while any(each.status.state.is_live for each in found) and time.monotonic() < deadline:
        # One look takes the runs one after the other: one may end and the next begin meanwhile.
        assert len(at_work(found) & at_work(runs.history())) <= 1
        if found[0].status.state is JobState.QUEUED or found[0].status.step == "waiting":
            place = runs.place_in_queue(folders[-1])
            is_asked_early = is_asked_early or (place is not None and place.n_own > 0)
        time.sleep(0.05)
        found = runs.history()
    assert [each.status.state for each in found] == [JobState.DONE] * N_RUNS
    assert is_asked_early
    ended = [runs.status(folder).ended for folder in folders]
    assert ended == sorted(ended)
