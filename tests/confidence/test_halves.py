"""Tests of halves of the samples and their engines."""

from __future__ import annotations

import hashlib
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.confidence import halves
from genie3_engine.confidence.costs import MOST_PICKED, N_HALVES
from genie3_engine.confidence.halves import (
    half_forest,
    half_plan,
    half_samples,
    take_samples,
)
from genie3_engine.data.expression import Expression
from genie3_engine.data.sample_sheet import SampleSheet
from genie3_engine.errors import InputError
from genie3_engine.inference.plan import build_engine
from genie3_engine.model import SCIKIT_LEARN, ForestSpec

N_GENES = 9
REGULATORS = np.array([0, 2, 3, 7, 8], np.int32)
TARGETS = np.array([1, 2, 6, 8], np.int32)
FORESTS = {
    "RF": ForestSpec("RF", n_trees=40, seed=3),
    "ET": ForestSpec("ET", n_trees=40, seed=3),
    "RF by scikit-learn": ForestSpec("RF", n_trees=40, seed=3, engine=SCIKIT_LEARN),
    "ET by scikit-learn": ForestSpec("ET", n_trees=40, seed=3, engine=SCIKIT_LEARN),
    "GRNBoost2": ForestSpec("GRNBoost2", n_trees=40, seed=3),
}


def data(n_samples=41):
    """Related genes; gene 3 varies in one sample only, and gene 6 not at all."""
    rng = np.random.default_rng(4)
    values = rng.normal(size=(N_GENES, 2)) @ rng.normal(size=(2, n_samples))
    values += 0.5 * rng.normal(size=values.shape)
    values[3] = np.arange(n_samples) == 5
    values[6] = 2.0
    return Expression(
        values,
        tuple(f"gene {number}" for number in range(N_GENES)),
        tuple(f"sample {number:02d}" for number in range(n_samples)),
    )


def engine_of(expression, forest):
    plan = half_plan(expression, targets=TARGETS, regulators=REGULATORS, forest=forest)
    return plan.build(expression, REGULATORS, forest, n_jobs=1)


@given(st.integers(20, 60), st.integers(0, 2**63 - 1))
def test_half_samples__of_a_division_are_complementary_and_equally_many(n_samples, seed):
    found = [half_samples(n_samples, half, seed=seed) for half in range(N_HALVES)]
    for first, second in zip(found[::2], found[1::2], strict=True):
        assert np.sort(np.concatenate([first, second])).tolist() == list(range(n_samples))
        assert 0 <= second.size - first.size <= 1
        assert (np.diff(first) > 0).all()
    assert len({tuple(samples.tolist()) for samples in found}) == N_HALVES


def test_half_samples__are_drawn_evenly():
    divisions = [half_samples(30, 2 * i, seed=seed) for seed in range(100) for i in range(10)]
    times = np.bincount(np.concatenate(divisions), minlength=30)
    assert abs(times - 500).max() < 5 * np.sqrt(1000 / 4)
    together = sum(0 in each.tolist() and 1 in each.tolist() for each in divisions)
    assert together == pytest.approx(1000 * 14 / 58, abs=70)


def test_half_samples__are_always_the_same():
    drawn = b"".join(half_samples(278, half, seed=7).astype("<i8").tobytes() for half in range(20))
    assert hashlib.sha256(drawn).hexdigest()[:16] == "c57e738bc19b7033"


def test_half_forest__has_a_twentieth_of_the_trees_and_its_own_seed():
    forest = ForestSpec("RF", n_trees=1000, seed=1)
    assert half_forest(forest, 0).n_trees == 50
    assert half_forest(replace(forest, n_trees=3), 0).n_trees == 1
    assert len({half_forest(forest, half).seed for half in range(N_HALVES)}) == N_HALVES


def test_half_forest__boosts_a_fixed_number_of_trees():
    boosted = half_forest(ForestSpec("GRNBoost2", generation="G2"), 0)
    assert (boosted.stop, boosted.n_trees, boosted.generation) == ("none", 25, "G2")
    assert half_forest(ForestSpec("GRNBoost2", stop="none", n_trees=800), 0).n_trees == 40
    assert half_forest(ForestSpec("GRNBoost2", n_trees=7), 0).n_trees == 7


