from __future__ import annotations

import numba
import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.errors import InputError
from genie3_engine.inference import compiled
from genie3_engine.inference.compiled import CompiledForests
from genie3_engine.inference.genie3 import unit_variance
from genie3_engine.inference.reference import ScikitLearnForests
from genie3_engine.kernels.importance import grow_extra_trees, grow_forest
from genie3_engine.kernels.ranks import rank_type
from genie3_engine.kernels.workspace import new_workspace
from genie3_engine.model import (
    EXTRA_TREES,
    RANDOM_FOREST,
    SCIKIT_LEARN,
    ForestSpec,
    tree_method_names,
)
from tests.contracts.forest_engine_contract import ForestEngineContract
from tests.inference.fakes import small_expression

N_SEEDS = 8


class TestCompiledForests(ForestEngineContract):
    def build(self, expression, regulators, forest):
        return CompiledForests(expression, regulators, forest)


def expression_of(values):
    n_genes, n_samples = values.shape
    return Expression(
        values=np.ascontiguousarray(values, dtype=np.float64),
        genes=tuple(f"g{gene:05d}" for gene in range(n_genes)),
        samples=tuple(f"s{sample:05d}" for sample in range(n_samples)),
        has_sample_names=True,
    )


def correlated(n_genes, n_samples, decimals=9):
    rng = np.random.default_rng(n_samples)
    hidden = rng.normal(size=(3, n_samples))
    noise = rng.normal(size=(n_genes, n_samples))
    return expression_of((rng.normal(size=(n_genes, 3)) @ hidden + noise).round(decimals))


def repeated(build, expression, forest, targets=None):
    """Importances and out-of-bag R² of a few targets for several seeds."""
    targets = range(0, expression.n_genes, 3) if targets is None else targets
    every = np.arange(expression.n_genes, dtype=np.int32)
    importance, oob_r2 = [], []
    for seed in range(N_SEEDS):
        engine = build(expression, every, ForestSpec(**{**forest, "seed": seed}))
        answers = [engine.importance(target) for target in targets]
        importance.append([answer[0] for answer in answers])
        oob_r2.append([answer[1] for answer in answers])
    return np.array(importance), np.array(oob_r2)


@pytest.mark.slow(1)
@pytest.mark.parametrize("method", tree_method_names())
@pytest.mark.parametrize(
    ("n_samples", "decimals", "k"),
    [(60, 9, "sqrt"), (60, 9, 1), (60, 9, "all"), (60, 0, "sqrt"), (60, 0, 1), (300, 9, "sqrt")],
)
def test_importance__has_scikit_learns_distribution(method, n_samples, decimals, k):
    expression = correlated(12, n_samples, decimals)
    forest = {"method": method, "k": k, "n_trees": 30}
    ours, our_r2 = repeated(CompiledForests, expression, forest)
    theirs, their_r2 = repeated(ScikitLearnForests, expression, {**forest, "engine": SCIKIT_LEARN})
    error = np.sqrt((ours.var(axis=0, ddof=1) + theirs.var(axis=0, ddof=1)) / N_SEEDS)
    known = error > 0
    t = (ours.mean(axis=0) - theirs.mean(axis=0))[known] / error[known]
    # Student's t with 14 degrees of freedom has a mean square of 14 / 12; 40 links are averaged.
    assert np.mean(t**2) < 2.2
    assert (ours.mean(axis=0)[~known] == theirs.mean(axis=0)[~known]).all()
    if method == RANDOM_FOREST:
        np.testing.assert_allclose(our_r2.mean(axis=0), their_r2.mean(axis=0), atol=0.07)


@pytest.mark.parametrize("method", tree_method_names())
def test_importance__has_scikit_learns_distribution_at_20_000_samples(method):
    expression = correlated(6, 20_000)
    forest = {"method": method, "n_trees": 2}
    ours, _ = repeated(CompiledForests, expression, forest, [0])
    spec = {**forest, "engine": SCIKIT_LEARN}
    theirs, _ = repeated(ScikitLearnForests, expression, spec, [0])
    error = np.sqrt((ours.var(axis=0, ddof=1) + theirs.var(axis=0, ddof=1)) / N_SEEDS)[0, 1:]
    t = (ours.mean(axis=0) - theirs.mean(axis=0))[0, 1:] / error
    assert np.mean(t**2) < 3.0  # over five links, of which one is what the others leave


