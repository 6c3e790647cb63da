from __future__ import annotations

import numpy as np

from genie3_engine.data.expression import Expression
from genie3_engine.datasets.distributions import gene_spread, sample_map, sample_spread
from genie3_engine.datasets.figures import (
    gene_variance_figure,
    sample_correlation_figure,
    sample_pca_figure,
    sample_values_figure,
    zero_share_figure,
)


def table(n_samples: int) -> Expression:
    values = np.random.default_rng(0).normal(size=(50, n_samples))
    genes = tuple(f"g{gene:02d}" for gene in range(50))
    return Expression(values, genes, tuple(f"<s{sample}>" for sample in range(n_samples)))


def test_sample_values_figure__boxes_for_few_samples_and_ribbons_for_many():
    few, many = (sample_values_figure(sample_spread(table(n))) for n in (10, 100))
    assert {trace.type for trace in few.data} == {"box"}
    assert {trace.type for trace in many.data} == {"scatter"}


def test_gene_variance_figure__counts_every_gene_that_varies():
    figure = gene_variance_figure(gene_spread(table(8)))
    assert sum(figure.data[0].y) == 50


def test_zero_share_figure__puts_genes_that_are_always_expressed_at_zero():
    spread = gene_spread(Expression(np.ones((3, 4)), ("a", "b", "c"), tuple("wxyz")))
    (bars,) = zero_share_figure(spread).data
    assert bars.y[0] == 3


def test_sample_pca_figure__draws_every_sample_once():
    figure = sample_pca_figure(sample_map(table(12)))
    assert sum(len(trace.x) for trace in figure.data) == 12


def test_sample_correlation_figure__names_are_text():
    (heat_map,) = sample_correlation_figure(sample_map(table(6))).data
    assert np.shape(heat_map.z) == (6, 6)
    assert "&lt;s0&gt;" in {name for row in heat_map.customdata for name in np.ravel(row)}
