"""Correlate pairs of genes, with the same bits on every machine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from genie3_engine.kernels._jit import kernel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@kernel
def measure_rows(
    values: NDArray[np.float64], means: NDArray[np.float64], lengths: NDArray[np.float64]
) -> None:
    """Compute the mean of each gene, and the length of the vector of its deviations from that.

    Parameters
    ----------
    values : (n_genes, n_samples) float64
        Expression; read-only, as `correlate_pairs` takes it.
    means, lengths : (n_genes,) float64
        What is computed.

    Notes
    -----
    Sums in the order of the samples: those of NumPy and of BLAS depend on the processor.
    """
    n_genes, n_samples = values.shape
    for gene in range(n_genes):
        first, total = values[gene, 0], 0.0
        for i in range(n_samples):
            total += values[gene, i] - first  # exactly 0 for a constant gene
        mean = first + total / n_samples
        squares = 0.0
        for i in range(n_samples):
            deviation = values[gene, i] - mean
            squares += deviation * deviation
        means[gene], lengths[gene] = mean, math.sqrt(squares)


@kernel
def correlate_pairs(
    values: NDArray[np.float64],
    means: NDArray[np.float64],
    lengths: NDArray[np.float64],
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    out: NDArray[np.float64],
) -> None:
    """Compute Pearson's correlation of pairs of genes over all samples.

    Parameters
    ----------
    values : (n_genes, n_samples) float64
        Expression; read-only, so that there is one kind of it to compile for.
    means, lengths : (n_genes,) float64
        Each gene's mean, and the length of the vector of its deviations from that; a length of 0
        makes NaN.
    first, second : (n_pairs,) int32
        Positions of the genes of each pair.
    out : (n_pairs,) float64
        What is computed.

    Notes
    -----
    Four partial sums, of every fourth sample each: the same bits on every machine.
    """
    n_samples = values.shape[1]
    n_even = n_samples - n_samples % 4
    for pair in range(len(first)):
        a, b = first[pair], second[pair]
        mean_a, mean_b = means[a], means[b]
        s0 = s1 = s2 = s3 = 0.0
        for i in range(0, n_even, 4):
            s0 += (values[a, i] - mean_a) * (values[b, i] - mean_b)
            s1 += (values[a, i + 1] - mean_a) * (values[b, i + 1] - mean_b)
            s2 += (values[a, i + 2] - mean_a) * (values[b, i + 2] - mean_b)
            s3 += (values[a, i + 3] - mean_a) * (values[b, i + 3] - mean_b)
        for i in range(n_even, n_samples):
            s0 += (values[a, i] - mean_a) * (values[b, i] - mean_b)
        out[pair] = ((s0 + s1) + (s2 + s3)) / (lengths[a] * lengths[b])
