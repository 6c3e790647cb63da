"""Tests of the stability of links."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.confidence.costs import MOST_PICKED, N_HALVES
from genie3_engine.confidence.replicates import ReplicateLinks
from genie3_engine.confidence.stability import Stability, picked_per_target
from genie3_engine.store.links import RankedLinks
from tests import naive
from tests.confidence.ranked import write_ranked


def replicate_links(halves, targets):
    """Links of all halves in one part, as the engines number them."""
    rows = [
        (half * len(targets) + targets.index(target), regulator)
        for half, picks in enumerate(halves)
        for target, regulators in picks.items()
        for regulator in regulators
    ]
    numbers, regulators = np.array(rows, np.int32).reshape(-1, 2).T
    return ReplicateLinks(numbers, regulators, np.ones(len(rows), np.float32))


@given(st.integers(0, 2**32 - 1))
def test_stability__is_that_of_its_definition(seed):
    rng = np.random.default_rng(seed)
    n_genes = int(rng.integers(2, 9))
    targets = np.sort(rng.permutation(n_genes)[: rng.integers(1, n_genes + 1)]).tolist()
    pairs = [(r, t) for t in targets for r in range(n_genes) if r != t]
    ranking = [pairs[i] for i in rng.permutation(len(pairs))[: rng.integers(1, len(pairs) + 1)]]
    halves = [
        {t: rng.permutation(n_genes)[: rng.integers(0, n_genes)].tolist() for t in targets}
        for _ in range(N_HALVES)
    ]
    n_strongest = np.bincount([t for _, t in ranking[: 5 * len(targets)]], minlength=n_genes)
    picked = np.zeros(n_genes, np.int32)
    picked[targets] = np.clip(n_strongest[targets], 1, MOST_PICKED)

    order = rng.permutation(N_HALVES)
    parts = []
    for part in np.array_split(order, 3):
        own = [picks if half in part else {} for half, picks in enumerate(halves)]
        parts.append(replicate_links(own, targets))
    found = Stability(parts, np.array(targets, np.int32), picked)
    expected = naive.stability(ranking, halves, len(targets))
    regulators, of = np.array(list(expected), np.int32).T
    assert found.of(regulators, of).tolist() == np.float32(list(expected.values())).tolist()


def test_stability__without_any_link_is_zero():
    nothing = Stability([], np.array([0], np.int32), np.array([1, 0], np.int32))
    assert nothing.of(np.array([1], np.int32), np.array([0], np.int32)).tolist() == [0.0]


def test_picked_per_target__counts_links_among_the_strongest(tmp_path):
    ranking = [(r, 0) for r in range(1, 10)] + [(r, 1) for r in range(2, 12)]
    links = RankedLinks(write_ranked(tmp_path, ranking, n_genes=12))
    picked = picked_per_target(links, np.array([0, 1, 2], np.int32), n_genes=12, n_possible=99)
    assert picked.tolist() == [9, 6, 1] + [0] * 9


def test_picked_per_target__of_few_regulators_counts_a_fifth_of_the_links(tmp_path):
    ranking = [(r, t) for r in range(6) for t in range(6, 12)]
    links = RankedLinks(write_ranked(tmp_path, ranking, n_genes=12))
    picked = picked_per_target(links, np.arange(6, 12, dtype=np.int32), n_genes=12, n_possible=36)
    assert picked.tolist() == [0] * 6 + [2, 1, 1, 1, 1, 1]


def test_picked_per_target__has_a_limit(tmp_path):
    ranking = [(r, 0) for r in range(1, 60)]
    links = RankedLinks(write_ranked(tmp_path, ranking, n_genes=60))
    picked = picked_per_target(links, np.arange(60, dtype=np.int32), n_genes=60, n_possible=3540)
    assert picked[0] == MOST_PICKED


def test_picked_per_target__of_a_network_without_links(tmp_path):
    links = RankedLinks(write_ranked(tmp_path, [], n_genes=5))
    picked = picked_per_target(links, np.array([0, 3], np.int32), n_genes=5, n_possible=8)
    assert picked.tolist() == [1, 0, 0, 1, 0]
