from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.evaluation.accuracy import accuracy_of
from genie3_engine.evaluation.bootstrap import resample_targets
from genie3_engine.evaluation.gold_standard import GoldStandard
from genie3_engine.evaluation.matches import JudgedLinks

MEASURES = ("auroc", "aupr", "early_precision")
N_REGULATORS = 15


def judged(is_true, scores, *, kept=None) -> JudgedLinks:
    """Rank the pairs of a matrix of regulators x targets, or those that are kept."""
    n_regulators, n_targets = is_true.shape
    genes = tuple(f"{i:07d}" for i in range(n_regulators + n_targets))
    keys = np.arange(n_regulators)[:, None] * len(genes) + n_regulators + np.arange(n_targets)
    gold = GoldStandard(genes, keys[is_true], keys.ravel())
    rows = np.flatnonzero(np.ones(is_true.size) if kept is None else kept.ravel())
    rows = rows[np.argsort(-scores.ravel()[rows], kind="stable")]
    return JudgedLinks(gold, keys.ravel()[rows], scores.ravel()[rows], len(rows))


def simulated(rng, n_targets, *, noise=(0.5, 0.8)):
    """Return true links and the scores of two methods; targets differ in links and in ease."""
    ease = rng.gamma(2, 0.5, n_targets)
    rate = np.minimum(0.9, rng.gamma(0.7, 0.15, n_targets))
    is_true = rng.random((N_REGULATORS, n_targets)) < rate
    signal = is_true * ease + rng.normal(size=is_true.shape)
    return is_true, [signal + size * rng.normal(size=is_true.shape) for size in noise]


def naive_resamples(is_true, scores, kept, *, n_resamples):
    """Measure tables in which a target's column stands as often as it was drawn."""
    draws = np.random.default_rng(1)
    n_targets = is_true.shape[1]
    for _ in range(n_resamples):
        columns = draws.integers(n_targets, size=n_targets)
        found = accuracy_of(judged(is_true[:, columns], scores[:, columns], kept=kept[:, columns]))
        yield [getattr(found, measure) for measure in MEASURES]


@pytest.mark.parametrize("has_ties", [False, True])
def test_resample_targets__are_tables_of_the_targets_drawn(has_ties):
    rng = np.random.default_rng(3)
    is_true, (scores, _) = simulated(rng, 30)
    if has_ties:
        scores = np.round(scores)
    kept = rng.random(scores.shape) < 0.7
    found = resample_targets(judged(is_true, scores, kept=kept), n_resamples=20)
    expected = np.array(list(naive_resamples(is_true, scores, kept, n_resamples=20)))
    for measure, values in zip(MEASURES, expected.T, strict=True):
        assert getattr(found, measure) == pytest.approx(values, abs=1e-9), measure


def test_resample_targets__blocks_do_not_change_the_numbers(monkeypatch):
    is_true, (scores, _) = simulated(np.random.default_rng(3), 30)
    links = judged(is_true, scores)
    whole = resample_targets(links, n_resamples=50)
    monkeypatch.setattr("genie3_engine.evaluation.bootstrap._BLOCK_NUMBERS", 1_000)
    parts = resample_targets(links, n_resamples=50)
    for measure in MEASURES:
        assert getattr(whole, measure) == pytest.approx(getattr(parts, measure), abs=1e-12)


@pytest.mark.parametrize(("pairs_in_all", "n"), [(10**9, 1_000), (450 * 300, 300), (1, 200)])
def test_resample_targets__are_fewer_for_many_pairs(monkeypatch, pairs_in_all, n):
    is_true, (scores, _) = simulated(np.random.default_rng(3), 30)
    assert is_true.size == 450
    monkeypatch.setattr("genie3_engine.evaluation.bootstrap._PAIRS_IN_ALL", pairs_in_all)
    assert len(resample_targets(judged(is_true, scores)).aupr) == n


def test_resample_targets__every_pair_without_a_list_of_pairs():
    is_true, (scores, _) = simulated(np.random.default_rng(5), 30)
    is_true[:, 0] = True  # every regulator has a true link, and is no target of another
    links = judged(is_true, scores)
    open_gold = GoldStandard(links.gold.genes, links.gold.positives, None)
    found = resample_targets(JudgedLinks(open_gold, links.keys, links.scores, len(links.keys)))
    assert found is not None
    assert np.nanmean(found.auroc) > 0.5


def test_resample_targets__few_targets_have_no_interval():
    is_true = np.zeros((N_REGULATORS, 30), dtype=bool)
    is_true[0, :9] = True
    scores = np.random.default_rng(0).random(is_true.shape)
    assert resample_targets(judged(is_true, scores)) is None
    is_true[0, 9] = True
    assert resample_targets(judged(is_true, scores)) is not None


def test_resample_targets__intervals_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(0)
    is_true, scores = simulated(rng, 20_000)
    truth = [accuracy_of(judged(is_true, each)) for each in scores]
    n_sets, n_held = 100, np.zeros((2, len(MEASURES)))
    for _ in range(n_sets):
        is_true, scores = simulated(rng, 60)
        one, other = (resample_targets(judged(is_true, each), n_resamples=100) for each in scores)
        for column, measure in enumerate(MEASURES):
            values = [getattr(each, measure) for each in truth]
            alone, paired = one.interval(measure), one.difference(other, measure)
            n_held[0, column] += alone.low <= values[0] <= alone.high
            n_held[1, column] += paired.low <= values[0] - values[1] <= paired.high
    held = n_held / n_sets
    assert held.min() > 0.88, held
    assert held.max() < 0.995, held


def test_resamples__difference_is_paired():
    is_true, (scores, _) = simulated(np.random.default_rng(2), 60)
    one = resample_targets(judged(is_true, scores))
    same = resample_targets(judged(is_true, 2 * scores))
    assert one.difference(same, "aupr").low == one.difference(same, "aupr").high == 0
    assert one.share_above(same, "aupr") == 0.5
    worse = resample_targets(judged(is_true, np.random.default_rng(4).random(scores.shape)))
    assert one.share_above(worse, "aupr") == 1.0
    assert one.difference(worse, "aupr").low > 0
