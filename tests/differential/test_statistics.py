from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.differential import statistics
from genie3_engine.model import ForestSpec
from tests import naive
from tests.differential.simulated_conditions import compare, simulate

N_LINKS = 40


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def importances(rng, n_permutations=12, n_links=N_LINKS):
    """Importances of links without any change, some weak and some strong."""
    level = rng.exponential(0.1, n_links)
    drawn = rng.gamma(4.0, level / 4, (n_permutations + 1, 2, n_links)).astype(np.float32)
    return drawn[0], drawn[1:]


def test_standardise_within__gives_mean_0_and_variance_1_in_each_group(rng):
    values = rng.normal(size=(3, 25)) * 10 + 5
    is_second = np.arange(25) % 3 == 0
    found = statistics.standardise_within(values, is_second)
    for group in (is_second, ~is_second):
        assert found[:, group].mean(axis=1) == pytest.approx(0.0, abs=1e-12)
        assert found[:, group].std(axis=1) == pytest.approx(1.0)
    exchanged = statistics.standardise_within(values, ~is_second)
    assert exchanged.tobytes() == found.tobytes()


def test_standardise_within__centres_genes_inside_large_blocks():
    rng = np.random.default_rng(4)
    is_second = np.arange(60) >= 30
    blocks = np.array([0] * 20 + [1] * 10 + [0] * 12 + [1] * 14 + [2, 3, 2, 3])
    values = rng.normal(size=(2, 60)) + 5.0 * (blocks == 1)
    values[1, blocks == 0] = 7.0
    found = statistics.standardise_within(values, is_second, blocks=blocks)
    for group in (is_second, ~is_second):
        assert np.allclose(found[:, group].std(axis=1), 1.0)
        for part in (blocks == 0, blocks == 1, blocks > 1):
            assert np.allclose(found[:, group & part].sum(axis=1), 0.0)
    assert np.allclose(found[1, blocks == 0], 0.0)
    pairs = np.arange(60) % 30
    paired = statistics.standardise_within(values, is_second, blocks=pairs)
    assert np.array_equal(paired, statistics.standardise_within(values, is_second))


def test_standardise_within__makes_a_gene_0_in_a_group_in_which_it_is_constant():
    values = np.array([[1.0, 1, 1, 2, 3]])
    found = statistics.standardise_within(values, np.array([0, 0, 0, 1, 1], bool))
    assert found[0] == pytest.approx([0.0, 0.0, 0.0, -1.0, 1.0])
    assert not found[0, :3].any()


def test_changes__are_those_of_the_definition(rng):
    observed, permuted = importances(rng)
    least = (0.05, 0.08)
    found = statistics.changes(observed, permuted, least=least)
    z, p = naive.changes(observed.astype(float).tolist(), permuted.astype(float).tolist(), least)
    assert found.difference.tolist() == (observed[1].astype(float) - observed[0]).tolist()
    assert found.z == pytest.approx(z)
    assert found.p == pytest.approx(p)
    assert found.q == pytest.approx(naive.false_discovery_rates(p.tolist()))


def test_changes__exchanging_the_groups_changes_signs_only(rng):
    observed, permuted = importances(rng)
    more = importances(rng, n_links=5)[1]
    promising = np.array([1, 4, 8, 20, 33])
    found = statistics.changes(
        observed, permuted, least=(0.05, 0.08), more=more, promising=promising
    )
    exchanged = statistics.changes(
        observed[::-1],
        permuted[:, ::-1],
        least=(0.08, 0.05),
        more=more[:, ::-1],
        promising=promising,
    )
    assert (exchanged.difference == -found.difference).all()
    assert (exchanged.z == -found.z).all()
    assert exchanged.p.tobytes() == found.p.tobytes()
    assert exchanged.q.tobytes() == found.q.tobytes()


def test_changes__further_permutations_correct_a_deviation_that_was_too_small(rng):
    observed, permuted = importances(rng, n_links=400)
    observed[:, 0] = 0.1, 0.3
    permuted[:, :, 0] = 0.2 + 0.001 * permuted[:, :, 0]
    alone = statistics.changes(observed, permuted)
    assert statistics.promising_links(alone.p).tolist() == [0]
    more = rng.normal(0.2, 0.1, (50, 2, 1)).astype(np.float32)
    found = statistics.changes(observed, permuted, more=more, promising=np.array([0]))
    assert abs(found.z[0]) < abs(alone.z[0]) / 3
    assert found.p[0] > alone.p[0]
    assert (found.z[1:] == alone.z[1:]).all()


