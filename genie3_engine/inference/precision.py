"""Score links by the shrunken precision matrix of all genes."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.inference.genie3 import Scores
from genie3_engine.inference.precision_factors import (
    PrecisionFactors,
    precision_factors,
    tiled_columns,
    tiles,
)
from genie3_engine.kernels.products import TILE, add_products

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from genie3_engine.data.expression import Expression
    from genie3_engine.model import ForestSpec

    Floats = NDArray[np.float64]

BLOCK_TARGETS = 64


class PrecisionScores:
    """Scores of links from a precision matrix, of which a block of targets is held at a time.

    Parameters
    ----------
    expression : Expression
        The data set in canonical order.
    regulators : (n_regulators,) int32
        Positions of the candidate regulators.
    forest : ForestSpec
        Its ``shrinkage``.
    factors : PrecisionFactors, optional
        Those of the data, where they are known already.

    Notes
    -----
    The score of regulator i and target j is ``|T_ij| F / (F_i F_j)``: T is the inverse of
    ``shrinkage I + (1 - shrinkage) R`` for the correlation matrix R of all genes, ``F_i`` and
    ``F_j`` are the means of ``|T|`` over the links of the regulator and of the target, and F is the
    mean of all ``F_i`` (row-column weighting, as in PORTIA). So 1 is what the two genes' means
    suggest. The means of regulators take all genes as targets, whichever targets are asked for.
    """

    def __init__(
        self,
        expression: Expression,
        regulators: NDArray[np.int32],
        forest: ForestSpec,
        *,
        factors: PrecisionFactors | None = None,
    ) -> None:
        self._regulators = np.asarray(regulators, dtype=np.int32)
        if factors is None:
            factors = precision_factors(expression, forest.shrinkage)
        self._tiles = factors.tiles
        if self._regulators.size == expression.n_genes:
            self._right = self._tiles
        else:
            self._right = tiles(factors.columns(self._regulators).T)
        self._n_genes = expression.n_genes
        self._means: Floats = np.zeros(0)  # none yet

    def prepare(self, n_threads: int) -> None:
        """Compute the means of the regulators, once, on several threads.

        Parameters
        ----------
        n_threads : int
            Threads. Each sums the precisions of some regulators over all genes in order, so that
            the bits are the same for any number.
        """
        n_tiles = len(self._right)
        starts = [thread * n_tiles // n_threads for thread in range(n_threads + 1)]
        parts = [slice(*ends) for ends in pairwise(starts) if ends[0] < ends[1]]
        with ThreadPoolExecutor(len(parts)) as pool:
            totals = list(pool.map(self._totals, parts))
        n_varying = sum(int(np.count_nonzero(tile.any(axis=0))) for tile in self._tiles)
        self._means = np.concatenate(totals) / max(1, n_varying - 1)
        known = self._means > 0.0
        self._mean = math.fsum(self._means.tolist()) / max(1, int(np.count_nonzero(known)))
        self._weights = np.divide(1.0, self._means, out=np.zeros_like(self._means), where=known)

    def importances(self, targets: NDArray[np.int32]) -> Sequence[Scores]:
        """Score the regulators of some targets; see `BlockEngine.importances`."""
        return self.scores(tiled_columns(self._tiles, targets), targets)

    def scores(self, vectors: Floats, targets: NDArray[np.int32]) -> Sequence[Scores]:
        """Score the regulators of targets that have other vectors than those of their genes.

        Parameters
        ----------
        vectors : (n_targets, m) float64
            Their inner products with the vectors of the genes are the precisions, up to one factor
            for each target, which plays no part.
        targets : (n_targets,) int32
            Positions of the genes that are not candidates for these targets.
        """
        if not self._means.size:
            self.prepare(1)
        precisions = self._precisions(vectors, targets, slice(0, len(self._right)))
        # A running sum has a fixed order, which a sum does not promise.
        totals = np.add.accumulate(precisions, axis=1)[:, -1]
        n_others = np.count_nonzero(self._means) - np.isin(
            targets, self._regulators[self._means > 0.0]
        )
        means = np.divide(totals, n_others, out=np.zeros_like(totals), where=totals > 0.0)
        for precision, mean in zip(precisions, means, strict=True):
            if mean > 0.0:
                precision *= self._weights
                precision *= self._mean / mean
        return [Scores(precision) for precision in precisions]

    def _precisions(self, vectors: Floats, targets: NDArray[np.int32], tiles: slice) -> Floats:
        """Return the size of the off-diagonal precisions of some targets, up to one factor.

        Columns are the regulators of some tiles.
        """
        right = self._right[tiles]
        products = np.zeros((len(targets), len(right) * TILE))
        add_products(vectors, right, products)
        np.abs(products, out=products)
        regulators = self._regulators[tiles.start * TILE : tiles.stop * TILE]
        precisions = products[:, : regulators.size]
        precisions[np.equal.outer(targets, regulators)] = 0.0
        return precisions

    def _totals(self, tiles: slice) -> Floats:
        """Return the sum over all genes of the precisions of the regulators of some tiles."""
        totals = np.zeros(self._regulators[tiles.start * TILE : tiles.stop * TILE].size)
        for first in range(0, self._n_genes, BLOCK_TARGETS):
            targets = np.arange(first, min(first + BLOCK_TARGETS, self._n_genes), dtype=np.int32)
            vectors = tiled_columns(self._tiles, targets)
            for precision in self._precisions(vectors, targets, tiles):
                totals += precision
        return totals
