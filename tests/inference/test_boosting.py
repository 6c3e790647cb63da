from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.errors import InputError
from genie3_engine.inference import boosting
from genie3_engine.inference.boosting import Boosting, notes
from genie3_engine.inference.layout import infer_targets
from genie3_engine.inference.plan import build_engine
from genie3_engine.kernels.boosting import boost
from genie3_engine.model import GRNBOOST2, ForestSpec, LayoutSpec, TargetSummary
from tests.inference.fakes import small_expression
from tests.inference.plans import bits, plan

ALL = np.arange(12, dtype=np.int32)


def boosted(target=11, *, expression=None, regulators=ALL, **forest):
    spec = ForestSpec(method=GRNBOOST2, **{"seed": 5, **forest})
    return Boosting(expression or small_expression(), regulators, spec).importance(target)


@pytest.mark.parametrize("generation", ["G1", "G2", "G3"])
def test_importance__is_strongest_for_the_gene_before_and_sums_to_the_trees(generation):
    scores = boosted(generation=generation)
    assert np.argmax(scores.importance) == 10
    assert scores.importance[11] == 0
    assert scores.importance.sum() == pytest.approx(scores.n_trees)
    assert scores.n_trees >= 25
    assert np.isnan(scores.oob_r2)


def test_importance__of_generation_3_stops_by_chance_after_few_trees():
    trees = {
        generation: [boosted(target, generation=generation).n_trees for target in range(12)]
        for generation in ("G1", "G2", "G3")
    }
    assert trees["G1"] == trees["G2"]  # they differ in the importance only
    assert np.median(trees["G3"]) < 40 < np.median(trees["G1"])


def test_importance__of_the_first_generation_counts_every_tree_alike():
    summed = boosted(generation="G2").importance
    alike = boosted(generation="G1").importance
    assert alike[10] < summed[10]  # the strongest regulator explains most in the first trees


def test_importance__without_a_stop_has_as_many_trees_as_are_asked_for():
    scores = boosted(stop="none", n_trees=300)
    assert scores.n_trees == 300
    assert 0.3 < scores.oob_gain < 1.2
    assert boosted(n_trees=30).n_trees <= 30


def test_importance__follows_the_seed_and_nothing_but_order_and_scale_of_the_target():
    usual = boosted().importance
    assert (boosted(seed=6).importance != usual).any()
    expression = small_expression()
    expression.values[:11] = np.exp(expression.values[:11])
    expression.values[11] = 1024.0 * expression.values[11]
    np.testing.assert_array_equal(boosted(expression=expression).importance, usual)


def test_importance__of_constant_genes_and_without_regulators_is_nothing():
    expression = small_expression()
    expression.values[6] = 0.1
    assert boosted(6, expression=expression).importance.tolist() == [0.0] * 12
    assert boosted(6, expression=expression).n_trees == 0
    assert boosted(5, expression=expression).importance[6] == 0
    alone = boosted(2, regulators=np.array([2], np.int32))
    assert (alone.importance.tolist(), alone.n_trees) == ([0.0], 0)


def test_targets__are_the_same_on_every_layout_and_for_shuffled_genes():
    forest = ForestSpec(method=GRNBOOST2, seed=3, n_trees=40)
    one = plan(LayoutSpec(n_threads=1), forest=forest, build=build_engine)
    expected = bits(infer_targets(one))
    for layout in (LayoutSpec(n_threads=3), LayoutSpec(n_processes=2, n_threads=1)):
        assert bits(infer_targets(replace(one, layout=layout))) == expected
    parts = [replace(one, targets=one.targets[start::3]) for start in range(3)]
    assert sorted(one for each in parts for one in bits(infer_targets(each))) == expected


def test_boosting__refuses_more_samples_than_its_integers_hold(monkeypatch):
    monkeypatch.setattr(boosting, "MAX_SAMPLES", 39)
    with pytest.raises(InputError, match=r"40 samples; GRNBoost2 takes up to 39"):
        boosted()


def test_warm_up__compiles_what_the_targets_use():
    engine = Boosting(small_expression(), ALL, ForestSpec(method=GRNBOOST2, n_trees=1))
    engine.warm_up()
    compiled = len(boost.signatures)
    engine.importance(3)
    assert len(boost.signatures) == compiled == 1


def test_notes__warn_of_few_trees():
    rows = [TargetSummary(f"g{n}", np.nan, 1.0, 3, n, 0.1) for n in (20, 99, 400)]
    (note,) = notes(rows)
    assert "half of the targets have at most 99 trees" in note
    assert notes([*rows, replace(rows[0], n_trees=101)]) == []
    assert notes([]) == []


@pytest.mark.slow(1)
def test_importance__is_as_like_scikit_learns_as_two_of_its_seeds():
    from scipy.stats import spearmanr
    from sklearn.ensemble import GradientBoostingRegressor

    n_genes, n_samples = 25, 60
    rng = np.random.default_rng(3)
    hidden = rng.normal(size=(4, n_samples))
    noise = rng.normal(size=(n_genes, n_samples))
    values = rng.normal(size=(n_genes, 4)) @ hidden + noise
    expression = Expression(
        values=values,
        genes=tuple(f"g{gene:03d}" for gene in range(n_genes)),
        samples=tuple(f"s{sample:03d}" for sample in range(n_samples)),
        has_sample_names=True,
    )

    def theirs(target, seed):
        """The second generation: a stop by losses of the same samples out of bag."""
        losses = []

        def stops(tree, model, local):
            outside = ~local["sample_mask"]
            x, y = local["X"][outside], local["y"][outside]
            raw = local["raw_predictions"][outside].ravel()
            step = model.learning_rate * model.estimators_[tree, 0].predict(x)
            losses.append(np.mean((y - raw + step) ** 2) - np.mean((y - raw) ** 2))
            return tree >= 24 and np.mean(losses[-25:]) < 0

        model = GradientBoostingRegressor(
            learning_rate=0.01, n_estimators=120, max_features=0.1, subsample=0.9, random_state=seed
        )
        model.fit(
            np.delete(values, target, axis=0).T.astype(np.float32), values[target], monitor=stops
        )
        return np.insert(model.feature_importances_ * len(losses), target, 0)

    every = np.arange(n_genes, dtype=np.int32)
    targets = range(0, n_genes, 9)
    found = [[], []]
    for seed in range(3):
        spec = ForestSpec(method=GRNBOOST2, generation="G2", seed=seed, n_trees=120)
        engine = Boosting(expression, every, spec)
        found[0].append(np.concatenate([engine.importance(t).importance for t in targets]))
        found[1].append(np.concatenate([theirs(t, 100 * seed + t) for t in targets]))

    def alike(one, other):
        return spearmanr(one, other).statistic

    within = [alike(found[1][a], found[1][b]) for a in range(3) for b in range(a)]
    between = [alike(a, b) for a in found[0] for b in found[1]]
    assert np.mean(between) > np.mean(within) - 0.02
