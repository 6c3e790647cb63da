"""Turn a sparse matrix, as a file's reader finds it, into genes: in memory, or in a file.

A large matrix that is held by cells is read several times, for some of the genes each time, so that
no more than these are in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data import sparse_genes
from genie3_engine.data.io.sandbox.array_files import forget, pieces
from genie3_engine.data.sparse_genes import CsrMatrix, HeldGenes, SparseGenes, filed_genes

_TURNED_ENTRIES = 1 << 23


def genes_of_matrix(
    matrix: Any,  # noqa: ANN401 - scipy
    *,
    most_held: int | None = None,
) -> SparseGenes:
    """Return what a file's reader found, in memory, or in a temporary file where it is large.

    Parameters
    ----------
    matrix : scipy.sparse.csr_matrix or csc_matrix
        One row a gene, without duplicate entries; its arrays may be mapped.
    most_held : int, optional
        Entries that are kept in memory; `HELD_ENTRIES` by default.

    Returns
    -------
    SparseGenes
        Of float64, whatever the matrix is of.
    """
    if matrix.nnz <= (sparse_genes.HELD_ENTRIES if most_held is None else most_held):
        return HeldGenes(matrix.tocsr())
    blocks = _slices(matrix) if matrix.format == "csr" else _turned(matrix)
    return filed_genes(blocks, matrix.shape[1])


def _slices(matrix: CsrMatrix) -> Iterator[CsrMatrix]:
    for first, end in _parts(np.diff(matrix.indptr)):
        block = matrix[first:end]
        block.sort_indices()
        yield block
        forget(matrix.data)
        forget(matrix.indices)


def _turned(matrix: Any) -> Iterator[CsrMatrix]:  # noqa: ANN401
    """Yield the genes of a matrix that is held by samples, some genes for each reading of it."""
    from scipy import sparse

    n_genes, n_samples = matrix.shape
    counts = np.zeros(n_genes, np.int64)
    for piece in pieces(matrix):
        counts += np.bincount(matrix.indices[piece], minlength=n_genes)
    for start, end in _parts(counts):
        found: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]] = []
        for piece in pieces(matrix):
            genes = matrix.indices[piece]
            inside = np.flatnonzero((genes >= start) & (genes < end))
            samples = np.searchsorted(matrix.indptr, inside + piece.start, side="right") - 1
            data = matrix.data[inside + piece.start]
            found.append((data, genes[inside] - start, samples.astype(np.int32)))
        data, genes, samples = (np.concatenate(each) for each in zip(*found, strict=True))
        yield sparse.coo_matrix((data, (genes, samples)), shape=(end - start, n_samples)).tocsr()


def _parts(counts: NDArray[np.integer]) -> list[tuple[int, int]]:
    """Divide genes into parts of about so many entries as are turned at a time."""
    part = np.cumsum(counts) // _TURNED_ENTRIES
    edges = [0, *(np.flatnonzero(np.diff(part)) + 1).tolist(), len(counts)]
    return [(first, end) for first, end in pairwise(edges) if first < end]
