"""How far genes move when another gene is knocked out: the knock-out factor of links."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.data.sample_sheet import KNOCK_DOWN, KNOCK_OUT
from genie3_engine.inference.genie3 import unit_variance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.data.expression import Expression

    Floats = NDArray[np.float64]


class KnockOuts:
    """The knock-outs and knock-downs of a data set, and the factors that they give to links.

    Parameters
    ----------
    expression : Expression
        Data with a sample sheet; without one there are no knock-outs.

    Notes
    -----
    The factor of regulator i and target j is the distance between the mean of j in the samples in
    which i is knocked out or down and its mean in the other samples, in standard deviations of j.
    Where steady states hold knock-outs, they alone count, so that the swings of a time series do
    not hide them.
    """

    def __init__(self, expression: Expression) -> None:
        self._values = expression.values
        places = {gene: place for place, gene in enumerate(expression.genes)}
        samples, pool = _knocked_samples(expression)
        knocked = sorted((places[gene], at) for gene, at in samples.items() if gene in places)
        self._pool = np.array(pool, np.intp)
        self._genes = np.array([gene for gene, _ in knocked], np.int32)
        self._n_samples = np.array([len(at) for _, at in knocked], np.float64)
        # Samples of all knocked genes, one gene after the other: whose they are, and where.
        self._owner = np.repeat(np.arange(len(knocked)), [len(at) for _, at in knocked])
        self._sample = np.array([sample for _, at in knocked for sample in at], np.intp)

    @property
    def genes(self) -> NDArray[np.int32]:
        """Positions of the genes of the data that are knocked out or down, ascending."""
        return self._genes

    def factors(self, target: int) -> Floats:
        """Return the factors of all links into a target.

        Parameters
        ----------
        target : int
            Position of the target in the canonical gene list.

        Returns
        -------
        (n_knocked,) float64
            In the order of `genes`; NaN where every sample is a knock-out of the gene, or the
            target is constant.
        """
        standardised = unit_variance(self._values[target, self._pool]) if self._genes.size else None
        if standardised is None:
            return np.full(self._genes.size, math.nan)
        sums = np.bincount(self._owner, standardised[self._sample], self._genes.size)
        n_others = self._pool.size - self._n_samples
        unknown = np.full(sums.size, math.nan)
        others = np.divide(
            math.fsum(standardised.tolist()) - sums, n_others, out=unknown, where=n_others > 0.0
        )
        distance: Floats = np.abs(sums / self._n_samples - others)
        return distance


def _knocked_samples(expression: Expression) -> tuple[dict[str, list[int]], list[int]]:
    """Return the samples of each knocked gene as places in the pool, and the pool's positions."""
    sheet = expression.sheet
    if sheet is None:
        return {}, []
    is_knocked = [how in (KNOCK_OUT, KNOCK_DOWN) for how in sheet.perturbation]
    pool = [sample for sample, series in enumerate(sheet.series) if not series]
    if not any(is_knocked[sample] for sample in pool):
        pool = list(range(sheet.n_samples))
    samples: dict[str, list[int]] = {}
    for place, sample in enumerate(pool):
        for gene in sheet.perturbed[sample] if is_knocked[sample] else ():
            samples.setdefault(gene, []).append(place)
    return samples, pool
