"""Factors of a shrunken precision matrix: a vector for each gene, without a gene by gene matrix."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from genie3_engine.inference.genie3 import unit_variance
from genie3_engine.kernels.products import TILE, add_products

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from genie3_engine.data.expression import Expression

    Floats = NDArray[np.float64]

_ROWS_AT_ONCE = 1024


@dataclass(frozen=True, slots=True, eq=False)
class PrecisionFactors:
    """A vector for each gene, whose inner products are the off-diagonal precisions.

    Parameters
    ----------
    tiles : (n_tiles, m, 256) float64
        Vectors of length ``m``, the smaller of the numbers of genes and samples, in tiles of 256
        genes; zeros for a gene without variance and behind the last gene.
    lower : (m, >= m) float64
        The Cholesky factor, in the lower triangle, whose inverse makes the vectors.
    weight : float
        ``c`` in `precision_factors`.
    has_fewer_samples : bool
        Whether the matrix that was factored is that of the samples.
    """

    tiles: Floats
    lower: Floats
    weight: float
    has_fewer_samples: bool

    def columns(self, genes: NDArray[np.int32]) -> Floats:
        """Return the vectors of some genes, one a row."""
        return tiled_columns(self.tiles, genes)

    def solved(self, columns: Floats) -> Floats:
        """Return the inverse of the Cholesky factor times some columns.

        Parameters
        ----------
        columns : (m, n) float64
            Each is solved for itself, to the same bits next to any others.
        """
        n = columns.shape[1]
        tiled = tiles(columns)
        for tile in tiled:
            _solve(self.lower, tile)
        solved: Floats = np.concatenate(list(tiled), axis=1)[:, :n]
        return solved


def precision_factors(expression: Expression, shrinkage: float) -> PrecisionFactors:
    """Factor the shrunken precision matrix of all genes.

    Parameters
    ----------
    expression : Expression
        The data set in canonical order.
    shrinkage : float
        Weight of the identity in the shrunken correlation matrix, between 0 and 1.

    Notes
    -----
    With standardised expression Z (genes by samples) the shrunken correlation matrix is in
    proportion to ``I + c Z Z'``, where ``c = (1 - shrinkage) / (n_samples shrinkage)``. Where there
    are fewer samples than genes, Woodbury's identity gives, off the diagonal, its inverse in
    proportion to ``Z' (I + c Z'Z)^-1 Z``, from a matrix of samples by samples. So the vectors are
    the columns of ``L^-1 Z'`` or else of ``L^-1``, for the Cholesky factor L of the smaller of the
    two matrices. Every sum has a fixed order, so the bits are the same on every machine.
    """
    standardised = standardised_genes(expression)
    n_genes, n_samples = standardised.shape
    c = (1.0 - shrinkage) / (n_samples * shrinkage)
    has_fewer_samples = n_samples < n_genes
    size = min(n_samples, n_genes)
    matrix = np.zeros((size, _padded(size)))
    for rows in _slices(n_genes if has_fewer_samples else n_samples, _ROWS_AT_ONCE):
        part = standardised[rows] if has_fewer_samples else standardised[:, rows].T
        _add_gram(np.ascontiguousarray(part), matrix)
    matrix *= c
    matrix[np.arange(size), np.arange(size)] += 1.0
    if has_fewer_samples:
        factors = tiles(standardised.T)
    else:
        del standardised
        factors = tiles(np.eye(size))
    _cholesky(matrix)
    for tile in factors:
        _solve(matrix, tile)
    return PrecisionFactors(factors, matrix, c, has_fewer_samples)


def tiles(columns: Floats) -> Floats:
    """Return a matrix in tiles of 256 columns, with zeros behind the last one.

    Parameters
    ----------
    columns : (n, n_columns) float64
        The matrix.
    """
    n, n_columns = columns.shape
    tiled = np.zeros((_padded(n_columns) // TILE, n, TILE))
    for tile, part in zip(tiled, _slices(n_columns, TILE), strict=True):
        tile[:, : part.stop - part.start] = columns[:, part]
    return tiled


def tiled_columns(tiled: Floats, places: NDArray[np.int32]) -> Floats:
    """Return some of the columns that `tiles` divided, one a row."""
    tile, column = np.divmod(places, TILE)
    return np.ascontiguousarray(tiled[tile, :, column])


def standardised_genes(expression: Expression) -> Floats:
    """Return each gene with mean 0 and variance 1; zeros where all its values are equal."""
    standardised = np.zeros((expression.n_genes, expression.n_samples))
    for gene, values in enumerate(expression.values):
        response = unit_variance(values)
        if response is not None:
            standardised[gene] = response
    return standardised


def _add_gram(rows: Floats, matrix: Floats) -> None:
    """Add ``rows' rows`` to the lower triangle of a matrix."""
    left = np.ascontiguousarray(rows.T)
    for tile, columns in zip(tiles(rows), _slices(rows.shape[1], TILE), strict=True):
        for part in _slices(rows.shape[1], _ROWS_AT_ONCE, start=columns.start):
            _add(left[part], tile, matrix[part, columns.start : columns.start + TILE])


def _cholesky(matrix: Floats) -> None:
    """Replace the lower triangle of a positive definite matrix by its Cholesky factor."""
    size = len(matrix)
    for block in _slices(size, TILE):
        end = block.start + TILE  # there are columns of zeros behind the last one
        if block.start:
            known = tiles(matrix[block, : block.start].T)[0]
            for part in _slices(size, _ROWS_AT_ONCE, start=block.start):
                _add(-matrix[part, : block.start], known, matrix[part, block.start : end])
        for column in range(block.start, block.stop):
            root = math.sqrt(matrix[column, column])
            matrix[column, column] = root
            below = matrix[column + 1 :, column]
            below /= root
            others = slice(column + 1, block.stop)
            matrix[column + 1 :, others] -= below[:, None] * matrix[others, column]


def _solve(factor: Floats, tile: Floats) -> None:
    """Replace the columns of a tile by the solution of ``factor x = tile``."""
    for block in _slices(len(tile), TILE):
        if block.start:
            left = -factor[block, : block.start]
            _add(left, tile[: block.start], tile[block])
        for row in range(block.start, block.stop):
            tile[row] /= factor[row, row]
            below = slice(row + 1, block.stop)
            tile[below] -= factor[below, row, None] * tile[row]


def _add(left: Floats, tile: Floats, out: Floats) -> None:
    """Add the product of a matrix and a tile."""
    total = np.ascontiguousarray(out)
    add_products(np.ascontiguousarray(left), tile[None], total)
    if total is not out:
        out[:] = total


def _padded(n: int) -> int:
    return -(-n // TILE) * TILE


def _slices(n: int, step: int, *, start: int = 0) -> Iterator[slice[int, int, Any]]:
    for first in range(start, n, step):
        yield slice(first, min(first + step, n))
