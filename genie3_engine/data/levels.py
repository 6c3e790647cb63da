"""Compare how much rows and columns differ in their level: genes differ more than samples do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.io.sandbox.array_files import pieces

FloatMatrix: TypeAlias = NDArray[np.float64]
SparseMatrix: TypeAlias = Any  # scipy.sparse.csr_matrix or csc_matrix; scipy has no types
_FLAT = 1e-6


@dataclass(frozen=True, slots=True)
class Levels:
    """The spread of the means of rows and of columns.

    Parameters
    ----------
    of_rows, of_columns : float
        Variance of the means, as a multiple of what chance gives; 0 where it is not known.
    is_centred : bool
        Whether the mean of all values is 0.
    """

    of_rows: float
    of_columns: float
    is_centred: bool

    @property
    def flat_axis(self) -> str:
        """Return ``row`` or ``column`` when only each of these has the mean 0; else nothing."""
        rows, columns = self.of_rows < _FLAT, self.of_columns < _FLAT
        if rows == columns or not self.is_centred:
            return ""
        return "row" if rows else "column"

    @property
    def contrast(self) -> float:
        """Return log2 of the ratio of both, above 0 when rows differ more, from -4 to 4."""
        if min(self.of_rows, self.of_columns) < _FLAT:
            return 0.0
        return min(4.0, max(-4.0, math.log2(self.of_rows / self.of_columns)))


def _sums(sparse: SparseMatrix) -> tuple[FloatMatrix, FloatMatrix, float]:
    """Return the sums of rows, of columns, and of all squares."""
    lines, across = sparse.shape if sparse.format == "csr" else sparse.shape[::-1]
    of_lines, of_others, squares = np.zeros(lines), np.zeros(across), 0.0
    for piece in pieces(sparse):
        values = sparse.data[piece].astype(np.float64)
        places = np.arange(piece.start, piece.start + len(values))
        line = np.searchsorted(sparse.indptr, places, side="right") - 1
        of_lines += np.bincount(line, weights=values, minlength=lines)
        of_others += np.bincount(sparse.indices[piece], weights=values, minlength=across)
        squares += float(np.square(values).sum())
    is_csr = sparse.format == "csr"
    return (of_lines, of_others, squares) if is_csr else (of_others, of_lines, squares)


def levels_of(blocks: Sequence[FloatMatrix], sparse: SparseMatrix | None = None) -> Levels:
    """Measure the levels of a matrix.

    Parameters
    ----------
    blocks : sequence of (n_rows_i, n_columns) float64
        The numbers from top to bottom; ignored when they are sparse.
    sparse : scipy.sparse matrix, optional
        The numbers.

    Returns
    -------
    Levels
        All 0 where values are missing, or do not vary.
    """
    with np.errstate(all="ignore"):
        if sparse is not None:
            n_rows, n_columns = sparse.shape
            row_sums, column_sums, squares = _sums(sparse)
            row_means, column_means = row_sums / n_columns, column_sums / n_rows
        else:
            row_means = np.concatenate([block.mean(axis=1) for block in blocks])
            n_rows, n_columns = len(row_means), blocks[0].shape[1]
            column_means = sum(block.sum(axis=0) for block in blocks) / n_rows
            squares = sum(float(np.square(block).sum()) for block in blocks)
        mean = float(row_means.mean())
        spread = squares / (n_rows * n_columns) - mean * mean
    if not (math.isfinite(spread) and spread > 0):
        return Levels(0.0, 0.0, False)
    return Levels(
        float(row_means.var()) * n_columns / spread,
        float(np.var(column_means)) * n_rows / spread,
        abs(mean) < _FLAT * math.sqrt(spread),
    )
