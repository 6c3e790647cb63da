import os
from dataclasses import replace

import numpy as np
import pytest

from genie3_engine import planning, runs, worker
from genie3_engine.data.expression import Expression
from genie3_engine.datasets.store import save_dataset
from genie3_engine.errors import Genie3Error
from genie3_engine.model import SCIKIT_LEARN, ForestSpec, LayoutSpec, RunSpec
from genie3_engine.planning.forecast_history import FILE
from genie3_engine.planning.pilot_worker import try_out


@pytest.fixture
def run(home):
    values = np.random.default_rng(0).normal(size=(20, 15))
    names = tuple(f"g{i:02d}" for i in range(20)), tuple(f"s{i:02d}" for i in range(15))
    return RunSpec(
        save_dataset(Expression(values, *names)),
        forest=ForestSpec(n_trees=30, engine=SCIKIT_LEARN),
        layout=LayoutSpec(n_jobs=1),
    )


def test_try_out__measures_targets_of_the_run(run):
    chosen = replace(run, targets=("g01", "g05", "g07"))
    found = try_out(chosen, seed=1, budget_seconds=0.2)
    assert 1 <= found.n_targets <= 3
    assert 20 <= found.n_trees <= 30
    assert found.targets_at_once == 1
    assert 0 < found.mean_seconds < 5
    assert 0 < found.links_share <= 1
    assert set(found.step_seconds) == {"starting", "reading", "preparing", "compiling", "writing"}
    assert all(seconds >= 0 for seconds in found.step_seconds.values())
    assert found.compute_bytes >= found.start_bytes > 10**7
    assert found.write_bytes > 10**7


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


def test_measure__says_why_it_failed(run, home, monkeypatch):
    with pytest.raises(Genie3Error, match=r"trial on a few targets failed: .*not stored"):
        planning.measure(replace(run, dataset="0" * 64))
    assert "GENIE3_HOME" in os.environ
