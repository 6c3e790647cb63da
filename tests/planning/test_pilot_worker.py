from dataclasses import replace

import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.datasets.store import save_dataset
from genie3_engine.model import SCIKIT_LEARN, ForestSpec, LayoutSpec, RunSpec
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
