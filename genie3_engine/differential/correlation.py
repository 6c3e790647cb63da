"""Compare the rank correlation of regulator and target in two groups of samples."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.data.logarithm import log1p

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_VARIANCE = 1.06
_VALUES_AT_ONCE = 1 << 22


def spearman(
    values: NDArray[np.floating],
    regulators: NDArray[np.integer],
    targets: NDArray[np.integer],
) -> Floats:
    """Return Spearman's rank correlation of pairs of genes.

    Parameters
    ----------
    values : (n_genes, n_samples) float
        Expression in the samples of one group.
    regulators, targets : (n_links,) integer
        Positions of the genes of each pair.

    Returns
    -------
    (n_links,) float64
        NaN where a gene is constant. Sums are whole numbers, so the bits are the same on every
        processor and for every order of the samples.
    """
    genes, places = np.unique(np.concatenate([regulators, targets]), return_inverse=True)
    ranks = np.array([_centred_ranks(np.asarray(values[gene])) for gene in genes.tolist()])
    lengths = np.einsum("ij,ij->i", ranks, ranks).astype(np.float64)
    first, second = places[: regulators.size], places[regulators.size :]
    correlation = np.full(regulators.size, np.nan)
    step = max(1, _VALUES_AT_ONCE // values.shape[1])
    for start in range(0, regulators.size, step):
        a, b = first[start : start + step], second[start : start + step]
        product = np.einsum("ij,ij->i", ranks[a], ranks[b]).astype(np.float64)
        length = np.sqrt(lengths[a] * lengths[b])
        np.divide(product, length, out=correlation[start : start + step], where=length > 0.0)
    return correlation


def _centred_ranks(values: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return twice the mean rank of each sample, less the mean: whole numbers of sum 0."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    doubled = 2 * np.cumsum(counts) - counts - values.size
    ranks: NDArray[np.int64] = doubled[places].astype(np.int64)
    return ranks


def fisher_z(correlation_1: Floats, correlation_2: Floats, *, n_samples: tuple[int, int]) -> Floats:
    """Return Fisher's z of the change of a rank correlation from the first to the second group.

    Parameters
    ----------
    correlation_1, correlation_2 : (n_links,) float64
        Spearman's correlation in both groups.
    n_samples : pair of int
        Samples of both groups, four at least.

    Returns
    -------
    (n_links,) float64
        Positive where the correlation is larger in the second group; NaN where one is unknown.

    Notes
    -----
    The variance of a transformed rank correlation is about 1.06 / (n - 3) (Fieller, Hartley and
    Pearson 1957, Biometrika 44:470-481). A correlation of 1 or -1 counts as the next smaller one
    that ranks without ties can have, so that z is finite.
    """
    first, second = (
        _transformed(correlation, n)
        for correlation, n in zip((correlation_1, correlation_2), n_samples, strict=True)
    )
    variance = _VARIANCE / (n_samples[0] - 3) + _VARIANCE / (n_samples[1] - 3)
    return (second - first) / math.sqrt(variance)


def _transformed(correlation: Floats, n: int) -> Floats:
    """Return the inverse hyperbolic tangent, the same bits on every processor."""
    size = np.minimum(np.abs(correlation), 1.0 - 12.0 / (n * (n * n - 1)))
    return np.copysign(0.5 * log1p(2.0 * size / (1.0 - size)), correlation)
