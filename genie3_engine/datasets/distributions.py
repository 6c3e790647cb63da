"""Distributions of a data set's values over samples and genes, and its outlier samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.sample_similarity import correlations

if TYPE_CHECKING:
    from genie3_engine.data.expression import Expression

Floats = NDArray[np.float64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_SAMPLES = 1_500
MOST_GENES = 2_000
_MOST_VALUES, _FEWEST_SAMPLES = 10_000_000, 100  # of samples of large sparse data
_LINEAR_FROM = 60.0
_VALUES_AT_ONCE = 1 << 22
_FAR = 6.0


@dataclass(frozen=True, slots=True)
class SampleSpread:
    """Quantiles of each sample's values.

    Parameters
    ----------
    samples : tuple of str
        Names; evenly chosen where there are many.
    quantiles : (5, n_samples) float64
        At 5, 25, 50, 75 and 95 %.
    zero_share : (n_samples,) float64
        Share of genes without expression.
    unit : str
        What the values are: as they are, or ``log2(value + 1)``.
    """

    samples: tuple[str, ...]
    quantiles: Floats
    zero_share: Floats
    unit: str


@dataclass(frozen=True, slots=True)
class GeneSpread:
    """How each gene's values vary.

    Parameters
    ----------
    genes : tuple of str
        Names.
    variance : (n_genes,) float64
        Over samples, of the values as they are.
    expressed_share : (n_genes,) float64
        Share of samples with a value that is not zero.
    """

    genes: tuple[str, ...]
    variance: Floats
    expressed_share: Floats


@dataclass(frozen=True, slots=True)
class SampleMap:
    """The samples as points and by their correlations.

    Parameters
    ----------
    samples : tuple of str
        Names; evenly chosen where there are many.
    first, second : (n_samples,) float64
        Principal components of the most variable genes.
    explained : (float, float)
        Shares of variance on the two.
    correlation : (n_samples, n_samples) float64
        Pearson, of the same genes.
    apart : (n_samples,) bool
        Samples that correlate much less with the others than is usual here.
    unit : str
        What the values are: as they are, or ``log2(value + 1)``.
    """

    samples: tuple[str, ...]
    first: Floats
    second: Floats
    explained: tuple[float, float]
    correlation: Floats
    apart: NDArray[np.bool_]
    unit: str


def sample_spread(expression: Expression) -> SampleSpread:
    """Return the quantiles of each sample's values."""
    chosen = _chosen_samples(expression)
    values = np.asarray(expression.values[:, chosen])
    shown, unit = _comparable(values)
    return SampleSpread(
        tuple(expression.samples[sample] for sample in chosen),
        np.quantile(shown, QUANTILES, axis=0),
        (values == 0).mean(axis=0),
        unit,
    )


def gene_spread(expression: Expression) -> GeneSpread:
    """Return each gene's variance, and in how many samples it is expressed."""
    variance = np.empty(expression.n_genes)
    expressed = np.empty(expression.n_genes)
    at_once = max(1, _VALUES_AT_ONCE // expression.n_samples)
    for first in range(0, expression.n_genes, at_once):
        rows = np.asarray(expression.values[first : first + at_once])
        variance[first : first + at_once] = rows.var(axis=1)
        expressed[first : first + at_once] = (rows != 0).mean(axis=1)
    return GeneSpread(expression.genes, variance, expressed)


def sample_map(expression: Expression) -> SampleMap:
    """Return where the samples lie by their most variable genes, and how alike they are."""
    chosen = _chosen_samples(expression)
    shown, unit = _comparable(np.asarray(expression.values[:, chosen]))
    variable = np.argsort(-shown.var(axis=1), kind="stable")[:MOST_GENES]
    table = shown[np.sort(variable)]
    table = table - table.mean(axis=1, keepdims=True)
    weights, vectors = np.linalg.eigh(table.T @ table)
    weights = np.maximum(weights[::-1], 0.0)
    axes = vectors[:, ::-1][:, :2] * np.sqrt(weights[:2])
    total = float(weights.sum()) or 1.0
    correlation = correlations(shown[np.sort(variable)])
    return SampleMap(
        tuple(expression.samples[sample] for sample in chosen),
        _facing(axes[:, 0]),
        _facing(axes[:, -1]),
        (float(weights[0]) / total, float(weights[min(1, len(weights) - 1)]) / total),
        correlation,
        _stands_apart(correlation),
        unit,
    )


def _chosen_samples(expression: Expression) -> list[int]:
    """Return all samples, or evenly many of a large number."""
    n_samples = expression.n_samples
    most = MOST_SAMPLES
    if expression.is_sparse:
        most = min(most, max(_FEWEST_SAMPLES, _MOST_VALUES // expression.n_genes))
    if n_samples <= most:
        return list(range(n_samples))
    return [int(sample) for sample in np.linspace(0, n_samples - 1, most).round()]


def _comparable(values: Floats) -> tuple[Floats, str]:
    """Return values that can be compared by eye: counts and the like as logarithms."""
    if values.size and values.min() >= 0 and values.max() > _LINEAR_FROM:
        return np.log2(values + 1.0), "log2(value + 1)"
    return values, "value"


def _stands_apart(correlation: Floats) -> NDArray[np.bool_]:
    """Return which samples are much less like the others than most are.

    Notes
    -----
    A sample's likeness is its median correlation with the others. One that lies six scaled median
    deviations below the middle, and 0.05 at least, is an outlier.
    """
    n_samples = len(correlation)
    if n_samples < 5:
        return np.zeros(n_samples, dtype=np.bool_)
    others = correlation[~np.eye(n_samples, dtype=np.bool_)].reshape(n_samples, n_samples - 1)
    likeness = np.median(others, axis=1)
    below = np.median(likeness) - likeness
    usual = 1.4826 * float(np.median(np.abs(below)))
    apart: NDArray[np.bool_] = below > max(_FAR * usual, 0.05)
    return apart


def _facing(axis: Floats) -> Floats:
    """Return a component with the sign that makes its largest entry positive."""
    return -axis if axis.size and axis[np.argmax(np.abs(axis))] < 0 else axis
