from __future__ import annotations

import pickle
from functools import partial

import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.differential import label_forests
from genie3_engine.differential.label_forests import (
    LabelDesign,
    LabelForests,
    LabelScores,
)
from genie3_engine.inference.compiled import CompiledForests
from genie3_engine.inference.layout import infer_targets
from genie3_engine.inference.plan import InferencePlan
from genie3_engine.model import (
    EXTRA_TREES,
    GRNBOOST2,
    PRECISION,
    RANDOM_FOREST,
    SCIKIT_LEARN,
    ForestSpec,
    LayoutSpec,
)

N_GENES, N_SAMPLES = 9, 44
REGULATORS = np.arange(6, dtype=np.int32)
TARGETS = np.array([0, 3, 7, 8], np.int32)
IS_SECOND = np.random.default_rng(0).permutation(np.arange(N_SAMPLES) < 20)
BLOCKS = np.arange(N_SAMPLES) // 11
DESIGN = LabelDesign(IS_SECOND, TARGETS, 4, BLOCKS)
CANDIDATES = (np.array([1, 2, 4, 0], np.int32), np.array([0, 7, 7, 3], np.int32))
FOREST = ForestSpec(n_trees=12, seed=5)


def pooled():
    """Correlated genes, of which one is constant in the second group."""
    random = np.random.default_rng(2)
    values = random.normal(size=(N_GENES, N_SAMPLES))
    values += 0.7 * values[random.integers(0, 3, N_GENES)]
    values[:, IS_SECOND] = 3 + 2 * values[:, IS_SECOND]
    genes = tuple(f"g{gene}" for gene in range(N_GENES))
    return Expression(values, genes, tuple(f"s{sample:02d}" for sample in range(N_SAMPLES)))


def engine(forest=FOREST, design=DESIGN, candidates=None):
    return LabelForests(pooled(), REGULATORS, forest, design=design, candidates=candidates)


def test_label_design__numbers_name_labelling_group_and_place():
    for number in range(2 * 4 * TARGETS.size):
        assert DESIGN.number(*DESIGN.parts(number)) == number
    assert DESIGN.numbers(range(1, 3)).tolist() == list(range(8, 24))
    assert DESIGN.numbers(range(2, 3), np.array([1, 3])).tolist() == [17, 19, 21, 23]


def test_importance__observed_networks_are_those_of_each_group_alone():
    forests = engine()
    expression = pooled()
    for group, inside in enumerate([~IS_SECOND, IS_SECOND]):
        alone = Expression(
            expression.values[:, inside], expression.genes, ("",) * int(inside.sum())
        )
        expected = CompiledForests(alone, REGULATORS, FOREST)
        for place, target in enumerate(TARGETS.tolist()):
            found = forests.importance(DESIGN.number(0, group, place))
            importance, oob_r2 = expected.importance(target)
            assert found.importance.tobytes() == importance.tobytes()
            assert found.oob_r2 == oob_r2


def test_importance__exchanging_the_groups_exchanges_the_networks_under_every_labelling():
    forests = engine()
    exchanged = engine(design=LabelDesign(~IS_SECOND, TARGETS, 4, BLOCKS))
    for labelling in range(3):
        for group in range(2):
            one = forests.importance(DESIGN.number(labelling, group, 1))
            other = exchanged.importance(DESIGN.number(labelling, 1 - group, 1))
            assert one.importance.tobytes() == other.importance.tobytes()
            assert (one.oob_r2, one.carried_r2) == (other.oob_r2, other.carried_r2)


def test_importance__does_not_depend_on_the_level_and_the_spread_of_a_group():
    expression = pooled()
    moved = Expression(
        np.where(IS_SECOND, expression.values * 4.0 - 8.0, expression.values),
        expression.genes,
        expression.samples,
    )
    number = DESIGN.number(1, 0, 2)
    found = LabelForests(moved, REGULATORS, FOREST, design=DESIGN).importance(number)
    assert found.importance == pytest.approx(engine().importance(number).importance, abs=1e-6)


def test_importance__carried_r2_is_high_for_the_same_network_and_low_for_another():
    random = np.random.default_rng(4)
    values = random.normal(size=(3, 200))
    is_second = np.arange(200) >= 100
    values[1] = values[0] + 0.2 * random.normal(size=200)
    values[2] = np.where(is_second, -values[0], values[0]) + 0.2 * random.normal(size=200)
    expression = Expression(values, ("a", "b", "c"), ("",) * 200)
    design = LabelDesign(is_second, np.array([1, 2], np.int32), 1)
    forests = LabelForests(expression, np.zeros(1, np.int32), FOREST, design=design)
    same, other = forests.importances(np.arange(2, dtype=np.int32))
    assert same.carried_r2 > 0.8
    assert other.oob_r2 > 0.8
    assert other.carried_r2 < -1


