"""Small raw matrices."""

from __future__ import annotations

import math

import numpy as np
import scipy.sparse

from genie3_engine.data.quality import apply, finalise, parse_recipe
from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.sample_sheet import SampleSheet
from genie3_engine.data.sparse_genes import HeldGenes, SparseGenes
from genie3_engine.data.sparse_reading import genes_of_matrix


def raw_of(values, *, genes=None, samples=None, **others) -> RawExpression:
    """Return values, one row a gene, with names made up where none are given."""
    is_sparse = isinstance(values, SparseGenes)
    values = values if is_sparse else np.array(values, dtype=np.float64)
    n_genes, n_samples = values.shape
    return RawExpression(
        values,
        tuple(genes or (f"GENE{i + 1}" for i in range(n_genes))),
        tuple(samples or (f"s{j + 1}" for j in range(n_samples))),
        **others,
    )


def sheet_of(**columns) -> SampleSheet:
    """Return a sample sheet of some columns; the others are empty."""
    n_samples = len(next(iter(columns.values())))
    empty = {
        "series": ("",) * n_samples,
        "time": (math.nan,) * n_samples,
        "perturbed": ((),) * n_samples,
        "perturbation": ("",) * n_samples,
        "replicate": ("",) * n_samples,
        "block": ("",) * n_samples,
    }
    return SampleSheet(**empty | {name: tuple(entries) for name, entries in columns.items()})


def logs(n_genes: int = 30, n_samples: int = 120) -> np.ndarray:
    """Return clean expression on a logarithmic scale, in which nothing is odd."""
    return np.random.default_rng(5).normal(7.0, 1.5, size=(n_genes, n_samples))


def counts(n_genes: int = 30, n_samples: int = 120) -> np.ndarray:
    """Return counts of like depth, above zero nearly everywhere."""
    return np.random.default_rng(6).poisson(200.0, size=(n_genes, n_samples)).astype(float)


def sparse(values, dtype=np.float64) -> HeldGenes:
    """Return the same values, sparse, in memory."""
    return HeldGenes(scipy.sparse.csr_matrix(np.array(values, dtype=dtype)))


def filed(values) -> SparseGenes:
    """Return the same values, sparse, in a file."""
    return genes_of_matrix(scipy.sparse.csr_matrix(np.array(values, np.float64)), most_held=0)


def fixed(raw, *recipe):
    """Return data after the fixes of a recipe."""
    return apply(raw, parse_recipe(recipe)).raw


def final(raw, recipe):
    """Return the expression that a recipe makes."""
    return finalise(apply(raw, recipe).raw)
