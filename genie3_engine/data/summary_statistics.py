"""Summary statistics of genes and samples, in blocks that fit in memory.

One pass over the values, a few megabytes at a time, dense or sparse.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.sparse_genes import FloatMatrix, GeneRows, SparseGenes

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
_BLOCK_VALUES = 1 << 20
_WHOLE_SHARE = 0.9
_LARGEST_EXACT = 2.0**53  # up to here a float holds every whole number


@dataclass(frozen=True, slots=True)
class AxisMeasures:
    """Measures of each gene, or of each sample; missing values are left out.

    Parameters
    ----------
    n_missing, n_zero : (n,) int64
        Values that are missing, and that are zero.
    low, high : (n,) float64
        The smallest and the largest value; infinite where there is none.
    total : (n,) float64
        Their sum.
    """

    n_missing: Counts
    n_zero: Counts
    low: Floats
    high: Floats
    total: Floats


@dataclass(frozen=True, slots=True)
class Measures:
    """Measures of a matrix.

    Parameters
    ----------
    genes, samples : AxisMeasures
        Of each of them.
    n_values : int
        Values that are there.
    n_whole, n_negative : int
        Values that are whole numbers, and that are below zero.
    """

    genes: AxisMeasures
    samples: AxisMeasures
    n_values: int
    n_whole: int
    n_negative: int

    @property
    def n_missing(self) -> int:
        """Return how many values are missing."""
        return int(self.genes.n_missing.sum())

    @property
    def n_zero(self) -> int:
        """Return how many values are zero."""
        return int(self.genes.n_zero.sum())

    @property
    def are_counts(self) -> bool:
        """True when nothing is negative and, zeros aside, nine in ten values are whole numbers.

        Not all: rows of one gene may have been averaged, and gaps filled.
        """
        n_above = self.n_values - self.n_zero - self.n_negative
        n_whole = self.n_whole - self.n_zero
        return self.n_negative == 0 and n_above > 0 and n_whole >= _WHOLE_SHARE * n_above

    @property
    def is_constant(self) -> NDArray[np.bool_]:
        """Return, for each gene with a value, whether all its values are the same."""
        flat: NDArray[np.bool_] = self.genes.low == self.genes.high
        return flat


def measure(values: GeneRows) -> Measures:
    """Measure a matrix with one row a gene.

    Parameters
    ----------
    values : (n_genes, n_samples) float64, or SparseGenes
        NaN where a value is missing.
    """
    if isinstance(values, SparseGenes):
        return _measure_sparse(values)
    n_genes, n_samples = values.shape
    genes, samples = _unmeasured(n_genes), _unmeasured(n_samples)
    n_whole = n_negative = 0
    for rows, block in dense_blocks(values) if n_samples else ():
        missing = np.isnan(block)
        has_missing = bool(missing.any())
        zero = block == 0
        filled = np.where(missing, 0.0, block) if has_missing else block
        n_whole += int((np.floor(filled) == filled).sum()) - int(missing.sum())
        n_negative += int((filled < 0).sum())
        low = np.where(missing, math.inf, block) if has_missing else block
        high = np.where(missing, -math.inf, block) if has_missing else block
        genes.n_missing[rows] = missing.sum(axis=1)
        genes.n_zero[rows] = zero.sum(axis=1)
        genes.low[rows], genes.high[rows] = low.min(axis=1), high.max(axis=1)
        genes.total[rows] = filled.sum(axis=1)
        samples.n_missing[:] += missing.sum(axis=0)
        samples.n_zero[:] += zero.sum(axis=0)
        np.minimum(samples.low, low.min(axis=0), out=samples.low)
        np.maximum(samples.high, high.max(axis=0), out=samples.high)
        samples.total[:] += filled.sum(axis=0)
    n_values = n_genes * n_samples - int(genes.n_missing.sum())
    return Measures(genes, samples, n_values, n_whole, n_negative)


def _measure_sparse(matrix: SparseGenes) -> Measures:
    """Measure a sparse matrix by what it holds; zeros are what it does not."""
    n_genes, n_samples = matrix.shape
    genes, samples = _unmeasured(n_genes), _unmeasured(n_samples)
    n_whole = n_negative = 0
    held = _unmeasured(n_genes).n_zero, _unmeasured(n_samples).n_zero
    for part, block in matrix.blocks():
        values = block.data
        gene_of = np.repeat(np.arange(part.start, part.stop), np.diff(block.indptr))
        missing = np.isnan(values)
        there = ~missing & (values != 0)
        n_whole += int((there & (np.floor(values) == values)).sum())
        n_negative += int((values < 0).sum())
        for axis, places, n_held in (
            (genes, gene_of, held[0]),
            (samples, block.indices, held[1]),
        ):
            n = len(axis.total)
            if missing.any():
                axis.n_missing[:] += np.bincount(places[missing], minlength=n)
            at, those = places[there], values[there]
            n_held[:] += np.bincount(at, minlength=n)
            axis.total[:] += np.bincount(at, weights=those, minlength=n)
            np.minimum.at(axis.low, at, those)
            np.maximum.at(axis.high, at, those)
    for axis, n_held, whole in ((genes, held[0], n_samples), (samples, held[1], n_genes)):
        axis.n_zero[:] = whole - n_held - axis.n_missing
        has_zero = axis.n_zero > 0
        axis.low[has_zero] = np.minimum(axis.low[has_zero], 0.0)
        axis.high[has_zero] = np.maximum(axis.high[has_zero], 0.0)
    n_values = n_genes * n_samples - int(genes.n_missing.sum())
    return Measures(genes, samples, n_values, n_whole + int(genes.n_zero.sum()), n_negative)


def dense_blocks(values: GeneRows) -> Iterator[tuple[slice, FloatMatrix]]:
    """Give the rows of a matrix, about a million values at a time, dense."""
    step = max(1, _BLOCK_VALUES // max(1, values.shape[1]))
    for first in range(0, values.shape[0], step):
        rows = slice(first, min(first + step, values.shape[0]))
        yield rows, values[rows]


def variances(values: GeneRows) -> Floats:
    """Return the variance of each gene over its samples, whatever order these are in.

    Parameters
    ----------
    values : (n_genes, n_samples) float64, or SparseGenes
        NaN where a value is missing; a gene without two values has variance 0.

    Notes
    -----
    Every gene's values are sorted before they are added up, so that the last bit does not depend
    on the order of the samples and neither does a choice between genes of equal variance.
    """
    if isinstance(values, SparseGenes):
        return _variances_sparse(values)
    found = np.zeros(values.shape[0])
    for rows, block in dense_blocks(values):
        ordered = np.sort(block, axis=1)
        missing = np.isnan(ordered)
        n = np.maximum(1, (~missing).sum(axis=1, keepdims=True))
        ordered[missing] = 0.0
        mean = ordered.sum(axis=1, keepdims=True) / n
        deviations = np.where(missing, 0.0, ordered - mean)
        found[rows] = np.square(deviations).sum(axis=1) / n[:, 0]
    return found


def _variances_sparse(matrix: SparseGenes) -> Floats:
    found = np.zeros(matrix.shape[0])
    for part, block in matrix.blocks():
        for gene, (start, end) in enumerate(pairwise(block.indptr.tolist()), part.start):
            held = np.sort(block.data[start:end])
            held = held[: len(held) - int(np.isnan(held).sum())]
            n = max(1, matrix.shape[1] - (end - start - len(held)))
            mean = held.sum() / n
            found[gene] = (np.square(held - mean).sum() + (n - len(held)) * mean * mean) / n
    return found


def library_sizes(values: GeneRows) -> Floats:
    """Return the sum of each sample, rounded once, whatever order the genes are in.

    Parameters
    ----------
    values : (n_genes, n_samples) float64, or SparseGenes
        NaN, a missing value, counts as nothing.
    """
    n_samples = values.shape[1]
    sums, are_whole = np.zeros(n_samples), True
    if isinstance(values, SparseGenes):
        for _, entries in values.blocks():
            held = np.nan_to_num(entries.data)
            sums += np.bincount(entries.indices, weights=held, minlength=n_samples)
            are_whole = are_whole and bool((np.floor(held) == held).all())
    else:
        for _, block in dense_blocks(values):
            held = np.nan_to_num(block)
            sums += held.sum(axis=0)
            are_whole = are_whole and bool((np.floor(held) == held).all())
    if are_whole and bool((np.abs(sums) < _LARGEST_EXACT).all()):
        return sums
    for sample, column in enumerate(_columns(values)):
        sums[sample] = math.fsum(np.nan_to_num(column).tolist())
    return sums


def _columns(values: GeneRows) -> Iterator[Floats]:
    """Yield what is held of each sample."""
    if isinstance(values, SparseGenes):
        for _, block in values.sample_blocks():
            for start, end in pairwise(block.indptr.tolist()):
                yield block.data[start:end]
    else:
        yield from values.T


def _unmeasured(n: int) -> AxisMeasures:
    return AxisMeasures(
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        np.full(n, math.inf),
        np.full(n, -math.inf),
        np.zeros(n),
    )
