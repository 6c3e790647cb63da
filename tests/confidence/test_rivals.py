"""Tests of rivals of links."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.confidence import rivals
from genie3_engine.confidence.rivals import Rivals, strongest_regulators
from genie3_engine.data.expression import Expression
from genie3_engine.store.links import RankedLinks
from tests import naive
from tests.confidence.ranked import write_ranked


def expression_of(values):
    genes, samples = (
        tuple(f"{c}{i:03d}" for i in range(n)) for c, n in zip("gs", values.shape, strict=True)
    )
    return Expression(values, genes, samples)


def strongest_of(ranking, n_genes):
    """The strongest regulators of each gene, by going through the links one by one."""
    lists = [[r for r, t in ranking if t == target][:10] for target in range(n_genes)]
    return np.array([[*found, *[-1] * (10 - len(found))] for found in lists], np.int32)


@given(st.integers(0, 2**32 - 1))
def test_rivals__are_those_of_their_definition(seed):
    rng = np.random.default_rng(seed)
    n_genes = int(rng.integers(3, 16))
    values = rng.integers(0, rng.integers(1, 30), (n_genes, int(rng.integers(3, 12)))).astype(float)
    regulators = np.sort(rng.permutation(n_genes)[: rng.integers(2, n_genes + 1)]).astype(np.int32)
    pairs = [(int(r), t) for t in range(n_genes) for r in regulators if r != t]
    ranking = [pairs[i] for i in rng.permutation(len(pairs))]
    found = Rivals(expression_of(values), regulators, strongest_of(ranking, n_genes))
    expected = naive.rivals(values.tolist(), ranking)
    first, second = np.array(ranking, np.int32).T
    rival, correlation = found.of(first, second)
    for at, link in enumerate(ranking):
        other, exact = expected[link]
        assert rival[at] == (-1 if other is None else other)
        assert np.isnan(correlation[at]) if other is None else np.isclose(correlation[at], exact)


def test_rivals__are_correlated_as_scipy_says():
    from scipy.stats import spearmanr

    values = np.random.default_rng(3).normal(size=(4, 50)).round(1)
    strongest = np.full((4, 10), -1, np.int32)
    strongest[3, :2] = [0, 1]
    found = Rivals(expression_of(values), np.arange(4, dtype=np.int32), strongest)
    rival, correlation = found.of(np.array([0, 1, 2], np.int32), np.array([3, 3, 3], np.int32))
    with_0, with_1 = (spearmanr(values[2], values[other]).statistic for other in (0, 1))
    assert rival.tolist() == [-1, 0, 0 if abs(with_0) > abs(with_1) else 1]
    assert correlation[2] == pytest.approx(max(with_0, with_1, key=abs), abs=1e-7)


def test_rivals__of_many_samples_take_some(monkeypatch):
    monkeypatch.setattr(rivals, "_MOST_VALUES", 40)
    values = np.arange(1000, dtype=float) * np.array([[1], [-1]])
    strongest = np.array([[0, *[-1] * 9], [-1] * 10], np.int32)
    found = Rivals(expression_of(values), np.arange(2, dtype=np.int32), strongest)
    rival, correlation = found.of(np.array([1], np.int32), np.array([0], np.int32))
    assert (rival.tolist(), correlation.tolist()) == ([0], [-1.0])


def test_strongest_regulators__are_gathered_over_row_groups(tmp_path):
    rng = np.random.default_rng(5)
    pairs = [(r, t) for t in range(4) for r in range(16) if r != t]
    ranking = [pairs[i] for i in rng.permutation(len(pairs))[:40]]
    links = RankedLinks(write_ranked(tmp_path, ranking, n_genes=16))
    assert strongest_regulators(links, n_genes=16).tolist() == strongest_of(ranking, 16).tolist()
