from __future__ import annotations

import pytest

from genie3_engine.inference import plan as plans
from genie3_engine.model import COMPILED, SCIKIT_LEARN, ForestSpec, LayoutSpec
from tests.inference.plans import (
    plan,
)


@pytest.mark.parametrize(
    ("layout", "engine", "expected"),
    [
        (LayoutSpec(n_threads=3, n_processes=2), COMPILED, (2, 3)),
        (LayoutSpec(), COMPILED, (1, 8)),
        (LayoutSpec(n_processes=3), COMPILED, (3, 2)),
        (LayoutSpec(n_processes=99), COMPILED, (12, 1)),
        (LayoutSpec(n_threads=3, n_processes=2, n_jobs=4), SCIKIT_LEARN, (2, 1)),
    ],
)
def test_inference_plan__counts_processes_and_threads(monkeypatch, layout, engine, expected):
    monkeypatch.setattr(plans, "usable_cores", lambda: 8)
    counted = plan(layout, forest=ForestSpec(engine=engine))
    assert (counted.n_processes, counted.n_threads) == expected
