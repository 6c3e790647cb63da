from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from genie3_engine.inference import plan as plans
from genie3_engine.model import COMPILED, PRECISION, SCIKIT_LEARN, ForestSpec, LayoutSpec
from tests.inference.plans import bits, plan


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


@pytest.mark.parametrize(
    ("method", "per_block", "sizes"),
    [("RF", 1, [1] * 12), ("RF", 5, [5, 5, 2]), (PRECISION, 5, [12])],
)
def test_blocks__are_of_the_larger_of_both_sizes(method, per_block, sizes):
    blocks = replace(plan(forest=ForestSpec(method)), per_block=per_block).blocks()
    assert [len(block) for block in blocks] == sizes
    assert [target for block in blocks for target in block] == list(range(12))


def test_infer_block__scores_targets_one_by_one_by_trees():
    of = plan()
    engine = plans.new_engine(of)
    found = plans.infer_block(of, engine, (3, 7, 4))
    assert [links.target for links in found] == [3, 7, 4]
    alone = [plans.infer_block(of, engine, (target,))[0] for target in (3, 7, 4)]
    assert bits(found) == bits(alone)


def test_infer_block__records_the_worker_and_its_time():
    of = plan()
    engine = plans.new_engine(of)
    before = time.time()
    first, second = plans.infer_block(of, engine, (3, 7))
    assert first.thread == second.thread == threading.get_native_id()
    assert before <= first.began <= second.began <= time.time()
    assert second.began == pytest.approx(first.began + first.elapsed, abs=1e-6)


class _Measured:
    """An engine that may leave out the fit."""

    def __init__(self):
        self.has_fit = True

    def leave_out_fit(self):
        self.has_fit = False


def test_leave_out_fit__asks_engines_that_can():
    engine = _Measured()
    plans.leave_out_fit(engine)
    assert not engine.has_fit
    plans.leave_out_fit(object())
