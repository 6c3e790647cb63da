"""Expression of which only the values that are not zero are held, in memory or in a file.

Indexed as an array is, it gives dense values of the genes that are asked for: whoever reads a few
genes at a time never holds the whole matrix. What would take too much memory is refused.
"""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.gene_file import Entries, GeneFile, GeneFileWriter
from genie3_engine.errors import InputError
from genie3_engine.labels import size

FloatMatrix: TypeAlias = NDArray[np.float64]
CsrMatrix: TypeAlias = Any  # scipy.sparse.csr_matrix; scipy has no types
Function: TypeAlias = Callable[[NDArray[np.float64], NDArray[np.int32]], NDArray[np.float64]]
Step: TypeAlias = Callable[[NDArray[np.int32], NDArray[np.float64]], Entries]

MAX_DENSE_BYTES = 4 << 30  # of a matrix in memory
HELD_ENTRIES = 1 << 25  # of more, the entries go to a file
LARGE_BYTES = 1 << 29  # of the dense matrix; a smaller one is stored dense
_MOST_HELD_SHARE = 0.25  # of a denser matrix the entries are not worth it
_BYTES_AN_ENTRY = 12  # a value, and its sample
_BLOCK_ENTRIES = 1 << 20
_PART_ENTRIES = 1 << 24  # of the samples that are held at a time
_BLOCK_VALUES = 1 << 22


