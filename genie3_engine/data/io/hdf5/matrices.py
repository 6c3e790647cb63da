"""Read a matrix of an HDF5 file, dense or compressed by rows or columns."""

from __future__ import annotations

import numpy as np

from genie3_engine.data.io.hdf5.safe_file import Node, check, check_chunks, child, file_of, sequence
from genie3_engine.data.io.size_limits import MAX_DENSE_BYTES, check_declared
from genie3_engine.data.io.table import FloatMatrix, SparseMatrix
from genie3_engine.errors import InputError

_BLOCK_VALUES = 1 << 22
_DENSE_BYTES = 512 << 20


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
        Without duplicate entries.

    Raises
    ------
    InputError
        When it is too large, or the arrays do not fit together.
    """
    from scipy import sparse

    kind = sparse.csr_matrix if by_rows else sparse.csc_matrix
    small = max(*shape, 0) < 2**31
    indptr = sequence(child(group, "indptr"), f"indptr of {what}", dtype=np.int64)
    n_lines = shape[0] if by_rows else shape[1]
    values, places = child(group, "data"), child(group, "indices")
    index = np.int32 if small else np.int64
    indices = sequence(places, f"indices of {what}", dtype=index)
    data = sequence(values, f"data of {what}")
    fits = len(indptr) == n_lines + 1 and len(data) == len(indices) and indptr[0] == 0
    fits = fits and indptr[-1] == len(data) and bool((np.diff(indptr) >= 0).all())
    n_across = shape[1] if by_rows else shape[0]
    if not fits or (len(indices) and (indices.min() < 0 or indices.max() >= n_across)):
        raise InputError(
            f"{file_of(group)}: the parts of {what} do not fit together.",
            "The file is damaged: export it again.",
        )
    if len(data) < 2**31 and small:
        indptr = indptr.astype(np.int32)
    found = kind((data, indices, indptr), shape=shape, copy=False)
    found.sum_duplicates()
    return found
