"""Which samples are copies of one another, exactly?"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.raw_expression import FloatMatrix, RawExpression
from genie3_engine.data.summary_statistics import dense_blocks

Hashes = NDArray[np.uint64]
_ENTRIES_AT_ONCE = 1 << 21


def copied_samples(raw: RawExpression) -> list[tuple[int, ...]]:
    """Find samples that have the same value in every gene.

    Parameters
    ----------
    raw : RawExpression
        The data, values missing or not.

    Returns
    -------
    list of tuple of int
        Groups of two samples or more, by position.

    Notes
    -----
    A sample is told by the sum of 64-bit hashes of (gene, value) over its values that are not
    zero, so that dense and sparse data are asked alike.
    """
    digests = np.zeros(raw.n_samples, dtype=np.uint64)
    if raw.is_sparse:
        _add_sparse(raw, digests)
    else:
        for rows, block in dense_blocks(raw.values):
            genes = np.arange(rows.start, rows.stop, dtype=np.uint64)[:, None]
            digests += np.where(block == 0, 0, _hashes(block, genes)).sum(axis=0, dtype=np.uint64)
    groups: dict[int, list[int]] = defaultdict(list)
    for sample, digest in enumerate(digests.tolist()):
        groups[digest].append(sample)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def _add_sparse(raw: RawExpression, digests: Hashes) -> None:
    matrix = raw.sparse
    genes = np.repeat(
        np.arange(raw.n_genes, dtype=np.uint32), np.diff(matrix.indptr).astype(np.int64)
    )
    for first in range(0, len(matrix.data), _ENTRIES_AT_ONCE):
        part = slice(first, first + _ENTRIES_AT_ONCE)
        values = matrix.data[part].astype(np.float64)
        hashes = np.where(values == 0, 0, _hashes(values, genes[part].astype(np.uint64)))
        np.add.at(digests, matrix.indices[part], hashes.astype(np.uint64))


def _hashes(values: FloatMatrix, genes: Hashes) -> Hashes:
    """Mix the bits of value and gene well, as SplitMix64 does."""
    with np.errstate(over="ignore"):
        mixed = np.ascontiguousarray(values).view(np.uint64) ^ (
            (genes + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        )
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        hashes: Hashes = mixed ^ (mixed >> np.uint64(31))
    return hashes