class SparseGenes(ABC):
    """A matrix of genes by samples of which most values are zero.

    Notes
    -----
    ``genes[key]`` takes what an array takes, positions of genes or a pair of positions of genes and
    of samples, and returns dense float64. Whole genes are read quickly, single samples as slowly
    as all.
    """

    dtype = np.dtype(np.float64)
    ndim = 2
    shape: tuple[int, int]

    @property
    @abstractmethod
    def n_entries(self) -> int:
        """Values that are held."""

    @abstractmethod
    def entries(self, gene: int) -> Entries:
        """Return the samples in which a gene is not zero, ascending, and its values there."""

    @abstractmethod
    def rows(self, genes: NDArray[np.intp]) -> CsrMatrix:
        """Return some genes as a `scipy.sparse.csr_matrix` of float64, samples ascending."""

    @abstractmethod
    def take_genes(self, genes: NDArray[np.intp]) -> SparseGenes:
        """Return some genes, in the order of their positions."""

    @abstractmethod
    def take_samples(self, samples: NDArray[np.intp]) -> SparseGenes:
        """Return some samples, each once, in the order of their positions."""

    @abstractmethod
    def mapped(self, function: Function) -> SparseGenes:
        """Return the values of a function that keeps zeros, given values and their samples."""

    @abstractmethod
    def transposed(self) -> SparseGenes:
        """Return genes for samples, and samples for genes."""

    @abstractmethod
    def replaced(self, rows: Mapping[int, FloatMatrix]) -> SparseGenes:
        """Return the same with other values of some genes, given dense by their positions."""

    @property
    def nbytes(self) -> int:
        """Return what the entries take, at most."""
        return _BYTES_AN_ENTRY * self.n_entries

    @property
    def dense_bytes(self) -> int:
        """Return what the dense matrix takes."""
        return self.shape[0] * self.shape[1] * 8

    @property
    def is_large(self) -> bool:
        """Whether the entries take much less memory than the dense matrix, which is large."""
        n_values = self.shape[0] * self.shape[1]
        return self.dense_bytes > LARGE_BYTES and self.n_entries <= _MOST_HELD_SHARE * n_values

    def blocks(self) -> Iterator[tuple[slice, CsrMatrix]]:
        """Yield all genes, about a million entries at a time, each as `rows` returns them."""
        n_genes = self.shape[0]
        a_gene = max(1, self.n_entries // max(1, n_genes))
        step = max(1, _BLOCK_ENTRIES // a_gene)
        for first in range(0, n_genes, step):
            part = slice(first, min(first + step, n_genes))
            yield part, self.rows(np.arange(part.start, part.stop))

    def sample_blocks(self) -> Iterator[tuple[slice, CsrMatrix]]:
        """Yield all samples, some at a time, as `scipy.sparse.csc_matrix` of float64.

        Each part takes a reading of all genes.
        """
        from scipy import sparse

        n_samples = self.shape[1]
        n_parts = max(1, -(-self.n_entries // _PART_ENTRIES))
        step = max(1, -(-n_samples // n_parts))
        for first in range(0, n_samples, step):
            part = slice(first, min(first + step, n_samples))
            taken = self.take_samples(np.arange(part.start, part.stop))
            yield part, sparse.vstack([block for _, block in taken.blocks()], format="csc")

    def toarray(self) -> FloatMatrix:
        """Return the dense matrix.

        Raises
        ------
        InputError
            When it takes too much memory.
        """
        require_dense(self.shape)
        dense = np.empty(self.shape)
        for part, block in self.blocks():
            dense[part] = block.toarray()
        return dense

    def __len__(self) -> int:
        """Return the number of genes."""
        return self.shape[0]

    def __iter__(self) -> Iterator[FloatMatrix]:
        """Yield each gene, dense."""
        for gene in range(self.shape[0]):
            yield self[gene]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:  # noqa: ANN401
        """Return the dense matrix, as NumPy asks for it; see `toarray`."""
        return self.toarray().astype(self.dtype if dtype is None else dtype, copy=False)

    def __getitem__(self, key: Any) -> FloatMatrix:  # noqa: ANN401 - as an array takes
        """Return dense values of some genes, and samples."""
        genes, samples = key if isinstance(key, tuple) else (key, slice(None))
        rows = np.arange(self.shape[0])[genes]
        if np.ndim(rows) == 0:
            dense = np.zeros(self.shape[1])
            places, values = self.entries(int(rows))
            dense[places] = values + 0.0  # a negative zero is a zero
            found: FloatMatrix = dense[samples]
            return found
        if isinstance(samples, slice) and samples == slice(None):
            require_dense((len(rows), self.shape[1]))
            taken = self.rows(rows)
        else:
            columns = np.arange(self.shape[1])[samples]
            require_dense((len(rows), np.size(columns)))
            few = self if len(rows) == self.shape[0] else self.take_genes(rows)
            return _columns(few, columns)
        block: FloatMatrix = taken.toarray()
        return block


def _columns(genes: SparseGenes, columns: NDArray[np.intp]) -> FloatMatrix:
    """Return some samples of all genes, each as often as it is asked for."""
    if np.ndim(columns) == 0:
        return _columns(genes, columns.reshape(1))[:, 0]
    once, places = np.unique(columns, return_inverse=True)
    dense = genes.take_samples(once).toarray()
    is_once = len(once) == len(columns) and bool((once == columns).all())
    return dense if is_once else np.ascontiguousarray(dense[:, places])


class HeldGenes(SparseGenes):
    """Sparse expression in memory.

    Parameters
    ----------
    matrix : scipy.sparse.csr_matrix
        One row a gene, without duplicate entries; of float64, or of float32 where that is exact.
    """

    def __init__(self, matrix: CsrMatrix) -> None:
        self.matrix = matrix
        self.shape = (int(matrix.shape[0]), int(matrix.shape[1]))

    @property
    def n_entries(self) -> int:
        """Values that are held."""
        return int(self.matrix.nnz)

    def entries(self, gene: int) -> Entries:
        """Return what is held of a gene; see `SparseGenes.entries`."""
        part = slice(self.matrix.indptr[gene], self.matrix.indptr[gene + 1])
        samples, values = self.matrix.indices[part], self.matrix.data[part].astype(np.float64)
        order = np.argsort(samples)
        return samples[order], values[order]

    def rows(self, genes: NDArray[np.intp]) -> CsrMatrix:
        """Return some genes; see `SparseGenes.rows`."""
        first = int(genes[0]) if len(genes) else 0
        is_range = bool((genes == np.arange(first, first + len(genes))).all())
        taken = self.matrix[first : first + len(genes)] if is_range else self.matrix[genes]
        taken.sort_indices()
        return taken.astype(np.float64, copy=False)

    def take_genes(self, genes: NDArray[np.intp]) -> HeldGenes:
        """Return some genes; see `SparseGenes.take_genes`."""
        return HeldGenes(self.matrix[genes])

    def take_samples(self, samples: NDArray[np.intp]) -> HeldGenes:
        """Return some samples; see `SparseGenes.take_samples`."""
        return HeldGenes(self.matrix[:, samples])

    def mapped(self, function: Function) -> HeldGenes:
        """Return a function of the values; see `SparseGenes.mapped`."""
        values = self.matrix.copy()
        values.data = function(values.data.astype(np.float64), values.indices)
        return HeldGenes(values)

    def transposed(self) -> HeldGenes:
        """Return genes for samples; see `SparseGenes.transposed`."""
        return HeldGenes(self.matrix.T.tocsr())

    def replaced(self, rows: Mapping[int, FloatMatrix]) -> HeldGenes:
        """Return other values of some genes; see `SparseGenes.replaced`."""
        values = self.matrix.astype(np.float64).tolil()
        for gene, row in rows.items():
            values[gene] = row
        return HeldGenes(values.tocsr())


class FiledGenes(SparseGenes):
    """Sparse expression in a file, read when it is asked for.

    Parameters
    ----------
    file : GeneFile
        Holds the genes.
    genes : (n_genes,) intp, optional
        Which of them, in which order; all by default.
    n_samples : int, optional
        Samples after the steps; those of the file by default.
    steps : sequence of callable
        What is done with the samples and the values of a gene, one after the other.
    """

    def __init__(
        self,
        file: GeneFile,
        genes: NDArray[np.intp] | None = None,
        n_samples: int | None = None,
        *,
        steps: tuple[Step, ...] = (),
    ) -> None:
        self._file = file
        self._genes = np.arange(file.shape[0]) if genes is None else genes
        self._steps = steps
        self.shape = (len(self._genes), file.shape[1] if n_samples is None else n_samples)

    @property
    def n_entries(self) -> int:
        """Values that are held; at most, when some were left out."""
        return int(self._file.n_entries[self._genes].sum())

    def entries(self, gene: int) -> Entries:
        """Return what is held of a gene; see `SparseGenes.entries`."""
        found = self._file.entries(int(self._genes[gene]))
        for step in self._steps:
            found = step(*found)
        return found

    def rows(self, genes: NDArray[np.intp]) -> CsrMatrix:
        """Return some genes; see `SparseGenes.rows`."""
        from scipy import sparse

        parts = [self.entries(int(gene)) for gene in genes]
        ends = np.cumsum([0, *(len(samples) for samples, _ in parts)])
        samples = np.concatenate([np.empty(0, np.int32), *(samples for samples, _ in parts)])
        values = np.concatenate([np.empty(0), *(values for _, values in parts)])
        shape = (len(parts), self.shape[1])
        found = sparse.csr_matrix((values, samples, ends), shape=shape, copy=False)
        found.has_canonical_format = True
        return found

    def take_genes(self, genes: NDArray[np.intp]) -> FiledGenes:
        """Return some genes; see `SparseGenes.take_genes`."""
        taken = self._genes[genes]
        return FiledGenes(self._file, taken, self.shape[1], steps=self._steps)

    def take_samples(self, samples: NDArray[np.intp]) -> FiledGenes:
        """Return some samples; see `SparseGenes.take_samples`."""
        places = np.full(self.shape[1], -1, np.int32)
        places[samples] = np.arange(len(samples), dtype=np.int32)

        def step(old: NDArray[np.int32], values: NDArray[np.float64]) -> Entries:
            new = places[old]
            order = np.argsort(new)
            order = order[np.searchsorted(new[order], 0) :]
            return new[order], values[order]

        steps = (*self._steps, step)
        return FiledGenes(self._file, self._genes, len(samples), steps=steps)

    def mapped(self, function: Function) -> FiledGenes:
        """Return a function of the values; see `SparseGenes.mapped`."""

        def step(samples: NDArray[np.int32], values: NDArray[np.float64]) -> Entries:
            return samples, function(values, samples)

        return FiledGenes(self._file, self._genes, self.shape[1], steps=(*self._steps, step))

    def transposed(self) -> FiledGenes:
        """Return genes for samples; see `SparseGenes.transposed`."""
        return filed_genes((block.T for _, block in self.sample_blocks()), self.shape[0])

    def replaced(self, rows: Mapping[int, FloatMatrix]) -> FiledGenes:
        """Return other values of some genes; see `SparseGenes.replaced`."""
        from scipy import sparse

        def blocks() -> Iterator[CsrMatrix]:
            for gene in range(self.shape[0]):
                row = rows.get(gene)
                yield self.rows(np.array([gene])) if row is None else sparse.csr_matrix(row)

        return filed_genes(blocks(), self.shape[1])


def require_dense(shape: tuple[int, int]) -> None:
    """Refuse to make a dense matrix that takes too much memory.

    Raises
    ------
    InputError
        With the code ``too-large``.
    """
    n_bytes = shape[0] * shape[1] * 8
    if n_bytes > MAX_DENSE_BYTES:
        raise InputError(
            f"This needs all values of {shape[0]:,} genes x {shape[1]:,} samples in memory: "
            f"{size(n_bytes)} of memory, and {size(MAX_DENSE_BYTES)} are the most that is taken.",
            "Keep fewer genes (the fix keep-variable), add cells up (pseudo-bulk), or choose "
            "GENIE3, which reads the genes one at a time.",
            code="too-large",
        )


GeneRows: TypeAlias = FloatMatrix | SparseGenes


def sample_parts(values: GeneRows) -> Iterator[tuple[slice, GeneRows]]:
    """Yield samples of which any may be taken quickly: all of an array, some of a sparse file.

    Parameters
    ----------
    values : (n_genes, n_samples) float64
        The expression.

    Yields
    ------
    samples : slice
        Which samples.
    values : (n_genes, n_some) float64
        Their expression.
    """
    if not isinstance(values, FiledGenes):
        yield slice(0, values.shape[1]), values
        return
    for samples, part in values.sample_blocks():
        yield samples, HeldGenes(part.tocsr())


def taken_genes(values: GeneRows, genes: NDArray[np.intp]) -> GeneRows:
    """Return some genes of a dense or sparse matrix."""
    return values.take_genes(genes) if isinstance(values, SparseGenes) else values[genes]


def replaced_genes(values: GeneRows, rows: Mapping[int, FloatMatrix]) -> GeneRows:
    """Return a dense or sparse matrix with other values of some genes; a dense one is read-only."""
    if isinstance(values, SparseGenes):
        return values.replaced(rows)
    changed = values.copy()
    for gene, row in rows.items():
        changed[gene] = row
    changed.flags.writeable = False
    return changed


def taken_samples(values: GeneRows, samples: NDArray[np.intp]) -> GeneRows:
    """Return some samples of a dense or sparse matrix."""
    if isinstance(values, SparseGenes):
        return values.take_samples(samples)
    return np.ascontiguousarray(values[:, samples])


def write_genes(values: SparseGenes, stream: BinaryIO) -> None:
    """Write sparse expression into a file that `GeneFile` reads, gene by gene, without zeros."""
    _write((block for _, block in values.blocks()), stream, values.shape[1])


def filed_genes(blocks: Iterable[CsrMatrix], n_samples: int) -> FiledGenes:
    """Return genes in a temporary file without a name, which goes with the process.

    Parameters
    ----------
    blocks : iterable of scipy.sparse.csr_matrix
        Genes one after the other, samples ascending.
    n_samples : int
        Samples of each.
    """
    handle, name = tempfile.mkstemp(prefix="genie3-genes-")
    path = Path(name)
    try:
        with open(handle, "wb") as stream:
            _write(blocks, stream, n_samples)
        return FiledGenes(GeneFile(path))
    finally:
        path.unlink()


def _write(blocks: Iterable[CsrMatrix], stream: BinaryIO, n_samples: int) -> None:
    writer = GeneFileWriter(stream, n_samples)
    for block in blocks:
        for gene in range(block.shape[0]):
            part = slice(block.indptr[gene], block.indptr[gene + 1])
            writer.append(block.indices[part], block.data[part])
    writer.finish()
