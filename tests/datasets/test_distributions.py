from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.datasets import distributions, figures
from genie3_engine.datasets.distributions import gene_spread, sample_map, sample_spread
from tests.data.raws import filed


def table(values: np.ndarray) -> Expression:
    genes = tuple(f"g{row:04d}" for row in range(values.shape[0]))
    return Expression(values, genes, tuple(f"<s{column}>" for column in range(values.shape[1])))


@pytest.fixture
def mixed() -> Expression:
    """Twelve samples alike, and one that has nothing to do with them."""
    rng = np.random.default_rng(1)
    profile = rng.normal(size=(300, 1)) * 3
    values = profile + rng.normal(size=(300, 13)) * 0.3
    values[:, 7] = rng.normal(size=300) * 3
    return table(values)


def test_sample_spread__gives_quantiles_and_zeros():
    spread = sample_spread(table(np.array([[0.0, 1.0], [0.0, 2.0], [4.0, 3.0]])))
    assert spread.quantiles[2].tolist() == [0.0, 2.0]
    assert spread.zero_share.tolist() == pytest.approx([2 / 3, 0.0])
    assert spread.unit == "value"


def test_sample_spread__compares_counts_as_logarithms():
    spread = sample_spread(table(np.array([[0.0, 1023.0], [0.0, 1023.0], [0.0, 1023.0]])))
    assert spread.unit == "log2(value + 1)"
    assert spread.quantiles[2].tolist() == [0.0, 10.0]


def test_spreads__of_sparse_values_are_those_of_dense_ones(monkeypatch):
    values = np.random.default_rng(2).poisson(0.4, (30, 60)).astype(float)
    dense = table(values)
    held = replace(dense, values=filed(values))
    assert sample_spread(held).quantiles.tolist() == sample_spread(dense).quantiles.tolist()
    assert gene_spread(held).variance.tolist() == gene_spread(dense).variance.tolist()
    assert sample_map(held).first.tolist() == sample_map(dense).first.tolist()
    monkeypatch.setattr(distributions, "_MOST_VALUES", 30 * 10)
    monkeypatch.setattr(distributions, "_FEWEST_SAMPLES", 5)
    assert len(sample_spread(held).samples) == 10
    assert len(sample_spread(dense).samples) == 60


def test_gene_spread__counts_variance_and_expression():
    spread = gene_spread(table(np.array([[0.0, 2.0], [5.0, 5.0]])))
    assert spread.variance.tolist() == [1.0, 0.0]
    assert spread.expressed_share.tolist() == [0.5, 1.0]


def test_sample_map__finds_the_sample_apart(mixed):
    found = sample_map(mixed)
    assert np.flatnonzero(found.apart).tolist() == [7]
    assert found.correlation == pytest.approx(np.corrcoef(mixed.values, rowvar=False))
    assert np.argmax(np.abs(found.first)) == 7
    assert 0.5 < found.explained[0] <= 1


@pytest.mark.parametrize("n_samples", [1, 2, 4])
def test_sample_map__survives_few_and_constant_samples(n_samples):
    found = sample_map(table(np.ones((5, n_samples))))
    assert not found.apart.any()
    assert np.isfinite(found.correlation).all()


@pytest.mark.parametrize("n_samples", [3, 70])
def test_figures__show_names_as_text(n_samples):
    rng = np.random.default_rng(0)
    data = table(rng.poisson(3.0, size=(50, n_samples)).astype(float))
    found = sample_map(data)
    drawn = [
        figures.sample_values_figure(sample_spread(data)),
        figures.gene_variance_figure(gene_spread(data), dark=True),
        figures.zero_share_figure(gene_spread(data)),
        figures.sample_pca_figure(found, dark=True),
        figures.sample_correlation_figure(found),
    ]
    assert all(figure.data for figure in drawn)
    assert not any("<s1>" in figure.to_json() for figure in drawn)


def test_zero_share_figure__counts_every_gene(mixed):
    figure = figures.zero_share_figure(gene_spread(mixed))
    assert int(np.sum(figure.data[0].y)) == 300