def test_changes__a_link_without_importance_under_permuted_labels_has_a_finite_z(rng):
    observed, permuted = importances(rng)
    permuted[:, :, :5] = 0.0
    observed[:, 0] = 0.0, 0.5
    found = statistics.changes(observed, permuted)
    assert np.isfinite(found.z).all()
    assert found.z[0] > 1
    nothing = statistics.changes(np.zeros((2, 3)), np.zeros((4, 2, 3)))
    assert nothing.p.tolist() == [1.0, 1.0, 1.0]


def test_changes__refuses_too_few_permutations(rng):
    observed, permuted = importances(rng)
    with pytest.raises(ValueError, match="2 permutations; 3 are the fewest"):
        statistics.changes(observed, permuted[:2])


def test_changes__takes_no_links():
    found = statistics.changes(np.zeros((2, 0)), np.zeros((5, 2, 0)))
    assert found.p.size == found.q.size == found.z.size == 0


@given(st.lists(st.sampled_from([0.001, 0.01, 0.02, 0.3, 0.5, 1.0]), max_size=12))
def test_adjusted__is_the_least_level_of_rejection(p):
    assert statistics.adjusted(np.array(p)) == pytest.approx(naive.false_discovery_rates(p))


def test_adjusted__does_not_count_what_was_not_tested():
    found = statistics.adjusted(np.array([np.nan, 0.02, 0.5, np.nan]))
    assert found[1:3].tolist() == [0.04, 0.5]
    assert np.isnan(found[[0, 3]]).all()


FOREST = ForestSpec(n_trees=20, seed=1)


def compared(n_samples, seed, *, share_rewired=0.0, exchanged=False, **how):
    """The comparison of 10 regulators and 20 targets in two conditions."""
    conditions = simulate(
        n_samples, share_rewired=share_rewired, seed=seed, n_regulators=10, n_targets=20
    )
    if exchanged:
        conditions = replace(conditions, is_second=~conditions.is_second)
    return compare(conditions, FOREST, n_permutations=30, **how)


def test_changes__are_calibrated_when_only_level_and_spread_of_genes_change():
    found = [compared((40, 40), seed).changes for seed in range(3)]
    p = np.concatenate([each.p for each in found])
    assert 0.02 < (p <= 0.05).mean() < 0.08
    assert min(each.q.min() for each in found) > 0.05


def test_changes__are_not_calibrated_without_centring_inside_the_groups():
    assert (compared((40, 40), 0, is_centred=False).changes.p <= 0.05).mean() > 0.2


def test_changes__of_rewired_targets_are_found_with_their_signs():
    found = compared((120, 120), 0, share_rewired=0.2)
    is_changed = found.truth != 0
    assert found.average_precision(found.changes.z) > 0.6
    assert (np.sign(found.changes.z) == found.truth)[is_changed].all()
    assert found.changes.p[is_changed].max() < found.changes.p[~found.of_rewired].mean()
    assert found.rewiring.p[found.is_rewired].mean() < 0.1


def test_changes__of_exchanged_groups_of_other_sizes_in_blocks_differ_in_their_signs_only():
    blocks = np.arange(60) % 4
    one, other = (
        compared(
            (24, 36), 3, share_rewired=0.2, exchanged=exchanged, blocks=blocks, n_more=20, top=60
        )
        for exchanged in (False, True)
    )
    assert (other.candidates.regulators == one.candidates.regulators).all()
    assert (other.candidates.importance == one.candidates.importance[::-1]).all()
    for name in ("difference", "z"):
        assert (getattr(other.changes, name) == -getattr(one.changes, name)).all()
    for name in ("p", "q"):
        assert getattr(other.changes, name).tobytes() == getattr(one.changes, name).tobytes()
    assert (other.fisher_z == -one.fisher_z).all()
    for theirs, ours in zip(other.rewiring, one.rewiring, strict=True):
        assert theirs.tobytes() == ours.tobytes()


def test_changes__links_chosen_for_a_large_difference_are_compared_with_such_links(rng):
    level = rng.uniform(0.1, 0.13, 2_000)
    drawn = rng.gamma(9.0, level / 9, (41, 2, level.size)).astype(np.float32)
    observed, permuted = drawn[0], drawn[1:]
    top = np.sort(observed, axis=1)[:, -300:]
    least = tuple(top[:, 0].tolist())
    chosen = (observed[0] >= least[0]) | (observed[1] >= least[1])
    found, naively = (
        statistics.changes(observed[:, chosen], permuted[:, :, chosen], least=each)
        for each in (least, (0.0, 0.0))
    )
    assert 0.03 < (found.p <= 0.05).mean() < 0.07
    assert (naively.p <= 0.05).mean() > 0.08
