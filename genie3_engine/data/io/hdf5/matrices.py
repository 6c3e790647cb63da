"""Read a matrix of an HDF5 file, dense or compressed by rows or columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from genie3_engine.data.io.hdf5.safe_file import (
    Node,
    Numbers,
    check,
    check_chunks,
    child,
    file_of,
    row_of_numbers,
    sequence,
)
from genie3_engine.data.io.sandbox.array_files import LARGE_BYTES, ArrayFile
from genie3_engine.data.io.size_limits import check_declared
from genie3_engine.data.io.table import FloatMatrix, SparseMatrix
from genie3_engine.data.sparse_genes import MAX_DENSE_BYTES
from genie3_engine.errors import InputError

_BLOCK_VALUES = 1 << 22
_DENSE_BYTES = 512 << 20
_PIECE_VALUES = 1 << 19


def matrix(node: Node, what: str) -> tuple[list[FloatMatrix], SparseMatrix | None]:
    """Read a dense matrix, in blocks of rows; a large one that is mostly zeros becomes sparse.

    Parameters
    ----------
    node : h5py.Dataset
        Two axes of numbers.
    what : str
        What it is, for messages.

    Returns
    -------
    blocks : list of (n_rows_i, n_columns) float64
        The numbers from top to bottom, or nothing.
    sparse : scipy.sparse.csr_matrix or None
        The numbers, or nothing.

    Raises
    ------
    InputError
        When it is too large.
    """
    n_rows, n_columns = (int(n) for n in node.shape)
    is_large = n_rows * n_columns * 8 > _DENSE_BYTES
    if not is_large:
        check(node, what)
    check_chunks(node, what)
    chunk_rows = int(node.chunks[0]) if node.chunks else 1
    step = max(1, _BLOCK_VALUES // max(n_columns, 1))
    step = max(step // chunk_rows, 1) * chunk_rows
    if is_large:
        check_declared(
            file_of(node), f"a part of {what}", step * n_columns * 8, stored=MAX_DENSE_BYTES
        )
        return [], _sparsely(node, what, step)
    blocks: list[FloatMatrix] = []
    for start in range(0, n_rows, step):
        block = np.empty((min(step, n_rows - start), n_columns))
        if block.size:
            node.read_direct(block, np.s_[start : start + len(block)])
        blocks.append(block)
    return blocks, None


def _sparsely(node: Node, what: str, step: int) -> SparseMatrix:
    from scipy import sparse

    parts = []
    n_bytes = 0
    for start in range(0, int(node.shape[0]), step):
        part = sparse.csr_matrix(node[start : start + step].astype(np.float64))
        n_bytes += part.nnz * 12
        check_declared(file_of(node), what, n_bytes, stored=MAX_DENSE_BYTES)
        parts.append(part)
    return sparse.vstack(parts, format="csr")


def compressed(group: Node, shape: tuple[int, int], what: str, *, by_rows: bool) -> SparseMatrix:
    """Read a sparse matrix from its three arrays ``data``, ``indices`` and ``indptr``.

    Parameters
    ----------
    group : h5py.Group
        Holds them.
    shape : (int, int)
        Rows and columns.
    what : str
        What it is, for messages.
    by_rows : bool
        True for CSR, False for CSC.

    Returns
    -------
    scipy.sparse.csr_matrix or csc_matrix
        Without duplicate entries; its values are float32 where that is exact, and may lie in a
        file.

    Raises
    ------
    InputError
        When it is too large, or the arrays do not fit together.
    """
    from scipy import sparse

    kind = sparse.csr_matrix if by_rows else sparse.csc_matrix
    small = max(*shape, 0) < 2**31
    lines, across = shape if by_rows else shape[::-1]
    indptr = sequence(child(group, "indptr"), f"indptr of {what}", dtype=np.int64)
    places = row_of_numbers(child(group, "indices"), f"indices of {what}")
    values = row_of_numbers(child(group, "data"), f"data of {what}")
    n_values = int(values.shape[0])
    fits = len(indptr) == lines + 1 and n_values == places.shape[0] and indptr[0] == 0
    fits = fits and indptr[-1] == n_values and bool((np.diff(indptr) >= 0).all())
    order = _Order(indptr, across)
    if fits:
        indices = _array_of(places, np.int32 if small else np.int64, order.look)
    if not (fits and order.is_inside):
        raise InputError(
            f"{file_of(group)}: the parts of {what} do not fit together.",
            "The file is damaged: export it again.",
        )
    data = _array_of(values, _exact(values.dtype))
    if n_values < 2**31 and small:
        indptr = indptr.astype(np.int32)
    if order.is_canonical:
        found = kind((data, indices, indptr), shape=shape, copy=False)
        found.has_canonical_format = True
        return found
    arrays = (np.array(data, np.float64), np.array(indices), indptr)
    found = kind(arrays, shape=shape, copy=False)
    found.sum_duplicates()
    return found


class _Order:
    """What is known of the indices of a sparse matrix that were looked at so far.

    Parameters
    ----------
    indptr : (n_lines + 1,) int64
        Where each line begins.
    across : int
        Length of a line.
    """

    def __init__(self, indptr: Numbers, across: int) -> None:
        self._indptr = indptr
        self._across = across
        self._last = -1
        self.is_inside = True
        self.is_canonical = True

    def look(self, start: int, piece: Numbers) -> None:
        """Look at the next indices, the first of which is number ``start``.

        Between two places where they do not rise, the first is the least and the last the largest.
        """
        falls = np.flatnonzero(piece[1:] <= piece[:-1]) + 1
        least = min(piece[0], piece[falls].min(initial=piece[0]))
        largest = max(piece[-1], piece[falls - 1].max(initial=piece[-1]))
        self.is_inside = self.is_inside and bool(least >= 0 and largest < self._across)
        falls += start
        if piece[0] <= self._last:
            falls = np.concatenate([[start], falls])
        self._last = piece[-1]
        lines = np.searchsorted(self._indptr, falls)
        self.is_canonical = self.is_canonical and bool((self._indptr[lines] == falls).all())


def _exact(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the shorter type of floating-point numbers that holds all numbers of a type."""
    exact: np.dtype[Any] = np.result_type(dtype, np.float32)
    return exact if exact.itemsize <= 8 else np.dtype(np.float64)


def _array_of(
    node: Node,
    dtype: Any,  # noqa: ANN401 - as numpy
    look: Callable[[int, Numbers], None] = lambda start, piece: None,
) -> Numbers:
    """Read numbers in pieces, look at each, and keep them in memory, or in a file where large."""
    length = int(node.shape[0])
    if length * np.dtype(dtype).itemsize <= LARGE_BYTES:
        numbers = np.empty(length, dtype=dtype)
        if length:
            node.read_direct(numbers)
            look(0, numbers)
        return numbers
    chunk = int(node.chunks[0]) if node.chunks else 1
    step = max(_PIECE_VALUES // chunk, 1) * chunk
    file, piece = ArrayFile(length, dtype), np.empty(min(step, length), dtype=dtype)
    for start in range(0, length, step):
        part = piece[: length - start]
        node.read_direct(part, np.s_[start : start + len(part)])
        look(start, part)
        file.append(part)
    return file.mapped()
