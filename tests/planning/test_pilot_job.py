from __future__ import annotations

import os
import sys
from dataclasses import replace

import numpy as np
import psutil
import pytest

from genie3_engine import planning, runs, worker
from genie3_engine.data.expression import Expression
from genie3_engine.datasets.store import save_dataset
from genie3_engine.errors import Genie3Error
from genie3_engine.jobs.queue import take_ticket, wait_for_turn
from genie3_engine.model import SCIKIT_LEARN, ForestSpec, LayoutSpec, RunSpec
from genie3_engine.planning import PilotState, pilot_job
from genie3_engine.planning.forecast_history import FILE
from tests.waiting import HANG_SECONDS, wait_until

# More than a pipe holds: a pilot whose output nobody reads would wait for ever.
CHATTY = """
import sys
sys.stderr.write("warning: much to say\\n" * 100_000)
sys.exit("no such thing")
"""
ENDLESS = f"""
import json, os, pathlib, sys, time
from dataclasses import asdict
from genie3_engine.jobs.process import this_process
folder = pathlib.Path(sys.argv[1])
(folder / "status.json").write_text(json.dumps(asdict(this_process())))
time.sleep({HANG_SECONDS})
"""


@pytest.fixture
def run(home):
    values = np.random.default_rng(0).normal(size=(20, 15))
    names = tuple(f"g{i:02d}" for i in range(20)), tuple(f"s{i:02d}" for i in range(15))
    return RunSpec(
        save_dataset(Expression(values, *names)),
        forest=ForestSpec(n_trees=30, engine=SCIKIT_LEARN),
        layout=LayoutSpec(n_jobs=1),
    )


def program(monkeypatch, source):
    monkeypatch.setattr(pilot_job, "COMMAND", (sys.executable, "-c", source))


def state(run):
    return planning.pilot_status(run).state


def test_measure__in_a_process_of_its_own_then_a_run_that_remembers(run, home):
    pilot = planning.measure(run, budget_seconds=0.2)
    assert planning.find(run) == pilot
    assert pilot.wall_seconds > 0.1
    folder = runs.create(run, home / "runs" / "one")
    assert (folder / FILE).is_file()
    worker.run(folder)
    found = planning.outcome_of(folder)
    assert found is not None
    assert found.seconds > 0
    assert planning.past(home) == [found]


def test_measure__fails_with_the_reason(run, home, monkeypatch):
    with pytest.raises(Genie3Error, match=r"pilot run failed: .*not stored"):
        planning.measure(replace(run, dataset="0" * 64))
    assert "GENIE3_HOME" in os.environ


def test_start_pilot__output_that_nobody_reads_does_not_stop_it(run, monkeypatch):
    program(monkeypatch, CHATTY)
    planning.start_pilot(run)
    wait_until(lambda: not state(run).is_live)
    status = planning.pilot_status(run)
    assert status.state is PilotState.FAILED
    assert status.error.message.endswith("failed: no such thing")


def test_start_pilot__leaves_no_open_file_behind(run, monkeypatch):
    program(monkeypatch, "")
    planning.start_pilot(run)
    wait_until(lambda: not state(run).is_live)
    before = psutil.Process().num_fds()
    for _ in range(3):
        planning.start_pilot(run)
        wait_until(lambda: not state(run).is_live)
    assert psutil.Process().num_fds() <= before


def test_start_pilot__a_second_one_of_the_same_run_is_the_first(run, monkeypatch):
    program(monkeypatch, ENDLESS)
    planning.start_pilot(run)
    wait_until(lambda: state(run) is PilotState.MEASURING)
    owner = (pilot_job.pilot_folder(run) / "status.json").read_text()
    planning.start_pilot(replace(run, forest=replace(run.forest, n_trees=7)))
    assert (pilot_job.pilot_folder(run) / "status.json").read_text() == owner
    planning.cancel_pilot(run)
    wait_until(lambda: state(run) is PilotState.NONE)


def test_cancel_pilot__ends_its_process(run, monkeypatch):
    program(monkeypatch, ENDLESS)
    planning.start_pilot(run)
    wait_until(lambda: state(run) is PilotState.MEASURING)
    planning.cancel_pilot(run)
    wait_until(lambda: state(run) is PilotState.NONE)
    planning.cancel_pilot(run)  # there is nothing to cancel any more
    assert planning.find(run) is None


def test_start_pilot__waits_for_its_turn_and_can_be_cancelled_there(run):
    with wait_for_turn(take_ticket()) as is_mine:
        assert is_mine
        planning.start_pilot(run, budget_seconds=0.2)
        assert state(run) is PilotState.WAITING
        planning.cancel_pilot(run)
        wait_until(lambda: state(run) is PilotState.NONE)
    assert planning.find(run) is None


def test_start_pilot__measures_when_its_turn_has_come(run):
    with wait_for_turn(take_ticket()):
        planning.start_pilot(run, budget_seconds=0.2)
        assert state(run) is PilotState.WAITING
    wait_until(lambda: state(run) is PilotState.NONE)
    assert planning.find(run) is not None


def test_pilot_status__of_a_run_without_a_pilot_creates_nothing(run, home):
    assert state(run) is PilotState.NONE
    assert not (home / "pilots").exists()