@pytest.mark.parametrize(
    "forest",
    [
        ForestSpec(EXTRA_TREES, n_trees=5),
        ForestSpec(RANDOM_FOREST, n_trees=2, engine=SCIKIT_LEARN),
        ForestSpec(GRNBOOST2, n_trees=30),
        ForestSpec(PRECISION),
    ],
    ids=lambda forest: f"{forest.method} {forest.engine}",
)
def test_importances__every_method_scores_each_group(forest):
    numbers = np.array([2, 3, 4, 9], np.int32)  # of two groups and two labellings
    forests = engine(forest, candidates=CANDIDATES)
    found = forests.importances(numbers)
    assert all(np.isnan(scores.carried_r2) for scores in found)
    assert all(scores.importance.shape == (6,) for scores in found)
    assert np.flatnonzero(found[3].importance).tolist() in ([], [0])  # g3's only candidate
    for number, scores in zip(numbers.tolist(), found, strict=True):
        again = engine(forest, candidates=CANDIDATES).importances(np.array([number], np.int32))[0]
        assert again.importance.tobytes() == scores.importance.tobytes()


def test_importance__shares_of_boosting_do_not_grow_with_the_number_of_trees():
    found = engine(ForestSpec(GRNBOOST2, n_trees=30)).importance(2)
    assert found.n_trees > 1
    assert found.importance.sum() == pytest.approx(1.0)


def test_importance__permuted_labels_keep_candidates_only():
    all_links, forests = engine(), engine(candidates=CANDIDATES)
    number = DESIGN.number(1, 1, 2)  # g7, whose candidates are 2 and 4
    every, found = all_links.importance(number).importance, forests.importance(number).importance
    assert np.flatnonzero(found).tolist() == [2, 4]
    assert found[[2, 4]].tolist() == every[[2, 4]].tolist()
    observed = forests.importance(DESIGN.number(0, 1, 2)).importance
    assert np.count_nonzero(observed) > 2
    assert not forests.importance(DESIGN.number(1, 0, 3)).importance.any()


def test_importance__a_constant_target_has_no_links():
    expression = pooled()
    expression.values[7, IS_SECOND] = 1.0
    found = LabelForests(expression, REGULATORS, FOREST, design=DESIGN).importance(
        DESIGN.number(0, 1, 2)
    )
    assert not found.importance.any()
    assert np.isnan(found.carried_r2)


def test_label_forests__build_the_engine_of_each_group_once(monkeypatch):
    built = []
    forests = engine()
    build = forests._build
    monkeypatch.setattr(forests, "_build", lambda of: built.append(of) or build(of))
    for number in range(24):
        forests.importance(number)
    assert built == [(labelling, group) for labelling in range(3) for group in range(2)]


def test_label_forests__give_the_same_bits_on_threads_from_what_reaches_another_process():
    plan = InferencePlan(
        open_expression=pooled,
        regulators=REGULATORS,
        targets=DESIGN.numbers(range(3)),
        forest=FOREST,
        layout=LayoutSpec(n_threads=3),
        build=partial(label_forests.label_forests, design=DESIGN, candidates=CANDIDATES),
    )
    there = pickle.loads(pickle.dumps(plan))
    found = {links.target: links for links in infer_targets(there)}
    assert len(found) == 24
    backwards = engine(candidates=CANDIDATES)
    for number in reversed(range(24)):
        scores = backwards.importance(number)
        links = found[number]
        places = np.searchsorted(REGULATORS, links.regulators)
        assert links.importance.tolist() == scores.importance[places].astype(np.float32).tolist()
        assert repr(links.carried_r2) == repr(scores.carried_r2)


def test_label_scores__gather_candidate_links_and_fits():
    scores = LabelScores(DESIGN, *CANDIDATES, labellings=range(1, 3))
    number = DESIGN.number(2, 1, 2)
    scores.add(number, np.array([5, 4], np.int32), np.array([0.5, 0.25], np.float32))
    scores.add_fit(number, 0.5, 0.25)
    assert scores.importance.shape == (2, 2, 4)
    assert scores.importance[1, 1, 1:3].tolist() == [0.0, 0.25]
    assert scores.r2[1, 1, 2].tolist() == [0.5, 0.25]
    assert np.count_nonzero(~np.isnan(scores.importance)) == 2
    assert np.count_nonzero(~np.isnan(scores.r2)) == 2
    scores.add(DESIGN.number(1, 0, 3), np.array([5], np.int32), np.array([0.5], np.float32))
    assert np.count_nonzero(~np.isnan(scores.importance)) == 2
