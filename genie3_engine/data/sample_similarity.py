"""Compare samples: exact copies, near copies, correlations, blocks."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.logarithm import log1p
from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.sparse_genes import FloatMatrix, SparseGenes
from genie3_engine.data.summary_statistics import Measures, dense_blocks, variances

SAMPLES_COMPARED = 600
GENES_COMPARED = 1_000
_FEWEST_GENES = 10
_FEWEST_SAMPLES = 6
_MOST_BLOCKS = 6
_FEWEST_IN_BLOCK = 3


@dataclass(frozen=True, slots=True)
class Blocks:
    """Samples that fall into groups.

    Parameters
    ----------
    labels : (n_compared,) int
        The block of each sample that was compared, the largest block 0.
    separation : float
        Mean silhouette: how much nearer samples are to their own block than to the next, from 0
        to 1.
    """

    labels: NDArray[np.int_]
    separation: float

    @property
    def sizes(self) -> list[int]:
        """Return the blocks' sizes, the largest first."""
        return [int(size) for size in np.bincount(self.labels)]


@dataclass(frozen=True, slots=True)
class SampleDistances:
    """Distances of samples.

    Parameters
    ----------
    compared : (n_compared,) int
        The samples that were compared, all or a part, evenly spread.
    distances : (n_compared, n_compared) float64
        One minus the correlation of two samples, over genes that vary and are centred.
    n_genes : int
        Genes that were compared.
    """

    compared: NDArray[np.int_]
    distances: FloatMatrix
    n_genes: int


def sample_distances(
    raw: RawExpression, measures: Measures, *, as_logs: bool
) -> SampleDistances | None:
    """Compare the samples by their most variable genes.

    Parameters
    ----------
    raw : RawExpression
        The data.
    measures : Measures
        Their measures.
    as_logs : bool
        Whether values are scaled to one library size and logarithms taken first, as for counts.

    Returns
    -------
    SampleDistances or None
        None when there are too few genes or samples.
    """
    whole = (measures.genes.n_missing == 0) & ~measures.is_constant
    if whole.sum() < _FEWEST_GENES or raw.n_samples < _FEWEST_SAMPLES:
        return None
    n_compared = min(raw.n_samples, SAMPLES_COMPARED)
    compared = np.unique(np.linspace(0, raw.n_samples - 1, n_compared).round().astype(int))
    totals = measures.samples.total[compared]
    if as_logs:
        compared, totals = compared[totals > 0], totals[totals > 0]
        if len(compared) < _FEWEST_SAMPLES:
            return None
    part = _logs(raw, compared, totals) if as_logs else _part(raw, compared)
    spread = np.where(whole, variances(part), 0.0)
    chosen = np.argsort(-spread, kind="stable")[: min(GENES_COMPARED, int((spread > 0).sum()))]
    if len(chosen) < _FEWEST_GENES:
        return None
    profiles = part[np.sort(chosen)]
    profiles = profiles - profiles.mean(axis=1, keepdims=True)
    deviation = profiles.std(axis=1, keepdims=True)
    profiles = profiles / np.where(deviation > 0, deviation, 1.0)
    distances = 1.0 - correlations(profiles)
    return SampleDistances(compared, (distances + distances.T) / 2, len(chosen))


def correlations(values: FloatMatrix) -> FloatMatrix:
    """Return Pearson correlations of the samples.

    Parameters
    ----------
    values : (n_genes, n_samples) float64
        Without missing values.

    Returns
    -------
    (n_samples, n_samples) float64
        1 on the diagonal; a sample without any variation has a correlation of 0 with the others.
    """
    centred = values - values.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    scaled = np.divide(centred, length, out=np.zeros_like(centred), where=length > 0)
    found: FloatMatrix = np.clip(scaled.T @ scaled, -1.0, 1.0)
    np.fill_diagonal(found, 1.0)
    return found


