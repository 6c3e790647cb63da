"""A file of sparse expression: the values of each gene that are not zero, compressed by gene.

A gene's distinct values are written once, then which of them each sample has, then the distances
from one such sample to the next: one or two bytes each, compressed by zlib, which also checks them.
Continuous values are written as they are.
"""

from __future__ import annotations

import os
import struct
import weakref
import zlib
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from genie3_engine.errors import RunError
from genie3_engine.jobs.stored_files import require_stored

Entries: TypeAlias = tuple[NDArray[np.int32], NDArray[np.float64]]

_MAGIC = b"genes\x001\n"
_FOOTER = struct.Struct("<QQQ")  # genes, samples, where the index begins
_HEADER = struct.Struct("<IIBB")  # entries, distinct values, bytes of a number, of a distance
_OFFSET, _COUNT = np.dtype("<u8"), np.dtype("<u4")
_WIDTHS: dict[int, np.dtype[Any]] = {1: np.dtype("<u1"), 2: np.dtype("<u2"), 4: np.dtype("<u4")}
_FAST, _AS_THEY_ARE = 1, 0  # levels of zlib
_MOST_BYTES_AN_ENTRY = 20
_NOTHING: Entries = (np.empty(0, np.int32), np.empty(0))


class GeneFileWriter:
    """Writes genes one after the other.

    Parameters
    ----------
    stream : binary file
        Where to, from its start.
    n_samples : int
        Samples of each gene.
    """

    def __init__(self, stream: BinaryIO, n_samples: int) -> None:
        self._stream = stream
        self._n_samples = n_samples
        self._offsets = [len(_MAGIC)]
        self._n_entries: list[int] = []
        stream.write(_MAGIC)

    def append(self, samples: NDArray[np.integer], values: NDArray[np.floating]) -> None:
        """Write the next gene.

        Parameters
        ----------
        samples : (n_entries,) int
            Ascending positions of samples.
        values : (n_entries,) float
            Their values; NaN where one is missing. Zeros are left out.
        """
        held = values != 0
        if not held.all():
            samples, values = samples[held], values[held]
        content = _encoded(samples, np.asarray(values, np.float64)) if len(samples) else b""
        self._stream.write(content)
        self._offsets.append(self._offsets[-1] + len(content))
        self._n_entries.append(len(samples))

    def finish(self) -> None:
        """Write the index, after the last gene."""
        self._stream.write(np.array(self._offsets, _OFFSET).tobytes())
        self._stream.write(np.array(self._n_entries, _COUNT).tobytes())
        end = _FOOTER.pack(len(self._n_entries), self._n_samples, self._offsets[-1])
        self._stream.write(end)


class GeneFile:
    """Reads genes in any order; any number of threads may call it at the same time.

    Parameters
    ----------
    path : Path
        What a `GeneFileWriter` wrote. It may be removed once it is open.

    Attributes
    ----------
    shape : (int, int)
        Genes and samples.
    n_entries : (n_genes,) int64
        In how many samples each gene is not zero.

    Raises
    ------
    OSError
        When it cannot be read.
    ValueError
        When it is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = os.open(require_stored(path), os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._handle)
        size = os.fstat(self._handle).st_size
        footer = self._read(max(0, size - _FOOTER.size), _FOOTER.size)
        if self._read(0, len(_MAGIC)) != _MAGIC or len(footer) < _FOOTER.size:
            raise ValueError("not a file of genes")
        n_genes, n_samples, index = _FOOTER.unpack(footer)
        n_bytes = (n_genes + 1) * _OFFSET.itemsize
        n_bytes_of_counts = n_genes * _COUNT.itemsize
        if index + n_bytes + n_bytes_of_counts + _FOOTER.size != size or n_samples >= 2**31:
            raise ValueError("the index does not fit the file")
        self._offsets = np.frombuffer(self._read(index, n_bytes), _OFFSET).astype(np.int64)
        counts = self._read(index + n_bytes, n_bytes_of_counts)
        self.n_entries: NDArray[np.int64] = np.frombuffer(counts, _COUNT).astype(np.int64)
        if self._offsets[0] != len(_MAGIC) or self._offsets[-1] != index:
            raise ValueError("the index is damaged")
        if (np.diff(self._offsets) < 0).any():
            raise ValueError("the index is damaged")
        self.shape = (int(n_genes), int(n_samples))

    def entries(self, gene: int) -> Entries:
        """Return the samples in which a gene is not zero, ascending, and its values there.

        Raises
        ------
        RunError
            When the file cannot be read, or is damaged.
        """
        start, end = int(self._offsets[gene]), int(self._offsets[gene + 1])
        if start == end:
            return _NOTHING
        try:
            return _decoded(self._read(start, end - start), self.shape[1])
        except (OSError, ValueError) as error:
            raise RunError(
                f"The expression in {self._path} is damaged.",
                "Delete the data set and read its expression file again.",
            ) from error

    def _read(self, start: int, length: int) -> bytes:
        return os.pread(self._handle, length, start)


def _encoded(samples: NDArray[np.integer], values: NDArray[np.float64]) -> bytes:
    levels, codes = np.unique(values, return_inverse=True)
    gaps = np.diff(samples, prepend=-1) - 1
    gap_type = _narrowest(int(gaps.max()))
    has_few = 2 * len(levels) <= len(values)
    code_type = _narrowest(len(levels) - 1)
    header = _HEADER.pack(
        len(values), len(levels) if has_few else 0, code_type.itemsize, gap_type.itemsize
    )
    parts = [levels.astype("<f8").tobytes(), codes.astype(code_type).tobytes()]
    if not has_few:
        parts = [values.astype("<f8").tobytes()]
    content = b"".join([header, *parts, gaps.astype(gap_type).tobytes()])
    return zlib.compress(content, _FAST if has_few else _AS_THEY_ARE)


def _decoded(content: bytes, n_samples: int) -> Entries:
    try:
        inflate = zlib.decompressobj()
        plain = inflate.decompress(content, _HEADER.size + _MOST_BYTES_AN_ENTRY * n_samples)
        if not inflate.eof:
            raise ValueError("more values than samples")
        n, n_levels, code_width, gap_width = _HEADER.unpack_from(plain)
        at = _HEADER.size
        n_values = n_levels or n
        values = np.frombuffer(plain, "<f8", n_values, at).astype(np.float64)
        at += 8 * n_values
        if n_levels:
            values = values[np.frombuffer(plain, _WIDTHS[code_width], n, at)]
            at += code_width * n
        gaps = np.frombuffer(plain, _WIDTHS[gap_width], n, at)
    except (zlib.error, struct.error, KeyError, IndexError) as error:
        raise ValueError("a gene is damaged") from error
    samples = np.cumsum(gaps.astype(np.int64) + 1) - 1
    if samples[-1] >= n_samples:
        raise ValueError("a gene has values beyond the last sample")
    return samples.astype(np.int32), values


def _narrowest(largest: int) -> np.dtype[Any]:
    return _WIDTHS[1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 4]