def test_take_samples__takes_what_is_known_of_them():
    sheet = SampleSheet.of_rows([("", np.nan, (), "", "", block) for block in "abc"])
    values = np.arange(6.0).reshape(2, 3)
    expression = Expression(
        values, ("x", "y"), ("s1", "s2", "s3"), annotations={"tissue": ("u", "v", "w")}, sheet=sheet
    )
    half = take_samples(expression, np.array([0, 2]))
    assert half.values.tolist() == [[0.0, 2.0], [3.0, 5.0]]
    assert half.samples == ("s1", "s3")
    assert half.annotations == {"tissue": ("u", "w")}
    assert half.sheet.block == ("a", "c")


@pytest.mark.parametrize("forest", FORESTS.values(), ids=FORESTS)
def test_engines__score_as_the_methods_own_on_the_samples_of_a_half(forest):
    expression = data()
    engine = engine_of(expression, forest)
    engine.warm_up()
    for half in (0, 13):
        samples = half_samples(41, half, seed=3)
        own = build_engine(
            take_samples(expression, samples), REGULATORS, half_forest(forest, half), n_jobs=1
        )
        for index, target in enumerate(TARGETS.tolist()):
            found = engine.importance(half * TARGETS.size + index).importance
            assert found.tolist() == own.importance(target)[0].tolist()
            assert found.any() == (target != 6)


def test_engines__score_blocks_that_reach_into_the_next_half():
    expression, forest = data(), ForestSpec("precision")
    engine = engine_of(expression, forest)
    engine.prepare(2)
    numbers = np.array([2, 3, 4, 6, 9], np.int32)
    found = engine.importances(numbers)
    for number, scores in zip(numbers.tolist(), found, strict=True):
        half, index = divmod(number, TARGETS.size)
        samples = half_samples(41, half, seed=0)
        own = build_engine(take_samples(expression, samples), REGULATORS, forest, n_jobs=1)
        assert scores.importance.tolist() == own.importances(TARGETS)[index].importance.tolist()


def test_engines__are_two_at_most_and_give_threads_the_same(monkeypatch):
    expression, forest = data(), ForestSpec("RF", n_trees=40, seed=3)
    one = engine_of(expression, forest)
    numbers = range(N_HALVES * TARGETS.size)
    expected = [one.importance(number).importance.tolist() for number in numbers]

    alive, most, lock = [0], [0], threading.Lock()

    class Counted:
        def __init__(self, engine):
            self.engine = engine
            with lock:
                alive[0] += 1
                most[0] = max(most[0], alive[0])

        def __del__(self):
            with lock:
                alive[0] -= 1

        def importance(self, target):
            return self.engine.importance(target)

    monkeypatch.setattr(
        halves, "build_engine", lambda *args, **how: Counted(build_engine(*args, **how))
    )
    several = engine_of(expression, forest)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: several.importance(number).importance, numbers))
    assert [each.tolist() for each in found] == expected
    assert most[0] == 2


def test_half_plan__names_every_target_in_every_half():
    plan = half_plan(data(), targets=TARGETS, regulators=REGULATORS, forest=FORESTS["RF"])
    assert plan.keep == MOST_PICKED
    assert len(set(plan.names)) == len(plan.names) == N_HALVES * TARGETS.size
    assert plan.names[6] == "half 1 gene 6"
    assert callable(pickle.loads(pickle.dumps(plan.build)))


@pytest.mark.parametrize(
    ("forest", "n_samples", "expected"),
    [
        (ForestSpec(), 100, 16),
        (ForestSpec(), 400, 10),
        (ForestSpec(n_trees=100_000), 100, 1),
        (ForestSpec(n_trees=2, engine=SCIKIT_LEARN), 100, 1),
    ],
)
def test_half_plan__gives_a_thread_several_targets_at_a_time(forest, n_samples, expected):
    plan = half_plan(data(n_samples), targets=TARGETS, regulators=REGULATORS, forest=forest)
    assert plan.per_block == expected


@pytest.mark.parametrize(("method", "needed"), [("RF", 20), ("precision", 20), ("GRNBoost2", 40)])
def test_half_plan__refuses_few_samples(method, needed):
    forest = ForestSpec(method)
    half_plan(data(needed), targets=TARGETS, regulators=REGULATORS, forest=forest)
    with pytest.raises(InputError, match=f"{needed - 1} samples.* takes {needed}"):
        half_plan(data(needed - 1), targets=TARGETS, regulators=REGULATORS, forest=forest)


@pytest.mark.parametrize("n_samples", [20, 21])
def test_engines__score_the_fewest_samples(n_samples):
    engine = engine_of(data(n_samples), FORESTS["RF"])
    assert all(engine.importance(number).importance.any() for number in (0, 1, 4))