def test_importance__is_exact_beyond_65535_distinct_values():
    values = np.random.default_rng(0).normal(size=(3, 70_000))
    values[0] = values[1] > np.sort(values[1])[66_001]
    forest = ForestSpec(k="all", n_trees=1, seed=1, method=EXTRA_TREES)
    forests = CompiledForests(expression_of(values), np.arange(3, dtype=np.int32), forest)
    importance, _ = forests.importance(0)
    assert importance.sum() == pytest.approx(1, abs=1e-6)
    assert importance[1] > 0.99


def test_forests__refuse_more_samples_than_their_integers_hold(monkeypatch):
    monkeypatch.setattr(compiled, "MAX_SAMPLES", 39)
    with pytest.raises(InputError, match=r"40 samples.*up to 39.*scikit-learn"):
        CompiledForests(small_expression(), np.arange(3, dtype=np.int32), ForestSpec())


def test_kernel_sizes__have_every_type_of_ranks_and_keys():
    sizes = (2, 256, 257, 512, 513, 65_536, 65_537)
    possible = {
        kernel_types(n_samples, n_levels)
        for n_samples in sizes
        for n_levels in sizes
        if n_levels <= n_samples
    }
    compiled_ahead = [kernel_types(*size) for size in compiled.KERNEL_SIZES]
    assert set(compiled_ahead) == possible
    assert len(compiled_ahead) == len(possible)


def kernel_types(n_samples, n_levels):
    """Types for which kernels are compiled when data have such a size."""
    work = new_workspace(
        np.zeros((1, n_samples), rank_type(n_levels)),
        np.zeros(n_samples, np.int64),
        candidates=np.zeros(1, np.int32),
        n_levels=n_levels,
    )
    return tuple(numba.typeof(array) for array in work)


@pytest.mark.parametrize("method", tree_method_names())
def test_warm_up__compiles_what_the_targets_use(method):
    every = np.arange(6, dtype=np.int32)
    engine = CompiledForests(correlated(6, 20), every, ForestSpec(method=method, n_trees=1))
    engine.warm_up()
    grow = grow_extra_trees if method == EXTRA_TREES else grow_forest
    before = len(grow.signatures)
    engine.importance(0)
    assert len(grow.signatures) == before


@pytest.mark.parametrize("method", tree_method_names())
def test_forests__are_the_same_when_few_regulators_are_ranked_at_a_time(method, monkeypatch):
    """The numbers of levels differ, so that ranks become wider and levels longer on the way."""
    values = np.random.default_rng(6).normal(size=(6, 300))
    values[:3] = np.rint(values[:3])
    samples = tuple(f"s{i:03d}" for i in range(300))
    expression = Expression(values, tuple("abcdef"), samples)
    every = np.arange(6, dtype=np.int32)
    forest = ForestSpec(method=method, n_trees=5, seed=2)
    expected = CompiledForests(expression, every, forest).importance(4)[0].tobytes()
    monkeypatch.setattr(compiled, "_VALUES_AT_ONCE", 2 * 300)
    assert CompiledForests(expression, every, forest).importance(4)[0].tobytes() == expected


def test_grow__samples_that_may_not_be_drawn_change_nothing_and_are_predicted():
    expression = correlated(6, 40)
    every = np.arange(6, dtype=np.int32)
    twice = np.tile(np.arange(40), 2)
    forest = ForestSpec(n_trees=30, seed=2)
    alone = CompiledForests(expression, every, forest)
    carried = CompiledForests(expression, every, forest, samples=twice, n_drawable=40)
    response = unit_variance(expression.values[0])
    rows = np.arange(1, 6, dtype=np.int32)
    one = alone.grow(response, rows, n_trees=30, seed=9)
    both = carried.grow(response[twice], rows, n_trees=30, seed=9)
    assert both.importance.tobytes() == one.importance.tobytes()
    assert both.oob_r2 == one.oob_r2
    assert np.isnan(one.carried_r2)
    # A tree that has drawn a sample ends in a leaf of its own, so it predicts the copy exactly.
    n_outside = both.work.n_predicted[:40]
    exactly = (30 - n_outside) * both.work.response[:40]
    assert (both.work.n_predicted[40:] == 30).all()
    assert (both.work.predicted[40:] == both.work.predicted[:40] + exactly).all()
    assert both.carried_r2 > both.oob_r2


def test_leave_out_fit__changes_no_importance():
    every = np.arange(6, dtype=np.int32)
    whole, scores_only = (
        CompiledForests(correlated(6, 40), every, ForestSpec(n_trees=30, seed=2)) for _ in range(2)
    )
    scores_only.leave_out_fit()
    importance, oob_r2 = whole.importance(1)
    found, without = scores_only.importance(1)
    assert found.tobytes() == importance.tobytes()
    assert np.isnan(without)
    assert not np.isnan(oob_r2)
