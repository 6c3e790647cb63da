"""p values are right when every target is permuted, whatever the shape of its values.

Networks of permuted targets of five shapes are judged. The shares of small p values must be right
for the targets of each range of kurtosis by themselves, which they are not with null targets that
all targets share.
"""

import numpy as np
import pytest

from genie3_engine.confidence import target_groups as module
from genie3_engine.confidence.null_forests import build_nulls, null_targets
from genie3_engine.confidence.p_values import NullDistributions
from genie3_engine.confidence.target_groups import target_groups
from genie3_engine.data.expression import Expression
from genie3_engine.inference.plan import build_engine
from genie3_engine.model import ForestSpec

N_SAMPLES, N_REGULATORS, N_TARGETS, N_SEEDS = 50, 25, 240, 3
REGULATORS = np.arange(N_REGULATORS, dtype=np.int32)
TARGETS = np.arange(N_REGULATORS, N_REGULATORS + N_TARGETS, dtype=np.int32)
KURTOSIS = (-np.inf, 1.0, 6.0, 20.0, np.inf)


def permuted_targets(rng):
    """Normal, log-normal and zero-inflated values, and normal ones with an outlier."""
    values = rng.normal(size=(N_TARGETS, N_SAMPLES))
    shape = np.arange(N_TARGETS) % 8
    spread = rng.uniform(0.3, 1.3, (N_TARGETS, 1))
    values[shape >= 4] = np.exp(values * spread)[shape >= 4]
    for each, zeros in ((5, 0.3), (6, 0.6), (7, 0.9)):
        values[shape == each, : int(zeros * N_SAMPLES)] = 0.0
    values[shape == 3, 0] = rng.uniform(4, 20, np.count_nonzero(shape == 3))
    return rng.permuted(values, axis=1)


def judged(seed):
    """The p values of all links of a network, and the excess kurtosis of its targets."""
    rng = np.random.default_rng(seed)
    values = np.vstack([rng.normal(size=(N_REGULATORS, N_SAMPLES)), permuted_targets(rng)])
    genes, samples = (
        tuple(f"{letter}{i:03d}" for i in range(n))
        for letter, n in zip("gs", values.shape, strict=True)
    )
    expression, forest = Expression(values, genes, samples), ForestSpec(n_trees=15, seed=seed)
    engine = build_engine(expression, REGULATORS, forest, n_jobs=1)
    importance = np.array([engine.importance(target)[0] for target in TARGETS.tolist()])
    groups = target_groups(expression, TARGETS)
    nulls = null_targets(groups, seed=seed)
    forests = build_nulls(expression, REGULATORS, forest, nulls=nulls)
    chance = [forests.importance(number).importance for number in range(len(nulls.names))]
    n_nulls, none = len(chance), np.full(len(chance), -1)
    distributions = NullDistributions(
        np.array(chance, np.float32), none, np.ones(n_nulls), len(groups.members)
    )
    p = distributions.p_values(
        np.repeat(groups.group[TARGETS], N_REGULATORS),
        np.tile(REGULATORS, N_TARGETS),
        importance.astype(np.float32).ravel(),
    )
    own = values[TARGETS]
    own = (own - own.mean(axis=1, keepdims=True)) / own.std(axis=1, keepdims=True)
    return p.reshape(N_TARGETS, N_REGULATORS), np.mean(own**4, axis=1) - 3.0


def small_p_values(n_seeds):
    """Shares of p values up to .05 and .001 by range of kurtosis."""
    networks = [judged(seed) for seed in range(n_seeds)]
    p, kurtosis = (np.concatenate(each) for each in zip(*networks, strict=True))
    ranges = np.digitize(kurtosis, KURTOSIS) - 1
    assert np.bincount(ranges).min() >= 20 * n_seeds
    return [
        (np.mean(p[ranges == each] <= 0.05), np.mean(p[ranges == each] <= 0.001))
        for each in range(len(KURTOSIS) - 1)
    ]


@pytest.mark.slow(6)
def test_p_values__are_calibrated_for_targets_of_any_kurtosis():
    for at_most_5_percent, at_most_1_permille in small_p_values(N_SEEDS):
        assert 0.04 <= at_most_5_percent <= 0.06
        assert 0.0003 <= at_most_1_permille <= 0.0025


def test_p_values__of_one_null_for_all_targets_are_not(monkeypatch):
    monkeypatch.setattr(module, "_most_groups", lambda shapes: 1)
    found = small_p_values(1)
    assert found[0][0] < 0.04
    assert found[-1][0] > 0.06
    assert found[-1][1] > 0.004
