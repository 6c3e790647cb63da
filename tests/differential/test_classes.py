from __future__ import annotations

import math

import numpy as np

from genie3_engine.differential.classes import (
    GAINED,
    KEPT,
    LOST,
    REVERSED,
    Network,
    link_classes,
    ranks_of,
    regulator_sums,
    strongest_of_both,
)


def network(links):
    """A network from {(regulator, target): importance}."""
    return Network(
        np.array([regulator for regulator, _ in links], np.int32),
        np.array([target for _, target in links], np.int32),
        np.array(list(links.values()), np.float32),
    )


def test_strongest_of_both__takes_the_top_of_each_network():
    first = network({(0, 5): 0.9, (1, 5): 0.5, (2, 5): 0.25})
    second = network({(2, 5): 0.75, (0, 5): 0.5, (3, 5): 0.125})
    found = strongest_of_both(first, second, top=2)
    assert found.regulators.tolist() == [0, 1, 2]
    assert found.targets.tolist() == [5, 5, 5]
    assert found.importance.tolist() == [[np.float32(0.9), 0.5, 0.25], [0.5, 0.0, 0.75]]
    assert found.is_in.tolist() == [[True, True, False], [True, False, True]]
    assert found.least == (0.5, 0.5)


def test_strongest_of_both__breaks_ties_by_regulator_and_target():
    links = {(4, 1): 0.5, (2, 3): 0.5, (2, 1): 0.5}
    found = strongest_of_both(network(links), network(links), top=2)
    assert list(zip(found.regulators.tolist(), found.targets.tolist(), strict=True)) == [
        (2, 1),
        (2, 3),
    ]


def test_strongest_of_both__takes_empty_networks():
    found = strongest_of_both(network({}), network({(1, 2): 0.5}), top=3)
    assert found.regulators.tolist() == [1]
    assert found.least == (math.inf, 0.5)
    assert strongest_of_both(network({}), network({}), top=3).regulators.size == 0


def test_link_classes__are_told_by_membership_and_clear_signs():
    is_in = np.array([[1, 1, 0, 1, 1], [1, 0, 1, 1, 1]], bool)
    correlations = np.array([[0.6, 0.6, 0.6, 0.6, 0.6], [-0.6, -0.6, 0.6, -0.1, np.nan]])
    found = link_classes(is_in, correlations, n_samples=(60, 60))
    assert found == [REVERSED, LOST, GAINED, KEPT, KEPT]


def test_link_classes__a_sign_needs_a_larger_correlation_in_fewer_samples():
    is_in = np.ones((2, 1), bool)
    correlations = np.array([[0.6], [-0.3]])
    assert link_classes(is_in, correlations, n_samples=(60, 60)) == [REVERSED]
    assert link_classes(is_in, correlations, n_samples=(60, 20)) == [KEPT]


def test_regulator_sums__count_classes_and_add_sizes_of_z():
    regulators = np.array([7, 3, 7, 5], np.int32)
    found = regulator_sums(regulators, [LOST, KEPT, GAINED, LOST], np.array([-2.0, 1, 3, -1]))
    assert found.regulators.tolist() == [7, 3, 5]
    assert found.counts.tolist() == [[1, 1, 0, 0], [0, 0, 0, 1], [0, 1, 0, 0]]
    assert found.sum_abs_z.tolist() == [5.0, 1.0, 1.0]


def test_ranks_of__are_by_size_ties_in_order_and_unknown_last():
    assert ranks_of(np.array([1.0, -3.0, np.nan, 3.0])).tolist() == [3, 1, 4, 2]
