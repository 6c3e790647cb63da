from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.differential import statistics
from tests import naive

RANDOM = np.random.default_rng(3)
N_LINKS = 40


def importances(n_permutations=12, n_links=N_LINKS):
    """Importances of links without any change, some weak and some strong."""
    level = RANDOM.exponential(0.1, n_links)
    drawn = RANDOM.gamma(4.0, level / 4, (n_permutations + 1, 2, n_links)).astype(np.float32)
    return drawn[0], drawn[1:]


def test_standardise_within__gives_mean_0_and_variance_1_in_each_group():
    values = RANDOM.normal(size=(3, 25)) * 10 + 5
    is_second = np.arange(25) % 3 == 0
    found = statistics.standardise_within(values, is_second)
    for group in (is_second, ~is_second):
        assert found[:, group].mean(axis=1) == pytest.approx(0.0, abs=1e-12)
        assert found[:, group].std(axis=1) == pytest.approx(1.0)
    exchanged = statistics.standardise_within(values, ~is_second)
    assert exchanged.tobytes() == found.tobytes()


def test_standardise_within__makes_a_gene_0_in_a_group_in_which_it_is_constant():
    values = np.array([[1.0, 1, 1, 2, 3]])
    found = statistics.standardise_within(values, np.array([0, 0, 0, 1, 1], bool))
    assert found[0] == pytest.approx([0.0, 0.0, 0.0, -1.0, 1.0])
    assert not found[0, :3].any()


def test_changes__are_those_of_the_definition():
    observed, permuted = importances()
    least = (0.05, 0.08)
    found = statistics.changes(observed, permuted, least=least)
    z, p = naive.changes(observed.astype(float).tolist(), permuted.astype(float).tolist(), least)
    assert found.difference.tolist() == (observed[1].astype(float) - observed[0]).tolist()
    assert found.z == pytest.approx(z)
    assert found.p == pytest.approx(p)
    assert found.q == pytest.approx(naive.false_discovery_rates(p.tolist()))


def test_changes__exchanging_the_groups_changes_signs_only():
    observed, permuted = importances()
    more = importances(n_links=5)[1]
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


def test_changes__further_permutations_correct_a_deviation_that_was_too_small():
    observed, permuted = importances(n_links=400)
    observed[:, 0] = 0.1, 0.3
    permuted[:, :, 0] = 0.2 + 0.001 * permuted[:, :, 0]
    alone = statistics.changes(observed, permuted)
    assert statistics.promising_links(alone.p).tolist() == [0]
    more = RANDOM.normal(0.2, 0.1, (50, 2, 1)).astype(np.float32)
    found = statistics.changes(observed, permuted, more=more, promising=np.array([0]))
    assert abs(found.z[0]) < abs(alone.z[0]) / 3
    assert found.p[0] > alone.p[0]
    assert (found.z[1:] == alone.z[1:]).all()


def test_changes__a_link_without_importance_under_permuted_labels_has_a_finite_z():
    observed, permuted = importances()
    permuted[:, :, :5] = 0.0
    observed[:, 0] = 0.0, 0.5
    found = statistics.changes(observed, permuted)
    assert np.isfinite(found.z).all()
    assert found.z[0] > 1
    nothing = statistics.changes(np.zeros((2, 3)), np.zeros((4, 2, 3)))
    assert nothing.p.tolist() == [1.0, 1.0, 1.0]


def test_changes__refuses_too_few_permutations():
    observed, permuted = importances()
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