def copied_samples(raw: RawExpression) -> list[tuple[int, ...]]:
    """Find samples that have the same value in every gene.

    Parameters
    ----------
    raw : RawExpression
        The data, values missing or not, dense or sparse.

    Returns
    -------
    list of tuple of int
        Groups of two samples or more, by position.
    """
    digests = [hashlib.blake2b(digest_size=16) for _ in raw.samples]
    if isinstance(raw.values, SparseGenes):
        alike = _alike(raw.values)
        if not len(alike):
            return []
        alone = np.setdiff1d(np.arange(raw.n_samples), alike)
        for sample in alone.tolist():
            digests[sample].update(b"%d" % sample)
        for part, columns in raw.values.take_samples(alike).sample_blocks():
            for sample, (start, end) in zip(
                alike[part], pairwise(columns.indptr.tolist()), strict=True
            ):
                present = columns.data[start:end] != 0
                digests[sample].update(columns.indices[start:end][present].tobytes())
                digests[sample].update(columns.data[start:end][present].tobytes())
    else:
        for _, block in dense_blocks(raw.values):
            columns = np.ascontiguousarray(block.T) + 0.0  # a negative zero is a zero
            for digest, column in zip(digests, columns, strict=True):
                digest.update(column.tobytes())
    groups: dict[bytes, list[int]] = defaultdict(list)
    for sample, digest in enumerate(digests):
        groups[digest.digest()].append(sample)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def _alike(values: SparseGenes) -> NDArray[np.intp]:
    """Return the samples that may have a copy: sums of random multiples of their bits are equal."""
    rng = np.random.default_rng(0)
    sums = np.zeros(values.shape[1], np.uint64)
    for genes, block in values.blocks():
        factors = rng.integers(1, 1 << 63, genes.stop - genes.start, np.uint64) * np.uint64(2)
        each = np.repeat(factors + np.uint64(1), np.diff(block.indptr))
        bits = (block.data + 0.0).view(np.uint64)
        np.add.at(sums, block.indices, (bits ^ (bits >> np.uint64(32))) * each)
    _, inverse, counts = np.unique(sums, return_inverse=True, return_counts=True)
    alike: NDArray[np.intp] = np.flatnonzero(counts[inverse] > 1)
    return alike


def near_pairs(alike: SampleDistances, *, within: float) -> list[tuple[int, int]]:
    """Return pairs of samples nearer than a share of the usual distance, nearest first."""
    first, second = np.triu_indices(len(alike.compared), 1)
    distances = alike.distances[first, second]
    usual = float(np.median(distances))
    near = np.flatnonzero(distances < within * usual)
    near = near[np.argsort(distances[near], kind="stable")]
    return [(int(alike.compared[first[pair]]), int(alike.compared[second[pair]])) for pair in near]


def blocks(alike: SampleDistances) -> Blocks | None:
    """Find the division into a few blocks that separates the samples best; None for too few."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    n = len(alike.compared)
    if n < 2 * _FEWEST_IN_BLOCK:
        return None
    tree = linkage(squareform(alike.distances, checks=False), "average")
    best = None
    for number in range(2, min(_MOST_BLOCKS, n // _FEWEST_IN_BLOCK) + 1):
        labels = fcluster(tree, number, "maxclust") - 1
        sizes = np.bincount(labels)
        large = sizes >= max(_FEWEST_IN_BLOCK, 0.05 * n)
        if large.sum() < 2 or sizes[large].sum() < 0.9 * n:
            continue
        separation = _silhouette(alike.distances, labels)
        if best is None or separation > best.separation + 0.02:
            best = Blocks(_largest_first(labels), separation)
    return best


def _silhouette(distances: FloatMatrix, labels: NDArray[np.int_]) -> float:
    sizes = np.bincount(labels)
    members = np.zeros((len(labels), len(sizes)))
    members[np.arange(len(labels)), labels] = 1.0
    sums = distances @ members
    own = sums[np.arange(len(labels)), labels] / np.maximum(1, sizes[labels] - 1)
    others = sums / sizes
    others[np.arange(len(labels)), labels] = np.inf
    nearest = others.min(axis=1)
    scale = np.maximum(own, nearest)
    widths = np.where(
        (sizes[labels] > 1) & (scale > 0), (nearest - own) / np.where(scale > 0, scale, 1), 0
    )
    return float(widths.mean())


def _largest_first(labels: NDArray[np.int_]) -> NDArray[np.int_]:
    order = np.argsort(-np.bincount(labels), kind="stable")
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    return places[labels]


def _part(raw: RawExpression, compared: NDArray[np.int_]) -> FloatMatrix:
    if len(compared) == raw.n_samples and not raw.is_sparse:
        return np.asarray(raw.values)
    return raw.values[:, compared]


def _logs(raw: RawExpression, compared: NDArray[np.int_], totals: FloatMatrix) -> FloatMatrix:
    part = _part(raw, compared)
    factors = np.median(totals) / totals
    scaled = np.empty(part.shape)
    for rows, block in dense_blocks(part):
        scaled[rows] = log1p(np.maximum(block, 0.0) * factors)
    return scaled
