"""Score permuted targets by the shrunken precision matrix, without factoring it again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.inference.genie3 import Scores, unit_variance
from genie3_engine.inference.precision import PrecisionScores
from genie3_engine.inference.precision_factors import (
    precision_factors,
    standardised_genes,
    tiles,
)
from genie3_engine.kernels.products import add_products

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from genie3_engine.data.expression import Expression
    from genie3_engine.model import ForestSpec

    Floats = NDArray[np.float64]


class PrecisionNulls:
    """Scores of the links into genes whose values are permuted, one gene at a time.

    Parameters
    ----------
    expression : Expression
        The data set in canonical order.
    regulators : (n_regulators,) int32
        Positions of the candidate regulators.
    forest : ForestSpec
        Its ``shrinkage``.
    members : (n_nulls,) int32
        Position of the gene that is permuted, by number; it is not a candidate for itself.
    order : callable
        Returns the order in which the gene has its values, from the number and the samples.

    Notes
    -----
    The scores are those of `PrecisionScores` for the matrix in which the gene's row is replaced by
    its permuted values, with the means ``F_i`` of regulators of the matrix as it is. With the
    vectors ``f`` of the genes and ``c`` of `precision_factors`, the precisions of the replaced gene
    j are the inner products of the other vectors with ``g + b f_j``, up to a factor. For fewer
    samples than genes ``g = L^-1 z*``, of the standardised permuted values, and
    ``b = c (f_j'g) / (1 - c f_j'f_j)`` (Sherman and Morrison); otherwise ``g = L^-1 r``, where r is
    ``Z z*`` with 0 for the gene itself, and ``b = -(f_j'g) / (f_j'f_j)`` (inverse of a block).
    """

    def __init__(
        self,
        expression: Expression,
        regulators: NDArray[np.int32],
        forest: ForestSpec,
        *,
        members: NDArray[np.int32],
        order: Callable[[int, int], NDArray[np.intp]],
    ) -> None:
        self._expression = expression
        self._members = members
        self._order = order
        self._factors = precision_factors(expression, forest.shrinkage)
        self._scores = PrecisionScores(expression, regulators, forest, factors=self._factors)
        self._standardised: Floats | None = None
        if not self._factors.has_fewer_samples:
            self._standardised = standardised_genes(expression)

    def prepare(self, n_threads: int) -> None:
        """Compute the means of the regulators; see `PrecisionScores.prepare`."""
        self._scores.prepare(n_threads)

    def importances(self, numbers: NDArray[np.int32]) -> Sequence[Scores]:
        """Score the regulators of some permuted genes; see `BlockEngine.importances`.

        Parameters
        ----------
        numbers : (n,) int32
            Of the permuted genes.
        """
        members = self._members[numbers]
        solved = self._factors.solved(self._right_sides(numbers, members)).T
        vectors = self._factors.columns(members)
        c, has_fewer_samples = self._factors.weight, self._factors.has_fewer_samples
        for vector, g in zip(vectors, solved, strict=True):
            with_g, length = _product(vector, g), _product(vector, vector)
            if has_fewer_samples:
                vector *= c * with_g / (1.0 - c * length)
            else:
                vector *= -with_g / length
            vector += g
        return self._scores.scores(vectors, members)

    def _right_sides(self, numbers: NDArray[np.int32], members: NDArray[np.int32]) -> Floats:
        """Return what the Cholesky factor is solved for, a column for each permuted gene."""
        n_samples = self._expression.n_samples
        permuted = np.zeros((n_samples, len(numbers)))
        for column, (number, member) in enumerate(
            zip(numbers.tolist(), members.tolist(), strict=True)
        ):
            standardised = unit_variance(self._expression.values[member])
            if standardised is not None:
                permuted[:, column] = standardised[self._order(number, n_samples)]
        if self._standardised is None:
            return permuted
        tiled = tiles(permuted)
        products = np.zeros((len(self._standardised), tiled.shape[0] * tiled.shape[2]))
        add_products(self._standardised, tiled, products)
        right = products[:, : len(numbers)]
        right[members, np.arange(len(numbers))] = 0.0
        return right


def _product(first: Floats, second: Floats) -> float:
    """Return the inner product, which is rounded once."""
    return math.fsum((first * second).tolist())
